"""The headings of a file, over one row or several, and which column a text means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.survey.layouts import FileLayout


class TwiceError(LookupError):
    """Two columns bear the heading asked for."""


@dataclass(frozen=True, eq=False)
class Headings:
    """What stands above each column.

    own : the naming row as it stands, blank beneath merged cells. names : with the heading of the left for those.
    options : the row of options, blank where there is none.
    """

    own: tuple[str, ...]
    names: tuple[str, ...]
    options: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.own)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """A name of its own for every column, as messages and frames have it."""
        seen: dict[str, int] = {}
        found = []
        for position, (own, name, option) in enumerate(zip(self.own, self.names, self.options, strict=True), start=1):
            text = own or (f"{name}/{option}" if name and option else name) or f"({position})"
            seen[text] = seen.get(text, 0) + 1
            found.append(text if seen[text] == 1 else f"{text} ({position})")
        return tuple(found)

    def find(self, text: str) -> int | None:
        """The column a heading means, 0 = first: as it stands, then evenly written, then as question/option.

        Raises TwiceError where two columns bear it.
        """
        for own in self._keys:
            found = own.get(text if own is self._keys[0] else plain(text), ())
            if len(found) > 1:
                raise TwiceError(text)
            if found:
                return found[0]
        return None

    def under(self, text: str) -> list[int]:
        """Every column beneath one heading of the naming row, its own and those merged with it."""
        start = self.find(text)
        if start is None:
            return []
        end = next((k for k in range(start + 1, len(self)) if self.own[k]), len(self))
        return list(range(start, end))

    @cached_property
    def _keys(self) -> tuple[dict[str, list[int]], ...]:
        exact: dict[str, list[int]] = {}
        even: dict[str, list[int]] = {}
        joined: dict[str, list[int]] = {}
        for position, (own, name, option) in enumerate(zip(self.own, self.names, self.options, strict=True)):
            if own:
                exact.setdefault(own, []).append(position)
                even.setdefault(plain(own), []).append(position)
            if name and option:
                joined.setdefault(plain(f"{name}/{option}"), []).append(position)
        return exact, even, joined


def headings(rows: Sequence[Sequence[str]], layout: FileLayout) -> Headings:
    """Headings from the rows above the answers; a blank one takes the heading on its left where it has an option."""
    width = max((len(row) for row in rows), default=0)
    full = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    own = full[layout.name_row - 1] if len(full) >= layout.name_row else [""] * width
    second = layout.option_row or (layout.name_row + 1 if layout.header_rows > layout.name_row else 0)
    options = full[second - 1] if 0 < second <= len(full) else [""] * width
    names: list[str] = []
    for name, option in zip(own, options, strict=True):
        names.append(name or (names[-1] if names and option else ""))
    return Headings(tuple(own), tuple(names), tuple(options))
