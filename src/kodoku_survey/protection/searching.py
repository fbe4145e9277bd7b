"""The search for what to hide: small parts whole, then each unsafe count's cheapest witness, one after another."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.protection.hiding import Hiding, can_be_hidden, freedom, needs, unknown_to_readers, unsafe_of
from kodoku_survey.protection.kept_changes import KnownChanges, SparseChange, sparse_change
from kodoku_survey.protection.part_sums import around, moved
from kodoku_survey.protection.system import System
from kodoku_survey.protection.thinning import thinned
from kodoku_survey.protection.whole_parts import solved_whole

# How far a witness is sought: cells without totals and bases near by first, then farther, then everything.
REACHES = ((0, 2), (0, 3), (0, 4), (0, 6), (1, 4), (2, 4), (2, 99))
ORDERS = (1, -1)  # of the unsafe counts: both are tried where there are few
FEW_UNSAFE = 200
TOUCHED = 0.001  # of equals the change that moves the fewest hidden cells
HEAVY = 10.0  # totals and bases cost so much more than other cells


def hide(
    system: System,
    threshold: int,
    *,
    stay: BoolArray | None = None,
    first: BoolArray | None = None,
    held: BoolArray | None = None,
    limits: IndexArray | None = None,
) -> Hiding:
    """The cells to hide. stay : (m,) printed in an earlier release, so that nothing can hide them; first : hidden there;
    held : of these the ones that stay hidden whatever comes. limits : (m,) thresholds of single counts.
    """
    none = np.zeros(len(system), bool)
    kept, begun, always = (none if one is None else one for one in (stay, first, held))
    least = np.full(len(system), threshold) if limits is None else limits
    least = np.where(
        system.unanimous, 0, least
    )  # how many they are tells nothing: that there are any at all is what is hidden
    ways = ORDERS if int(unsafe_of(system, least).sum()) <= FEW_UNSAFE else ORDERS[:1]
    tried = [_searched(_Search(system, threshold, least, kept), begun, always, way) for way in ways]
    return min(tried, key=lambda one: (len(one.open), int((one.hidden & (system.counts > 0)).sum())))


def _searched(search: _Search, first: BoolArray, held: BoolArray, way: int) -> Hiding:
    """What one order of the unsafe counts hides: those in small lines first, and with way −1 the largest of them first."""
    system, limits, unsafe, stay = search.system, search.limits, search.unsafe, search.stay
    search.hidden |= (unsafe | first) & system.printed & ~stay
    search.close()
    search.hidden |= solved_whole(system, limits, search.hidden, unsafe, stay, search.cost)
    lone = system.within >= limits
    for place in sorted(np.flatnonzero(unsafe), key=lambda k: (lone[k], way * system.counts[k], way * k)):
        search.protect(int(place))
    hidden, witnesses = thinned(system, limits, search.hidden, stay | held, search.witnesses, search.known)
    dense = {place: tuple(one.dense(len(system)) for one in witnesses[place]) for place in sorted(witnesses)}
    # A nought goes with its line: where the line is printed after all, it is too.
    hidden &= can_be_hidden(system)
    return Hiding(search.threshold, hidden, unsafe, dense, tuple(sorted(search.open)), limits)


@dataclass(eq=False)
class _Search:
    """The cells hidden so far and the witnesses found."""

    system: System
    threshold: int
    limits: IndexArray
    stay: BoolArray
    unsafe: BoolArray = field(init=False)
    hidden: BoolArray = field(init=False)
    cost: FloatArray = field(init=False)
    known: KnownChanges = field(init=False)
    of_lines: tuple[IndexArray, IndexArray] = field(init=False)  # cells, and the base of the line each stands in
    witnesses: dict[int, tuple[SparseChange, ...]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        system = self.system
        self.unsafe = unsafe_of(system, self.limits)
        self.hidden = np.zeros(len(system), dtype=bool)
        self.known = KnownChanges(self.unsafe)
        self.cost = 1 + 0.02 * np.log1p(system.counts)
        self.cost[system.bases | system.totals] *= HEAVY
        flat = [np.unique(np.concatenate([row[1:] for row in rows])) for rows in system.rows.values()]
        self.of_lines = (np.concatenate(flat), np.repeat(list(system.rows), [len(one) for one in flat]))

    def close(self) -> None:
        """A hidden base hides its line, everywhere."""
        for base in np.flatnonzero(self.hidden & self.system.bases):
            for row in self.system.rows[int(base)]:
                self.hidden[row[~self.stay[row]]] = True

    def protect(self, place: int) -> None:
        """Find the cheapest witness of an unsafe count and hide what it moves."""
        best: tuple[float, tuple[SparseChange, ...]] | None = None
        for way in needs(self.system, self.limits, place):
            if best is not None and best[0] == 0:
                break
            before, changes, spent = self.hidden.copy(), [], 0.0
            for need in way:
                change = self._found(place, need)
                if change is None:
                    break
                moves = change.places
                new = moves[self.system.printed[moves] & ~self.hidden[moves]]
                spent += float(self._cost()[new].sum())
                self.hidden[new] = True
                changes.append(change)
            self.hidden = before
            if len(changes) == len(way) and (best is None or spent < best[0]):
                best = spent, tuple(changes)
        if best is None:
            self.open.add(place)
            return
        self.witnesses[place] = best[1]
        for change in best[1]:
            self.known.add(change)
            self.hidden[change.places[self.system.printed[change.places]]] = True
        self.close()

    def _found(self, place: int, need: int) -> SparseChange | None:
        system = self.system
        bound = freedom(system, self.hidden)
        free = self.known.moving(place, need, bound, self.known.possible(bound))
        if free is not None:
            return free
        unknown = unknown_to_readers(system, self.hidden)
        may = unknown | (can_be_hidden(system) & ~self.stay)
        allowed = (may & (unknown | ~(system.bases | system.totals)), may & (unknown | ~system.bases), may)
        open_to = freedom(system, np.ones(len(system), dtype=bool))
        cost = np.where(unknown, TOUCHED * system.printed, self._cost())
        before, best, least, farther = 0, None, np.inf, False
        for level, steps in REACHES:
            if not allowed[level][place]:
                continue
            part = around(system, place, allowed[level], steps)
            if len(part) == before and steps != REACHES[-1][1]:
                continue
            before = len(part)
            # In the end as far as thinning goes: what proved an earlier release must be found again.
            far = 8 if steps == REACHES[-1][1] else 4
            change = moved(system, part, open_to, cost=cost, aim=place, need=need, reach=far * abs(need))
            if change is None:
                continue
            spent = float(cost[change != 0].sum())
            if spent < least:
                best, least = sparse_change(change), spent
            # One neighbourhood further there may be a cheaper one; and anywhere, where whole lines are at stake.
            if least < 2 or (farther and least < HEAVY):
                break
            farther = True
        return best

    def _cost(self) -> FloatArray:
        """(m,) what hiding each unknown costs now: with a base goes its line."""
        cells, bases = self.of_lines
        shown = (self.system.counts[cells] > 0) & ~self.hidden[cells]
        return self.cost + np.bincount(bases[shown], minlength=len(self.system))
