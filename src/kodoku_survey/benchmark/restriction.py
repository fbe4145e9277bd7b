"""A condition written in one survey's names and codes, asked of the respondents of another."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.benchmark.populations import age_variable
from kodoku_survey.design.label_query import among_answers
from kodoku_survey.design.masks import check_query, mask_of
from kodoku_survey.errors import DidYouMean, Spoken, UsageError
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.survey.survey import Survey

RefusalWords = Callable[[Refusal], Spoken]  # what a refusal is in both languages


def rows_where(
    query: str, responses: Responses, shared: Shared | None = None, *, telling: RefusalWords | None = None
) -> BoolArray:
    """(n,) who meets a query in the terms of the respondents' own survey, or, with `shared`, of its first.

    `age` is the variable [population] names, where no variable is called so. An answer the first survey has no code for,
    and one that is missing, is outside. Raises DesignError for a query that cannot be read, UsageError for a name nobody
    knows or that the two surveys do not share.
    """
    check_query(query)
    asked = responses.survey if shared is None else shared.first
    told = telling or (lambda refusal: Spoken(refusal.reason, refusal.reason))
    columns = {name: _column(name, asked, responses, shared, query, told) for name in _names(query)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(responses)))
    return mask_of(_answered(query.replace("`", ""), asked), lambda: frame, len(responses))


def _answered(query: str, asked: Survey) -> str:
    """The query of those who answered, in the codes its columns hold: the asking survey's."""
    names = {
        name: asked.variables[variable] for name in _names(query) if (variable := _resolved(name, asked)[0]) is not None
    }
    codes = {name: one.nonanswer for name, one in names.items() if one.kind == "single" and one.nonanswer is not None}
    return among_answers(query, codes, [name for name, one in names.items() if one.kind == "number"])


def _names(query: str) -> list[str]:
    tree = ast.parse(re.sub(r"&&?|\|\|?", lambda sign: f" {sign[0][0]} ", query.replace("`", "")).strip(), mode="eval")
    calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in calls]
    return list(dict.fromkeys(names))


def _column(
    name: str, asked: Survey, responses: Responses, shared: Shared | None, query: str, telling: RefusalWords
) -> Any:
    """One name of the query as a column of these respondents, in the asking survey's codes."""
    where, (variable, key) = f"--where {query}", _resolved(name, asked)
    if variable is None:
        hint = DidYouMean(name, tuple(asked.variables))
        raise UsageError("benchmark.where_unknown", where, value=name, survey=asked.folder.name, hint=hint)
    if shared is None:
        return responses.frame()[variable if key is None else f"{variable}_{key}"].array
    found, second = shared.find(variable), shared.second.folder.name
    if isinstance(found, Refusal):
        raise UsageError("benchmark.where_not_shared", where, value=name, survey=second, reason=telling(found))
    codes = {} if asked.variables[variable].kind == "number" else shared.with_nonanswer(variable)
    if asked.variables[variable].kind == "number":
        return responses.frame()[found].array
    if key is not None:
        if key not in codes:
            raise UsageError("benchmark.where_no_code", where, value=name, survey=second)
        return responses.frame()[f"{found}_{codes[key]}"].array
    values = responses.answers[found]
    turned = pd.array([pd.NA] * len(values), dtype="Int64")
    for ours, theirs in codes.items():
        turned[values == theirs] = ours
    return turned


def _resolved(name: str, survey: Survey) -> tuple[str | None, int | None]:
    """The variable, and the option of a multiple answer, that a name of a query means."""
    if name in survey.variables and survey.variables[name].kind != "multiple":
        return name, None
    if name == "age" and (found := age_variable(survey)):
        return found, None
    head, _, tail = name.rpartition("_")
    several = head in survey.variables and survey.variables[head].kind == "multiple" and tail.isdigit()
    if several and int(tail) in survey.variables[head].keys:
        return head, int(tail)
    return None, None
