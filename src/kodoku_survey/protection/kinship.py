"""Which attributes and questions depend on each other: recodes, routing, a net of others. Told from the respondents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.protection.grids import ANYTHING, CellGrid
from kodoku_survey.protection.sets import Members, overlaps, size, stacked, union

BARELY = 0.001  # less probable than this is no chance


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
