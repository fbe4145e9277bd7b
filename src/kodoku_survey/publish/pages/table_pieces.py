"""Where a table may run on over a page: never right under the name of a group, never leaving one line of it behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kodoku_survey.publish.charts.metrics import chunks, width
from kodoku_survey.publish.charts.picture import SMALLEST, WIDTH
from kodoku_survey.publish.pages.blocks import Block
from kodoku_survey.publish.typesetting.column_widths import PAD
from kodoku_survey.publish.typesetting.filling import ROW, TIGHT, WIDE, Piece

FIRST, LAST = 6, 4  # lines of a table that stay with its figure, and that stay together at its end
LONG_TABLE = 12  # lines of a table from which it may run on over a page
KEPT_TOGETHER = 2  # lines of a group that stay with its name, and at its end
BETWEEN, WITHIN = 0.25, 0.45  # what it costs to turn the page there: groups, lines of a group
NEARLY_A_PAGE = 600.0  # points from which a part of a table may run over the foot of its page, should it not fit
LEADING = 0.15  # ems between the lines of a cell


def table_pieces(block: Block, height: float, below: float) -> Iterator[tuple[int, int, Piece]]:
    """(first line, line after the last, piece) of a table that is so tall with its caption and notes.

    below : of its height the distance to what follows, in points.
    """
    rows, titles = block["rows"], set(block["titles"])
    tall = [_line(block, row) for row in rows]
    costs = _breaks(len(rows), titles) if len(rows) > LONG_TABLE else {}
    around, end = height - sum(tall), _notes(block) + below
    for first, last in pairwise((0, *costs, len(rows))):
        own = sum(tall[first:last]) + (around - end if first == 0 else 0.0) + (end if last == len(rows) else 0.0)
        lines = last - first
        named = tall[0] if titles and first not in titles else 0.0
        yield (
            first,
            last,
            Piece(
                own,
                2 * (WIDE - ROW) * lines,
                2 * (ROW - TIGHT) * lines,
                parting=costs.get(first, 0.0),
                head=around - end + named if first else 0.0,
            ),
        )


def _breaks(count: int, titles: set[int]) -> dict[int, float]:
    """The lines before which a page may be turned, and what it costs."""
    ends = sorted({*titles, count})
    found = {}
    for k in range(FIRST, count - LAST + 1):
        if k in titles:
            found[k] = BETWEEN
            continue
        begun = max((t for t in titles if t < k), default=-1)
        end = min(e for e in ends if e > k)
        if k - begun > KEPT_TOGETHER and end - k >= KEPT_TOGETHER:
            found[k] = WITHIN
    return found


def _line(block: Block, row: Sequence[str]) -> float:
    """How tall a line is: its longest cell may take several."""
    size, rooms = block["size"], block["widths"]
    if not any(row[1:]):  # the name of a group has the whole width
        return float(size + 2 * ROW)
    count = max(_count(width(cell, size), room - 2 * PAD) for cell, room in zip(row, rooms, strict=False))
    return float(count * size + (count - 1) * LEADING * size + 2 * ROW)


def _count(wide: float, room: float) -> int:
    return max(1, int(-(-(wide - 0.3) // max(room, 1.0))))


def _notes(block: Block) -> float:
    """The notes under a table, of which a long one takes several lines."""
    lines = sum(_count(width(f"Note: {note}", SMALLEST), WIDTH) for note in block["notes"])
    return 0.8 + 9.25 * lines if lines else 0.0


def part_of_table(block: Block, first: int, last: int, pad: float) -> Block:
    """What is of its own in the part of a table that stands on a page: its lines, under the name of their group."""
    rows, titles = block["rows"][first:last], [t - first for t in block["titles"] if first <= t < last]
    reference = [r - first for r in block["reference"] if first <= r < last]
    above = [t for t in block["titles"] if t < first]
    if above and 0 not in titles:
        rows, titles = [block["rows"][above[-1]], *rows], [0, *(t + 1 for t in titles)]
        reference = [r + 1 for r in reference]
    own: Block = {"rows": rows, "titles": titles, "reference": reference, "pads": [pad] * len(rows)}
    tall = sum(_line(block, row) for row in rows) + 2 * (pad - ROW) * len(rows)
    if last < len(block["rows"]):
        own["notes"] = []
    own["tall"] = tall + (_notes(block) if last == len(block["rows"]) else 0.0) > NEARLY_A_PAGE
    if first:
        own["caption"] = block["caption"] + block["continued"]
        own |= {"parts": chunks(own["caption"]), "quiet": True, "head_note": ""}
    return own
