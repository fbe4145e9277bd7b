"""Cells and their sums gathered, each set of people once, while a system is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kodoku_survey.protection.grids import LineColumn
from kodoku_survey.protection.sets import Members, both, size

FEW = 20  # so few may all have given one answer by chance
SetKey = Members | tuple[Members, Members]  # an empty set is told by the line and the column it would stand in


@dataclass(eq=False)
class Building:
    """Unknowns and relations as they are found."""

    keys: dict[SetKey, int] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    answers: set[int] = field(default_factory=set)
    lines: dict[int, list[Members]] = field(default_factory=dict)
    relations: dict[tuple[tuple[int, int], ...], None] = field(default_factory=dict)

    def unknown(self, line: Members, column: LineColumn | None, *, silent: bool = False, apart: bool = False) -> int:
        """The unknown of a line and a column (None: its base). silent : it counts 無回答 alone.

        apart : of a rest nobody prints, so that no reader knows that all of it gave one answer, if it did.
        """
        here = line if column is None else both(line, column.members)
        count = size(here)
        key: SetKey = here
        if column is None:
            key = here if count else (line, b"")
        elif not count or (apart and count < FEW and here in (line, column.members)):
            key = (min(line, column.members), max(line, column.members))
        found = self.keys.setdefault(key, len(self.counts))
        if found == len(self.counts):
            self.counts.append(count)
        if column is not None:
            self.lines.setdefault(found, []).append(line)
        if not silent and (column is None or column.kind != "silent"):
            self.answers.add(found)
        return found

    def relate(self, whole: int, parts: Sequence[int]) -> None:
        """The whole is the sum of its parts."""
        terms = {whole: 1}
        for part in parts:
            terms[part] = terms.get(part, 0) - 1
        told = tuple(sorted((one, sign) for one, sign in terms.items() if sign))
        if len(told) > 1 or (told and self.counts[told[0][0]]):
            self.relations[told] = None
