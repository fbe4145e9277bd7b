"""帯グラフ: 100% stacked bars, a line a group, a segment an answer, 無回答 last and hatched; every segment has its figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kodoku_survey.publish.charts.canvas import (
    BAR,
    PlacedRow,
    key,
    label_room,
    percent_axis,
    placed,
    rows_with_base,
    stub,
)
from kodoku_survey.publish.charts.metrics import width
from kodoku_survey.publish.charts.palette import colours, hatches, ink_on
from kodoku_survey.publish.charts.picture import FAINT, INK, SMALLEST, WIDTH, Box, Label, Mark, Picture, Stroke, stacked
from kodoku_survey.tables import Row, Table
from kodoku_survey.tables.table import HIDDEN

UNDER = 8.6  # room for figures under a bar
KEPT_BACK = "#8a94a0"  # of the lines across what the release keeps to itself
RIGHT = WIDTH - 22.0  # where 100 % stands


@dataclass(frozen=True)
class Look:
    """What the answers of a chart look like: a shade and a hatch each, and which is 無回答."""

    shades: Sequence[str]
    lined: Sequence[str]
    silent: int | None


def draw_band(table: Table, rows: Sequence[Row], scale: float = 1.0) -> Picture:
    """The chart of some lines of a table. scale : of the distance from line to line."""
    shades = colours(table)
    silent = table.codes.index(table.nonanswer) if table.nonanswer in table.codes else None
    look = Look(shades, hatches(shades, silent), silent)
    every = rows_with_base(table)
    gutter = max((_figure(row.cells[0].text) for row in every if row.cells), default=0.0) + 3
    left = label_room(every) + gutter + 2
    hiding = [row for row in rows if not table.partial and any(cell.hidden for cell in row.cells)]
    whole = _storey(table, rows, scale, look, left, hiding, 100.0)
    if table.magnified and not hiding:
        whole = stacked([whole, _storey(table, rows, scale, look, left, (), float(table.magnified))], 4.0)
    entries = list(zip(table.header, shades, look.lined, strict=True))
    if hiding:
        entries.append((HIDDEN, "#ffffff", KEPT_BACK))
    legend, taken = key(entries, left)
    body = whole.lowered(taken)
    return replace(body, marks=(*legend, *body.marks))


def _storey(
    table: Table, rows: Sequence[Row], scale: float, look: Look, left: float, hiding: Sequence[Row], most: float
) -> Picture:
    """The bars up to so many per cent, with their scale; a figure stands where its whole segment does."""
    span = (RIGHT - left) * 100.0 / most
    spread = {id(row): [one for one in _segments(row, left, span) if one[1] < RIGHT - 0.01] for row in rows}
    narrow = {id(row): _narrow(row, spread[id(row)], None if row in hiding else look.silent) for row in rows}
    room = label_room(rows_with_base(table))
    down = placed(table, rows, room, scale, lambda row: UNDER if narrow[id(row)] else 0.0)
    bar = BAR * min(scale, 1.7)
    marks: list[Mark] = percent_axis(left, RIGHT, down.height, 0.0, most)
    marks += stub(down.lines, room)
    for line in down.lines:
        marks += _bar(line, spread[id(line.row)], look, bar, left, kept=line.row in hiding)
    return Picture(WIDTH, down.height + 13, tuple(marks), down.reach)


def _segments(row: Row, left: float, span: float) -> list[tuple[int, float, float]]:
    """(answer, from, to) along the bar, 無回答 among them; a hidden answer takes no room of its own."""
    found, at = [], left
    for k, cell in enumerate(row.cells):
        value = cell.value or 0.0
        if value > 0:
            found.append((k, at, at + span * value / 100))
            at += span * value / 100
    return found


def _figure(text: str) -> float:
    return width(text, SMALLEST) + 2.0


def _narrow(
    row: Row, segments: Sequence[tuple[int, float, float]], silent: int | None
) -> list[tuple[int, float, float]]:
    """The segments whose figures stand under the bar: neither first (its figure stands before it) nor 無回答."""
    return [
        (k, a, b)
        for place, (k, a, b) in enumerate(segments)
        if place and k != silent and b <= RIGHT + 0.01 and _figure(row.cells[k].text) > b - a
    ]


def _bar(
    line: PlacedRow, segments: Sequence[tuple[int, float, float]], look: Look, bar: float, left: float, *, kept: bool
) -> list[Mark]:
    """The segments of a line and their figures. kept : the release keeps some answers of the line to itself."""
    row, middle, shades, lined, silent = line.row, line.middle, look.shades, look.lined, look.silent
    marks: list[Mark] = []
    for k, a, b in segments:
        edge = "#8a94a0" if k == silent else ""
        inner = (
            min(b, RIGHT) - a if edge or b - a < 1.2 else min(b, RIGHT) - a - 0.8
        )  # a white gap tells neighbours apart
        marks.append(Box(a, middle - bar / 2, inner, bar, shades[k], edge, lined[k]))
    end = segments[-1][2] if segments else left
    if kept:
        marks += _together(end, middle, bar)
    for place, (k, a, b) in enumerate(segments):
        text = row.cells[k].text
        if b > RIGHT + 0.01:  # cut off where the bar is magnified
            continue
        if k == silent and not kept:
            marks.append(Label(end + 2, middle, text, SMALLEST, INK))
        elif _figure(text) <= b - a:
            if lined[k]:
                marks.append(Box((a + b - _figure(text)) / 2, middle - 4, _figure(text), 8, shades[k]))
            marks.append(Label((a + b) / 2, middle, text, SMALLEST, ink_on(shades[k]), "middle"))
        elif place == 0:
            marks.append(Label(a - 2, middle, text, SMALLEST, INK, "end"))
    return marks + _under(row, _narrow(row, segments, None if kept else silent), middle + bar / 2)


def _together(end: float, middle: float, bar: float) -> list[Mark]:
    """One part of the bar for all answers the release hides in a line, so that no figure can be read off it."""
    rest = max(RIGHT - end, 0.0)
    box = Box(end, middle - bar / 2, rest, bar, "#ffffff", "#8a94a0", KEPT_BACK, crossed=True)
    room = _figure(HIDDEN)
    at = end + rest / 2 if room < rest else RIGHT + 2 + room / 2
    return [box, Box(at - room / 2, middle - 4, room, 8, "#ffffff"), Label(at, middle, HIDDEN, SMALLEST, INK, "middle")]


def _under(row: Row, narrow: Sequence[tuple[int, float, float]], bottom: float) -> list[Mark]:
    """Figures of narrow segments under the bar, side by side, each with a line from its segment."""
    marks: list[Mark] = []
    centres = [(a + b) / 2 for _, a, b in narrow]
    wide = [_figure(row.cells[k].text) + 1 for k, _, _ in narrow]
    spots: list[float] = []
    for centre, room in zip(centres, wide, strict=True):
        least = spots[-1] + (wide[len(spots) - 1] + room) / 2 if spots else 0.0
        spots.append(max(centre, least))
    over = max(0.0, spots[-1] + wide[-1] / 2 - WIDTH) if spots else 0.0
    for (k, _, _), centre, spot in zip(narrow, centres, spots, strict=True):
        at = spot - over
        marks.append(Stroke(centre, bottom - 2, at, bottom + 2.2, FAINT, 0.5))
        marks.append(Label(at, bottom + 5.4, row.cells[k].text, SMALLEST, INK, "middle"))
    return marks
