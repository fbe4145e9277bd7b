"""Charts of tables: which is drawn how, and the bytes of a drawing. Plain matplotlib, one look."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from kodoku_survey.publish.charts.bands import draw_band
from kodoku_survey.publish.charts.bars import draw_bars, draw_dots
from kodoku_survey.publish.charts.canvas import CHART_STYLE, FAINT
from kodoku_survey.publish.charts.fonts import font_file
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.tables import Table


@cache
def register_font() -> None:
    """Make the Japanese font known to matplotlib."""
    font_manager.fontManager.addfont(str(font_file()))


def draw(table: Table) -> Figure:
    """The figure its plan names. Raises ValueError for a table with none."""
    register_font()
    drawers = {"band": draw_band, "bars": draw_bars, "dots": draw_dots}
    if table.figure not in drawers:
        raise ValueError(f"table {table.id} has no figure")
    with mpl.rc_context(CHART_STYLE):
        figure = drawers[table.figure](_legible(table))
        if table.mark:
            figure.text(0.005, 0.01, legible(table.mark), va="bottom", fontsize=6, color=FAINT)
    return figure


def _legible(table: Table) -> Table:
    rows = tuple(replace(row, attribute=legible(row.attribute), group=legible(row.group)) for row in table.rows)
    return replace(table, header=tuple(map(legible, table.header)), rows=rows)


def render(figure: Figure, kind: str) -> bytes:
    """The bytes of a figure as svg or png, the same for the same figure."""
    buffer = io.BytesIO()
    with mpl.rc_context(CHART_STYLE):
        if kind == "svg":
            FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": "kodoku_survey"})
        else:
            figure.set_dpi(120)
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": "kodoku_survey"})
    return buffer.getvalue()
