"""What every chart is laid out by: lines of a size to be read, labels that fit, names of attributes, an axis, a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.picture import ACCENT, FAINT, INK, SMALLEST, WIDTH, Box, Label, Mark, Stroke
from kodoku_survey.tables import Row, Table

PITCH, BAR = 14.5, 10.5  # points from line to line, and of a bar; a chart may be drawn taller
LABEL = 8.0
NAME = 13.0  # room for the name of an attribute
REFERENCE = "*"  # behind the base of a line that is for reference only


@dataclass(frozen=True)
class PlacedRow:
    """A line of a chart: its label in lines, the middle of its bar, and the name of its attribute where that begins."""

    row: Row
    label: tuple[str, ...]
    middle: float
    name: str = ""
    name_at: float = 0.0
    divided: float | None = None


def rows_with_base(table: Table) -> list[Row]:
    """The lines that can be drawn: those somebody is in, and those of earlier waves."""
    return [row for row in table.rows if row.n or (row.n is None and any(c.value is not None for c in row.cells))]


def label_of(row: Row) -> str:
    """Group and base: 男性（5,030）, with a mark where the line is for reference only."""
    mark = REFERENCE if row.flag == "reference" and not row.hidden else ""
    if not row.base_text:
        return row.group
    return (
        f"{row.group} ({row.base_text}){mark}"
        if max(row.group, default="") < "⺀"
        else f"{row.group}（{row.base_text}）{mark}"
    )


def label_room(rows: Sequence[Row], most: float = 0.34 * WIDTH) -> float:
    """Points the labels need, a third of the width at most."""
    return min(max((width(label_of(row), LABEL) for row in rows), default=40.0) + 1.0, most)


@dataclass(frozen=True)
class PlacedRows:
    """Lines down the sheet, the height they take, and how far down each begins (and the last ends)."""

    lines: tuple[PlacedRow, ...]
    height: float
    reach: tuple[float, ...]


def placed(
    table: Table, rows: Sequence[Row], room: float, scale: float, below: Callable[[Row], float] = lambda _: 0.0
) -> PlacedRows:
    """Some lines of a table down the sheet; below : further room under the bar of a line."""
    found: list[PlacedRow] = []
    several = len({row.attribute for row in table.rows if row.attribute}) > 1
    at = 2.0
    reach = []
    before: str | None = None
    for row in rows:
        label = tuple(lines(label_of(row), room, LABEL))
        name, divided = "", None
        reach.append(at)
        if row.attribute != before:
            if before is not None:
                divided = at + 1.5 * scale
                at = divided + 1.5 * scale
            name = row.attribute if several else ""
        name_at = at + NAME / 2
        at += NAME if name else 0.0
        tall = max(PITCH * scale, 1.18 * LABEL * len(label) + 2.0)
        found.append(PlacedRow(row, label, at + tall / 2, name, name_at, divided))
        at += tall + below(row)
        before = row.attribute
    return PlacedRows(tuple(found), at + 2.0, (*reach, at))


def stub(lines_down: Sequence[PlacedRow], left: float) -> list[Mark]:
    """Labels, names of attributes and the rules between them."""
    marks: list[Mark] = []
    for line in lines_down:
        if line.divided is not None:
            marks.append(Stroke(0, line.divided, WIDTH, line.divided))
        if line.name:
            marks.append(Label(0, line.name_at, line.name, SMALLEST, ACCENT, face="bold"))
        step = 1.18 * LABEL
        top = line.middle - step * (len(line.label) - 1) / 2
        marks += [Label(left, top + step * k, text, LABEL, INK, "end") for k, text in enumerate(line.label)]
    return marks


def percent_axis(left: float, right: float, bottom: float, top: float, most: float = 100.0) -> list[Mark]:
    """Lines up from a scale of per cent, its figures beneath."""
    step = next(s for s in (1, 2, 5, 10, 20, 25) if most / s <= 5.0001)
    marks: list[Mark] = []
    ticks = [step * k for k in range(int(most / step + 1e-9) + 1)]
    for tick in ticks:
        x = left + (right - left) * tick / most
        marks.append(Stroke(x, top, x, bottom))
        text = f"{tick}%" if tick in (0, ticks[-1]) else str(tick)
        marks.append(Label(x, bottom + 6, text, SMALLEST, FAINT, "middle"))
    return marks


def key(entries: Sequence[tuple[str, str, str]], left: float) -> tuple[list[Mark], float]:
    """A key of (label, colour, hatch), as many a line as fit, and its height."""
    marks: list[Mark] = []
    wide = [width(label, LABEL) + 12 + 12 for label, _, _ in entries]
    start = left if sum(wide) <= WIDTH - left else 0.0
    x, y = start, 6.0
    for (label, colour, hatch), room in zip(entries, wide, strict=True):
        if x > start and x + room - 12 > WIDTH:
            x, y = start, y + 12
        edge = "#8a94a0" if colour == "#ffffff" else ""
        marks.append(Box(x, y - 4, 8, 8, colour, edge, hatch))
        marks.append(Label(x + 11, y, label, LABEL))
        x += room
    return marks, y + 8
