"""Bars of multiple answers, and points with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kodoku_survey.publish.charts.canvas import (
    ACCENT,
    RULE,
    TALLEST,
    WIDTH,
    canvas,
    folded,
    label_axis,
    label_of,
    label_width,
    line_height,
    places_of,
    rows_with_base,
)
from kodoku_survey.tables import Row, Table

SERIES = ("#2f6299", "#a3c1de", "#dde8f2")
ALONE = "#6795c2"


def draw_bars(table: Table) -> Figure:
    """Multiple answers: a bar an option, or a bar each of two or three groups side by side; otherwise of everybody."""
    series = _series(table)
    many = len(series) > 1
    usual = 0.11 if many else 0.14
    # Chart and table of one question share a page.
    thick = min(usual, (0.8 * TALLEST / max(len(table.header), 1) - 0.09) / len(series))
    step = thick * len(series) + (0.09 if many else 0.08)
    places = [step * (i + 0.75) + 0.05 for i in range(len(table.header))]
    left = label_width(table.header)
    height = places[-1] + step * 0.6
    figure, axes = canvas(height, left, 1 if len(table.rows) > 1 else 0)
    top = max([cell.value or 0 for row in series for cell in row.cells] + [1.0])
    for k, row in enumerate(series):
        shift = thick * (k - (len(series) - 1) / 2)
        _draw_series(axes, table, row, [place + shift for place in places], thick, top, SERIES[k] if many else ALONE)
    axes.set_ylim(height, 0)
    axes.set_yticks(places)
    axes.set_yticklabels([folded(label, 26) for label in table.header], fontsize=8, linespacing=0.95)
    axes.set_xlim(0, top * 1.1)
    _percent_axis(axes)
    axes.grid(axis="x", color=RULE, linewidth=0.4)
    if len(table.rows) > 1:
        _legend(figure, series, left)
    return figure


def _draw_series(
    axes: Axes, table: Table, row: Row, places: Sequence[float], thick: float, top: float, shade: str
) -> None:
    """A bar an option with its figure at the end; 無回答 hatched."""
    for place, cell, code in zip(places, row.cells, table.codes, strict=True):
        silent = code == table.nonanswer
        if cell.hidden:
            axes.text(top * 0.012, place, cell.text, va="center_baseline", fontsize=7 if shade == ALONE else 6)
            continue
        axes.barh(
            place,
            cell.value or 0,
            thick,
            color="white" if silent else shade,
            edgecolor="#8a94a0" if silent else "white",
            linewidth=0.4,
            hatch="////" if silent else None,
        )
        at = (cell.value or 0) + top * 0.012
        axes.text(at, place, cell.text, va="center_baseline", fontsize=7 if shade == ALONE else 6)


def _legend(figure: Figure, series: Sequence[Row], left: float) -> None:
    shades = SERIES if len(series) > 1 else (ALONE,)
    named = [Patch(facecolor=shade, label=label_of(row)) for shade, row in zip(shades, series, strict=False)]
    figure.legend(
        handles=named, loc="upper left", bbox_to_anchor=(left / WIDTH - 0.012, 1.0), ncols=len(named), frameon=False,
        fontsize=7, handlelength=1.0, handleheight=0.8, columnspacing=1.2, borderaxespad=0.1, handletextpad=0.4,
    )  # fmt: skip


def _series(table: Table) -> list[Row]:
    """The lines that are drawn: two or three groups of the only attribute; else the first line, everybody."""
    rows = [row for row in rows_with_base(table) if row.wave is None or row is table.rows[0]]
    groups = [row for row in rows if row.attribute]
    if 2 <= len(groups) <= 3 and len({row.attribute for row in groups}) == 1:
        return groups
    return rows[:1]


def _percent_axis(axes: Axes) -> None:
    axes.tick_params(axis="x", labelsize=6.6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%" if value == 0 else f"{value:g}")


def draw_dots(table: Table) -> Figure:
    """The first shown answer in every group, with its interval."""
    rows = [row for row in rows_with_base(table) if row.cells[0].value is not None]
    step = line_height(rows, 0.21)
    places = places_of(rows, step)
    left = label_width([label_of(row, step) for row in rows])
    height = (places[-1] if places else 0.3) + 0.2
    figure, axes = canvas(height, left, 0)
    for row, place in zip(rows, places, strict=True):
        cell = row.cells[0]
        if cell.low is not None and cell.high is not None:
            axes.plot([cell.low, cell.high], [place, place], color=ACCENT, linewidth=1.1, solid_capstyle="butt")
        axes.plot([cell.value or 0], [place], "o", color=ACCENT, markersize=4)
    label_axis(axes, rows, places, height)
    if all((row.cells[0].low or 0) >= 0 for row in rows):
        axes.set_xlim(left=0)
    if table.statistic == "share":
        _percent_axis(axes)
    else:
        axes.tick_params(axis="x", labelsize=6.6)
    return figure
