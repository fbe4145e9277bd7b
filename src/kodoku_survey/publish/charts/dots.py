"""Dots with their intervals: the first shown answer, or a mean, in every group."""

from __future__ import annotations

from collections.abc import Sequence

from kodoku_survey.publish.charts.canvas import label_room, placed, rows_with_base, stub
from kodoku_survey.publish.charts.picture import ACCENT, FAINT, RULE, SMALLEST, WIDTH, Dot, Label, Mark, Picture, Stroke
from kodoku_survey.tables import Row, Table


def draw_dots(table: Table, rows: Sequence[Row], scale: float = 1.0) -> Picture:
    """The chart of some lines of a table; all parts of one table have one scale."""
    every = [number for row in table.rows for number in _numbers(row)]
    low, high = (min(every), max(every)) if every else (0.0, 1.0)
    percent = "%" if table.statistic == "share" else ""
    low = min(low, 0.0) if table.statistic == "share" else low - 0.05 * (high - low)
    room = label_room(rows_with_base(table))
    left, right = room + 10, WIDTH - 30
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])

    def x(value: float) -> float:
        return left + (right - left) * (value - low) / ((high - low) or 1.0)

    down = placed(table, rows, room, scale)
    marks: list[Mark] = []
    for tick in ticks:
        marks.append(Stroke(x(tick), 0, x(tick), down.height, RULE))
        text = f"{tick:g}{percent}" if tick in (ticks[0], ticks[-1]) else f"{tick:g}"
        marks.append(Label(x(tick), down.height + 6, text, SMALLEST, FAINT, "middle"))
    marks += stub(down.lines, room)
    for line in down.lines:
        cell = line.row.cells[0]
        if cell.value is None:
            marks.append(Label(left + 2, line.middle, cell.text, SMALLEST))
            continue
        limits = [limit for limit in (cell.low, cell.high) if limit is not None]
        if len(limits) == 2:
            marks.append(Stroke(x(limits[0]), line.middle, x(limits[1]), line.middle, ACCENT, 1.3))
        marks.append(Dot(x(cell.value), line.middle, 2.3, ACCENT))
        marks.append(Label(max(x(n) for n in (cell.value, *limits)) + 4, line.middle, cell.text, SMALLEST))
    return Picture(WIDTH, down.height + 13, tuple(marks), down.reach)


def _numbers(row: Row) -> list[float]:
    cell = row.cells[0]
    return [] if cell.value is None else [n for n in (cell.value, cell.low, cell.high) if n is not None]


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers along the scale, six at most."""
    span = (high - low) or 1.0
    step = next(s for s in (b * 10.0**p for p in range(-4, 7) for b in (1, 2, 5)) if span / s <= 6)
    first = int(low // step)
    return [round(k * step, 10) for k in range(first, int(-(-high // step)) + 1)]
