"""Which figures and tables share a page, and how far apart their lines are set, so that pages are full and nothing is torn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

ROOM = 718.0  # points of a page between its margins
SPARE_ROOM = 6.0  # left over, for what measuring cannot see
ROW, TIGHT, WIDE = 1.4, 0.7, 4.2  # points above and below a line of a table: usual, least, most
DENSE, LOOSE = 0.88, 1.85  # of a chart's usual distance from line to line


@dataclass(frozen=True)
class Piece:
    """What is never parted: a head and what is said, some lines of a figure, some lines of a table.

    Heights in points. grows, shrinks : how much taller and lower it can be made.
    begins : the first of a part, it opens a page. leads : it speaks of what follows. parting : what a turn of the page
    before it costs, where it stands within a figure or table; head : what is repeated above it then.
    """

    height: float
    grows: float = 0.0
    shrinks: float = 0.0
    begins: bool = False
    leads: bool = False
    parting: float = 0.0
    head: float = 0.0


@dataclass(frozen=True)
class Page:
    """Pieces from `first` to before `last` on one page. ratio : 1 grown all the way, -1 shrunk all the way."""

    first: int
    last: int
    ratio: float


@dataclass(frozen=True, eq=False)
class _Column:
    """Pieces one under another, summed up so that any run of them is measured at once."""

    pieces: Sequence[Piece]
    room: float
    sums: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("height", "grows", "shrinks"):
            self.sums[name] = [0.0, *accumulate(getattr(piece, name) for piece in self.pieces)]

    def of(self, name: str, first: int, last: int) -> float:
        return self.sums[name][last] - self.sums[name][first]

    def left(self, first: int, last: int) -> float:
        """What is left of a page with these pieces."""
        return self.room - SPARE_ROOM - self.pieces[first].head - self.of("height", first, last)


def paged(pieces: Sequence[Piece], room: float = ROOM) -> list[Page]:
    """The pages with the least white on them, of all ways to part the pieces (Knuth and Plass's rule for lines, turned to pages).

    A piece taller than a page has one to itself.
    """
    column = _Column(pieces, room)
    best: list[tuple[float, Page | None]] = [(0.0, None)]
    for last in range(1, len(pieces) + 1):
        found: list[tuple[float, Page | None]] = []
        for first in range(last - 1, -1, -1):
            if first < last - 1 and pieces[first + 1].begins:
                break
            ratio = _ratio(column, first, last)
            if ratio is None and first < last - 1:
                if column.left(first, last) < -0.5 * room:
                    break
                continue
            page = Page(first, last, ratio or 0.0)
            found.append((best[first][0] + _white(column, page), page))
        best.append(min(found, key=lambda one: one[0]))
    pages: list[Page] = []
    at = len(pieces)
    while at:
        chosen = best[at][1]
        assert chosen is not None
        pages.append(chosen)
        at = chosen.first
    return pages[::-1]


def _ratio(column: _Column, first: int, last: int) -> float | None:
    """How far the pieces of a page are grown or shrunk to fill it; None where they do not fit."""
    left = column.left(first, last)
    if left >= 0:
        grows = column.of("grows", first, last)
        return min(1.0, left / grows) if grows else 0.0
    shrinks = column.of("shrinks", first, last)
    return left / shrinks if shrinks and -left <= shrinks else None


def _white(column: _Column, page: Page) -> float:
    """The cost of a page: white left on it, lines set wider or closer than usual, a table parted, what is said left behind.

    A part's last page may end early, though not after a few lines.
    """
    ending = page.last == len(column.pieces) or column.pieces[page.last].begins
    grown = page.ratio * column.of("grows", page.first, page.last) if page.ratio > 0 else 0.0
    left = max(0.0, column.left(page.first, page.last) - grown) / column.room
    if ending:
        return 0.1 * page.ratio**2 + (0.5 if left > 0.75 else 0.0)
    short = (0.3 if left > 0.12 else 0.0) + (3.0 if left > 0.5 else 0.0)
    behind = 0.25 if column.pieces[page.last - 1].leads else 0.0
    return 12.0 * left**2 + short + column.pieces[page.last].parting + behind + 0.1 * page.ratio**2 + 0.02


def distance(ratio: float) -> float:
    """Of the lines of a chart, by how far its page is grown."""
    return 1 + ratio * ((LOOSE - 1) if ratio > 0 else (1 - DENSE))


def padding(ratio: float) -> float:
    """Above and below the lines of a table, by how far its page is grown."""
    return round(ROW + ratio * ((WIDE - ROW) if ratio > 0 else (ROW - TIGHT)), 2)
