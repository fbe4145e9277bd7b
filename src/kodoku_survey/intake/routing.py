"""Routing, exclusive options and completion: what each answer is worth, given the answers before it.

Variables are taken in the order of the codebook, so that a chain (問22 → 問23 → 問23-1) resolves in one pass. As the
official report's counts show: an answer given off-route is dropped, a blank on-route is 無回答, a question whose parent
is 無回答 was not asked.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, ByteArray, CodeArray, IndexArray
from kodoku_survey.intake.issues import ABSENT_BUT_ASKED, EXCLUSIVE, OFF_ROUTE, TOO_MANY, Issue
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.settings import Cleaning

COMPLETED = "completed_from_register"


def resolve(responses: Responses, absent: Mapping[str, BoolArray] | None = None) -> Responses:
    """Every variable of the form settled; the edits and issues made are added to those there were.

    absent : by variable, whose cell said 非該当; where the routing says asked, it stays 無回答 and is told.
    """
    edits: list[pd.DataFrame] = []
    issues: list[Issue] = []
    for variable in responses.survey.codebook:
        if variable.source != "form":
            continue
        values = responses.answers[variable.name].copy()
        status = responses.status[variable.name].copy() if variable.kind == "number" else None
        if variable.complete_from is not None and status is not None:
            edits += _complete(responses, variable, values, status)
        if variable.exclusive:
            edits += _separate(responses, variable, values)
        if variable.at_most is not None:
            edits += _limit(responses, variable, values, issues)
        edits += _route(responses, variable, values, status)
        answers = {variable.name: values}
        responses = responses.with_variables({}, answers, {} if status is None else {variable.name: status})
        contradicted = (absent or {}).get(variable.name)
        if contradicted is not None:
            issues += _issues(responses, variable, contradicted & _is_asked(values, status), ABSENT_BUT_ASKED)
    issues += _of_edits(responses, edits)
    return responses.with_edits(edits).with_issues(issues)


def _is_asked(values: CodeArray, status: ByteArray | None) -> BoolArray:
    asked: BoolArray = (values[:, 0] if values.ndim == 2 else values if status is None else status) != NOT_ASKED
    return asked


def _issues(responses: Responses, variable: Variable, which: BoolArray, kind: str) -> list[Issue]:
    """An issue a file, of the returns meant."""
    files, counts = np.unique(responses.file[which].astype(str), return_counts=True)
    sizes = {name: int((responses.file == name).sum()) for name in files}
    return [
        Issue(kind, str(name), variable.number or variable.name, variable.name, None, int(n), sizes[name])
        for name, n in zip(files, counts, strict=True)
    ]


def _of_edits(responses: Responses, edits: list[pd.DataFrame]) -> list[Issue]:
    """Answers dropped by routing and by exclusive options, told by question and file."""
    found: list[Issue] = []
    for edit in edits:
        kind = str(edit["rule"].iloc[0])
        if kind in (OFF_ROUTE, EXCLUSIVE):
            variable = responses.variables[str(edit["variable"].iloc[0])]
            for name, n in edit["file"].value_counts(sort=False).items():
                size = int((responses.file == name).sum())
                found.append(
                    Issue(kind, str(name), variable.number or variable.name, variable.name, None, int(n), size)
                )
    return found


def _limit(responses: Responses, variable: Variable, values: CodeArray, issues: list[Issue]) -> list[pd.DataFrame]:
    """More answers than the form allows («三つまで»): kept or taken for 無回答, as settings say, and told either way."""
    over = (values[:, :-1] == 1).sum(axis=1) > variable.at_most
    issues += _issues(responses, variable, over, TOO_MANY)
    rows = np.flatnonzero(over)
    if not len(rows) or responses.survey.settings.cleaning.too_many == "keep":
        return []
    before = texts(variable, values[rows])
    values[rows, :-1], values[rows, -1] = 0, 1
    return _edits(responses, variable, rows, before, texts(variable, values[rows]), TOO_MANY)


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
    ticks = values[:, :-1] == 1
    contradictory = ticks[:, alone].sum(axis=1) > 1
    conflict = np.flatnonzero((ticks[:, alone].any(axis=1) & ticks[:, ~alone].any(axis=1)) | contradictory)
    if not len(conflict):
        return []
    before = texts(variable, values[conflict])
    options = values[conflict, :-1]
    if cleaning.exclusive_conflict != "exclusive":
        options[:, alone] = 0
    if cleaning.exclusive_conflict != "others":
        options[:, ~alone] = 0
    # Two that each exclude the other say nothing together: «特にない» and «わからない» leave no answer.
    options[np.ix_((options[:, alone] == 1).sum(axis=1) > 1, alone)] = 0
    values[conflict, :-1] = options
    values[conflict, -1] = ~(options == 1).any(axis=1)
    return _edits(responses, variable, conflict, before, texts(variable, values[conflict]), EXCLUSIVE)


def _complete(responses: Responses, variable: Variable, values: CodeArray, status: ByteArray) -> list[pd.DataFrame]:
    """A blank number taken from the register."""
    assert variable.complete_from is not None
    source = responses.given(variable.complete_from)
    assert source.codes is not None
    filled = np.flatnonzero((status == NONANSWER) & (source.state == ANSWERED))
    values[filled] = source.codes[filled] * variable.parts // source.parts
    status[filled] = ANSWERED
    return _edits(responses, variable, filled, [""] * len(filled), texts(variable, values[filled]), COMPLETED)


def texts(variable: Variable, values: CodeArray) -> list[str]:
    """Values as they stand in edits: a code, a number, or the ticked codes joined by ";"."""
    if values.ndim == 1:
        return [variable.printed(int(value)) for value in values]
    codes = np.array([code.code for code in variable.options])
    return [";".join(map(str, codes[row[:-1] == 1])) for row in values]


def _edits(
    responses: Responses, variable: Variable, rows: IndexArray, before: list[str], after: list[str], rule: str
) -> list[pd.DataFrame]:
    if not len(rows):
        return []
    columns = {"id": responses.id[rows], "variable": variable.name, "before": before, "after": after, "rule": rule}
    return [pd.DataFrame(columns | {"file": responses.file[rows], "line": responses.line[rows]})]
