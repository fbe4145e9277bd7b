"""The tables of a release as sets of respondents: who stands in each line and in each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kodoku_survey.arrays import BoolArray
from kodoku_survey.design import Categorical, Multiple, Number, Sample
from kodoku_survey.estimation.groups import bands_of
from kodoku_survey.intake.responses import NONANSWER
from kodoku_survey.protection.sets import Members, both, members, without

ColumnKind = Literal["answer", "silent"]
ANYTHING = ""  # what a filter may depend on


@dataclass(frozen=True)
class LineColumn:
    """A column: who gave the answer. kind : an answer, or 無回答. printed : or told by subtraction alone."""

    code: Any
    members: Members
    kind: ColumnKind = "answer"
    printed: bool = True


@dataclass(frozen=True)
class Line:
    """A line: who stands in it. conditions : the attribute and key of each part of its group; none of everybody.

    filtered : not everybody was asked.
    """

    axis: str
    keys: tuple[Any, ...]
    members: Members
    conditions: frozenset[tuple[str, Any]]
    silent: bool = False  # those who gave no answer: no answer of theirs is told
    filtered: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The attributes that make the line."""
        return frozenset([name for name, _ in self.conditions] + [ANYTHING] * self.filtered)


@dataclass(frozen=True)
class GridFamily:
    """Lines that exclude each other, by place; silent : who did not answer one of the attributes that divide them."""

    lines: tuple[int, ...]
    silent: Members


@dataclass(frozen=True)
class CellGrid:
    """One table. sums : places of columns that add up to the first of them (−1: the base). silent : on the question.

    turned : not as it is printed, but with a banner across (turned.py).
    """

    table: str
    question: str
    base: Members
    columns: tuple[LineColumn, ...]
    sums: tuple[tuple[int, ...], ...]
    lines: tuple[Line, ...]
    families: tuple[GridFamily, ...]
    single: bool
    silent: Members
    turned: bool = False


def grid_of(
    sample: Sample,
    table: str,
    question: str,
    by: Any,
    *,
    base: BoolArray | None = None,
    total: str | None = None,
    nonanswer: Literal["in", "out"] = "in",
    shown: Sequence[Any] | None = None,
) -> CellGrid:
    """A table as `crosstab` takes it; shown : keys of the columns printed, None for all. Raises DesignError."""
    column = sample.column(question)
    asked = _asked(column)
    if base is not None:
        asked &= base
    if sample.within is not None:
        asked &= sample.within
    if nonanswer == "out" and not isinstance(column, Number) and column.nonanswer is not None:
        asked &= ~_gave(column, column.nonanswer)
    whole = members(asked)
    alone = (
        sample.responses.variables[question].exclusive
        if sample.responses and question in sample.responses.variables
        else ()
    )
    silent_here = members(silent_on(sample, question))
    columns, sums = _columns(column, whole, shown, alone, silent_here)
    bands = bands_of(sample, by, total="." if total != "" else "")
    lines: list[Line] = []
    families = []
    for band in bands:
        first = len(lines)
        for group, place in zip(band.groups, band.places, strict=True):
            names = group.attribute.split(":") if group.attribute else []
            # The slot before the first is for those outside.
            here = members((band.slots.at == place + band.slots.outside) & asked)
            conditions = frozenset(zip(names, group.keys, strict=True))
            lines.append(Line(group.attribute, group.keys, here, conditions, filtered=not asked.all()))
        names = band.groups[0].attribute.split(":") if band.groups and band.groups[0].attribute else []
        silent = (
            np.any([silent_on(sample, name) for name in names], axis=0) if names else np.zeros(len(sample), dtype=bool)
        )
        families.append(GridFamily(tuple(range(first, len(lines))), members(silent)))
    single = isinstance(column, Categorical)
    return CellGrid(table, question, whole, columns, sums, tuple(lines), tuple(families), single, silent_here)


def _asked(column: Categorical | Multiple | Number) -> BoolArray:
    if isinstance(column, Number):
        return np.isfinite(column.values)
    codes = column.codes if isinstance(column, Categorical) else column.ticks[:, 0]
    return np.asarray(codes >= 0)


def _gave(column: Categorical | Multiple, place: int) -> BoolArray:
    if isinstance(column, Categorical):
        return np.asarray(column.codes == place)
    return np.asarray(column.ticks[:, place] == 1)


def silent_on(sample: Sample, name: str) -> BoolArray:
    """(n,) who gave no answer to a variable, or, where it is derived, to one it is made of."""
    column = sample.column(name)
    found = np.zeros(len(sample), dtype=bool)
    if not isinstance(column, Number) and column.nonanswer is not None:
        found |= _gave(column, column.nonanswer)
    if sample.responses is not None:
        defined = {one.name: one for one in sample.responses.survey.measures.definitions}
        for need in defined[name].needs if name in defined else ():
            if need in sample.responses.variables:
                found |= silent_on(sample, need) | (sample.responses.given(need).state == NONANSWER)
    return found


def _columns(
    column: Categorical | Multiple | Number,
    base: Members,
    shown: Sequence[Any] | None,
    exclusive: Sequence[Any],
    quiet: Members,
) -> tuple[tuple[LineColumn, ...], tuple[tuple[int, ...], ...]]:
    """The columns printed, and those a reader gets by subtraction, with what adds up to what."""
    if isinstance(column, Number):
        return (), ()
    places = [k for k, key in enumerate(column.keys) if shown is None or key in shown]
    held = [
        LineColumn(
            column.keys[k], both(members(_gave(column, k)), base), "silent" if k == column.nonanswer else "answer"
        )
        for k in places
    ]
    if isinstance(column, Categorical):
        rest = without(base, [one.members for one in held])
        silent = not any(without(rest, [quiet]))
        if any(rest):
            held.append(
                LineColumn(
                    ("rest", tuple(one.code for one in held)), rest, "silent" if silent else "answer", printed=False
                )
            )
        return tuple(held), ((-1, *range(len(held))),)
    return _of_several(base, held, exclusive)


def _of_several(
    base: Members, held: list[LineColumn], exclusive: Sequence[Any]
) -> tuple[tuple[LineColumn, ...], tuple[tuple[int, ...], ...]]:
    """Each answer and its complement; with the declared exclusive ones and 無回答 taken off, who gave any other."""
    printed = list(held)
    sums: list[tuple[int, ...]] = []
    silent = [one.members for one in printed if one.kind == "silent"]
    for place, one in enumerate(printed):
        if one.kind == "answer":
            rest = without(base, [one.members])
            only_silent = bool(silent) and not any(without(rest, silent))
            sums.append((-1, place, len(held)))
            held.append(LineColumn(("not", one.code), rest, "silent" if only_silent else "answer", printed=False))
    alone = [
        place
        for place, one in enumerate(printed)
        if one.kind == "silent"
        or (one.code in exclusive and not any(any(both(one.members, o.members)) for o in printed if o is not one))
    ]
    others = [place for place in range(len(printed)) if place not in alone]
    if alone and others:
        spoke = without(base, [printed[place].members for place in alone])
        top = len(held)
        sums.append((-1, *alone, top))
        held.append(LineColumn(("any", tuple(printed[k].code for k in alone)), spoke, printed=False))
        for place in others:
            sums.append((top, place, len(held)))
            held.append(
                LineColumn(("any but", printed[place].code), without(spoke, [printed[place].members]), printed=False)
            )
    return tuple(held), tuple(sums)
