"""A sample as a table one can work on: further variables, recoded answers, joined columns; never in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, ByteArray, CodeArray, FloatArray
from kodoku_survey.design.columns import Categorical, Column, Multiple, column_of_frame
from kodoku_survey.design.new_variables import variable_of
from kodoku_survey.errors import DesignError, DidYouMean, UsageError
from kodoku_survey.survey.codebook import Code, Variable

if TYPE_CHECKING:  # an analyst with a DataFrame of her own need not wait for the reading of returns
    from kodoku_survey.intake.responses import Responses

Others = Literal["refuse", "missing", "keep"]
Unmatched = Literal["refuse", "missing"]
WorkedInput = Sequence[Any] | tuple[float | None, float | None]


class Worked:
    """What makes a new sample with more columns from a sample. Rows, weights and design stay as they are."""

    if TYPE_CHECKING:
        frame: pd.DataFrame | None
        responses: Responses | None

        def __len__(self) -> int: ...
        def column(self, name: str) -> Column: ...

    def _with(self, **changes: Any) -> Self:
        return replace(self, **changes)  # type: ignore[type-var]

    def assign(self, **new: Any) -> Self:
        """The sample with further variables, as pandas' `assign`: values, or functions of the DataFrame so far.

        On a survey's sample the DataFrame has the codes (非該当 is <NA>), and what comes of it becomes a variable: categories,
        text and booleans one answer a person with their labels, numbers a number; missing is 非該当. Names of the survey's own
        variables are refused. On a DataFrame's sample a column of that name is replaced; what the design was read from stays.
        Raises DesignError.
        """
        if self.responses is None:
            assert self.frame is not None
            return self._with(frame=self.frame.assign(**new))
        frame, responses = self.responses.frame(), self.responses
        for name, value in new.items():
            frame[name] = value(frame) if callable(value) else value
            responses = _with(responses, *variable_of(name, frame[name]))
        return self._with(responses=responses)

    def recode(
        self, name: str, groups: Mapping[str, WorkedInput], *, into: str, label: str = "", others: Others = "refuse"
    ) -> Self:
        """The sample with answers put together under new labels: {"若年": [1, 2, 3], …} by code or label, in this order.

        Of a number a group is a range (low, high), both ends within, None for open. 無回答 stays 無回答, 非該当 非該当.
        into : the new variable. label : what it is called (default: as the old one). others : answers in no group are refused,
        "missing" (outside), or "keep" their own labels, after the groups (numbers cannot be kept).
        Raises DesignError for a code nobody knows, one in two groups, or one in none.
        """
        if others not in ("refuse", "missing", "keep"):
            raise UsageError("design.unknown_choice", "others", value=others, known="refuse, missing, keep")
        # A DataFrame's whole numbers are numbers: a list of them is a group as well as a range is.
        held = self.column(name) if self.frame is None else column_of_frame(self.frame, name)
        if isinstance(held, Multiple):
            raise DesignError("design.not_categorical", value=name)
        if isinstance(held, Categorical):
            place, labels = _answers_in(held, groups, others)
            silent = held.nonanswer is not None and held.nonanswer not in _named(held, groups)
            quiet = held.codes == held.nonanswer if silent else np.zeros(len(self), dtype=bool)
        else:
            place, labels = _numbers_in(held.values, name, groups, others)
            quiet = np.zeros(len(self), dtype=bool)
        if self.responses is None:
            assert self.frame is not None
            made = pd.Categorical.from_codes(place, categories=labels, ordered=True)
            return self._with(frame=self.frame.assign(**{into: made}))
        codes = [Code(k, text) for k, text in enumerate(labels, start=1)]
        nonanswer = None
        values = np.where(place >= 0, place + 1, -1)
        if quiet.any() or (isinstance(held, Categorical) and held.nonanswer is not None):
            old = self.responses.variables[name]
            nonanswer = max(len(labels) + 1, old.nonanswer or 0)
            word = next((code.label for code in old.codes if code.code == old.nonanswer), "")
            codes.append(Code(nonanswer, word))
            values = np.where(quiet, nonanswer, values)
        variable = Variable(
            into, "single", label or held.label, codes=tuple(codes), nonanswer=nonanswer, source="derived"
        )
        return self._with(responses=_with(self.responses, variable, values.astype(np.int32), None))

    def join(
        self,
        other: pd.DataFrame,
        *,
        on: str | Sequence[str],
        columns: Sequence[str] | None = None,
        unmatched: Unmatched = "refuse",
    ) -> Self:
        """The sample with columns of another DataFrame, one row of it a value of `on` (of a survey: codes, or "id").

        columns : which (default all but `on`). unmatched : respondents without a row there are refused, or get "missing".
        Raises DesignError for a key that occurs twice, a name that is taken, respondents without a row.
        """
        if unmatched not in ("refuse", "missing"):
            raise UsageError("design.unknown_choice", "unmatched", value=unmatched, known="refuse, missing")
        keys = [on] if isinstance(on, str) else list(on)
        own = self.frame if self.frame is not None else self.responses.frame()  # type: ignore[union-attr]
        for table in (own, other):
            for key in (*keys, *(columns or () if table is other else ())):
                if key not in table:
                    known = tuple(map(str, table.columns))
                    raise DesignError("design.no_variable", "join", value=key, hint=DidYouMean(str(key), known))
        chosen = list(columns) if columns is not None else [name for name in other.columns if name not in keys]
        taken = [name for name in chosen if name in own]
        if taken:
            raise DesignError("design.name_taken", "join", value=", ".join(map(str, taken)))
        doubled = int(other.duplicated(keys).sum())
        if doubled:
            raise DesignError("design.doubled_key", ", ".join(keys), count=doubled)
        left = own[keys].reset_index(drop=True)
        found = left.merge(other[[*keys, *chosen]], on=keys, how="left", indicator="_found", validate="many_to_one")
        lost = int((found["_found"] != "both").sum())
        if lost and unmatched == "refuse":
            raise DesignError("design.unmatched", ", ".join(keys), count=lost)
        return self.assign(**{str(name): found[name].array for name in chosen})


def _with(
    responses: Responses, variable: Variable, values: CodeArray | FloatArray, status: ByteArray | None
) -> Responses:
    name, held = variable.name, cast("CodeArray", values)
    if name in responses.variables or name in ("id", "mode"):
        raise DesignError("design.name_taken", value=name)
    return responses.with_variables({name: variable}, {name: held}, {} if status is None else {name: status})


def _named(held: Categorical, groups: Mapping[str, WorkedInput]) -> list[int]:
    """Positions every group names, in order. Raises DesignError for a code or label nobody knows."""
    found = []
    for label, given in groups.items():
        for one in given:
            if one in held.keys:
                found.append(held.keys.index(one))
            elif one in held.answers:
                found.append(held.answers.index(str(one)))
            else:
                known = tuple(map(str, held.keys))
                hint = DidYouMean(str(one), (*known, *held.answers))
                raise DesignError("design.no_code", f"recode [{label}]", value=one, hint=hint, known=", ".join(known))
    return found


def _answers_in(held: Categorical, groups: Mapping[str, WorkedInput], others: Others) -> tuple[CodeArray, list[str]]:
    """The group (n,) of each answer, −1 outside, and the labels."""
    named, labels = _named(held, groups), list(groups)
    twice = [held.answers[k] for k in dict.fromkeys(named) if named.count(k) > 1]
    if twice:
        raise DesignError("design.in_two_groups", held.name, value=", ".join(twice))
    rest = [k for k in range(len(held.answers)) if k not in named and k != held.nonanswer]
    if rest and others == "refuse":
        raise DesignError("design.in_no_group", held.name, value=", ".join(held.answers[k] for k in rest))
    place = np.full(len(held.answers) + 1, -1, dtype=np.int32)  # last: code −1
    start = 0
    for number, given in enumerate(groups.values()):
        place[named[start : start + len(given)]] = number
        start += len(given)
    if others == "keep":
        place[rest] = len(labels) + np.arange(len(rest))
        labels += [held.answers[k] for k in rest]
    return place[held.codes], labels


def _numbers_in(
    values: FloatArray, name: str, groups: Mapping[str, WorkedInput], others: Others
) -> tuple[CodeArray, list[str]]:
    """The group (n,) of each number, by range or by list."""
    within = np.stack([_within(values, name, label, given) for label, given in groups.items()])
    count, there = within.sum(axis=0), ~np.isnan(values)
    if (count > 1).any():
        raise DesignError("design.in_two_groups", name, value=f"{values[count > 1][0]:g}")
    rest = there & (count == 0)
    if rest.any() and others != "missing":
        raise DesignError("design.in_no_group", name, value=f"{values[rest][0]:g}")
    return np.where(count == 1, within.argmax(axis=0), -1).astype(np.int32), list(groups)


def _within(values: FloatArray, name: str, label: str, given: WorkedInput) -> BoolArray:
    if not isinstance(given, tuple):
        return np.isin(values, np.array(list(given), dtype=float))
    if len(given) != 2:
        raise DesignError("design.bad_range", f"recode {name} [{label}]", value=given)
    low, high = (end if end is not None else side * np.inf for end, side in zip(given, (-1, 1), strict=True))
    return np.asarray((values >= low) & (values <= high))
