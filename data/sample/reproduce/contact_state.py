"""Contact items of all persons, the classes of their sums, and the counts of every figure about either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import CodeArray, IndexArray
from reproduce.published import Bound
from reproduce.respondents import Respondents, groups_of
from reproduce.stages import Missed

Pool = tuple[int, list[int]]  # an item, and the persons who may exchange it


@dataclass(frozen=True)
class Sums:
    """Classes of a sum of points of contact items.

    items : positions among the contact items. points : by code. cuts : lowest value of each class, from the class of the
    highest sums down. No item answered: 無回答 (99).
    """

    name: str
    items: tuple[int, ...]
    points: tuple[tuple[int, int], ...]
    cuts: tuple[tuple[int, int], ...]

    def of(self, codes: Sequence[int]) -> int:
        """The class of one person's codes of all contact items."""
        given = [codes[i] for i in self.items if 0 <= codes[i] < 99]
        if not given:
            return 99
        points = dict(self.points)
        total = sum(points[code] for code in given)
        return next(code for code, low in self.cuts if total >= low)


class ContactState:
    """Counts of every figure about the sums, kept while items are exchanged."""

    def __init__(
        self,
        people: Respondents,
        items: tuple[str, ...],
        sums: tuple[Sums, ...],
        bounds: Sequence[Bound],
        cell: IndexArray,
    ) -> None:
        self.cell = cell.tolist()
        self.codes = np.column_stack([people.codes[name] for name in items]).tolist()
        self.sums = sums
        self.memory: dict[tuple[int, ...], tuple[int, ...]] = {}
        names = {made.name: i for i, made in enumerate(sums)}
        self.low: list[int] = []
        self.high: list[int] = []
        self.name: list[str] = []
        self.about: list[list[int]] = []
        self.rows: list[list[tuple[int, int, frozenset[int]]]] = [[] for _ in range(people.count)]
        for bound in bounds:
            own = [(name, codes) for name, codes in bound.where if name in names]
            rest = frozenset(atom for atom in bound.where if atom[0] not in names)
            if len(own) != 1 or not people.knows(rest):
                continue
            number = len(self.low)
            self.low.append(bound.low)
            self.high.append(bound.high)
            self.name.append(bound.cells[0])
            self.about.append(np.flatnonzero(people.holds(rest)).tolist())
            for person in self.about[-1]:
                self.rows[person].append((number, names[own[0][0]], own[0][1]))
        self.count = [0] * len(self.low)
        self.items: list[list[list[tuple[int, frozenset[int]]]]] = [[[] for _ in range(people.count)] for _ in items]
        self._track(people, items, bounds)
        self.classes = [self.classed(codes) for codes in self.codes]
        for person, classes in enumerate(self.classes):
            for number, which, codes in self.rows[person]:
                self.count[number] += classes[which] in codes
        self.wrong = {number: None for number, count in enumerate(self.count) if self.off(number, count)}

    def _track(self, people: Respondents, items: tuple[str, ...], bounds: Sequence[Bound]) -> None:
        """Figures of the items themselves, which an exchange between persons of different cells may move."""
        for bound in bounds:
            own = [(name, codes) for name, codes in bound.where if name in items]
            rest = frozenset(atom for atom in bound.where if atom[0] not in items)
            if len(own) != 1 or not rest or not people.knows(rest):
                continue
            item, codes = items.index(own[0][0]), own[0][1]
            self.low.append(bound.low)
            self.high.append(bound.high)
            self.name.append(bound.cells[0])
            self.about.append(np.flatnonzero(people.holds(rest)).tolist())
            self.count.append(int(people.holds(bound.where).sum()))
            for person in self.about[-1]:
                self.items[item][person].append((len(self.low) - 1, codes))

    def classed(self, codes: list[int]) -> tuple[int, ...]:
        key = tuple(codes)
        if key not in self.memory:
            self.memory[key] = tuple(made.of(key) for made in self.sums)
        return self.memory[key]

    def distance(self) -> int:
        return sum(self.off(number, count) for number, count in enumerate(self.count))

    def off(self, number: int, count: int) -> int:
        return max(self.low[number] - count, count - self.high[number], 0)

    def moved(self, item: int, a: int, b: int) -> dict[int, int]:
        """What an exchange of an item between two persons changes in each figure; the codes stay exchanged."""
        first, second = self.codes[a], self.codes[b]
        first[item], second[item] = second[item], first[item]
        moved: dict[int, int] = {}
        for person in (a, b):
            before, after = self.classes[person], self.classed(self.codes[person])
            if after != before:
                for number, which, codes in self.rows[person]:
                    change = (after[which] in codes) - (before[which] in codes)
                    if change:
                        moved[number] = moved.get(number, 0) + change
        if self.cell[a] != self.cell[b]:
            # After the exchange a holds what b held.
            for person, before_code, after_code in ((a, second[item], first[item]), (b, first[item], second[item])):
                for number, codes in self.items[item][person]:
                    moved[number] = moved.get(number, 0) + (after_code in codes) - (before_code in codes)
        return {number: by for number, by in moved.items() if by}

    def undo(self, item: int, a: int, b: int) -> None:
        """Give the codes back."""
        first, second = self.codes[a], self.codes[b]
        first[item], second[item] = second[item], first[item]

    def settle(self, a: int, b: int, moved: dict[int, int]) -> None:
        """Count an exchange."""
        for number, by in moved.items():
            self.count[number] += by
            if self.off(number, self.count[number]):
                self.wrong[number] = None
            else:
                self.wrong.pop(number, None)
        for person in (a, b):
            self.classes[person] = self.classed(self.codes[person])

    def missed(self) -> list[Missed]:
        return [
            Missed("contact", self.name[number], self.off(number, count))
            for number, count in enumerate(self.count)
            if self.off(number, count)
        ]


def pools_of(people: Respondents, items: tuple[str, ...], cells: list[CodeArray]) -> list[tuple[int, list[int]]]:
    """For each item the persons who may exchange it with one another: of one cell, asked, not all alike."""
    member, groups = groups_of(list(cells), people.count)
    order = np.argsort(member, kind="stable")
    ends = np.cumsum(np.bincount(member, minlength=groups))
    pools = []
    for item, name in enumerate(items):
        asked = people.codes[name] >= 0
        for start, end in zip([0, *ends[:-1]], ends, strict=True):
            persons = [int(p) for p in order[start:end] if asked[p]]
            if len(persons) > 1 and len({int(people.codes[name][p]) for p in persons}) > 1:
                pools.append((item, persons))
    return pools
