"""Which cells a release hides: the unsafe ones, and beside them what keeps them from being worked out, each with its witness.

A witness of an unsafe count is an integer change of the whole release that fits everything still printed: relations hold,
printed cells stay, hidden cells stay at 1 or more (a nought would have been printed), counts nobody prints at 0 or more. It
moves the count far enough that a reader can neither show that it is below the threshold nor place it within fewer than three
values. Witnesses are found one after another (`moved`); then the largest cells hidden beside are printed again wherever
every witness can be found without them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.protection.part_sums import Bound, able_to_move, around, labelled, moved
from kodoku_survey.protection.system import System

# How far a witness is sought: cells without totals and bases near by first, then farther, then everything.
REACHES = ((0, 2), (0, 3), (0, 4), (0, 6), (1, 4), (2, 4), (2, 99))
LEAST_WIDTH = 2  # three values


@dataclass(frozen=True, eq=False)
class Hiding:
    """hidden (m,): printed cells that are not. unsafe (m,). witnesses: changes (m,) of each unsafe count that is safe now.

    open : unsafe counts for which there is none.
    """

    threshold: int
    hidden: BoolArray
    unsafe: BoolArray
    witnesses: dict[int, tuple[IndexArray, ...]]
    open: tuple[int, ...]


def unsafe_of(system: System, threshold: int) -> BoolArray:
    """(m,) counts 1 … t−1 of somebody's answer, printed or told by subtraction."""
    return np.asarray((system.counts > 0) & (system.counts < threshold) & system.answers)


def unknown_to_readers(system: System, hidden: BoolArray) -> BoolArray:
    """(m,) counts no reader is told. A nought in a hidden line is taken as known: it may be printed where the table is turned."""
    return np.asarray(~system.printed | (hidden & (system.counts > 0)))


def freedom(system: System, hidden: BoolArray) -> Bound:
    """How far a reader must let each unknown be from its count: those he knows not at all."""
    low = -system.counts.astype(float)
    low[system.printed] += 1
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
    return wide_enough(count + min(values), count + max(values), hiding.threshold)


def hide(system: System, threshold: int, *, stay: BoolArray | None = None, first: BoolArray | None = None) -> Hiding:
    """The cells to hide. stay : (m,) printed in an earlier release, so that nothing can hide them; first : hidden there."""
    unsafe = unsafe_of(system, threshold)
    search = _Search(system, threshold, unsafe, np.zeros(len(system), bool) if stay is None else stay)
    search.hidden |= unsafe & system.printed & ~search.stay
    if first is not None:
        search.hidden |= first & system.printed & ~search.stay
    search.close()
    lone = system.within >= threshold
    for place in sorted(np.flatnonzero(unsafe), key=lambda k: (lone[k], system.counts[k], k)):
        search.protect(int(place))
    search.thin()
    return Hiding(threshold, search.hidden, unsafe, dict(sorted(search.witnesses.items())), tuple(sorted(search.open)))


@dataclass(eq=False)
class _Search:
    """The cells hidden so far and the witnesses found."""

    system: System
    threshold: int
    unsafe: BoolArray
    stay: BoolArray
    hidden: BoolArray = field(init=False)
    cost: FloatArray = field(init=False)
    witnesses: dict[int, tuple[IndexArray, ...]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        system = self.system
        self.hidden = np.zeros(len(system), dtype=bool)
        self.cost = 1 + 0.02 * np.log1p(system.counts)
        self.cost[system.bases | system.totals] *= 10
        for base, rows in system.rows.items():
            self.cost[base] += sum(int((system.counts[row] > 0).sum()) for row in rows)

    def close(self) -> None:
        """A hidden base hides its line, everywhere."""
        for base in np.flatnonzero(self.hidden & self.system.bases):
            for row in self.system.rows[int(base)]:
                self.hidden[row[~self.stay[row]]] = True

    def needs(self, place: int) -> list[tuple[int, ...]]:
        """Ways to move a count far enough: by one change, or one up and one down."""
        count, printed = int(self.system.counts[place]), bool(self.system.printed[place])
        ways: list[tuple[int, ...]] = [(max(self.threshold - count, LEAST_WIDTH),)]
        if count == self.threshold - 1 and count > printed:
            ways.append((1, -1))
        return ways

    def protect(self, place: int) -> None:
        """Find the cheapest witness of an unsafe count and hide what it moves."""
        best: tuple[float, tuple[IndexArray, ...]] | None = None
        for way in self.needs(place):
            if best is not None and best[0] == 0:
                break
            before, changes, spent = self.hidden.copy(), [], 0.0
            for need in way:
                change = self._found(place, need)
                if change is None:
                    break
                new = self.system.printed & (change != 0) & ~self.hidden
                spent += float(self.cost[new].sum())
                self.hidden |= new
                changes.append(change)
            self.hidden = before
            if len(changes) == len(way) and (best is None or spent < best[0]):
                best = spent, tuple(changes)
        if best is None:
            self.open.add(place)
            return
        self.witnesses[place] = best[1]
        for change in best[1]:
            self.hidden |= self.system.printed & (change != 0)
        self.close()

    def _found(self, place: int, need: int) -> IndexArray | None:
        system = self.system
        unknown = unknown_to_readers(system, self.hidden)
        may = unknown | ((system.counts > 0) & ~self.stay)
        allowed = (may & (unknown | ~(system.bases | system.totals)), may & (unknown | ~system.bases), may)
        open_to = freedom(system, np.ones(len(system), dtype=bool))
        cost = np.where(unknown, 0.0, self.cost)
        before = 0
        for level, steps in REACHES:
            if not allowed[level][place]:
                continue
            part = around(system, place, allowed[level], steps)
            if len(part) == before:
                continue
            before = len(part)
            change = moved(system, part, open_to, cost=cost, aim=place, need=need, reach=4 * abs(need))
            if change is not None:
                return change
        return None

    def thin(self) -> None:
        """Print again, the largest first, whatever no witness needs to be hidden."""
        system = self.system
        beside = self.hidden & ~self.unsafe & ~self.stay
        heavy = (system.bases | system.totals).astype(int)
        for place in sorted(np.flatnonzero(beside), key=lambda k: (-heavy[k], -system.counts[k], k)):
            if self.hidden[place] and (system.bases[place] or not self._within_hidden_line(int(place))):
                self._without(int(place))

    def _within_hidden_line(self, place: int) -> bool:
        return any(self.hidden[base] for base in self.system.lines_of[place])

    def _without(self, place: int) -> None:
        hidden = self.hidden.copy()
        hidden[place] = False
        bound, free = freedom(self.system, hidden), unknown_to_readers(self.system, hidden)
        may = able_to_move(self.system, free)
        found: dict[int, tuple[IndexArray, ...]] = {}
        for aim, changes in self.witnesses.items():
            if not any(change[place] for change in changes):
                continue
            again = self._again(aim, may, bound)
            if again is None:
                return
            found[aim] = again
        self.hidden = hidden
        self.witnesses |= found

    def _again(self, aim: int, may: BoolArray, bound: Bound) -> tuple[IndexArray, ...] | None:
        if not may[aim]:
            return None
        part = around(self.system, aim, may, 99)
        blank = np.zeros(len(self.system))
        for way in self.needs(aim):
            changes = []
            for need in way:
                change = moved(self.system, part, bound, cost=blank, aim=aim, need=need, reach=8 * abs(need))
                if change is None:
                    break
                changes.append(change)
            if len(changes) == len(way):
                return tuple(changes)
        return None


def parts_of(system: System, hidden: BoolArray) -> IndexArray:
    """(m,) the part of each unknown a reader cannot work out one by one, −1 for what he knows."""
    return labelled(system, able_to_move(system, unknown_to_readers(system, hidden)))
