"""Numbers as dots on one scale, a line each: with their limits, beside the value that means nothing, or several series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kodoku_survey.publish.charts.canvas import LABEL
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.picture import (
    ACCENT,
    FAINT,
    INK,
    RULE,
    SMALLEST,
    WIDTH,
    Box,
    Dot,
    Label,
    Mark,
    Picture,
    Stroke,
)
from kodoku_survey.publish.charts.study_charts import ticks_of

Shape = Literal["dot", "ring", "bar"]
SHAPES: tuple[Shape, ...] = ("dot", "ring", "bar")  # told apart without colour
_STEP, _HEAD = 14.5, 15.0  # points from line to line; of the name of a block
_MOST = 120  # lines of a picture


@dataclass(frozen=True)
class DotRow:
    """block : the heading it stands under ("" for none). values : one a series, nan where there is none; limits of the first."""

    block: str
    label: str
    values: tuple[float, ...]
    low: float = np.nan
    high: float = np.nan
    text: str = ""


@dataclass(frozen=True)
class DotScale:
    """unit : behind the figures of the axis. nothing : the value a line is drawn at. series : what the shapes are."""

    unit: str = ""
    nothing: float | None = None
    series: tuple[str, ...] = ()


def draw_dot_rows(rows: Sequence[DotRow], scale: DotScale) -> Picture:
    """The picture of some lines; more than can be read are cut at 120, which the last line says."""
    shown = rows[:_MOST]
    named = [lines(legible(row.label), 0.36 * WIDTH, LABEL) for row in shown]
    left = max((width(text, LABEL) for name in named for text in name), default=40.0) + 12
    right = WIDTH - max((width(row.text, SMALLEST) for row in shown), default=0.0) - 12
    every = [x for row in shown for x in (*row.values, row.low, row.high) if np.isfinite(x)]
    every += [scale.nothing] if scale.nothing is not None else []
    if scale.unit == "%" and min(every, default=1.0) >= 0:
        every.append(0.0)
    ticks = ticks_of(min(every, default=0.0), max(every, default=1.0))

    def x(value: float) -> float:
        return left + (right - left) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    marks, at, block = list[Mark](), 4.0, ""
    for row, name in zip(shown, named, strict=True):
        if row.block and row.block != block:
            marks.append(Label(0, at + _HEAD / 2, legible(row.block), LABEL, INK, face="bold"))
            at += _HEAD
        block = row.block
        tall = max(_STEP, 1.18 * LABEL * len(name) + 3)
        marks += _line(row, name, at + tall / 2, left, x)
        at += tall
    axis = _axis(ticks, scale, x, at)
    legend = _key(scale.series, left)
    body = Picture(WIDTH, at + 14, (*axis, *marks))
    if not legend:
        return body
    lowered = body.lowered(16)
    return Picture(WIDTH, lowered.height, (*legend, *lowered.marks))


def _axis(ticks: Sequence[float], scale: DotScale, x, bottom: float) -> list[Mark]:  # type: ignore[no-untyped-def]
    marks: list[Mark] = []
    for tick in ticks:
        marks.append(Stroke(x(tick), 0, x(tick), bottom, RULE))
        text = f"{tick:,g}{scale.unit if tick in (ticks[0], ticks[-1]) else ''}"
        marks.append(Label(x(tick), bottom + 7, text, SMALLEST, FAINT, "middle"))
    if scale.nothing is not None:
        marks.append(Stroke(x(scale.nothing), 0, x(scale.nothing), bottom, INK, 0.9))
    return marks


def _line(row: DotRow, name: Sequence[str], middle: float, left: float, x) -> list[Mark]:  # type: ignore[no-untyped-def]
    first = middle - 1.18 * LABEL * (len(name) - 1) / 2
    marks: list[Mark] = [
        Label(left - 8, first + 1.18 * LABEL * k, text, LABEL, INK, "end") for k, text in enumerate(name)
    ]
    if np.isfinite([row.low, row.high]).all():
        marks.append(Stroke(x(row.low), middle, x(row.high), middle, ACCENT, 1.3))
    for value, shape in zip(row.values, SHAPES, strict=False):
        if np.isfinite(value):
            marks += shaped(shape, x(value), middle)
    ends = [x(value) for value in (*row.values, row.low, row.high) if np.isfinite(value)]
    if row.text:
        marks.append(Label((max(ends) if ends else left) + 5, middle, row.text, SMALLEST))
    return marks


def shaped(shape: Shape, x: float, y: float) -> list[Mark]:
    """The mark of a series: a filled dot, a ring, an upright bar."""
    if shape == "bar":
        return [Box(x - 1.1, y - 4.5, 2.2, 9.0, "#b3560a")]
    if shape == "ring":
        return [Dot(x, y, 3.4, FAINT), Dot(x, y, 2.2, "#ffffff")]
    return [Dot(x, y, 2.4, ACCENT)]


def _key(series: Sequence[str], left: float) -> list[Mark]:
    marks: list[Mark] = []
    at = left
    for name, shape in zip(series, SHAPES, strict=False):
        marks += [*shaped(shape, at + 4, 6), Label(at + 12, 6, legible(name), LABEL)]
        at += width(name, LABEL) + 26
    return marks
