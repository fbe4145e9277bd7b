"""How wide the columns of a table are, how its heads are broken, and which way it is turned, so that no word is parted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kodoku_survey.publish.charts.metrics import lines, widest_part, width
from kodoku_survey.publish.charts.picture import WIDTH

SIZE = 8.0  # points of a table's text
PAD = 3.0  # between columns, on either side
UPRIGHT = 13  # letters of a head set from top to bottom, before it takes a second line
STUB_WIDTH = 0.40 * WIDTH
STUB_HEAD = 110.0  # points in which the head of the lines stands on one line, where there is room
HAIR = 0.6  # no line is broken for a rounding of widths
TURNED = 8  # groups up to which a table of many answers is turned: answers down, groups across
_LATIN = re.compile(r"[A-Za-z]{5,}")  # a word of letters that are not read from top to bottom
Way = Literal["level", "upright"]


@dataclass(frozen=True)
class ColumnWidths:
    """Widths in points, heads in lines, and how the heads stand: level, or upright (縦書き)."""

    widths: tuple[float, ...]
    head: tuple[tuple[str, ...], ...]
    way: Way


def columns(
    head: Sequence[str], rows: Sequence[Sequence[str]], left: int, *, upright: bool, size: float = SIZE
) -> ColumnWidths | None:
    """The columns of a table whose first `left` columns are words; None where nothing keeps every word whole.

    upright : whether heads may be set from top to bottom (they are Japanese).
    """
    numbers = [_widest(rows, k, size) for k in range(len(head))]
    heads = [widest_part(label, size) + HAIR for label in head]
    wanted = [max(numbers[k], heads[k]) + 2 * PAD for k in range(len(head))]
    most = STUB_WIDTH * (1.0 if left == 1 else 1.4 / left)
    stubs = wanted[:left] if sum(wanted) <= WIDTH else [min(stub, most) for stub in wanted[:left]]
    whole = [max(stub, min(width(head[k], size) + HAIR, STUB_HEAD) + 2 * PAD) for k, stub in enumerate(stubs)]
    stubs = whole if sum(whole) + sum(wanted[left:]) <= WIDTH else stubs
    room = WIDTH - sum(stubs)
    least = wanted[left:]
    if sum(least) <= room:
        given = _shared(least, [width(head[k], size) + HAIR + 2 * PAD for k in range(left, len(head))], room)
        wide = _whole((*stubs, *given), left, room)
        broken = tuple(tuple(lines(label, w - 2 * PAD - HAIR / 2, size)) for label, w in zip(head, wide, strict=True))
        return ColumnWidths(wide, broken, "level")
    if not upright or any(_LATIN.search(label) for label in head[left:]):
        return None
    standing = [_letters(h) for h in head[left:]]
    least = [max(numbers[left + k], 1.15 * size * len(one)) + PAD for k, one in enumerate(standing)]
    if sum(least) > room:
        stubs = [s * max(0.5, (WIDTH - sum(least)) / sum(stubs)) for s in stubs]
        room = WIDTH - sum(stubs)
        if sum(least) > room + 1:
            return None
    return ColumnWidths(
        (*stubs, *(w + (room - sum(least)) / len(least) for w in least)),
        (*((h,) for h in head[:left]), *map(tuple, standing)),
        "upright",
    )


def _widest(rows: Sequence[Sequence[str]], column: int, size: float) -> float:
    return max((width(row[column], size) for row in rows if len(row) > column), default=0.0) + HAIR


def _shared(least: Sequence[float], wanted: Sequence[float], room: float) -> list[float]:
    """Every column what it needs, and of what is left as much towards its whole head as all others get."""
    low, high = 0.0, max(wanted, default=0.0)
    for _ in range(40):
        middle = (low + high) / 2
        total = sum(max(n, min(w, middle)) for n, w in zip(least, wanted, strict=True))
        low, high = (middle, high) if total <= room else (low, middle)
    return [max(n, min(w, low)) for n, w in zip(least, wanted, strict=True)]


def _whole(wide: Sequence[float], left: int, room: float) -> tuple[float, ...]:
    """A table as wide as the page where it has many columns; a narrow one spreads a little."""
    spare = room - sum(wide[left:])
    count = len(wide) - left
    each = min(spare / count, 26.0) if count else 0.0
    return (*wide[:left], *(w + each for w in wide[left:]))


def _letters(label: str) -> list[str]:
    """A head to be set from top to bottom: as many lines as it needs, read from the right."""
    count = -(-len(label) // UPRIGHT)
    if count == 1:
        return [label]
    room = len(label) / count
    made = [""]
    for part in lines(label, 8.0 * (room + 2), 8.0):
        if len(made[-1]) + len(part) <= UPRIGHT or not made[-1]:
            made[-1] += part
        else:
            made.append(part)
    return made


def turned(head: Sequence[str], rows: Sequence[Sequence[str]], corner: str) -> tuple[list[str], list[list[str]]]:
    """A table of [label, n, answers …] the other way round: answers down, groups across, n as the first line."""
    across = [corner, *(row[0] for row in rows)]
    down = [[head[k], *(row[k] for row in rows)] for k in range(1, len(head))]
    return across, down
