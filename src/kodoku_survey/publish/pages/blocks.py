"""The blocks a page is made of: plain text and numbers for report.typ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kodoku_survey.publish.charts.canvas import text_width

Block = dict[str, Any]


def heading(level: int, text: str) -> Block:
    """A heading of the page."""
    return {"kind": "heading", "level": level, "text": text}


def grid(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> Block:
    """A plain table; the first `left` columns are words, the rest numbers."""
    return {
        "kind": "table",
        "caption": caption,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "left": left,
        "titles": [],
        "reference": [],
        "vertical": False,
        "notes": [],
        "head_note": "",
        "quiet": False,
        "small": False,
        "stub": round(
            min(58.0, max([16.0, 1.5 * text_width(head[0]) + 3, *(2.75 * text_width(row[0]) + 3 for row in rows)])), 1
        ),
    }
