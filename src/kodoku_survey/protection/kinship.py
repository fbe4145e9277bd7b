"""What depends on what, told from the respondents: recodes, routing and nets of others; which sets are parts of which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kodoku_survey.protection.grids import ANYTHING, CellGrid, Line
from kodoku_survey.protection.sets import Members, overlaps, size, stacked, union

BARELY = 0.001  # less probable than this is no chance
BY_CHANCE = 0.05  # that all of a set are in another


@dataclass(eq=False)
class Kinship:
    """Two names are kin if sets of one lie within sets of the other and chance hardly put them there.

    sets : of each name, the answers. asked : who was asked. everybody : how many there are.
    """

    sets: dict[str, dict[Members, None]]
    asked: dict[str, dict[Members, None]]
    everybody: int
    known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def same(self, names: frozenset[str], other: frozenset[str]) -> bool:
        """Whether the same persons told by these names and by those may be the same by definition.

        Not if a name of one has nothing to do with any of the other: it could have been answered otherwise.
        """
        return all(any(self.kin(a, b) for b in other) for a in names) and all(
            any(self.kin(a, b) for a in names) for b in other
        )

    def kin(self, one: str, other: str) -> bool:
        """Whether one depends on the other, as far as the respondents tell; True of a name nobody answered."""
        if one == other or ANYTHING in (one, other):
            return True
        key = (one, other) if one < other else (other, one)
        if key not in self.known:
            self.known[key] = self._within(*key) or self._within(key[1], key[0])
        return self.known[key]

    def _within(self, one: str, other: str) -> bool:
        """Whether sets of one, or all who were asked it, lie each within a set of the other too often for chance."""
        fine = stacked([*self.sets.get(one, ()), *self.asked.get(one, ())])
        coarse = stacked(self.sets.get(other, ()))
        if not len(fine) or not len(coarse):
            return True
        own, theirs = (np.bitwise_count(sets).sum(axis=1).astype(float) for sets in (fine, coarse))
        inside = (overlaps(fine, coarse) == own[:, None]) & (own[:, None] > 0)
        # That so many should all have given one and the same answer, whichever.
        chance = np.minimum(1, ((theirs[None, :] / self.everybody) ** own[:, None]).sum(axis=1))
        return bool(chance[inside.any(axis=1)].prod() < BARELY)


def kinship_of(grids: Iterable[CellGrid]) -> Kinship:
    """The kinship of the names of a release's tables, as printed and turned."""
    sets: dict[str, dict[Members, None]] = defaultdict(dict)
    asked: dict[str, dict[Members, None]] = defaultdict(dict)
    everybody: Members = b""
    for grid in grids:
        everybody = union([everybody or bytes(len(grid.base)), grid.base], len(grid.base))
        asked[grid.question][grid.base] = None
        for column in grid.columns:
            sets[grid.question][column.members] = None
    return Kinship(dict(sets), dict(asked), size(everybody))


def parts_within(
    wholes: Sequence[Line], families: Sequence[Sequence[Line]], *, by_place: bool = False
) -> Iterator[tuple[Any, int, list[Line]]]:
    """Each whole (or its place), the number of each family with members within it, and those members.

    A member lies within by definition where all the conditions of the whole are its own; where the members make up the whole;
    or where it is improbable that so many persons should all be in the whole by chance.
    """
    if not wholes:
        return
    packed = stacked(line.members for line in wholes)
    sizes = np.bitwise_count(packed).sum(axis=1).astype(float)
    everybody = float(np.bitwise_count(np.bitwise_or.reduce(packed, axis=0)).sum())
    flat = [(number, line) for number, lines in enumerate(families) for line in lines]
    common = overlaps(stacked(line.members for _, line in flat), packed)  # (parts, wholes)
    own = np.array([np.bitwise_count(np.frombuffer(line.members, np.uint8)).sum() for _, line in flat], dtype=np.intp)
    inside = (common == own[:, None]) & (own[:, None] > 0) & (common < sizes[None, :])
    numbers = np.array([number for number, _ in flat])
    for place, whole in enumerate(wholes):
        found = np.flatnonzero(inside[:, place])
        for number in np.unique(numbers[found]):
            parts = found[numbers[found] == number]
            mass = own[parts].sum()
            lines = [flat[k][1] for k in parts]
            chance = (sizes[place] / everybody) ** mass
            if mass < sizes[place] and chance > BY_CHANCE:
                lines = [line for line in lines if whole.conditions <= line.conditions]
            if lines:
                yield (place if by_place else whole), int(number), lines
