"""Thinning: cells hidden beside the unsafe ones are printed again, the largest first, wherever every witness can do without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.protection.hiding import can_be_hidden, freedom, needs, unknown_to_readers
from kodoku_survey.protection.kept_changes import KnownChanges, SparseChange, sparse_change
from kodoku_survey.protection.part_sums import Bound, able_to_move, around, moved
from kodoku_survey.protection.system import System

Witnesses = dict[int, tuple[SparseChange, ...]]


def thinned(
    system: System,
    limits: IndexArray,
    hidden: BoolArray,
    stay: BoolArray,
    witnesses: Witnesses,
    known: KnownChanges,
) -> tuple[BoolArray, Witnesses]:
    """The cells still hidden (m,) and a witness of every count that had one.

    One pass is enough: what cannot be printed again now cannot be when less is hidden.
    """
    thinning = _Thinning(system, limits, hidden.copy(), dict(witnesses), known)
    beside = ~known.aims & ~stay & can_be_hidden(system)
    heavy = (system.bases | system.totals).astype(int)
    for place in sorted(np.flatnonzero(thinning.hidden & beside), key=lambda k: (-heavy[k], -system.counts[k], k)):
        if system.bases[place] or not any(thinning.hidden[base] for base in system.lines_of[place]):
            thinning.without(int(place))
    return thinning.hidden, thinning.witnesses


@dataclass(eq=False)
class _Thinning:
    """What is hidden still, and the witnesses that need nothing else."""

    system: System
    limits: IndexArray
    hidden: BoolArray
    witnesses: Witnesses
    known: KnownChanges

    def without(self, place: int) -> None:
        """Print a cell again if every witness that moves it can be replaced."""
        hidden = self.hidden.copy()
        hidden[place] = False
        bound = freedom(self.system, hidden)
        possible = self.known.possible(bound)
        left, found = [], {}
        for aim, changes in self.witnesses.items():
            if all(change.fits(bound) for change in changes):
                continue
            again = self._kept(aim, bound, possible)
            if again is None:
                left.append(aim)
            else:
                found[aim] = again
        if left:
            may = able_to_move(self.system, unknown_to_readers(self.system, hidden))
            if not may[left].all():
                return
            for aim in left:
                again = self._kept(aim, bound, possible) or self._solved(aim, may, bound)
                if again is None:
                    return
                found[aim] = again
        self.hidden = hidden
        self.witnesses |= found

    def _kept(self, aim: int, bound: Bound, possible: BoolArray) -> tuple[SparseChange, ...] | None:
        for way in needs(self.system, self.limits, aim):
            changes = [self.known.moving(aim, need, bound, possible) for need in way]
            if None not in changes:
                return tuple(one for one in changes if one is not None)
        return None

    def _solved(self, aim: int, may: BoolArray, bound: Bound) -> tuple[SparseChange, ...] | None:
        part = around(self.system, aim, may, 99)
        few = (self.hidden & self.system.printed).astype(float)  # what moves little is in the way of little
        for way in needs(self.system, self.limits, aim):
            changes = []
            for need in way:
                change = moved(self.system, part, bound, cost=few, aim=aim, need=need, reach=8 * abs(need))
                if change is None:
                    break
                changes.append(sparse_change(change))
                self.known.add(changes[-1])
            if len(changes) == len(way):
                return tuple(changes)
        return None
