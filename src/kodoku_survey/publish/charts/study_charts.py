"""Charts of a study: estimates with their limits line by line, and shares by the number of respondents in a funnel."""

from __future__ import annotations

import numpy as np

from kodoku_survey.benchmark.funnel import control_limits
from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.picture import (
    ACCENT,
    FAINT,
    INK,
    RULE,
    SMALLEST,
    WIDTH,
    Dot,
    Label,
    Mark,
    Picture,
    Stroke,
    paragraph,
)
from kodoku_survey.tables.studies.study import Forest, Funnel, Likenesses

STEP, TALLEST = 17.0, 640.0  # points between lines; a page's height for a chart
FUNNEL, ABOVE = 250.0, 6.0  # points high, and above the uppermost line for its label
ALIKE_WITHIN = 0.1  # a standardised difference within which two compositions are taken to be alike
NAMED = 12  # outlying points that are named


def draw_study(figure: Forest | Funnel | Likenesses) -> Picture:
    """The picture of a part of a study."""
    if isinstance(figure, Likenesses):
        return _likenesses(figure)
    return _funnel(figure) if isinstance(figure, Funnel) else _forest(figure)


def _forest(forest: Forest) -> Picture:
    """k numbers with their limits, the first on top, about the line that means there is nothing."""
    named = [lines(label, 0.36 * WIDTH, 8.0) for label in forest.labels]
    left = max(width(text, 8.0) for name in named for text in name) + 14
    every = np.concatenate([forest.low, forest.high, forest.value, [forest.at]])
    ticks = ticks_of(float(np.nanmin(every)), float(np.nanmax(every)))
    right = WIDTH - 14

    def x(value: float) -> float:
        return left + (right - left) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    step = min(STEP * max(len(name) for name in named), TALLEST / len(named))
    height = step * len(named) + 4
    marks: list[Mark] = []
    for tick in ticks:
        marks += [
            Stroke(x(tick), 0, x(tick), height, RULE),
            Label(x(tick), height + 7, f"{tick:g}", SMALLEST, FAINT, "middle"),
        ]
    marks.append(Stroke(x(forest.at), 0, x(forest.at), height, INK, 0.8))
    for place, name in enumerate(named):
        middle = step * (place + 0.5) + 2
        marks += paragraph(left - 8, middle - 5.0 * len(name), name, 8.0, anchor="end")
        low, high, value = (float(one[place]) for one in (forest.low, forest.high, forest.value))
        if np.isfinite([low, high]).all():
            marks.append(Stroke(x(low), middle, x(high), middle, ACCENT, 1.3))
        if np.isfinite(value):
            marks.append(Dot(x(value), middle, 2.3, ACCENT))
    return Picture(WIDTH, height + 14, tuple(marks))


def _likenesses(found: Likenesses) -> Picture:
    """Before (rings) and after (dots) line by line, about 0 and the limits within which compositions are taken to be alike."""
    named = [lines(label, 0.36 * WIDTH, 8.0) for label in found.labels]
    left, right = max(width(text, 8.0) for name in named for text in name) + 14, WIDTH - 14
    every = np.concatenate([found.before, found.after, [-ALIKE_WITHIN, ALIKE_WITHIN]])
    ticks = ticks_of(float(np.nanmin(every)), float(np.nanmax(every)))
    step = min(max(STEP, 10.0 * max(len(name) for name in named) + 2), TALLEST / len(named))
    height = step * len(named) + 4

    def x(value: float) -> float:
        return left + (right - left) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    marks: list[Mark] = [Label(x(tick), height + 7, f"{tick:g}", SMALLEST, FAINT, "middle") for tick in ticks]
    marks += [Stroke(x(at), 0, x(at), height, RULE if at else INK, 0.8) for at in (-ALIKE_WITHIN, 0.0, ALIKE_WITHIN)]
    for place, name in enumerate(named):
        middle = step * (place + 0.5) + 2
        marks += paragraph(left - 8, middle - 5.0 * len(name), name, 8.0, anchor="end")
        before, after = float(found.before[place]), float(found.after[place])
        if np.isfinite([before, after]).all():
            marks.append(Stroke(x(before), middle, x(after), middle, RULE, 0.8))
        if np.isfinite(before):
            marks += [Dot(x(before), middle, 2.6, FAINT), Dot(x(before), middle, 1.7, "#ffffff")]
        if np.isfinite(after):
            marks.append(Dot(x(after), middle, 2.3, ACCENT))
    return Picture(WIDTH, height + 14, tuple(marks))


def _funnel(funnel: Funnel) -> Picture:
    """Points, the centre, and the limits at 95% (thin) and 99.8%; points outside the outer limits are named."""
    left, right, height = 34.0, WIDTH - 60, FUNNEL
    sizes = np.linspace(max(float(funnel.size.min()) * 0.8, 2.0), float(funnel.size.max()) * 1.05, 120)
    centre = funnel.centre / 100
    limits = {level: control_limits(centre, sizes, level) for level in (0.95, 0.998)}
    top = float(np.nanmax([funnel.value.max(), 100 * limits[0.998][1].max()]))
    down, across = ticks_of(0.0, top), ticks_of(float(sizes[0]), float(sizes[-1]))

    def x(size: float) -> float:
        return left + (right - left) * (size - sizes[0]) / (sizes[-1] - sizes[0])

    def y(value: float) -> float:
        return ABOVE + height * (1 - value / down[-1])

    marks: list[Mark] = []
    for tick in down:
        marks += [Stroke(left, y(tick), right, y(tick)), Label(left - 4, y(tick), f"{tick:g}%", SMALLEST, FAINT, "end")]
    for tick in across:
        if sizes[0] <= tick <= sizes[-1]:
            marks.append(Label(x(tick), ABOVE + height + 8, f"{tick:,.0f}", SMALLEST, FAINT, "middle"))
    marks.append(Stroke(left, y(funnel.centre), right, y(funnel.centre), INK, 0.9))
    for level, ends in limits.items():
        for end in ends:
            heights = [y(100 * float(value)) for value in end]
            for k in range(len(sizes) - 1):
                path = (x(sizes[k]), heights[k], x(sizes[k + 1]), heights[k + 1])
                marks.append(Stroke(*path, FAINT, 0.4 if level < 0.99 else 0.9))
    low, high = control_limits(centre, funnel.size, 0.998)
    outside = np.flatnonzero((funnel.value < 100 * low) | (funnel.value > 100 * high))
    points = [(x(float(size)), y(float(value))) for size, value in zip(funnel.size, funnel.value, strict=True)]
    marks += [Dot(*point, 2.3, ACCENT) for point in points]
    marks += _names([points[place] for place in outside], [funnel.labels[place] for place in outside])
    return Picture(WIDTH, ABOVE + height + 15, tuple(marks))


def _names(points: list[tuple[float, float]], names: list[str]) -> list[Mark]:
    """Names beside their points, on the right or else on the left; one that would cover another is left out."""
    marks, taken = list[Mark](), list[tuple[float, float, float]]()
    for (left, middle), name in zip(points, names, strict=True):
        long = width(name, SMALLEST)
        for start in (left + 4, left - 4 - long):
            free = all(start + long < a or start > b or abs(middle - at) > SMALLEST for a, b, at in taken)
            if free and 0 < start < WIDTH - long and len(taken) < NAMED:
                marks.append(Label(start, middle, name, SMALLEST, INK))
                taken.append((start, start + long, middle))
                break
    return marks


def ticks_of(low: float, high: float) -> list[float]:
    """Round numbers that reach from below the lowest to above the highest, seven at most."""
    span = (high - low) or 1.0
    step = next(s for s in (b * 10.0**p for p in range(-6, 10) for b in (1, 2, 5)) if span / s <= 6)
    return [round(k * step, 10) for k in range(int(np.floor(low / step)), int(np.ceil(high / step)) + 1)]
