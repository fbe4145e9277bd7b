"""Bars of multiple answers: an option a line, a bar each of a few groups or waves side by side; panels where there are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kodoku_survey.publish.charts.canvas import LABEL, key, label_of, percent_axis, rows_with_base
from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.palette import LINES
from kodoku_survey.publish.charts.picture import FAINT, INK, SMALLEST, WIDTH, Box, Label, Mark, Picture
from kodoku_survey.tables import Row, Table
from kodoku_survey.tables.rounding import half_up

SERIES = ("#2c5f96", "#a9c8e4", "#dcebf7", "#8a94a0")
ALONE = "#6b9ac8"
BESIDE = 4  # groups drawn beside one another
OPTION_ROOM = 170.0  # most room for the options


def series_of(table: Table) -> list[Row]:
    """The lines drawn beside one another: groups of the only attribute, or waves, or everybody alone; [] for panels."""
    if table.crosstab is not None and table.crosstab.share in ("column", "total", "count"):
        return []  # no shares of a group: neither an axis to 100 % nor a difference belongs to them
    rows = rows_with_base(table)
    groups = [row for row in rows if row.attribute]
    waves = [row for row in rows if row.wave is not None]
    if not groups:
        return (waves or rows)[:BESIDE]
    return groups if 2 <= len(groups) <= BESIDE and len({row.attribute for row in groups}) == 1 else []


def draw_bars(table: Table, series: Sequence[Row], scale: float, options: Sequence[int]) -> Picture:
    """The chart of a few lines of a table, some options one after another. scale : of the distance from option to option."""
    many = len(series) > 1
    thick = (8.2 if len(table.header) > 16 else 9.0) if many else 10.5
    names = [lines(label, OPTION_ROOM, LABEL) for label in table.header]
    room = min(max(width(line, LABEL) for name in names for line in name) + 1, OPTION_ROOM)
    paired = len(series) == 2 and all(row.attribute for row in series)
    left, right = room + 6, WIDTH - (66 if paired else 26)
    top = max([cell.value or 0.0 for row in series for cell in row.cells] + [1.0])
    most = min(100.0, 10.0 * -(-top // 10)) if top > 10 else float(-(-top // 1))
    marks: list[Mark] = []
    at = 2.0
    reach = [at]
    for k in options:
        label, name = table.header[k], names[k]
        tall = max(thick * len(series) * min(scale, 1.25) + 5.0 * scale, 1.18 * LABEL * len(name) + 3)
        middle = at + tall / 2
        step = 1.18 * LABEL
        first = middle - step * (len(name) - 1) / 2
        marks += [Label(room, first + step * i, line, LABEL, INK, "end") for i, line in enumerate(name)]
        marks += _option(table, series, k, middle, thick * min(scale, 1.25), left, (right - left) / most)
        if paired and label:
            marks.append(_gap(series, k, middle))
        at += tall
        reach.append(at)
    axis = percent_axis(left, right, at, 0.0, most)
    entries = [(label_of(row), shade, "") for row, shade in zip(series, _shades(many), strict=False)]
    legend, taken = key(entries, left) if len(table.rows) > 1 or many else ([], 0.0)
    if paired:
        legend = [
            *legend,
            Label(WIDTH, taken - 4, "差" if not label_of(series[0]).isascii() else "±", LABEL, FAINT, "end"),
        ]
    body = Picture(WIDTH, at + 13, (*axis, *marks), tuple(reach)).lowered(taken)
    return replace(body, marks=(*legend, *body.marks))


def _shades(many: bool) -> Sequence[str]:
    return SERIES if many else (ALONE,)


def _option(
    table: Table, series: Sequence[Row], option: int, middle: float, thick: float, left: float, unit: float
) -> list[Mark]:
    """A bar a line of one option, with its figure at the end; 無回答 hatched."""
    silent = table.codes[option] == table.nonanswer
    marks: list[Mark] = []
    for k, (row, shade) in enumerate(zip(series, _shades(len(series) > 1), strict=False)):
        cell = row.cells[option]
        y = middle + thick * (k - len(series) / 2)
        long = (cell.value or 0.0) * unit
        if long:
            edge, hatch = ("#8a94a0", LINES) if silent else ("#8a94a0" if shade == SERIES[2] else "", "")
            marks.append(Box(left, y + 0.4, long, thick - 0.8, "#ffffff" if silent else shade, edge, hatch))
        marks.append(Label(left + long + 3, y + thick / 2, cell.text, SMALLEST))
    return marks


def _gap(series: Sequence[Row], option: int, middle: float) -> Label:
    """回答割合の差 of two groups, in points."""
    first, second = (row.cells[option].value for row in series)
    text = "" if first is None or second is None else half_up(first - second, 1)
    return Label(WIDTH, middle, text if text.startswith("-") or not text else f"+{text}", SMALLEST, INK, "end")
