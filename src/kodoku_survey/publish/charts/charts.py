"""Which table is drawn how: its pictures for pages of a height, its figure for a notebook, its file with all that explains it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from kodoku_survey.publish.charts.bands import draw_band
from kodoku_survey.publish.charts.bars import draw_bars, series_of
from kodoku_survey.publish.charts.canvas import chunked, rows_with_base
from kodoku_survey.publish.charts.dots import draw_dots
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.notebook_figures import CHART_STYLE, as_figure
from kodoku_survey.publish.charts.panels import draw_panels
from kodoku_survey.publish.charts.picture import FAINT, SMALLEST, Label, Picture
from kodoku_survey.tables import Row, Table

TALLEST = 620.0  # points a page has for a chart beside its head and caption
Drawer = Callable[[Table, Sequence[Row], float], Picture]


def draw(table: Table) -> Figure:
    """The figure its plan names, for a notebook. Raises ValueError for a table with none."""
    (picture,) = pictures(table, most=float("inf"))
    with mpl.rc_context(CHART_STYLE):
        return as_figure(_marked(picture, table))


def pictures(table: Table, *, scale: float = 1.0, most: float = TALLEST) -> list[Picture]:
    """The charts of a table, no taller than `most` each. scale : of the distance from line to line. Raises ValueError."""
    table = _legible(table)
    drawer = _drawer(table)
    if drawer is _beside:
        return [drawer(table, series_of(table), scale)]
    parts = chunked(table, lambda rows: drawer(table, rows, 1.0).height, most)
    return [drawer(table, part, scale) for part in parts]


def _drawer(table: Table) -> Drawer:
    if table.figure == "bars":
        return _beside if series_of(table) else draw_panels
    drawers: dict[str, Drawer] = {"band": draw_band, "dots": draw_dots}
    if table.figure not in drawers:
        raise ValueError(f"table {table.id} has no figure")
    return drawers[table.figure]


def _beside(table: Table, rows: Sequence[Row], scale: float) -> Picture:
    return draw_bars(table, rows, scale)


def _marked(picture: Picture, table: Table) -> Picture:
    """With what every picture of the table must say of its data."""
    if not table.mark:
        return picture
    mark = Label(0, picture.height + 6, legible(table.mark), SMALLEST, FAINT)
    return Picture(picture.width, picture.height + 13, (*picture.marks, mark))


def is_drawn(table: Table) -> bool:
    """Whether a table has a figure and somebody to show in it."""
    return table.figure != "none" and bool(rows_with_base(table))


def _legible(table: Table) -> Table:
    rows = tuple(replace(row, attribute=legible(row.attribute), group=legible(row.group)) for row in table.rows)
    return replace(table, header=tuple(map(legible, table.header)), rows=rows)


def render(figure: Figure, kind: str) -> bytes:
    """The bytes of a figure as svg or png, the same for the same figure."""
    buffer = io.BytesIO()
    with mpl.rc_context(CHART_STYLE | {"svg.fonttype": "none", "svg.hashsalt": "kodoku_survey"}):
        if kind == "svg":
            FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": "kodoku_survey"})
        else:
            figure.set_dpi(120)
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": "kodoku_survey"})
    return buffer.getvalue()
