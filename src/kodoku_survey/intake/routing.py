"""Routing, exclusive options and completion: what each answer is worth, given the answers before it.

Variables are taken in the order of the codebook, so that a chain (問22 → 問23 → 問23-1) resolves in one pass. As the
official report's counts show: an answer given off-route is dropped, a blank on-route is 無回答, a question whose parent
is 無回答 was not asked.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, ByteArray, CodeArray, IndexArray
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.settings import Cleaning

OFF_ROUTE = "off_route"
EXCLUSIVE = "exclusive_conflict"
COMPLETED = "completed_from_register"


def resolve(responses: Responses) -> Responses:
    """Every variable of the form settled; the edits made are added to those there were."""
    edits: list[pd.DataFrame] = []
    for variable in responses.survey.codebook:
        if variable.source != "form":
            continue
        values = responses.answers[variable.name].copy()
        status = responses.status[variable.name].copy() if variable.kind == "number" else None
        if variable.complete_from is not None and status is not None:
            edits += _complete(responses, variable, values, status)
        if variable.exclusive:
            edits += _separate(responses, variable, values)
        edits += _route(responses, variable, values, status)
        answers = {variable.name: values}
        responses = responses.with_variables({}, answers, {} if status is None else {variable.name: status})
    return responses.with_edits(edits)


def _answered(variable: Variable, values: CodeArray, status: ByteArray | None) -> BoolArray:
    if status is not None:
        return status == ANSWERED
    return values[:, -1] == 0 if values.ndim == 2 else values != variable.nonanswer


def _route(responses: Responses, variable: Variable, values: CodeArray, status: ByteArray | None) -> list[pd.DataFrame]:
    if variable.asked_if is None:
        return []
    asked = truth(variable.asked_if, responses.given) == TRUE
    answered = _answered(variable, values, status)
    if variable.proved_by_answer_if_blank is not None:
        # The form itself proves that the question applied: answered while the parent is 無回答.
        asked |= answered & (responses.given(variable.proved_by_answer_if_blank).state == NONANSWER)
    dropped = np.flatnonzero(answered & ~asked)
    edits = _edits(responses, variable, dropped, texts(variable, values[dropped]), [""] * len(dropped), OFF_ROUTE)
    if status is None:
        values[~asked] = NOT_ASKED
    else:
        values[~asked], status[~asked] = 0, NOT_ASKED
    return edits


def _separate(responses: Responses, variable: Variable, values: CodeArray) -> list[pd.DataFrame]:
    """An exclusive option beside others: drop it, drop the others, or take the whole for 無回答, as settings say."""
    cleaning: Cleaning = responses.survey.settings.cleaning
    alone = np.isin([code.code for code in variable.options], variable.exclusive)
    conflict = np.flatnonzero(
        (values[:, :-1][:, alone] == 1).any(axis=1) & (values[:, :-1][:, ~alone] == 1).any(axis=1)
    )
    if not len(conflict):
        return []
    before = texts(variable, values[conflict])
    options = values[conflict, :-1]
    if cleaning.exclusive_conflict != "exclusive":
        options[:, alone] = 0
    if cleaning.exclusive_conflict != "others":
        options[:, ~alone] = 0
    values[conflict, :-1] = options
    values[conflict, -1] = ~(options == 1).any(axis=1)
    return _edits(responses, variable, conflict, before, texts(variable, values[conflict]), EXCLUSIVE)


def _complete(responses: Responses, variable: Variable, values: CodeArray, status: ByteArray) -> list[pd.DataFrame]:
    """A blank number taken from the register."""
    assert variable.complete_from is not None
    source = responses.given(variable.complete_from)
    assert source.codes is not None
    filled = np.flatnonzero((status == NONANSWER) & (source.state == ANSWERED))
    values[filled], status[filled] = source.codes[filled], ANSWERED
    return _edits(responses, variable, filled, [""] * len(filled), texts(variable, values[filled]), COMPLETED)


def texts(variable: Variable, values: CodeArray) -> list[str]:
    """Values as they stand in edits: a code, a number, or the ticked codes joined by ";"."""
    if values.ndim == 1:
        return [str(value) for value in values]
    codes = np.array([code.code for code in variable.options])
    return [";".join(map(str, codes[row[:-1] == 1])) for row in values]


def _edits(
    responses: Responses, variable: Variable, rows: IndexArray, before: list[str], after: list[str], rule: str
) -> list[pd.DataFrame]:
    if not len(rows):
        return []
    columns = {"id": responses.id[rows], "variable": variable.name, "before": before, "after": after, "rule": rule}
    return [pd.DataFrame(columns | {"file": responses.file[rows], "line": responses.line[rows]})]
