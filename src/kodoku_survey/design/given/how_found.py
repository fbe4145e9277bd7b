"""How the people of a table were found, in the words a folder says it with ([design] sample, model, cells)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kodoku_survey.arrays import AnyArray
from kodoku_survey.design.columns import as_categorical
from kodoku_survey.design.frames import listed
from kodoku_survey.design.stages import Stage
from kodoku_survey.errors import DesignError, DidYouMean, UsageError

if TYPE_CHECKING:  # who draws by chance need not wait for the reading of folders
    import pandas as pd

    from kodoku_survey.survey.settings.settings import DesignSettings

OF_A_DRAW = ("stratum", "psu", "fpc", "probability", "replicate_weights")


def how_found(sample: str, model: str | None, cells: Any, names: Mapping[str, Sequence[str]]) -> DesignSettings | None:
    """How a table's people were found; None of those drawn by chance, of whom the columns say everything.

    names : the columns given by argument. Raises UsageError for words that do not go together, or a model beside the columns
    of a draw by chance, or of equal weights beside a weight.
    """
    if sample == "probability" and model is None and cells is None:
        return None
    from kodoku_survey.survey.reading import Place, record
    from kodoku_survey.survey.settings.settings import DesignSettings

    asked = {"sample": sample, "model": model, "cells": None if cells is None else list(listed(cells))}
    place = Place("Sample.from_frame", kind=UsageError)
    told = {name: value for name, value in asked.items() if value is not None}
    found = record(DesignSettings, told | {"fpc": ", ".join(names["fpc"])}, place)
    place.finish()
    assert found is not None
    if model is not None and (drawn := [name for name in OF_A_DRAW if names[name]]):
        raise UsageError("design.model_and_draw", "Sample.from_frame", value=", ".join(drawn))
    if model == "srs" and names["weight"]:
        raise UsageError("design.model_and_weight", "Sample.from_frame", value=names["weight"][0])
    return found


def stage_of_cells(columns: Sequence[tuple[AnyArray, Mapping[int, str]]], where: str, *, refused: bool) -> Stage:
    """The model srs_within_cells: answers of one cell are independent draws of one distribution, each cell its own.

    columns : of each attribute the codes (n,) and what they are called. refused : whether a cell of one respondent is a fault.
    Source: Valliant, Dorfman & Royall (2000), Finite Population Sampling and Inference, 2.4 and 4.3, for a mean within each
    cell. Raises DesignError for a cell of one respondent.
    """
    cells, labels = np.zeros(len(columns[0][0]), dtype=np.int64), [""]
    for codes, words in columns:
        held, place = np.unique(codes, return_inverse=True)
        cells = cells * len(held) + place.ravel()
        labels = [f"{label} {words.get(int(code), code)}".strip() for label in labels for code in held]
    kept, cell, sizes = np.unique(cells, return_inverse=True, return_counts=True)
    if (sizes < 2).any() and refused:
        alone = "、".join(labels[k] for k in kept[sizes < 2][:8])
        raise DesignError("design.model_cell_of_one", where, value=alone)
    names = tuple(labels[k] for k in kept)
    return Stage(np.arange(len(cells)), cell.ravel(), np.zeros(len(kept)), np.ones(len(kept)), names)


def cells_of_frame(frame: pd.DataFrame, names: Sequence[str], *, refused: bool) -> Stage:
    """The same of a table's columns; who has no value is of a class of his own. Raises DesignError for an unknown column."""
    columns = []
    for name in names:
        if name not in frame:
            hint = DidYouMean(name, tuple(map(str, frame.columns)))
            raise DesignError("design.no_variable", "cells", value=name, hint=hint)
        answers = as_categorical(frame, name)
        columns.append((answers.codes, dict(enumerate(answers.answers)) | {-1: "NA"}))
    return stage_of_cells(columns, "Sample.from_frame cells", refused=refused)
