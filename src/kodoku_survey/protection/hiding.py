"""Which cells a release hides: the unsafe ones, and beside them what keeps them from being worked out, each with its witness.

A witness of an unsafe count is an integer change of the whole release that fits everything still printed: relations hold,
printed cells stay, hidden cells stay at 1 or more (a nought would have been printed), counts nobody prints at 0 or more. It
moves the count far enough that a reader can neither show that it is below the threshold nor place it within fewer than three
values. How they are found: searching.py and thinning.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.protection.part_sums import Bound, able_to_move, labelled
from kodoku_survey.protection.system import System

LEAST_WIDTH = 2  # three values


@dataclass(frozen=True, eq=False)
class Hiding:
    """hidden (m,): printed cells that are not. unsafe (m,). witnesses: changes (m,) of each unsafe count that is safe now.

    open : unsafe counts for which there is none. limits : (m,) the threshold of each count: an earlier release's where that has
        told already what a higher one would hide.
    """

    threshold: int
    hidden: BoolArray
    unsafe: BoolArray
    witnesses: dict[int, tuple[IndexArray, ...]]
    open: tuple[int, ...]
    limits: IndexArray


def unsafe_of(system: System, limits: int | IndexArray) -> BoolArray:
    """(m,) counts 1 … t−1 of somebody's answer, printed or told by subtraction."""
    return np.asarray(((system.counts > 0) & (system.counts < limits) & system.answers) | system.unanimous)


def unknown_to_readers(system: System, hidden: BoolArray) -> BoolArray:
    """(m,) counts no reader is told. A nought in a hidden line is taken as known: it may be printed where the table is turned."""
    return np.asarray(~system.printed | (hidden & can_be_hidden(system)))


def can_be_hidden(system: System) -> BoolArray:
    """(m,) counts that are unknown where they are not printed."""
    return np.asarray((system.counts > 0) | system.noughts)


def freedom(system: System, hidden: BoolArray) -> Bound:
    """How far a reader must let each unknown be from its count: those he knows not at all."""
    low = -system.counts.astype(float)
    low[system.printed & (system.counts > 0)] += 1
    high = np.full(len(system), np.inf)
    known = ~unknown_to_readers(system, hidden)
    low[known] = high[known] = 0
    return Bound(low, high)


def wide_enough(low: float, high: float, threshold: int) -> bool:
    """Whether an interval tells neither that a count is below t nor the count to fewer than three values."""
    return bool(high >= threshold and high - low >= LEAST_WIDTH)


def proves(system: System, hiding: Hiding, place: int) -> bool:
    """Whether the witnesses of an unsafe count prove it safe: a matrix times a vector, and bounds."""
    bound, changes = freedom(system, hiding.hidden), hiding.witnesses.get(place, ())
    for change in changes:
        if (system.relations @ change).any() or (change < bound.low).any() or (change > bound.high).any():
            return False
    values = [0, *(int(change[place]) for change in changes)]
    count = int(system.counts[place])
    return wide_enough(count + min(values), count + max(values), int(hiding.limits[place]))


def needs(system: System, limits: IndexArray, place: int) -> list[tuple[int, ...]]:
    """Ways to move a count far enough: by one change, or one up and one down."""
    count, printed, threshold = int(system.counts[place]), bool(system.printed[place]), int(limits[place])
    ways: list[tuple[int, ...]] = [(max(threshold - count, LEAST_WIDTH),)]
    if count == threshold - 1 and count > printed:
        ways.append((1, -1))
    return ways


def parts_of(system: System, hidden: BoolArray) -> IndexArray:
    """(m,) the part of each unknown a reader cannot work out one by one, −1 for what he knows."""
    return labelled(system, able_to_move(system, unknown_to_readers(system, hidden)))
