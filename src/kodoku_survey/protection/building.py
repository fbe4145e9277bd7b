"""Cells and their sums gathered, each set of people once, while a system is made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from kodoku_survey.protection.grids import CellGrid, Line, LineColumn
from kodoku_survey.protection.kinship import Kinship
from kodoku_survey.protection.sets import Members, both, size
from kodoku_survey.protection.veiled import Conditions, Veil

FEW = 20  # so few may be the same persons, or all have given one answer, by chance
SetKey = (
    Members | tuple[Members, Members | Conditions]
)  # an empty set is told by the line and the column it would stand in
ToldBy = frozenset[str]


@dataclass(eq=False)
class Building:
    """Unknowns and relations as they are found. kinship : which attributes and questions depend on each other."""

    kinship: Kinship
    veil: Veil | None = None
    keys: dict[SetKey, int] = field(default_factory=dict)
    few: dict[Members, dict[ToldBy, int]] = field(default_factory=lambda: defaultdict(dict))
    named: dict[Members, ToldBy] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    answers: set[int] = field(default_factory=set)
    lines: dict[int, list[Members]] = field(default_factory=dict)
    relations: dict[tuple[tuple[int, int], ...], None] = field(default_factory=dict)

    def base(self, line: Line) -> int:
        """The unknown of how many stand in a line."""
        here = line.members
        told = self.veil.apart(here, line.conditions) if self.veil else None
        found = self._unknown(here, self._names_of(here, line.names), here if size(here) else (here, b""), told)
        if not line.silent:
            self.answers.add(found)
        return found

    def cell(self, line: Line, column: LineColumn, *asked: str) -> int:
        """The unknown of a line and a column of a question, or of two."""
        here, there = line.members, column.members
        names = self._names_of(here, line.names) | self._names_of(there, frozenset(asked))
        conditions = line.conditions | {(asked[0], column.code)}
        told = self.veil.apart(both(here, there), conditions) if self.veil else None
        found = self._unknown(both(here, there), names, (min(here, there), max(here, there)), told)
        if self.veil and not self.counts[found] and len(asked) == 1:
            self._nought(self.veil, found, conditions, possible=size(here) > 0 and size(there) > 0)
        self.lines.setdefault(found, []).append(here)
        if not line.silent and column.kind != "silent":  # silent: it counts 無回答 alone
            self.answers.add(found)
        return found

    def _nought(self, veil: Veil, found: int, conditions: Conditions, *, possible: bool) -> None:
        """A nought is one unknown wherever its conditions meet. possible : somebody could have stood there."""
        told = veil.told_by(conditions)
        if told is not None:
            self.equal(veil.first.setdefault(told, found), found)
            if possible:
                veil.noughts.add(found)

    def _unknown(self, here: Members, names: ToldBy, empty: SetKey, told: Conditions | None) -> int:
        count = size(here)
        if 0 < count < FEW:
            return self._of_few(here, names)
        key: SetKey = (here, told) if told and count else here if count else empty
        if key not in self.keys:
            self.keys[key] = self._new(count)
        return self.keys[key]

    def _names_of(self, one: Members, names: ToldBy) -> ToldBy:
        """What many persons are told by: one name for the same set, whatever it is called in each table."""
        return self.named.setdefault(one, names) if size(one) >= FEW else names

    def _of_few(self, here: Members, names: ToldBy) -> int:
        """The same few persons are the same set only where what tells them depends on each other; else it is chance."""
        held = self.few[here]
        if names not in held:
            found = list(dict.fromkeys(number for other, number in held.items() if self.kinship.same(names, other)))
            held[names] = found[0] if found else self._new(size(here))
            for other in found[1:]:  # one by way of the other: a reader takes all of them for one
                self.equal(found[0], other)
        return held[names]

    def _new(self, count: int) -> int:
        self.counts.append(count)
        return len(self.counts) - 1

    def equal(self, one: int, other: int) -> None:
        """Two unknowns a reader takes for one."""
        if one != other:
            self.relate(one, [other])

    def relate(self, whole: int, parts: Sequence[int]) -> None:
        """The whole is the sum of its parts."""
        terms = {whole: 1}
        for part in parts:
            terms[part] = terms.get(part, 0) - 1
        told = tuple(sorted((one, sign) for one, sign in terms.items() if sign))
        if len(told) > 1 or (told and self.counts[told[0][0]]):
            self.relations[told] = None


def same_lines(made: Building, grids: Sequence[CellGrid]) -> None:
    """Printed lines of the same few persons: a reader takes them, and their cells of one question, for one."""
    held: dict[Members, list[tuple[CellGrid, Line]]] = defaultdict(list)
    for grid in grids:
        for line in grid.lines:
            if 0 < size(line.members) < FEW:
                held[line.members].append((grid, line))
    for several in held.values():
        first: dict[str, int] = {}
        for grid, line in several:
            made.equal(first.setdefault("", made.base(line)), made.base(line))
            for column in grid.columns:
                cell = made.cell(line, column, grid.question)
                made.equal(first.setdefault(f"{grid.question} {column.code}", cell), cell)
