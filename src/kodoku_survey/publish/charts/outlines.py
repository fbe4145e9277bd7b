"""The outlines of letters, so that a chart looks the same where its fonts are missing."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from kodoku_survey.publish.charts.fonts import Face, fallback_file, font_file


@cache
def _font(face: Face | None) -> tuple[Any, dict[int, str], float]:
    held = (font_file(face) if face else fallback_file()).read_bytes()
    font = TTFont(io.BytesIO(held), lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm


@cache
def outline(character: str, face: Face) -> tuple[str, str, float, float]:
    """(name, path, ems it moves on, units per em) of one letter; an empty path where nothing is drawn."""
    used: Face | None = face
    glyphs, known, per_em = _font(face)
    if ord(character) not in known:
        used, (glyphs, known, per_em) = None, _font(None)
    name = known.get(ord(character))
    if name is None:
        return "", "", 0.6, per_em
    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:g}")
    glyphs[name].draw(pen)
    return f"{(used or 'other')[0]}{ord(character):x}", pen.getCommands(), glyphs[name].width / per_em, per_em
