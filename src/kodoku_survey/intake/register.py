"""The register of the selection (標本名簿): everyone drawn, with design columns and frame attributes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.errors import ContentError
from kodoku_survey.intake.cells import INADMISSIBLE
from kodoku_survey.intake.coding import Coded, code_file
from kodoku_survey.intake.responses import ANSWERED
from kodoku_survey.intake.returns import ReturnFile, Returns, design_columns, variables_in
from kodoku_survey.intake.rows import of_each
from kodoku_survey.survey.folder import Survey


def read_register(returns: Returns) -> tuple[pd.DataFrame, Coded | None]:
    """The register as a frame (id, columns as delivered, numbers of the design as floats, frame attributes as codes).

    Without a register: an empty frame. Raises ContentError for doubled serial numbers and inadmissible values.
    """
    if returns.selection is None:
        return pd.DataFrame({"id": pd.Series(dtype=object)}), None
    survey, file = returns.survey, returns.selection
    coded = code_file(survey, file)
    doubled = int(pd.Series(coded.id).duplicated().sum())
    if doubled:
        raise ContentError("intake.double_id", f"{file.path.name} {file.layout.id}", count=doubled)
    wrong = coded.edits[coded.edits["rule"].isin(INADMISSIBLE)]
    if len(wrong):
        where = f"{file.path.name} {wrong['variable'].iloc[0]}"
        raise ContentError("intake.selection_value", where, count=len(wrong), line=int(wrong["line"].min()))
    named = {name: _attribute(coded, name) for name in (v.name for v in variables_in(survey, file.layout))}
    frame = pd.DataFrame({"id": coded.id} | design_values(survey, file) | named)
    others = {name: _text(file, name) for name in file.cells.columns if name not in frame and name != file.layout.id}
    return frame.assign(**others), coded


def design_values(survey: Survey, file: ReturnFile) -> dict[str, np.ndarray]:
    """Design columns of a file: numbers (weights, probabilities, fpc) as floats, stratum and psu as text."""
    design, weighting = survey.settings.design, survey.settings.weighting
    numeric = {design.fpc, *weighting.numbers}
    return {name: _numbers(file, name) if name in numeric else _text(file, name) for name in design_columns(survey)}


def _numbers(file: ReturnFile, name: str) -> np.ndarray:
    numbers = pd.to_numeric(pd.Series(of_each(file.column(name), str.strip, object)), errors="coerce").to_numpy(float)
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        line = file.lines[int(np.flatnonzero(wrong)[0])]
        raise ContentError("intake.selection_value", f"{file.path.name} {name}", count=int(wrong.sum()), line=line)
    return numbers


def _text(file: ReturnFile, name: str) -> np.ndarray:
    return of_each(file.column(name), str, object)


def _attribute(coded: Coded, name: str) -> np.ndarray:
    if name in coded.status:
        return np.where(coded.status[name] == ANSWERED, coded.answers[name].astype(float), np.nan)
    return coded.answers[name]
