"""Which figures and tables share a page, and how far apart their lines are set, so that pages are full and nothing is torn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROOM = 718.0  # points of a page between its margins
SPARE = 8.0  # left over, for what measuring cannot see
ROW, TIGHT, WIDE = 1.4, 0.7, 4.2  # points above and below a line of a table: usual, least, most
DENSE, LOOSE = 0.88, 1.85  # of a chart's usual distance from line to line


@dataclass(frozen=True)
class Unit:
    """What stays together: a head, what is said, a figure and its table. Heights in points.

    grows, shrinks : how much taller and lower it can be made. begins : it is the first of a part and opens a page.
    """

    height: float
    grows: float
    shrinks: float
    begins: bool = False

    def parted(self, room: float = ROOM) -> bool:
        """Whether it is too tall for any page."""
        return self.height - self.shrinks > room - SPARE


@dataclass(frozen=True)
class Page:
    """Units from `first` to before `last` on one page. ratio : 1 grown all the way, -1 shrunk all the way."""

    first: int
    last: int
    ratio: float


def paged(units: Sequence[Unit], room: float = ROOM) -> list[Page]:
    """The pages with the least white on them, of all ways to part the units (Knuth and Plass's rule for lines, turned to pages).

    A unit taller than a page begins one; what follows it may share its last page.
    """
    best: list[tuple[float, Page | None]] = [(0.0, None)]
    for last in range(1, len(units) + 1):
        found: list[tuple[float, Page | None]] = []
        for first in range(last - 1, -1, -1):
            if any(unit.begins for unit in units[first + 1 : last]):
                break
            ratio = _ratio(units[first:last], room)
            if ratio is None and first < last - 1:
                break
            ending = last == len(units) or units[last].begins
            page = Page(first, last, ratio or 0.0)
            found.append((best[first][0] + _white(units[first:last], page, room, ending=ending), page))
        best.append(min(found, key=lambda one: one[0]))
    pages: list[Page] = []
    at = len(units)
    while at:
        chosen = best[at][1]
        assert chosen is not None
        pages.append(chosen)
        at = chosen.first
    return pages[::-1]


def joined(units: Sequence[Unit], room: float = ROOM) -> list[tuple[int, Unit]]:
    """Units with their first number; those too tall for a page that follow one another are one, which runs on over pages."""
    found: list[tuple[int, Unit]] = []
    for number, unit in enumerate(units):
        if found and unit.parted(room) and found[-1][1].parted(room) and not unit.begins:
            first, before = found[-1]
            found[-1] = (first, Unit(before.height + unit.height, 0.0, 0.0, before.begins))
        else:
            found.append((number, unit))
    return found


def _left(units: Sequence[Unit], room: float) -> float:
    """What is left of a page; a first unit taller than the page leaves what its last page has."""
    first, rest = units[0].height, sum(unit.height for unit in units[1:])
    if units[0].parted(room):
        first = first % (room * 0.94)  # heads are repeated and lines kept together on every further page
    return room - SPARE - first - rest


def _ratio(units: Sequence[Unit], room: float) -> float | None:
    """How far the units of a page are grown or shrunk to fill it; None where they do not fit."""
    left = _left(units, room)
    able = [unit for unit in units if not unit.parted(room)]
    if left >= 0:
        grows = sum(unit.grows for unit in able)
        return min(1.0, left / grows) if grows else 0.0
    shrinks = sum(unit.shrinks for unit in able)
    return left / shrinks if shrinks and -left <= shrinks else None


def _white(units: Sequence[Unit], page: Page, room: float, *, ending: bool) -> float:
    """The cost of a page: white left on it, and lines set wider or closer than usual. A part's last page may end early."""
    left = _left(units, room)
    grown = page.ratio * sum(unit.grows for unit in units if not unit.parted(room)) if page.ratio > 0 else 0.0
    white = 0.0 if ending else max(0.0, left - grown) / room
    return 12.0 * white**2 + (0.3 if white > 0.12 else 0.0) + (3.0 if white > 0.5 else 0.0) + 0.1 * page.ratio**2 + 0.02


def distance(ratio: float) -> float:
    """Of the lines of a chart, by how far its page is grown."""
    return 1 + ratio * ((LOOSE - 1) if ratio > 0 else (1 - DENSE))


def padding(ratio: float) -> float:
    """Above and below the lines of a table, by how far its page is grown."""
    return round(ROW + ratio * ((WIDE - ROW) if ratio > 0 else (ROW - TIGHT)), 2)
