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
from kodoku_survey.publish.charts.canvas import rows_with_base
from kodoku_survey.publish.charts.dots import draw_dots
from kodoku_survey.publish.charts.glyphs import legible
from kodoku_survey.publish.charts.notebook_figures import CHART_STYLE, Chart, as_figure
from kodoku_survey.publish.charts.panels import draw_panels
from kodoku_survey.publish.charts.parting import BETWEEN, SOME, breaks, even
from kodoku_survey.publish.charts.picture import FAINT, SMALLEST, Label, Picture
from kodoku_survey.publish.charts.wave_columns import draw_columns, storeys_of
from kodoku_survey.tables import Row, Table

TALLEST = 620.0  # points a page has for a chart beside its head and caption
Drawer = Callable[[Table, Sequence[Row], float], Picture]


def draw(table: Table) -> Chart:
    """The figure its plan names, without its title. Raises ValueError for a table with none."""
    with mpl.rc_context(CHART_STYLE):
        return as_figure(pictured(table), table.title)


def pictured(table: Table, *, panels: bool = False) -> Picture:
    """The whole chart of a table, with what it must say of its data; panels even of a few groups where asked for.

    Raises ValueError for a table with none.
    """
    read = _legible(table)
    in_panels = panels and table.figure == "bars"
    return _marked(draw_panels(read, rows_with_base(read)) if in_panels else charted(table), table)


def pictures(table: Table, *, scale: float = 1.0, most: float = TALLEST) -> list[Picture]:
    """The charts of a table, no taller than `most` each where it can be parted. scale : of the distance from line to line.

    Raises ValueError.
    """
    whole = charted(table, scale)
    if whole.height <= most:
        return [whole]
    own, reach = whole.height - whole.reach[-1] + whole.reach[0], whole.reach
    parts, first, last = [], 0, 0
    for cut in (*breaks_of(table), len(reach) - 1):
        if own + reach[cut] - reach[first] > most and last > first:
            parts.append(charted(table, scale, first, last))
            first = last
        last = cut
    return [*parts, charted(table, scale, first, len(reach) - 1)]


def charted(table: Table, scale: float = 1.0, first: int = 0, last: int | None = None) -> Picture:
    """The chart of a table from a line to before another: groups, or options where those run down. Raises ValueError."""
    table = _legible(table)
    if table.figure == "bars" and (series := series_of(table)):
        return draw_bars(table, series, scale, range(len(table.header))[first:last])
    if table.figure == "columns":
        return draw_columns(table, storeys_of(table)[first:last], scale)
    return _drawer(table)(table, rows_with_base(table)[first:last], scale)


def breaks_of(table: Table) -> dict[int, float]:
    """The lines before which the chart of a table may be parted, and what it costs."""
    if table.figure == "bars" and series_of(table):
        return even(len(table.header))
    if table.figure == "columns":
        return dict.fromkeys(range(1, len(storeys_of(table))), BETWEEN)
    rows, whole = rows_with_base(table), charted(table)
    own, line = whole.height - whole.reach[-1], (whole.reach[-1] - whole.reach[0]) / max(len(rows), 1)
    return breaks(rows, max(1, min(SOME, int((TALLEST - own) / 2 / line))))


def _drawer(table: Table) -> Drawer:
    drawers: dict[str, Drawer] = {"band": draw_band, "dots": draw_dots, "bars": draw_panels}
    if table.figure not in drawers:
        raise ValueError(f"table {table.id} has no figure")
    return drawers[table.figure]


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
