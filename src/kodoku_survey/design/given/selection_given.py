"""Weights and stages of selection from the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.given.how_found import cells_of_frame
from kodoku_survey.design.selection import inclusion_weights, stages_of
from kodoku_survey.design.stages import Stage
from kodoku_survey.design.unequal import PpsMethod, PpsVariance, pps_stage
from kodoku_survey.errors import DesignError

Stages = tuple[Stage, ...]


def stages_given(
    frame: pd.DataFrame,
    names: Mapping[str, Sequence[str]],
    cells: Sequence[str],
    *,
    refused: bool,
    collapse: Mapping[Any, Any] | None,
    method: PpsMethod | FloatArray,
    variance: PpsVariance,
    squares: float | None,
) -> tuple[Stages, Stages]:
    """The stages of selection, and those everybody's chance was of: before strata were merged, which is for the variance.

    names : the columns by argument of `from_frame`. cells : of the model srs_within_cells, in the place of a selection;
    refused : whether one of a single respondent is a fault. Raises DesignError.
    """
    if cells:
        model: Stages = (cells_of_frame(frame, cells, refused=refused),)
        return model, model
    stratum, probability = (next(iter(names[one]), None) for one in ("stratum", "probability"))
    drawn = (
        [frame[name].to_numpy() for name in names["psu"]] or [np.arange(len(frame))],
        frame[stratum].to_numpy() if stratum else np.zeros(len(frame), dtype=np.int8),
        [numbers_of(frame, name) for name in names["fpc"]],
    )
    stages = stages_of(*drawn, collapse=collapse)
    if probability:
        chance = np.zeros(stages[0].units)
        chance[stages[0].unit] = numbers_of(frame, probability)
        stages = (pps_stage(stages[0], chance, method=method, variance=variance, squares=squares), *stages[1:])
        return stages, stages
    return stages, stages_of(*drawn) if collapse and names["fpc"] else stages


def weights_given(
    frame: pd.DataFrame, names: Mapping[str, Sequence[str]], chances: Stages, *, equal: bool
) -> FloatArray:
    """(n,) weights: the column's, else from everybody's chance. equal : everybody's is 1 where nothing is known of chances.

    Raises DesignError where nothing tells them, or they are no weights.
    """
    if names["weight"]:
        weights = numbers_of(frame, names["weight"][0])
    elif names["fpc"] or names["probability"]:
        weights = inclusion_weights(chances, max(len(names["fpc"]), 1))
    elif equal:
        return np.ones(len(frame))
    else:
        raise DesignError("design.no_weight")
    check_weights(weights, next(iter(names["weight"]), "fpc"))
    return weights


def check_weights(weight: FloatArray, name: str) -> None:
    """Weights are finite and not negative, and not all zero. Raises DesignError."""
    wrong = ~np.isfinite(weight) | (weight < 0)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise DesignError("design.bad_weight", name, count=int(wrong.sum()), row=first + 1, value=float(weight[first]))
    if not (weight > 0).any():
        raise DesignError("design.zero_weights", name)


def numbers_of(frame: pd.DataFrame, name: str) -> FloatArray:
    """A column as numbers, nan where there is none. Raises DesignError for text."""
    try:
        return np.asarray(frame[name].to_numpy(dtype=float, na_value=np.nan), dtype=float)
    except (TypeError, ValueError) as fault:
        raise DesignError("design.not_numbers", value=name) from fault
