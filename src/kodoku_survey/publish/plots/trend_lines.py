"""Trends: a line an answer through the waves, called by its name at the end, parted where two waves cannot be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.publish.charts.canvas import LABEL
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.picture import (
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

# Dark enough for a line and its name on white (4.5 : 1); the first five told apart with every kind of colour vision. The form
# of the points says the same.
LINE_COLOURS = ("#24507c", "#c84a00", "#00806a", "#9b2fd6", "#5a0f00", "#56616d", "#1f2933", "#7a5c00")
_HIGH, _GAP = 210.0, 12.0  # points of the axes, and between two names


@dataclass(frozen=True)
class TrendLine:
    """A name and a value at every wave, nan where there is none; limits where there are such."""

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


def draw_trend(
    waves: Sequence[str], trends: Sequence[TrendLine], breaks: Sequence[int], *, unit: str, mark: str
) -> Picture:
    """breaks : the waves (by place) before which the series is broken. mark : what stands at a break."""
    ends = [lines(legible(one.name), 0.24 * WIDTH, LABEL) for one in trends]
    right = WIDTH - max((width(text, LABEL) for name in ends for text in name), default=0.0) - 40
    left = 34.0
    every = [x for one in trends for x in (*one.values, *one.low, *one.high) if np.isfinite(x)]
    ticks = ticks_of(min([0.0, *every]) if unit == "%" else min(every, default=0.0), max(every, default=1.0))
    step = (right - left - 24) / max(len(waves) - 1, 1)
    places = [left + 12 + step * k for k in range(len(waves))] if len(waves) > 1 else [(left + right) / 2]

    def y(value: float) -> float:
        return 14 + _HIGH * (1 - (value - ticks[0]) / (ticks[-1] - ticks[0]))

    marks: list[Mark] = []
    for tick in ticks:
        marks.append(Stroke(left, y(tick), right, y(tick), RULE))
        marks.append(Label(left - 5, y(tick), f"{tick:g}{unit}", SMALLEST, FAINT, "end"))
    for place, wave in zip(places, waves, strict=True):
        told = lines(legible(wave), max(step - 4, 40.0), SMALLEST)
        marks += [Label(place, 14 + _HIGH + 9 + 9.5 * k, text, SMALLEST, INK, "middle") for k, text in enumerate(told)]
    tall = max(len(lines(legible(wave), max(step - 4, 40.0), SMALLEST)) for wave in waves)
    for cut in breaks:
        marks += _broken((places[cut - 1] + places[cut]) / 2, mark)
    spots = _apart([(y(_last(one.values)), 1.18 * LABEL * len(name)) for one, name in zip(trends, ends, strict=True)])
    for order, (one, name, spot) in enumerate(zip(trends, ends, spots, strict=True)):
        colour = LINE_COLOURS[order % len(LINE_COLOURS)]
        marks += _line(one, places, set(breaks), colour, order, y)
        first = spot - 1.18 * LABEL * (len(name) - 1) / 2
        figure = f" {_last(one.values):.1f}" if np.isfinite(_last(one.values)) else ""
        told = [*name[:-1], name[-1] + figure]
        marks += [Label(right + 8, first + 1.18 * LABEL * k, text, LABEL, colour) for k, text in enumerate(told)]
    return Picture(WIDTH, 14 + _HIGH + 14 + 9.5 * tall, tuple(marks))


def _last(values: Sequence[float]) -> float:
    held = [value for value in values if np.isfinite(value)]
    return held[-1] if held else np.nan


def _line(
    one: TrendLine, places: Sequence[float], breaks: set[int], colour: str, order: int, y: Callable[[float], float]
) -> list[Mark]:
    marks: list[Mark] = []
    for k, (place, value) in enumerate(zip(places, one.values, strict=True)):
        if not np.isfinite(value):
            continue
        if one.low and np.isfinite([one.low[k], one.high[k]]).all():
            marks.append(Stroke(place, y(one.low[k]), place, y(one.high[k]), colour, 0.8))
        if k and k not in breaks and np.isfinite(one.values[k - 1]):
            marks.append(Stroke(places[k - 1], y(one.values[k - 1]), place, y(value), colour, 1.6))
        marks += _point(order, place, y(value), colour)
    return marks


def _point(order: int, x: float, y: float, colour: str) -> list[Mark]:
    """A dot, a square, a ring, a hollow square: in turn."""
    kind = order % 4
    if kind == 0:
        return [Dot(x, y, 2.8, colour)]
    if kind == 2:
        return [Dot(x, y, 3.2, colour), Dot(x, y, 1.9, "#ffffff")]
    return [Box(x - 2.6, y - 2.6, 5.2, 5.2, colour if kind == 1 else "#ffffff", "" if kind == 1 else colour)]


def _broken(x: float, mark: str) -> list[Mark]:
    """Two slanting strokes across a dashed line, and the word."""
    dashes: list[Mark] = [Stroke(x, 18 + 6 * k, x, 21 + 6 * k, FAINT, 0.8) for k in range(int(_HIGH / 6))]
    across: list[Mark] = [Stroke(x - 4 + s, 14 + _HIGH + 3, x + 1 + s, 14 + _HIGH - 4, INK, 1.0) for s in (0, 3)]
    return [*dashes, *across, Label(x, 7, mark, SMALLEST, FAINT, "middle")]


def _apart(wanted: Sequence[tuple[float, float]]) -> list[float]:
    """Heights of names beside the ends of their lines, moved down where two would lie on each other."""
    spots = [0.0] * len(wanted)
    before = -np.inf
    for k in sorted(range(len(wanted)), key=lambda k: wanted[k][0] if np.isfinite(wanted[k][0]) else np.inf):
        at, tall = wanted[k]
        spots[k] = max(at if np.isfinite(at) else 14 + _HIGH, before + max(tall, _GAP) / 2)
        before = spots[k] + max(tall, _GAP) / 2
    return spots
