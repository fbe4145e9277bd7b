"""The analyst's own figures in our faces and colours, without a setting left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.rcsetup import cycler

from kodoku_survey.publish.charts.notebook_figures import CHART_STYLE, register_fonts
from kodoku_survey.publish.charts.picture import FAINT, RULE
from kodoku_survey.publish.plots.trend_lines import LINE_COLOURS

PALETTE = LINE_COLOURS  # each 4.5 : 1 on white and told apart with every kind of colour vision


@contextmanager
def plot_style(*, size: float = 9.0) -> Iterator[tuple[str, ...]]:
    """Japanese faces, legible sizes and our palette for figures made within; the palette is what `as` gives.

    rcParams are as before on leaving, whatever happened within. size : points of the letters.

    >>> import matplotlib.pyplot as plt
    >>> with ks.plot_style() as colours:
    ...     figure, axes = plt.subplots()
    ...     drawn = axes.bar(["女性", "男性"], [4.0, 4.4], color=colours[0])
    ...     title = axes.set_title("孤独感")
    >>> colours[0].startswith("#")
    True
    """
    register_fonts()
    style = CHART_STYLE | {
        "font.size": size,
        "axes.prop_cycle": cycler(color=list(PALETTE)),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.titlesize": size + 2,
        "axes.titlelocation": "left",
        "axes.labelcolor": FAINT,
        "grid.color": RULE,
        "grid.linewidth": 0.5,
        "figure.facecolor": "#ffffff",
        "figure.dpi": 120,
        "savefig.dpi": 200,
        "legend.frameon": False,
    }
    with mpl.rc_context(style):
        yield PALETTE
