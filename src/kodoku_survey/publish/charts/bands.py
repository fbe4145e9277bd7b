"""帯グラフ: 100% stacked bars, a line a group, a segment an answer, 無回答 last and hatched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kodoku_survey.publish.charts.canvas import (
    INK,
    WIDTH,
    canvas,
    label_axis,
    label_of,
    label_width,
    line_height,
    places_of,
    rows_with_base,
    text_width,
)
from kodoku_survey.tables import Table
from kodoku_survey.tables.table import HIDDEN

# Ordered answers: one hue from dark to light, neighbours apart in grey print too.
ORDERED = ("#17365d", "#2f6299", "#6795c2", "#a3c1de", "#dde8f2")
TWO = ("#2f6299", "#c9d9e8")
# An answer that is no step of the scale.
OUTSIDE = "#b5b5b5"
# Unordered answers: matplotlib's petroff10, made to be told apart with every kind of colour vision.
NOMINAL = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")


# Answers the release hides, together.
KEPT: dict[str, Any] = {"facecolor": "#ffffff", "edgecolor": "#8a94a0", "linewidth": 0.4, "hatch": "xxxx"}


def draw_band(table: Table) -> Figure:
    """A bar of 100 % a group, divided by the answers."""
    rows = rows_with_base(table)
    step = line_height(rows, 0.235)
    places = places_of(rows, step)
    left = label_width([label_of(row, step) for row in rows])
    shades = colours(table)
    hidden = not table.partial and any(cell.hidden for row in rows for cell in row.cells)
    columns, legend_rows = _legend_shape([*table.header, HIDDEN] if hidden else table.header)
    height = (places[-1] if places else 0.3) + 0.2
    figure, axes = canvas(height, left, legend_rows)
    span = WIDTH - left - 0.35
    for row, place in zip(rows, places, strict=True):
        at = 0.0
        for cell, shade, code in zip(row.cells, shades, table.codes, strict=True):
            if cell.hidden:
                continue  # told together at the end of the band
            value = cell.value or 0.0
            silent = code == table.nonanswer
            axes.barh(
                place,
                value,
                0.72 * step,
                left=at,
                color=shade,
                edgecolor="#8a94a0" if silent else "white",
                linewidth=0.4,
                hatch="////" if silent else None,
            )
            if value and text_width(cell.text) * 6.6 / 72 + 0.03 < value / 100 * span:
                ink = "white" if _dark(shade) else INK
                box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if silent else None
                axes.text(
                    at + value / 2,
                    place,
                    cell.text,
                    ha="center",
                    va="center_baseline",
                    fontsize=6.6,
                    color=ink,
                    bbox=box,
                )
            at += value
        if not table.partial and any(cell.hidden for cell in row.cells):
            _together(axes, place, step, at)
    label_axis(axes, rows, places, height)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xticklabels([f"{tick}%" if tick in (0, 100) else str(tick) for tick in range(0, 101, 20)], fontsize=6.6)
    patches = [
        Patch(
            facecolor=shade,
            edgecolor="#8a94a0" if code == table.nonanswer else shade,
            linewidth=0.4,
            hatch="////" if code == table.nonanswer else None,
            label=label,
        )
        for shade, code, label in zip(shades, table.codes, table.header, strict=True)
    ]
    if hidden:
        patches.append(Patch(**KEPT, label=HIDDEN))
    by_row = [
        patches[i] for first in range(columns) for i in range(first, len(patches), columns)
    ]  # legends fill columns
    figure.legend(
        handles=by_row,
        loc="upper left",
        bbox_to_anchor=(left / WIDTH - 0.012, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=7,
        handlelength=1.0,
        handleheight=0.8,
        columnspacing=1.2,
        borderaxespad=0.1,
        handletextpad=0.4,
        labelspacing=0.3,
    )
    return figure


def _together(axes: Axes, place: float, step: float, at: float) -> None:
    """One segment for all answers the release hides in a line, from the end of those it shows."""
    rest = max(100 - at, 0.0)
    axes.barh(place, rest, 0.72 * step, left=at, **KEPT)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    axes.text(at + rest / 2, place, HIDDEN, ha="center", va="center_baseline", fontsize=6.6, color=INK, bbox=box)


def _legend_shape(labels: Sequence[str]) -> tuple[int, int]:
    """Columns and rows of a legend that fits above the bars."""
    widest = max((text_width(label) for label in labels), default=4) * 7 / 72 + 0.38
    columns = max(1, min(len(labels), int((WIDTH - 1.6) // widest)))
    return columns, -(-len(labels) // columns)


def colours(table: Table) -> list[str]:
    """A colour an answer: a sequence where the answers are steps of a scale, distinct hues otherwise; 無回答 white.

    An answer outside the scale (わからない) is grey; two answers are a dark and a light one.
    """
    answered = [code for code in table.codes if code != table.nonanswer]
    steps = [code for code in answered if code in table.scale]
    if not steps and len(answered) > 2:
        chosen = {code: NOMINAL[i % len(NOMINAL)] for i, code in enumerate(answered)}
    else:
        chosen = dict(zip(steps or answered, _sequence(len(steps or answered)), strict=True))
    return ["#ffffff" if code == table.nonanswer else chosen.get(code, OUTSIDE) for code in table.codes]


def _sequence(count: int) -> Sequence[str]:
    """So many shades from dark to light."""
    if count <= 2:
        return TWO[:count]
    if count > len(ORDERED):
        return _shades(count)
    return [ORDERED[round(i * (len(ORDERED) - 1) / (count - 1))] for i in range(count)]


def _shades(count: int) -> list[str]:
    low, high = to_rgb(ORDERED[0]), to_rgb(ORDERED[-1])
    mixed = [[a + (b - a) * i / (count - 1) for a, b in zip(low, high, strict=True)] for i in range(count)]
    return ["#" + "".join(f"{round(255 * part):02x}" for part in shade) for shade in mixed]


def _dark(colour: str) -> bool:
    r, g, b = to_rgb(colour)
    return 0.299 * r + 0.587 * g + 0.114 * b < 0.55
