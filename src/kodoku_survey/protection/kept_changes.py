"""Changes of the whole release found so far: what proves one count safe often proves others, and needs no program solved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.protection.part_sums import Bound


@dataclass(frozen=True, eq=False)
class SparseChange:
    """By how much (k,) which unknowns (k,) move; `values` in the order of `places`, which are sorted."""

    places: IndexArray
    values: IndexArray

    def at(self, place: int) -> int:
        """By how much one unknown moves."""
        found = int(np.searchsorted(self.places, place))
        return int(self.values[found]) if found < len(self.places) and self.places[found] == place else 0

    def fits(self, bound: Bound) -> bool:
        """Whether every unknown stays where it may go."""
        return bool((self.values >= bound.low[self.places]).all() and (self.values <= bound.high[self.places]).all())

    def dense(self, size: int) -> IndexArray:
        """(m,) the change of every unknown."""
        whole = np.zeros(size, dtype=np.intp)
        whole[self.places] = self.values
        return whole


def sparse_change(whole: IndexArray) -> SparseChange:
    """A change (m,) as the unknowns it moves."""
    places = np.flatnonzero(whole)
    return SparseChange(places, whole[places])


@dataclass(eq=False)
class KnownChanges:
    """Changes by the counts to be proved that they move. aims : (m,) those counts."""

    aims: BoolArray
    held: list[SparseChange] = field(default_factory=list)
    by_aim: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    places: list[IndexArray] = field(default_factory=list)
    owners: list[IndexArray] = field(default_factory=list)

    def add(self, change: SparseChange) -> None:
        """Keep a change for whatever it moves."""
        number = len(self.held)
        self.held.append(change)
        self.places.append(change.places)
        self.owners.append(np.full(len(change.places), number))
        for place in change.places[self.aims[change.places]]:
            self.by_aim[int(place)].append(number)

    def possible(self, bound: Bound) -> BoolArray:
        """(changes,) which move only what a reader does not know."""
        if not self.held:
            return np.zeros(0, dtype=bool)
        if len(self.places) > 1:  # joined once, so that the next addition is the only one to join
            self.places, self.owners = [np.concatenate(self.places)], [np.concatenate(self.owners)]
        known = bound.high[self.places[0]] == 0
        return np.bincount(self.owners[0][known], minlength=len(self.held)) == 0

    def moving(self, aim: int, need: int, bound: Bound, possible: BoolArray) -> SparseChange | None:
        """A kept change, or a multiple of one, that moves a count by `need` and fits; the newest first, or None."""
        for number in reversed(self.by_aim.get(aim, ())):
            if number >= len(possible) or possible[number]:
                change = self.held[number]
                own = change.at(aim)
                times = -(-abs(need) // abs(own)) * (1 if (need > 0) == (own > 0) else -1)
                wanted = change if times == 1 else SparseChange(change.places, change.values * times)
                if wanted.fits(bound):
                    return wanted
        return None
