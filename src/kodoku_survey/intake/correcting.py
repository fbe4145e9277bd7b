"""Corrections made after asking back, put in place of what was delivered: edits like any other, before routing is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.errors import ContentError
from kodoku_survey.intake.coding import EDIT_COLUMNS, nonanswer_code
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.intake.routing import texts
from kodoku_survey.survey.corrections import CORRECTIONS, Correction

CORRECTED = "corrected"


def correct(responses: Responses) -> Responses:
    """Responses with every correction of the folder made, in their order; the edit's `line` is that of corrections.csv.

    Raises ContentError for a number that no valid return has, or that more than one has.
    """
    corrections = responses.survey.corrections
    if not corrections:
        return responses
    where = _rows(responses, corrections)
    answers = {one.variable: responses.answers[one.variable].copy() for one in corrections}
    status = {name: responses.status[name].copy() for name in answers if name in responses.status}
    edits = []
    for one, row in zip(corrections, where, strict=True):
        variable, values = responses.variables[one.variable], answers[one.variable]
        before = _told(variable.name, texts(variable, values[[row]])[0], status, row)
        if variable.kind == "number":
            values[row] = one.codes[0] if one.codes else 0
            status[one.variable][row] = ANSWERED if one.codes else NONANSWER
        elif variable.kind == "multiple":
            ticks = [option.code in one.codes for option in variable.options]
            values[row] = [*ticks, not any(ticks)]
        else:
            values[row] = one.codes[0] if one.codes else nonanswer_code(variable)
        after = _told(variable.name, texts(variable, values[[row]])[0], status, row)
        edits.append((one.id, one.variable, before, after, CORRECTED, CORRECTIONS, one.line))
    corrected = responses.with_variables({}, answers, status)
    return corrected.with_edits([pd.DataFrame(edits, columns=list(EDIT_COLUMNS))])


def not_corrected(responses: Responses, absent: Mapping[str, BoolArray]) -> dict[str, BoolArray]:
    """Which returns say 非該当 of a question, without those corrected since: the correction is the answer."""
    found = {name: rows.copy() for name, rows in absent.items()}
    corrections = responses.survey.corrections
    for one, row in zip(corrections, _rows(responses, corrections) if found else (), strict=bool(found)):
        if one.variable in found:
            found[one.variable][row] = False
    return found


def _told(name: str, text: str, status: dict[str, np.ndarray], row: int) -> str:
    """A value as it stands in edits; nothing for a number that is not there."""
    return "" if name in status and status[name][row] != ANSWERED else text


def _rows(responses: Responses, corrections: Iterable[Correction]) -> list[int]:
    """The row each correction is of."""
    held: dict[str, list[int]] = {}
    for row, number in enumerate(responses.id):
        held.setdefault(str(number), []).append(row)
    rows = []
    for one in corrections:
        found = held.get(one.id, [])
        if len(found) != 1:
            key = "intake.correction_twice" if found else "intake.correction_nobody"
            raise ContentError(key, f"{CORRECTIONS} line {one.line} id")
        rows.append(found[0])
    return rows
