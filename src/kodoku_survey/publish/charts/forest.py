"""Forest plots: a line an estimate, its point and interval, beside the value that means nothing is there."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from kodoku_survey.arrays import FloatArray
from kodoku_survey.publish.charts.metrics import lines, width
from kodoku_survey.publish.charts.notebook_figures import CHART_STYLE, Chart, register_fonts, sheet
from kodoku_survey.publish.charts.picture import ACCENT, INK, RULE, SMALLEST, WIDTH

LINE_STEP = 0.24  # inches between lines


def _canvas(height: float, left: float) -> tuple[Chart, Axes]:
    """A sheet as wide as a page's text with axes of a height in inches, room for labels on the left."""
    wide, whole = WIDTH / 72, height + 0.4
    figure = sheet(WIDTH, 72 * whole)
    axes = figure.add_axes((left / wide, 0.28 / whole, (wide - left - 0.35) / wide, height / whole))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    return figure, axes


def draw_forest(labels: Sequence[str], value: FloatArray, low: FloatArray, high: FloatArray, *, ratio: bool) -> Chart:
    """k estimates with their limits, the first on top; ratios on a logarithmic axis about 1, differences about 0."""
    register_fonts()
    with mpl.rc_context(CHART_STYLE):
        step = LINE_STEP
        places = [step * (k + 0.8) for k in range(len(labels))]
        height = step * (len(labels) + 0.6)
        named = ["\n".join(lines(label, 0.38 * WIDTH, 8.0)) for label in labels]
        figure, axes = _canvas(height, max(width(name, 8.0) for name in named) / 72 + 0.15)
        nothing = 1.0 if ratio else 0.0
        axes.axvline(nothing, color=INK, linewidth=0.7, linestyle=(0, (3, 2)))
        for place, at, least, most in zip(places, value, low, high, strict=True):
            axes.plot([least, most], [place, place], color=ACCENT, linewidth=1.2, solid_capstyle="butt")
            axes.plot([at], [place], "s", color=ACCENT, markersize=4)
        if ratio:
            axes.set_xscale("log")
            narrow = np.nanmax(high) / np.nanmin(low) < 30  # else powers of ten are marks enough
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if narrow else (1,)))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
            axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_ylim(height, 0)
        axes.set_yticks(places)
        axes.set_yticklabels(named, fontsize=8, linespacing=0.95)
        axes.tick_params(axis="x", labelsize=SMALLEST)
        axes.tick_params(axis="x", which="minor", length=0)
        axes.grid(axis="x", color=RULE, linewidth=0.4)
    return figure
