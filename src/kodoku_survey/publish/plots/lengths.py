"""Lengths: a bar a line on one scale from 0, its figure at the end; the steps of an account, shares of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.publish.charts.canvas import LABEL
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.picture import INK, RULE, SMALLEST, WIDTH, Box, Label, Mark, Picture, Stroke

_SHADE, _LIGHT = "#6b9ac8", "#c9ddef"
_STEP, _THICK = 15.0, 10.5
_MOST = 80  # lines of a picture


@dataclass(frozen=True)
class Length:
    """light : drawn as what was lost on the way."""

    label: str
    value: float
    text: str
    light: bool = False


def draw_lengths(rows: Sequence[Length], longest: float | None = None) -> Picture:
    """The picture of some lines. longest : the value as long as the sheet; default the largest."""
    shown = rows[:_MOST]
    named = [lines(legible(row.label), 0.42 * WIDTH, LABEL) for row in shown]
    left = max((width(text, LABEL) for name in named for text in name), default=40.0) + 8
    room = max((width(row.text, SMALLEST) for row in shown), default=0.0) + 8
    values = [row.value for row in shown if np.isfinite(row.value)]
    most = longest or max([*values, 1e-12])
    marks: list[Mark] = []
    at = 2.0
    for row, name in zip(shown, named, strict=True):
        tall = max(_STEP, 1.18 * LABEL * len(name) + 3)
        middle = at + tall / 2
        first = middle - 1.18 * LABEL * (len(name) - 1) / 2
        marks += [Label(left - 6, first + 1.18 * LABEL * k, text, LABEL, INK, "end") for k, text in enumerate(name)]
        long = (WIDTH - left - room) * row.value / most if np.isfinite(row.value) else 0.0
        if long > 0:
            marks.append(Box(left, middle - _THICK / 2, long, _THICK, _LIGHT if row.light else _SHADE))
        marks.append(Label(left + max(long, 0.0) + 4, middle, row.text, SMALLEST))
        at += tall
    return Picture(WIDTH, at + 2, (Stroke(left, 0, left, at, RULE), *marks))
