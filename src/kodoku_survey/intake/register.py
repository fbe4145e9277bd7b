"""The register of the selection (標本名簿): everyone drawn, with design columns and frame attributes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import IndexArray
from kodoku_survey.errors import ContentError, DesignError
from kodoku_survey.intake.cells import INADMISSIBLE
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.coding import Coded, code_file
from kodoku_survey.intake.responses import ANSWERED
from kodoku_survey.intake.returns import ReturnFile, Returns, design_columns, variables_in
from kodoku_survey.intake.rows import of_each
from kodoku_survey.survey.folder import Survey

MOST = 1e12  # of a weight or a count of persons: a larger one is a slip, and squares of it are no longer exact


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
    named = {v.name: _attribute(coded, v.name, v.parts) for v in variables_in(survey, file.layout)}
    everyone = np.arange(len(file.lines))
    frame = pd.DataFrame({"id": coded.id} | design_values(survey, file, everyone) | named)
    others = {name: _text(file, name) for name in file.cells.columns if name not in frame and name != file.layout.id}
    return frame.assign(**others), coded


def design_values(survey: Survey, file: ReturnFile, rows: IndexArray) -> dict[str, np.ndarray]:
    """Design columns of some rows of a file: numbers (weights, probabilities, fpc) as floats, stratum and psu as text.

    Raises DesignError for a number that is none or below 0, and for a blank stratum or PSU.
    """
    design, weighting = survey.settings.design, survey.settings.weighting
    numeric = {design.fpc, *weighting.numbers}
    found = {}
    for name in design_columns(survey):
        found[name] = _numbers(file, name, rows) if name in numeric else _text(file, name)[rows]
        if name in (design.stratum, design.psu):
            _refuse_blank(file, name, found[name], rows)
    return found


def _refuse_blank(file: ReturnFile, name: str, texts: np.ndarray, rows: IndexArray) -> None:
    """A blank would be a stratum or a PSU of its own, of everybody without one."""
    blank = np.array([not plain(str(text)) for text in texts], dtype=bool)
    if blank.any():
        line = file.lines[rows[int(np.flatnonzero(blank)[0])]]
        raise DesignError("intake.blank_design", f"{file.path.name} {name}", count=int(blank.sum()), line=line)


def _numbers(file: ReturnFile, name: str, rows: IndexArray) -> np.ndarray:
    texts = of_each(file.column(name), str.strip, object)[rows]
    numbers = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(float)
    wrong = ~(np.abs(numbers) <= MOST)
    if wrong.any():
        line = file.lines[rows[int(np.flatnonzero(wrong)[0])]]
        raise DesignError("intake.selection_value", f"{file.path.name} {name}", count=int(wrong.sum()), line=line)
    if (numbers < 0).any():
        first = int(np.flatnonzero(numbers < 0)[0])
        where = f"{file.path.name}:{file.lines[rows[first]]} {name}"
        raise DesignError("intake.negative_design", where, value=texts[first])
    return numbers


def _text(file: ReturnFile, name: str) -> np.ndarray:
    return of_each(file.column(name), str, object)


def _attribute(coded: Coded, name: str, parts: int) -> np.ndarray:
    if name in coded.status:
        return np.where(coded.status[name] == ANSWERED, coded.answers[name] / parts, np.nan)
    return coded.answers[name]
