"""縦棒: one answer of several waves side by side, a small chart an attribute, a column a wave, the earliest first (【参考】)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kodoku_survey.publish.charts.canvas import LABEL, key
from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.picture import ACCENT, FAINT, INK, SMALLEST, WIDTH, Box, Label, Mark, Picture, Stroke
from kodoku_survey.tables import Row, Table
from kodoku_survey.tables.history import laid_out

SHADES = ("#dcebf7", "#a9c8e4", "#6b9ac8", "#2c5f96", "#12305a")  # from the earliest wave to the latest
EDGE = "#8a94a0"  # around a column as light as the paper
TALL = 62.0  # points of the tallest column
SCALE_ROOM, GROUP_GAP = 22.0, 9.0  # room for the figures of a scale, and between groups
NAMES_ROOM = 3 * 1.18 * LABEL + 3  # room for the names of groups, three lines at most
ABOVE = 24.0  # over the columns: the name of the attribute, and a figure


@dataclass(frozen=True)
class SmallChart:
    """Groups of one attribute that stand side by side, and the top of their scale."""

    attribute: str
    groups: tuple[Row, ...]
    most: float


def storeys_of(table: Table) -> list[list[SmallChart]]:
    """The small charts, as many beside one another as there is room for; an attribute too wide runs on below."""
    shown = laid_out(table, "")
    groups = [row for row in shown.rows if row.attribute]
    column = _column(shown)
    fits = max(1, int((WIDTH - SCALE_ROOM) // (column * len(shown.header) + GROUP_GAP)))
    storeys: list[list[SmallChart]] = []
    for attribute, found in groupby(groups, key=lambda row: row.attribute):
        own = tuple(found)
        top = max([cell.value or 0.0 for row in own for cell in row.cells] + [1.0])
        count = -(-len(own) // fits)
        size = -(-len(own) // count)
        for first in range(0, len(own), size):
            chart = SmallChart(attribute, own[first : first + size], _round_up(top))
            beside = storeys[-1] if storeys else []
            if beside and _room([*beside, chart], column, len(shown.header)) <= WIDTH:
                beside.append(chart)
            else:
                storeys.append([chart])
    return storeys


def draw_columns(table: Table, storeys: Sequence[Sequence[SmallChart]], scale: float = 1.0) -> Picture:
    """The chart of some storeys of small charts. scale : of the height of a column."""
    shown = laid_out(table, "")
    column, count = _column(shown), len(shown.header)
    shades = SHADES[-count:] if count <= len(SHADES) else (SHADES[-1],) * count
    marks: list[Mark] = []
    at, reach = 4.0, [4.0]
    tall = TALL * min(scale, 1.5)
    for storey in storeys:
        spare = (WIDTH - _room(storey, column, count)) / (sum(len(chart.groups) for chart in storey) + len(storey))
        left, each = 0.0, min(max(spare, 0.0), 22.0)
        for chart in storey:
            marks += _small(chart, left, at, tall, column, GROUP_GAP + each, shades)
            left += _room([chart], column, count) + each * (len(chart.groups) + 1)
        at += ABOVE + tall + NAMES_ROOM + 6 * scale
        reach.append(at)
    legend, taken = key([(label, shade, "") for label, shade in zip(shown.header, shades, strict=True)], 0.0)
    body = Picture(WIDTH, at, tuple(marks), tuple(reach)).lowered(taken)
    return replace(body, marks=(*legend, *body.marks))


def _column(shown: Table) -> float:
    """How wide a column is: as its widest figure."""
    return max(width(cell.text, SMALLEST) for row in shown.rows for cell in row.cells) + 1.5


def _room(charts: Sequence[SmallChart], column: float, waves: int) -> float:
    return sum(SCALE_ROOM + (column * waves + GROUP_GAP) * len(chart.groups) for chart in charts)


def _round_up(top: float) -> float:
    """The top of a scale: a round number over the highest figure."""
    return next(float(step) for step in (1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100) if step >= top or step == 100)


def _small(
    chart: SmallChart, left: float, top: float, tall: float, column: float, between: float, shades: Sequence[str]
) -> list[Mark]:
    """One small chart: its name, its scale, its groups with a figure over each column."""
    foot, start = top + ABOVE + tall, left + SCALE_ROOM
    end = start + (column * len(shades) + between) * len(chart.groups)
    marks: list[Mark] = [Label(left, top + 5, chart.attribute, SMALLEST, ACCENT, face="bold")]
    for share in (0.0, 0.5, 1.0):
        y = foot - tall * share
        marks.append(Stroke(start, y, end, y))
        marks.append(
            Label(start - 2, y, f"{chart.most * share:g}{'%' if share == 1.0 else ''}", SMALLEST, FAINT, "end")
        )
    for place, row in enumerate(chart.groups):
        x = start + between / 2 + (column * len(shades) + between) * place
        for cell, shade in zip(row.cells, shades, strict=True):
            high = tall * (cell.value or 0.0) / chart.most
            if high:
                marks.append(Box(x + 0.6, foot - high, column - 1.2, high, shade, EDGE if shade == SHADES[0] else ""))
            marks.append(Label(x + column / 2, foot - high - 5, cell.text, SMALLEST, INK, "middle"))
            x += column
        middle = x - column * len(shades) / 2
        name = lines(row.group, column * len(shades) + between - 2, LABEL)
        marks += [Label(middle, foot + 7 + 1.18 * LABEL * k, text, LABEL, INK, "middle") for k, text in enumerate(name)]
    return marks
