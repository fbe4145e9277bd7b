"""The distribution of a score: a column a value, its classes as grounds with their names above."""

from __future__ import annotations

from collections.abc import Sequence

from kodoku_survey.publish.charts.canvas import LABEL
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.metrics import lines
from kodoku_survey.publish.charts.picture import FAINT, INK, RULE, SMALLEST, WIDTH, Box, Label, Mark, Picture, Stroke
from kodoku_survey.publish.charts.study_charts import ticks_of

_SHADE, _GROUNDS = "#2c5f96", ("#ffffff", "#edf2f7")
_HIGH, _LEFT = 170.0, 34.0


def draw_score(
    values: Sequence[str], shares: Sequence[float], bands: Sequence[tuple[str, int, int]] = (), axis: str = ""
) -> Picture:
    """values : what stands under each column. shares : per cent. bands : (name, first, last column). axis : its name below."""
    wide = (WIDTH - _LEFT - 6) / max(len(values), 1)
    ticks = ticks_of(0.0, max([*shares, 1e-9]))
    named = [lines(legible(name), wide * (last - first + 1) - 6, LABEL) for name, first, last in bands]
    top = 8.0 + 10.0 * max((len(name) for name in named), default=0)

    def y(share: float) -> float:
        return top + _HIGH * (1 - share / ticks[-1])

    marks: list[Mark] = []
    for order, ((_, first, last), name) in enumerate(zip(bands, named, strict=True)):
        at, room = _LEFT + wide * first, wide * (last - first + 1)
        marks.append(Box(at, 0, room, top + _HIGH, _GROUNDS[order % 2]))
        marks += [Label(at + room / 2, 7 + 10.0 * k, text, LABEL, INK, "middle") for k, text in enumerate(name)]
    for tick in ticks:
        marks += [
            Stroke(_LEFT, y(tick), WIDTH - 6, y(tick), RULE),
            Label(_LEFT - 5, y(tick), f"{tick:g}%", SMALLEST, FAINT, "end"),
        ]
    told = wide >= 26
    every = max(1, -(-len(values) // 24))  # so that figures under the columns do not run together
    for k, (value, share) in enumerate(zip(values, shares, strict=True)):
        at = _LEFT + wide * (k + 0.5)
        marks.append(Box(at - 0.4 * wide, y(share), 0.8 * wide, top + _HIGH - y(share), _SHADE))
        if told:
            marks.append(Label(at, y(share) - 5, f"{share:.1f}", SMALLEST, INK, "middle"))
        if k % every == 0:
            marks.append(Label(at, top + _HIGH + 7, value, SMALLEST, INK, "middle"))
    marks.append(Label(WIDTH - 6, top + _HIGH + 18, legible(axis), SMALLEST, FAINT, "end"))
    return Picture(WIDTH, top + _HIGH + 26, tuple(marks))
