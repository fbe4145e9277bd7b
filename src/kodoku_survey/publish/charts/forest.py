"""Forest plots: a line an estimate, its point and interval, beside the value that means nothing is there."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from kodoku_survey.arrays import FloatArray
from kodoku_survey.publish.charts.canvas import ACCENT, CHART_STYLE, INK, RULE, TALLEST, canvas, folded, label_width
from kodoku_survey.publish.charts.charts import register_font

LINE_STEP = 0.24  # inches between lines


def draw_forest(labels: Sequence[str], value: FloatArray, low: FloatArray, high: FloatArray, *, ratio: bool) -> Figure:
    """k estimates with their limits, the first on top; ratios on a logarithmic axis about 1, differences about 0."""
    register_font()
    with mpl.rc_context(CHART_STYLE):
        step = min(LINE_STEP, TALLEST / (len(labels) + 1))
        places = [step * (k + 0.8) for k in range(len(labels))]
        height = step * (len(labels) + 0.6)
        named = [folded(label, 26) for label in labels]
        figure, axes = canvas(height, label_width(named), 0)
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
        axes.set_yticklabels(named, fontsize=8 if step >= 0.17 else 6.5, linespacing=0.95)
        axes.tick_params(axis="x", labelsize=6.6)
        axes.tick_params(axis="x", which="minor", length=0)
        axes.grid(axis="x", color=RULE, linewidth=0.4)
    return figure
