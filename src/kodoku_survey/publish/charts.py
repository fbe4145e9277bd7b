"""Charts: 帯グラフ (100% stacked bars), bars for multiple answers, points with intervals. Plain matplotlib, one look."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from textwrap import fill

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kodoku_survey.publish.fonts import FAMILY, font_file
from kodoku_survey.tables import Row, Table

INK, FAINT, RULE, ACCENT = "#1f2933", "#6b7785", "#c9d1d9", "#2f5d8a"
# Ordered answers: one hue from dark to light, neighbours apart in grey print too.
ORDERED = ("#17365d", "#2f6299", "#6795c2", "#a3c1de", "#dde8f2")
# Unordered answers: matplotlib's petroff10, made to be told apart with every kind of colour vision.
NOMINAL = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")
WIDTH = 7.0  # inches: the text width of the page
STYLE = {
    "font.family": FAMILY,
    "font.size": 8,
    "axes.unicode_minus": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "kodoku_survey",
    "hatch.linewidth": 0.5,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.6,
    "text.color": INK,
    "axes.labelcolor": FAINT,
    "xtick.color": FAINT,
    "ytick.color": INK,
}


@cache
def _register_font() -> None:
    font_manager.fontManager.addfont(str(font_file()))


def draw(table: Table) -> Figure:
    """The figure its plan names. Raises ValueError for a table with none."""
    _register_font()
    drawers = {"band": _band, "bars": _bars, "dots": _dots}
    if table.figure not in drawers:
        raise ValueError(f"table {table.id} has no figure")
    with mpl.rc_context(STYLE):
        return drawers[table.figure](table)


def render(figure: Figure, kind: str) -> bytes:
    """The bytes of a figure as svg or png, the same for the same figure."""
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        if kind == "svg":
            FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": "kodoku_survey"})
        else:
            figure.set_dpi(120)
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": "kodoku_survey"})
    return buffer.getvalue()


def text_width(text: str) -> float:
    """Width in ems: full-width characters one, others about half."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.55 for c in text)


def wrapped(text: str, width: float) -> str:
    """Text broken into lines of at most so many ems."""
    lines, line = [], ""
    for character in text:
        if line and text_width(line + character) > width:
            lines.append(line)
            line = ""
        line += character
    return "\n".join([*lines, line])


def _canvas(height: float, left: float, legend_rows: int) -> tuple[Figure, Axes]:
    top, bottom = 0.12 + 0.17 * legend_rows, 0.28
    whole = height + top + bottom
    figure = Figure(figsize=(WIDTH, whole))
    axes = figure.add_axes((left / WIDTH, bottom / whole, (WIDTH - left - 0.35) / WIDTH, height / whole))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    return figure, axes


def _rows(table: Table) -> list[Row]:
    return [row for row in table.rows if row.n]


FOLDING = 0.2  # inches between lines from which a label may take two
TALLEST = 6.6  # inches: what a page holds beside sentences and captions


def _step(rows: Sequence[Row], usual: float) -> float:
    """The usual line height, or what makes the chart fit its page."""
    gaps = sum(row.attribute != after.attribute for row, after in pairwise(rows))
    return min(usual, TALLEST / (len(rows) + 0.45 * gaps + 1))


def _left(labels: Sequence[str]) -> float:
    """Inches the labels need, two fifths of the width at most."""
    widest = max((text_width(line) for label in labels for line in label.split("\n")), default=8)
    return min(widest * 8 / 72 + 0.25, 0.42 * WIDTH)


def _places(rows: Sequence[Row], step: float) -> list[float]:
    """Heights down the page, with a gap between attributes."""
    places, at, before = [], 0.0, None
    for row in rows:
        at += step if before in (None, row.attribute) else step * 1.45
        places.append(at)
        before = row.attribute
    return places


def _label(row: Row, step: float = 1.0) -> str:
    """Group and base; a long name takes two lines where the lines are far enough apart."""
    n = "" if row.n is None else f" ({row.n:,})" if row.group.isascii() else f"（{row.n:,}）"
    return f"{_folded(row.group, 22) if step >= FOLDING else row.group}{n}"


def _folded(text: str, ems: float) -> str:
    """A long label in two lines: between words where it has them, anywhere in Japanese."""
    if text_width(text) <= ems:
        return text
    if " " in text:
        return "\n".join(fill(text, width=round(ems / 0.55)).split("\n")[:3])
    return wrapped(text, ems)


def colours(table: Table) -> list[str]:
    """A colour an answer: a sequence where the answers are a scale, distinct hues otherwise; 無回答 white."""
    answered = [code for code in table.codes if code != table.nonanswer]
    if len(answered) <= 2:
        chosen: Sequence[str] = ("#2f6299", "#c9d9e8")
    elif _is_scale(table):
        ends = [ORDERED[round(i * (len(ORDERED) - 1) / (len(answered) - 1))] for i in range(len(answered))]
        chosen = ends if len(answered) <= len(ORDERED) else _shades(len(answered))
    else:
        chosen = [NOMINAL[i % len(NOMINAL)] for i in range(len(answered))]
    named = iter(chosen)
    return ["#ffffff" if code == table.nonanswer else next(named) for code in table.codes]


def _is_scale(table: Table) -> bool:
    """Answers that follow their codes up or down are read as a scale."""
    answered = [code for code in table.codes if code != table.nonanswer]
    return answered in (sorted(answered), sorted(answered, reverse=True))


def _shades(count: int) -> list[str]:
    low, high = to_rgb(ORDERED[0]), to_rgb(ORDERED[-1])
    mixed = [[a + (b - a) * i / (count - 1) for a, b in zip(low, high, strict=True)] for i in range(count)]
    return ["#" + "".join(f"{round(255 * part):02x}" for part in shade) for shade in mixed]


def _dark(colour: str) -> bool:
    r, g, b = to_rgb(colour)
    return 0.299 * r + 0.587 * g + 0.114 * b < 0.55


def _band(table: Table) -> Figure:
    rows = _rows(table)
    step = _step(rows, 0.235)
    places = _places(rows, step)
    left = _left([_label(row, step) for row in rows])
    shades = colours(table)
    columns, legend_rows = _legend_shape(table.header)
    height = (places[-1] if places else 0.3) + 0.2
    figure, axes = _canvas(height, left, legend_rows)
    span = WIDTH - left - 0.35
    for row, place in zip(rows, places, strict=True):
        at = 0.0
        for cell, shade, code in zip(row.cells, shades, table.codes, strict=True):
            value = cell.value or 0.0
            silent = code == table.nonanswer
            axes.barh(
                place,
                value,
                0.72 * step,
                left=at,
                color=shade,
                edgecolor="#8a94a0" if silent else "white",
                linewidth=0.4,
                hatch="////" if silent else None,
            )
            if value and text_width(cell.text) * 6.6 / 72 + 0.03 < value / 100 * span:
                ink = "white" if _dark(shade) else INK
                box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if silent else None
                axes.text(
                    at + value / 2,
                    place,
                    cell.text,
                    ha="center",
                    va="center_baseline",
                    fontsize=6.6,
                    color=ink,
                    bbox=box,
                )
            at += value
    _axis(axes, rows, places, height)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xticklabels([f"{tick}%" if tick in (0, 100) else str(tick) for tick in range(0, 101, 20)], fontsize=6.6)
    patches = [
        Patch(
            facecolor=shade,
            edgecolor="#8a94a0" if code == table.nonanswer else shade,
            linewidth=0.4,
            hatch="////" if code == table.nonanswer else None,
            label=label,
        )
        for shade, code, label in zip(shades, table.codes, table.header, strict=True)
    ]
    by_row = [
        patches[i] for first in range(columns) for i in range(first, len(patches), columns)
    ]  # legends fill columns
    figure.legend(
        handles=by_row,
        loc="upper left",
        bbox_to_anchor=(left / WIDTH - 0.012, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=7,
        handlelength=1.0,
        handleheight=0.8,
        columnspacing=1.2,
        borderaxespad=0.1,
        handletextpad=0.4,
        labelspacing=0.3,
    )
    return figure


def _legend_shape(labels: Sequence[str]) -> tuple[int, int]:
    """Columns and rows of a legend that fits above the bars."""
    widest = max((text_width(label) for label in labels), default=4) * 7 / 72 + 0.38
    columns = max(1, min(len(labels), int((WIDTH - 1.6) // widest)))
    return columns, -(-len(labels) // columns)


def _axis(axes: Axes, rows: Sequence[Row], places: Sequence[float], height: float) -> None:
    axes.set_ylim(height, 0)
    axes.set_yticks(list(places))
    step = places[0] if places else 1.0
    axes.set_yticklabels([_label(row, step) for row in rows], fontsize=8 if step >= 0.17 else 6.5, linespacing=0.95)
    for line, (row, after) in enumerate(pairwise(rows)):
        if row.attribute != after.attribute:
            axes.axhline((places[line] + places[line + 1]) / 2, color=RULE, linewidth=0.6, xmin=-0.6, clip_on=False)
    axes.grid(axis="x", color=RULE, linewidth=0.4)


def _bars(table: Table) -> Figure:
    """Multiple answers of everybody: one bar an option, the groups' shares as open points beside it."""
    rows = _rows(table)
    whole = rows[0]
    options = [(label, cell) for label, cell in zip(table.header, whole.cells, strict=True)]
    places = [0.22 * (i + 1) for i in range(len(options))]
    left = _left([label for label, _ in options])
    height = places[-1] + 0.2
    figure, axes = _canvas(height, left, 0)
    top = max([cell.value or 0 for _, cell in options] + [1.0])
    for place, (_, cell), code in zip(places, options, table.codes, strict=True):
        silent = code == table.nonanswer
        axes.barh(
            place,
            cell.value or 0,
            0.14,
            color="white" if silent else "#6795c2",
            edgecolor="#8a94a0" if silent else "none",
            linewidth=0.4,
            hatch="////" if silent else None,
        )
        axes.text((cell.value or 0) + top * 0.012, place, cell.text, va="center_baseline", fontsize=7)
    axes.set_ylim(height, 0)
    axes.set_yticks(places)
    axes.set_yticklabels([_folded(label, 26) for label, _ in options], fontsize=8, linespacing=0.95)
    axes.set_xlim(0, top * 1.1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%" if value == 0 else f"{value:g}")
    axes.tick_params(axis="x", labelsize=6.6)
    axes.grid(axis="x", color=RULE, linewidth=0.4)
    return figure


def _dots(table: Table) -> Figure:
    """The first shown answer in every group, with its interval."""
    rows = [row for row in _rows(table) if row.cells[0].value is not None]
    step = _step(rows, 0.21)
    places = _places(rows, step)
    left = _left([_label(row, step) for row in rows])
    height = (places[-1] if places else 0.3) + 0.2
    figure, axes = _canvas(height, left, 0)
    for row, place in zip(rows, places, strict=True):
        cell = row.cells[0]
        if cell.low is not None and cell.high is not None:
            axes.plot([cell.low, cell.high], [place, place], color=ACCENT, linewidth=1.1, solid_capstyle="butt")
        axes.plot([cell.value or 0], [place], "o", color=ACCENT, markersize=4)
    _axis(axes, rows, places, height)
    axes.set_xlim(left=0)
    axes.tick_params(axis="x", labelsize=6.6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%" if value == 0 else f"{value:g}")
    return figure
