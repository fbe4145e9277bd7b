"""What stands on the pages of a PDF, read from the file itself: how full, how small, what lies on what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

TOP, BOTTOM = 62.0, 54.0  # points: head and foot of a page are not its text
A4 = 842.0
KERNED = frozenset("‘’“”'")  # set close to a slanting letter, above whose foot they stand


@dataclass(frozen=True)
class Letter:
    """One letter, its size in points and its box (left, bottom, right, top)."""

    text: str
    size: float
    box: tuple[float, float, float, float]


@cache
def letters(path: Path) -> list[list[Letter]]:
    """The letters of each page that leave ink."""
    pages = []
    document = pdfium.PdfDocument(path)
    for page in document:
        layer = page.get_textpage()
        found = []
        for k in range(layer.count_chars()):
            text = layer.get_text_range(k, 1)
            if text.strip():
                size = raw.FPDFText_GetFontSize(layer, k)
                matrix = raw.FS_MATRIX()
                raw.FPDFText_GetMatrix(layer, k, matrix)
                found.append(Letter(text, size * abs(matrix.d or matrix.b), layer.get_charbox(k)))
        pages.append(found)
    document.close()
    return pages


def fill(path: Path) -> list[float]:
    """Of each page, how far down its text reaches, as a share of the room between head and foot."""
    shares = []
    document = pdfium.PdfDocument(path)
    for page in document:
        grey = np.asarray(page.render(scale=1, grayscale=True).to_pil())
        inked = np.flatnonzero((grey < 200).any(axis=1))
        inside = inked[(inked > TOP) & (inked < A4 - BOTTOM)]
        shares.append((inside.max() - TOP) / (A4 - TOP - BOTTOM) if len(inside) else 0.0)
    document.close()
    return shares


def overlaps(page: list[Letter]) -> list[tuple[str, str]]:
    """Pairs of letters that lie on one another: each covers a quarter of the smaller one at least. Ligatures have one box."""
    order = sorted({letter.box: letter for letter in page}.values(), key=lambda letter: letter.box[0])
    found = []
    for k, one in enumerate(order):
        for other in order[k + 1 :]:
            if other.box[0] >= one.box[2]:
                break
            wide = min(one.box[2], other.box[2]) - other.box[0]
            tall = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
            least = min(_area(one), _area(other))
            kerned = KERNED & {one.text, other.text}
            if wide > 0 and tall > 0 and least > 0 and wide * tall > 0.25 * least and not kerned:
                found.append((one.text, other.text))
    return found


def _area(letter: Letter) -> float:
    left, bottom, right, top = letter.box
    return (right - left) * (top - bottom)
