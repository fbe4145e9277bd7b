"""Groups of which all gave one answer, and noughts, which must be hidden with them: what a folder that asks for group disclosure
to be hidden keeps to itself beside small counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kodoku_survey.protection.grids import CellGrid, Line, LineColumn
from kodoku_survey.protection.sets import Members, both, size

Conditions = frozenset[tuple[str, Any]]


@dataclass(frozen=True)
class WholeGroup:
    """A printed line of which all gave one answer: the places of the table, the line and the printed answer."""

    table: int
    line: int
    column: int


FoundGroup = tuple[WholeGroup, CellGrid, Line, LineColumn]


@dataclass(eq=False)
class Veil:
    """How a set is told by its conditions, so that a nought is one unknown in whatever table it would stand.

    widest : of each condition, whoever meets it anywhere. all_one : of a set of persons, the answers all of them gave.
    """

    widest: dict[tuple[str, Any], Members]
    all_one: dict[Members, Conditions] = field(default_factory=dict)
    first: dict[frozenset[Members], int] = field(default_factory=dict)
    noughts: set[int] = field(default_factory=set)

    def told_by(self, conditions: Conditions) -> frozenset[Members] | None:
        """The sets that make a set by their common members; None where one of them is printed nowhere."""
        found = [self.widest.get(one) for one in conditions]
        return None if None in found else frozenset(one for one in found if one is not None)

    def apart(self, here: Members, conditions: Conditions) -> Conditions:
        """Which of the answers all of a group gave a set is told by: a group, and those in it who gave the answer."""
        return conditions & self.all_one.get(here, frozenset())


def veil_of(grids: Sequence[CellGrid], whole: Sequence[tuple[CellGrid, Line, LineColumn]]) -> Veil:
    """The veil of a release's tables, as printed and turned. whole : lines of which all gave one answer."""
    widest: dict[tuple[str, Any], Members] = {}

    def meet(condition: tuple[str, Any], members: Members) -> None:
        if condition not in widest or size(members) > size(widest[condition]):
            widest[condition] = members

    for grid in grids:
        for column in grid.columns:
            meet((grid.question, column.code), column.members)
        for line in grid.lines:
            if len(line.conditions) == 1:
                meet(next(iter(line.conditions)), line.members)
    held: dict[Members, set[tuple[str, Any]]] = defaultdict(set)
    for grid, line, column in whole:
        held[line.members].add((grid.question, column.code))
    return Veil(widest, {members: frozenset(answers) for members, answers in held.items()})


def whole_groups(grids: Sequence[CellGrid], rests: Mapping[str, frozenset[str]], least: int) -> Iterator[FoundGroup]:
    """Printed lines of `least` persons and more who all gave one answer, unless the line is made of it.

    rests : what variables are made of. An attribute of which every group gave one answer is a recode of the question, and a
    group that is the same persons as an answer is the answer under another name.
    """
    for number, grid in enumerate(grids):
        printed = [column for column in grid.columns if column.printed]
        columns = [(k, column) for k, column in enumerate(printed) if column.kind == "answer"]
        of_question = rests.get(grid.question, frozenset([grid.question]))
        for family in grid.families:
            found, parted = [], [place for place in family.lines if size(grid.lines[place].members)]
            for place in parted:
                line = grid.lines[place]
                made_of = (rests.get(name, frozenset([name])) for name, _ in line.conditions)
                if not line.keys or any(of_question & one for one in made_of):
                    continue
                for k, column in columns:
                    if both(line.members, column.members) == line.members != column.members:
                        found.append((WholeGroup(number, place, k), grid, line, column))
            if len({one.line for one, *_ in found}) < len(parted):
                yield from (one for one in found if size(one[2].members) >= least)
