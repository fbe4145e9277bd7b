"""A population pyramid: two groups back to back, a bar an age, with an outline of what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.publish.charts.canvas import LABEL
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.metrics import width
from kodoku_survey.publish.charts.picture import FAINT, INK, RULE, SMALLEST, WIDTH, Box, Label, Mark, Picture, Stroke
from kodoku_survey.publish.charts.study_charts import ticks_of

SIDES = ("#24507c", "#b3560a")  # told apart by place as well
_STEP, _THICK = 18.0, 12.0


@dataclass(frozen=True)
class PyramidSide:
    """One side: its name, per cent of everybody in each age (filled), and of what it is compared with (outline)."""

    name: str
    filled: tuple[float, ...]
    outline: tuple[float, ...]


def draw_pyramid(ages: Sequence[str], left: PyramidSide, right: PyramidSide, told: tuple[str, str]) -> Picture:
    """Ages from the oldest down. told : what is filled, and what the outline is."""
    middle_room = max(width(legible(age), LABEL) for age in ages) + 16
    half = (WIDTH - middle_room) / 2 - 20
    every = [x for side in (left, right) for x in (*side.filled, *side.outline) if np.isfinite(x)]
    ticks = ticks_of(0.0, max(every, default=1.0))
    axes = (WIDTH / 2 - middle_room / 2, -1.0), (WIDTH / 2 + middle_room / 2, 1.0)
    top, bottom = 32.0, 32.0 + _STEP * len(ages)
    marks: list[Mark] = _key(told)
    for (start, way), side, colour in zip(axes, (left, right), SIDES, strict=True):
        for tick in ticks:
            at = start + way * half * tick / ticks[-1]
            marks.append(Stroke(at, top, at, bottom, RULE))
            marks.append(
                Label(at, bottom + 7, f"{tick:g}{'%' if tick == ticks[-1] else ''}", SMALLEST, FAINT, "middle")
            )
        marks.append(Label(start + way * half / 2, 24, legible(side.name), LABEL, INK, "middle", "bold"))
        for k in range(len(ages)):
            y = bottom - _STEP * (k + 0.5)
            marks += _bar(start, way, half * side.filled[k] / ticks[-1], y, colour, filled=True)
            marks += _bar(start, way, half * side.outline[k] / ticks[-1], y, INK, filled=False)
    marks += [
        Label(WIDTH / 2, bottom - _STEP * (k + 0.5), legible(age), LABEL, INK, "middle") for k, age in enumerate(ages)
    ]
    return Picture(WIDTH, bottom + 14, tuple(marks))


def _bar(start: float, way: float, long: float, y: float, colour: str, *, filled: bool) -> list[Mark]:
    if not np.isfinite(long) or long <= 0:
        return []
    if filled:
        return [Box(start if way > 0 else start - long, y - _THICK / 2, long, _THICK, colour)]
    end, up, down = start + way * long, y - _THICK / 2 - 1.5, y + _THICK / 2 + 1.5
    path = (start, up, end, up), (end, up, end, down), (end, down, start, down)
    return [Stroke(*edge, colour, 1.0) for edge in path]


def _key(told: tuple[str, str]) -> list[Mark]:
    first, second = map(legible, told)
    at = 14 + width(first, LABEL) + 20
    box = (at, 2, at + 10, 2), (at + 10, 2, at + 10, 10), (at + 10, 10, at, 10), (at, 10, at, 2)
    filled: list[Mark] = [Box(0, 2, 5, 8, SIDES[0]), Box(5, 2, 5, 8, SIDES[1]), Label(14, 6, first, LABEL)]
    return [*filled, *(Stroke(*edge, INK, 1.0) for edge in box), Label(at + 14, 6, second, LABEL)]
