"""What every chart of a report is drawn on: one look, labels that fit, lines that fill a page and no more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kodoku_survey.publish.charts.fonts import FALLBACK, FAMILY
from kodoku_survey.tables import Row, Table

INK, FAINT, RULE, ACCENT = "#1f2933", "#6b7785", "#c9d1d9", "#2f5d8a"
WIDTH = 7.0  # inches: the text width of the page
CHART_STYLE = {
    "font.family": [FAMILY, FALLBACK],
    "text.parse_math": False,  # two dollar signs in a label are two dollar signs
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


def canvas(height: float, left: float, legend_rows: int) -> tuple[Figure, Axes]:
    """A figure of the page's width around axes `height` inches high, with room for labels and legend."""
    top, bottom = 0.12 + 0.17 * legend_rows, 0.28
    whole = height + top + bottom
    figure = Figure(figsize=(WIDTH, whole))
    axes = figure.add_axes((left / WIDTH, bottom / whole, (WIDTH - left - 0.35) / WIDTH, height / whole))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    return figure, axes


def rows_with_base(table: Table) -> list[Row]:
    """The rows somebody belongs to."""
    return [row for row in table.rows if row.n]


FOLDING = 0.2  # inches between lines from which a label may take two
TALLEST = 5.9  # inches: what a page holds beside sentences and captions


def line_height(rows: Sequence[Row], usual: float) -> float:
    """The usual line height, or what makes the chart fit its page."""
    gaps = sum(row.attribute != after.attribute for row, after in pairwise(rows))
    return min(usual, TALLEST / (len(rows) + (_gap(rows) - 1) * gaps + 1))


def _gap(rows: Sequence[Row]) -> float:
    """Lines from one attribute to the next: room for its name, where there are several to tell apart."""
    return 1.9 if len({row.attribute for row in rows if row.attribute}) > 1 else 1.45


def label_width(labels: Sequence[str]) -> float:
    """Inches the labels need, two fifths of the width at most."""
    widest = max((text_width(line) for label in labels for line in label.split("\n")), default=8)
    return min(widest * 8 / 72 + 0.25, 0.42 * WIDTH)


def places_of(rows: Sequence[Row], step: float) -> list[float]:
    """Heights down the page, with a gap between attributes."""
    places, at, before = [], 0.0, None
    for row in rows:
        at += step if before in (None, row.attribute) else step * _gap(rows)
        places.append(at)
        before = row.attribute
    return places


def label_of(row: Row, step: float = 1.0) -> str:
    """Group and base; a long name takes two lines where the lines are far enough apart."""
    n = "" if row.n is None else f" ({row.n:,})" if row.group.isascii() else f"（{row.n:,}）"
    return f"{folded(row.group, 22) if step >= FOLDING else row.group}{n}"


def folded(text: str, ems: float) -> str:
    """A long label in two lines: between words where it has them, anywhere in Japanese."""
    if text_width(text) <= ems:
        return text
    if " " in text:
        return "\n".join(fill(text, width=round(ems / 0.55)).split("\n")[:3])
    return wrapped(text, ems)


def label_axis(axes: Axes, rows: Sequence[Row], places: Sequence[float], height: float) -> None:
    """The groups' names down the left side, a line between two attributes."""
    axes.set_ylim(height, 0)
    axes.set_yticks(list(places))
    step = places[0] if places else 1.0
    axes.set_yticklabels([label_of(row, step) for row in rows], fontsize=8 if step >= 0.17 else 6.5, linespacing=0.95)
    named = _gap(rows) > 1.5
    box, across = axes.get_position(), axes.get_yaxis_transform()  # across the axes by parts of their width
    for line, (row, after) in enumerate(pairwise(rows)):
        if row.attribute != after.attribute:
            between = places[line] + step * (0.5 if named else 0.725)
            axes.axhline(between, color=RULE, linewidth=0.6, xmin=-0.6, clip_on=False)
            if named:
                at, size = places[line + 1] - 0.78 * step, 6.5 if step >= 0.17 else 5.5
                axes.text(
                    (0.005 - box.x0) / box.width,
                    at,
                    after.attribute,
                    transform=across,
                    fontsize=size,
                    color=ACCENT,
                    va="center",
                )
    axes.grid(axis="x", color=RULE, linewidth=0.4)
