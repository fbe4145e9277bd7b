"""The search for what to hide: each unsafe count's cheapest witness, one after another, in the order that hides least."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.protection.hiding import Hiding, freedom, needs, unknown_to_readers, unsafe_of
from kodoku_survey.protection.kept_changes import KnownChanges, SparseChange, sparse_change
from kodoku_survey.protection.part_sums import around, moved
from kodoku_survey.protection.system import System
from kodoku_survey.protection.thinning import thinned

# How far a witness is sought: cells without totals and bases near by first, then farther, then everything.
REACHES = ((0, 2), (0, 3), (0, 4), (0, 6), (1, 4), (2, 4), (2, 99))
ORDERS = (1,)
HEAVY = 10.0  # totals and bases cost so much more than other cells


def hide(system: System, threshold: int, *, stay: BoolArray | None = None, first: BoolArray | None = None) -> Hiding:
    """The cells to hide. stay : (m,) printed in an earlier release, so that nothing can hide them; first : hidden there."""
    kept = np.zeros(len(system), bool) if stay is None else stay
    begun = np.zeros(len(system), bool) if first is None else first
    tried = [_searched(system, threshold, kept, begun, way) for way in ORDERS]
    return min(tried, key=lambda one: (len(one.open), int((one.hidden & (system.counts > 0)).sum())))


def _searched(system: System, threshold: int, stay: BoolArray, first: BoolArray, way: int) -> Hiding:
    """What one order of the unsafe counts hides: those in small lines first, and with way −1 the largest of them first."""
    unsafe = unsafe_of(system, threshold)
    search = _Search(system, threshold, unsafe, stay)
    search.hidden |= (unsafe | first) & system.printed & ~stay
    search.close()
    lone = system.within >= threshold
    for place in sorted(np.flatnonzero(unsafe), key=lambda k: (lone[k], way * system.counts[k], way * k)):
        search.protect(int(place))
    hidden, witnesses = thinned(system, threshold, search.hidden, stay, search.witnesses, search.known)
    dense = {place: tuple(one.dense(len(system)) for one in witnesses[place]) for place in sorted(witnesses)}
    return Hiding(threshold, hidden, unsafe, dense, tuple(sorted(search.open)))


@dataclass(eq=False)
class _Search:
    """The cells hidden so far and the witnesses found."""

    system: System
    threshold: int
    unsafe: BoolArray
    stay: BoolArray
    hidden: BoolArray = field(init=False)
    cost: FloatArray = field(init=False)
    known: KnownChanges = field(init=False)
    witnesses: dict[int, tuple[SparseChange, ...]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        system = self.system
        self.hidden = np.zeros(len(system), dtype=bool)
        self.known = KnownChanges(self.unsafe)
        self.cost = 1 + 0.02 * np.log1p(system.counts)
        self.cost[system.bases | system.totals] *= HEAVY
        for base, rows in system.rows.items():
            self.cost[base] += sum(int((system.counts[row] > 0).sum()) for row in rows)

    def close(self) -> None:
        """A hidden base hides its line, everywhere."""
        for base in np.flatnonzero(self.hidden & self.system.bases):
            for row in self.system.rows[int(base)]:
                self.hidden[row[~self.stay[row]]] = True

    def protect(self, place: int) -> None:
        """Find the cheapest witness of an unsafe count and hide what it moves."""
        best: tuple[float, tuple[SparseChange, ...]] | None = None
        for way in needs(self.system, self.threshold, place):
            if best is not None and best[0] == 0:
                break
            before, changes, spent = self.hidden.copy(), [], 0.0
            for need in way:
                change = self._found(place, need)
                if change is None:
                    break
                moves = change.places
                new = moves[self.system.printed[moves] & ~self.hidden[moves]]
                spent += float(self.cost[new].sum())
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
                return sparse_change(change)
        return None
