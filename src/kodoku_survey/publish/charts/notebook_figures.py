"""A picture as a matplotlib figure, for notebooks."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from kodoku_survey.publish.charts.fonts import FALLBACK, FAMILIES, Face, font_file
from kodoku_survey.publish.charts.picture import FAINT, INK, RISE, RULE, Box, Dot, Label, Picture, Stroke

CHART_STYLE = {
    "font.family": [FAMILIES["sans"], FALLBACK],
    "text.parse_math": False,  # two dollar signs in a label are two dollar signs
    "font.size": 8,
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.5,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.6,
    "text.color": INK,
    "axes.labelcolor": FAINT,
    "xtick.color": FAINT,
    "ytick.color": INK,
}
_SIDES: dict[str, Literal["left", "center", "right"]] = {"start": "left", "middle": "center", "end": "right"}


@cache
def register_fonts() -> None:
    """Make the faces known to matplotlib, in this process only."""
    for face in get_args(Face):
        font_manager.fontManager.addfont(str(font_file(face)))


def as_figure(picture: Picture) -> Figure:
    """The picture on one pair of axes, whose units are points from the upper left corner."""
    register_fonts()
    figure = Figure(figsize=(picture.width / 72, picture.height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, picture.width)
    axes.set_ylim(picture.height, 0)
    axes.set_axis_off()
    for order, mark in enumerate(picture.marks):
        _add(axes, mark, order)
    return figure


def _add(axes: Any, mark: Box | Stroke | Dot | Label, order: int) -> None:
    if isinstance(mark, Box):
        look: dict[str, Any] = {
            "facecolor": mark.fill,
            "linewidth": 0.5 if mark.edge else 0,
            "edgecolor": mark.edge or mark.hatch or "none",
        }
        axes.add_patch(
            Rectangle((mark.x, mark.y), mark.width, mark.height, hatch=_hatching(mark), zorder=order, **look)
        )
    elif isinstance(mark, Stroke):
        axes.plot([mark.x, mark.to_x], [mark.y, mark.to_y], color=mark.colour, linewidth=mark.width, zorder=order)
    elif isinstance(mark, Dot):
        axes.add_patch(Circle((mark.x, mark.y), mark.radius, facecolor=mark.fill, linewidth=0, zorder=order))
    else:
        axes.text(
            mark.x, mark.y + RISE * mark.size, mark.text, fontsize=mark.size, color=mark.colour, ha=_SIDES[mark.anchor],
            va="baseline", zorder=order, parse_math=False, family=[FAMILIES[mark.face], FALLBACK],
            weight="bold" if mark.face == "bold" else "normal",
        )  # fmt: skip


def _hatching(box: Box) -> str | None:
    return ("xxxx" if box.crossed else "////") if box.hatch else None
