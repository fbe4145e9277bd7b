"""A picture as a matplotlib figure that shows itself in a notebook, whatever backend is chosen there."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any, Literal, get_args

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
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
WHITE_EDGE = 8.0  # points of white about a picture
SCREEN = 96.0  # pixels an inch of a notebook
_SIDES: dict[str, Literal["left", "center", "right"]] = {"start": "left", "middle": "center", "end": "right"}


class Chart(Figure):
    """A figure of ours: it needs no pyplot to be shown, and is called by what it shows.

    IPython shows a plain Figure only once pyplot has chosen its inline backend: a fresh kernel prints its size instead.
    alt : what the picture says, for those who do not see it.
    """

    alt: str = ""

    def _repr_png_(self) -> bytes:
        """The picture, twice the pixels of a screen."""
        made = io.BytesIO()
        with mpl.rc_context(CHART_STYLE):
            FigureCanvasAgg(self).print_png(made, metadata={"Software": "kodoku_survey"})
        return made.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ARG002
        """The picture with its words, half as large as its pixels: before what pyplot may have registered for figures."""
        png = base64.b64encode(self._repr_png_()).decode("ascii")
        wide, high = (round(float(one) * SCREEN) for one in self.get_size_inches())
        told = {"width": wide, "height": high, "alt": self.alt}
        return {"image/png": png, "text/plain": f"<Figure: {self.alt}>"}, {"image/png": told}


def sheet(width: float, height: float, alt: str = "") -> Chart:
    """An empty chart of so many points."""
    register_fonts()
    chart = Chart(figsize=(width / 72, height / 72), dpi=2 * SCREEN, facecolor="#ffffff")
    chart.alt = alt
    return chart


@cache
def register_fonts() -> None:
    """Make the faces known to matplotlib, in this process only."""
    for face in get_args(Face):
        font_manager.fontManager.addfont(str(font_file(face)))


def as_figure(picture: Picture, alt: str = "") -> Chart:
    """The picture on one pair of axes, whose units are points from the upper left corner."""
    figure = sheet(picture.width + 2 * WHITE_EDGE, picture.height + 2 * WHITE_EDGE, alt)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-WHITE_EDGE, picture.width + WHITE_EDGE)
    axes.set_ylim(picture.height + WHITE_EDGE, -WHITE_EDGE)
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
