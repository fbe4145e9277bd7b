"""A chart as marks on a sheet, in points from its upper left corner: drawn once, then written as SVG or shown by matplotlib."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kodoku_survey.publish.charts.fonts import Face

Anchor = Literal["start", "middle", "end"]
INK, FAINT, RULE, ACCENT = "#1f2933", "#56616d", "#c9d1d9", "#24507c"
WIDTH = 482.0  # the text width of the page, 170 mm
SMALLEST = 7.5  # points: nothing on a page is set smaller
RISE = 0.36  # ems from the middle of a line to its baseline


@dataclass(frozen=True)
class Box:
    """A filled rectangle; hatch: lines across it in a second colour, both ways where it is crossed."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str = ""
    hatch: str = ""
    crossed: bool = False


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str = RULE
    width: float = 0.6


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True)
class Label:
    """One line of text; y is the middle of the line."""

    x: float
    y: float
    text: str
    size: float = 8.0
    colour: str = INK
    anchor: Anchor = "start"
    face: Face = "sans"


Mark = Box | Stroke | Dot | Label


@dataclass(frozen=True)
class Picture:
    """Marks on a sheet of a width and height.

    reach : the height its first 0, 1, 2 … lines take; what is left of its own is what every part of it has again.
    """

    width: float
    height: float
    marks: tuple[Mark, ...]
    reach: tuple[float, ...] = ()

    def lowered(self, by: float) -> Picture:
        """The same marks further down, on a sheet as much taller."""
        return replace(self, height=self.height + by, marks=tuple(moved(mark, 0.0, by) for mark in self.marks))

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text on it, in the order they were set."""
        return tuple(mark.text for mark in self.marks if isinstance(mark, Label))


def moved(mark: Mark, right: float, down: float) -> Mark:
    """A mark at another place; itself where it does not move."""
    if not right and not down:
        return mark
    x, y = mark.x + right, mark.y + down
    # Written out by kind: a report moves a quarter of a million marks, and `replace` takes four times as long.
    if isinstance(mark, Label):
        return Label(x, y, mark.text, mark.size, mark.colour, mark.anchor, mark.face)
    if isinstance(mark, Box):
        return Box(x, y, mark.width, mark.height, mark.fill, mark.edge, mark.hatch, mark.crossed)
    if isinstance(mark, Stroke):
        return Stroke(x, y, mark.to_x + right, mark.to_y + down, mark.colour, mark.width)
    return Dot(x, y, mark.radius, mark.fill)


def stacked(pictures: Sequence[Picture], gap: float = 0.0) -> Picture:
    """Pictures of one width one under another."""
    marks: list[Mark] = []
    at = 0.0
    for picture in pictures:
        marks += picture.lowered(at).marks
        at += picture.height + gap
    reach = tuple(map(sum, zip(*(picture.reach for picture in pictures), strict=False)))
    return Picture(pictures[0].width, at - gap, tuple(marks), reach)


def paragraph(
    x: float, top: float, texts: Iterable[str], size: float, *, colour: str = INK, anchor: Anchor = "start",
    face: Face = "sans", leading: float = 1.25,
) -> list[Mark]:  # fmt: skip
    """Lines of text, one under another, the first beginning at `top`."""
    return [
        Label(x, top + size * leading * (line + 0.5), text, size, colour, anchor, face)
        for line, text in enumerate(texts)
    ]
