"""The blocks a page is made of: plain text and numbers for report.typ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kodoku_survey.publish.charts.metrics import chunks
from kodoku_survey.publish.typesetting.column_widths import SIZE, ColumnWidths, columns
from kodoku_survey.publish.typesetting.filling import ROW

Block = dict[str, Any]


def heading(level: int, text: str, *, opens: bool = False) -> Block:
    """A head; its parts are never broken. opens : it opens a page."""
    return {"kind": "heading", "level": level, "text": text, "parts": chunks(text), "opens": opens and level == 1}


def paragraph(text: str) -> Block:
    """A paragraph of text."""
    return {"kind": "text", "text": text}


def grid(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, titles: Sequence[int] = (),
    japanese: bool = True, size: float = SIZE,
) -> Block:  # fmt: skip
    """A plain table; the first `left` columns are words, the rest numbers. titles : rows that name what follows."""
    shown = [row for k, row in enumerate(rows) if k not in titles]
    laid, key = columns(head, shown, left, upright=japanese, size=size), ""
    if laid is None:
        laid, key = _numbered(head, shown, left, size), _key(head, left)
    return {
        "kind": "table",
        "caption": caption,
        "key": "",
        "parts": chunks(caption),
        "head": [list(lines) for lines in laid.head],
        "widths": [round(w, 2) for w in laid.widths],
        "upright": laid.way == "upright",
        "rows": [list(row) for row in rows],
        "left": left,
        "titles": list(titles),
        "reference": [],
        "notes": [key] if key else [],
        "head_note": "",
        "quiet": False,
        "size": size,
        "pads": [ROW] * len(rows),
        "continued": "（続き）" if japanese else " (continued)",
    }


def fits(head: Sequence[str], rows: Sequence[Sequence[str]], left: int, *, japanese: bool, size: float = SIZE) -> bool:
    """Whether a table stands side by side on a page, be it with numbers for heads."""
    found = columns(head, rows, left, upright=japanese, size=size)
    return found is not None or columns(_short(head, left), rows, left, upright=False, size=size) is not None


def _short(head: Sequence[str], left: int) -> list[str]:
    return [*head[: left + 1], *(f"({k})" for k in range(2, len(head) - left + 1))]


def _numbered(head: Sequence[str], rows: Sequence[Sequence[str]], left: int, size: float) -> ColumnWidths:
    """Heads that fit no other way are numbers, said under the table."""
    short = _short(head, left)
    found = columns(short, rows, left, upright=False, size=size)
    if found is None:  # a stub as narrow as it may be, the figures as close as they may stand
        stub = 90.0
        rest = (482.0 - stub) / (len(head) - 1)
        found = ColumnWidths((stub, *[rest] * (len(head) - 1)), tuple((h,) for h in short), "level")
    return found


def _key(head: Sequence[str], left: int) -> str:
    return "; ".join(f"({k}) {label}" for k, label in enumerate(head[left + 1 :], start=2))
