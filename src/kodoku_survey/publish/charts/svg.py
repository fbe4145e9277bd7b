"""A picture as SVG: with live text where a typesetter has the fonts, with outlines where it must look the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from itertools import pairwise

from kodoku_survey.publish.charts.fonts import FALLBACK, FAMILIES
from kodoku_survey.publish.charts.outlines import outline
from kodoku_survey.publish.charts.picture import RISE, Box, Dot, Label, Picture, Stroke


def as_svg(picture: Picture, *, title: str = "", description: str = "", outlined: bool = False) -> str:
    """The picture's SVG; title and description are what a screen reader says of it."""
    letters: dict[str, str] = {}
    write: Callable[[Label], str] = (lambda label: _outlined(label, letters)) if outlined else _live
    body = "\n".join(_written(picture, write))
    hatches = dict.fromkeys(
        (mark.hatch, mark.crossed) for mark in picture.marks if isinstance(mark, Box) and mark.hatch
    )
    turned = 'width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    patterns = "".join(
        f'<pattern id="{_hatch(colour, crossed)}" {turned}>'
        f'<path d="{"M0 0V3M0 1.5H3" if crossed else "M0 0V3"}" stroke="{colour}" stroke-width="1.1"/></pattern>'
        for colour, crossed in hatches
    )
    glyphs = "".join(f'<path id="{name}" d="{path}"/>' for name, path in sorted(letters.items()))
    told = f'<title id="t">{escape(title)}</title><desc id="d">{escape(description)}</desc>' if title else ""
    reading = ' role="img" aria-labelledby="t d"' if title else ""
    w, h = _n(picture.width), _n(picture.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{w}pt" height="{h}pt" '
        f'viewBox="0 0 {w} {h}"{reading}>{told}<defs>{patterns}{glyphs}</defs>\n{body}\n</svg>\n'
    )


def _written(picture: Picture, write: Callable[[Label], str]) -> Iterator[str]:
    for mark in picture.marks:
        if isinstance(mark, Box):
            edge = f' stroke="{mark.edge}" stroke-width="0.5"' if mark.edge else ""
            place = f'x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" height="{_n(mark.height)}"'
            yield f'<rect {place} fill="{mark.fill}"{edge}/>'
            if mark.hatch:
                yield f'<rect {place} fill="url(#{_hatch(mark.hatch, mark.crossed)})"/>'
        elif isinstance(mark, Stroke):
            path = f"M{_n(mark.x)} {_n(mark.y)}L{_n(mark.to_x)} {_n(mark.to_y)}"
            yield f'<path d="{path}" stroke="{mark.colour}" stroke-width="{_n(mark.width)}" fill="none"/>'
        elif isinstance(mark, Dot):
            yield f'<circle cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.radius)}" fill="{mark.fill}"/>'
        else:
            yield write(mark)


def _live(label: Label) -> str:
    weight = ' font-weight="700"' if label.face == "bold" else ""
    family = f"'{FAMILIES[label.face]}', '{FALLBACK}'"
    place = f'x="{_n(label.x)}" y="{_n(label.y + RISE * label.size)}" text-anchor="{label.anchor}"'
    look = f'font-family="{family}" font-size="{_n(label.size)}"{weight} fill="{label.colour}"'
    return f'<text {place} {look} xml:space="preserve">{escape(label.text)}</text>'


def _outlined(label: Label, letters: dict[str, str]) -> str:
    drawn = [outline(character, label.face) for character in label.text]
    starts = [0.0]
    for _, _, moves, _ in drawn:
        starts.append(starts[-1] + moves * label.size)
    begin = label.x - starts[-1] * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
    base = label.y + RISE * label.size
    used, scale = [], 1.0
    for (name, path, _, per_em), (at, _) in zip(drawn, pairwise(starts), strict=True):
        if path:
            letters[name] = path
            scale = label.size / per_em
            used.append(f'<use xlink:href="#{name}" x="{at / scale:.0f}"/>')
    if not used:
        return ""
    place = f"matrix({scale:.5g} 0 0 {-scale:.5g} {_n(begin)} {_n(base)})"
    return f'<g fill="{label.colour}" transform="{place}">{"".join(used)}</g>'


def _hatch(colour: str, crossed: bool) -> str:
    return f"{'x' if crossed else 'h'}{colour.lstrip('#')}"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
