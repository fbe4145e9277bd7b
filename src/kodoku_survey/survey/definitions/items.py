"""Items of a score: the points of an answer, and what a blank or an item that does not count adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np

from kodoku_survey.arrays import ByteArray, CodeArray
from kodoku_survey.survey.codebook import NOT_ASKED, check_condition
from kodoku_survey.survey.conditions import ANSWERED, TRUE, UNDETERMINED, UNKNOWN, Condition, Given, truth
from kodoku_survey.survey.definitions.described import GivenOf, Known
from kodoku_survey.survey.missing import Worth
from kodoku_survey.survey.reading import Place, record
from kodoku_survey.survey.reading.limits import FILLED

Combine = Literal["sum", "highest"]
NEUTRAL = {"sum": 0, "highest": np.iinfo(np.int32).min}  # what an item that does not count adds


class Points(NamedTuple):
    """What one code is worth."""

    code: int
    points: int


@dataclass(frozen=True)
class Item:
    """One item of a score: points of each code (of a multiple answer, of each tick), and when it counts at all."""

    variable: Annotated[str, FILLED]
    points: Annotated[tuple[Points, ...], FILLED] = ()
    when: Condition | None = None

    @classmethod
    def from_toml(cls, value: Any, place: Place) -> Item | None:
        """A name alone, or a table."""
        return record(cls, {"variable": value} if isinstance(value, str) else value, place)


def check_item(item: Item, known: Known, place: Place) -> None:
    """Every answer of an item has its points, and no other code has any."""
    variable = known[item.variable]
    if variable.kind == "number":
        place.fault("not_single", value=item.variable)
        return
    pointed, options = [code for code, _ in item.points], [code.code for code in variable.options]
    for code in pointed:
        if code not in options:
            place.unknown("unknown_code", code, options, variable=item.variable)
    for code in options:
        if code not in pointed:
            place.fault("no_points", value=code)
    if item.when is not None:
        check_condition(item.when, known, place.at("when"))


def limits(item: Item, *, several: bool, sure: bool = True) -> tuple[int, int]:
    """The fewest and most points of one item; one that may not count (not `sure`) may also add nothing."""
    points = [worth for _, worth in item.points] or [0]
    if several:
        return sum(min(p, 0) for p in points), sum(max(p, 0) for p in points)
    return (min(points), max(points)) if sure else (min(0, *points), max(0, *points))


def added(item: Item, worth: Worth, combine: Combine, given_of: GivenOf) -> tuple[CodeArray, ByteArray]:
    """What one item adds to a score (n,), and whether it was answered, blank, or does not count (−1)."""
    given = given_of(item.variable)
    points, known = _worth(item, given)
    state = np.where(known, given.state, np.where(given.state == ANSWERED, UNDETERMINED, given.state)).astype(np.int8)
    end = {"lowest": 0, "highest": 1}.get(worth)
    blank = 0 if end is None else limits(item, several=given.ticks is not None)[end]
    points, neutral = np.where(state == ANSWERED, points, blank), NEUTRAL[combine]
    applies = np.full(len(state), TRUE, dtype=np.int8) if item.when is None else truth(item.when, given_of)
    open_ = (applies == UNKNOWN) & (state != NOT_ASKED)
    state = np.where(applies == TRUE, state, NOT_ASKED).astype(np.int8)
    added = np.where(state == NOT_ASKED, neutral, points)
    if end is not None:
        # Nobody knows whether it counts: at the least it does not help, at the most it does.
        either = np.minimum(points, neutral) if worth == "lowest" else np.maximum(points, neutral)
        added = np.where(open_, either, added)
    return added, state


def _worth(item: Item, given: Given) -> tuple[CodeArray, CodeArray]:
    """Points (n,) of the answers, of a multiple answer the sum over its ticks, and whether each has any."""
    if given.ticks is not None:
        key = dict(item.points)
        worth = np.array([key.get(code, 0) for code in given.keys], dtype=np.int64)
        return (given.ticks == 1) @ worth, np.ones(len(given.state), dtype=bool)
    assert given.codes is not None
    codes, points = (np.array(column, dtype=np.int64) for column in zip(*item.points, strict=True))
    order = np.argsort(codes)
    where = np.clip(np.searchsorted(codes[order], given.codes), 0, len(codes) - 1)
    return points[order][where], codes[order][where] == given.codes
