"""A printed result on one screen: columns that stand under each other, whatever the width of their letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from kodoku_survey.tables.shown.printed import Printed
from kodoku_survey.tables.words import Said

_WIDE, _TALL = 110, 24  # letters and lines of a screen
_FIRST, _LAST = 16, 5  # lines kept of a longer table
_NARROWEST = 6  # letters of a heading that was shortened


def on_screen(printed: Printed, said: Said) -> str:
    """The line that says what it is, the table cut to a screen, its notes, and where the rest is."""
    rows = list(printed.rows)
    if len(rows) > _TALL:
        rows = [
            *rows[:_FIRST],
            tuple("…" if k < printed.stubs else "" for k in range(len(printed.heads))),
            *rows[-_LAST:],
        ]
    lines = _columns(printed.heads, rows, printed.stubs) if printed.heads else []
    hidden = printed.more + max(len(printed.rows) - _FIRST - _LAST, 0) * (len(printed.rows) > _TALL)
    more = [said["shown_more"].format(count=f"{hidden:,}")] if hidden else []
    return "\n".join([f"<{printed.line}>", *printed.above, *lines, *printed.notes, *more])


def width(text: str) -> int:
    """Columns of a terminal a text takes: full-width letters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def cut(text: str, room: int) -> str:
    """A text in so many columns, "…" where something was left out."""
    if width(text) <= room:
        return text
    kept = ""
    for letter in text:
        if width(kept + letter) > room - 1:
            break
        kept += letter
    return kept + "…"


def _columns(heads: Sequence[str], rows: Sequence[Sequence[str]], stubs: int) -> list[str]:
    table = [[text.replace("\n", " ") for text in row] for row in (heads, *rows)]
    if sum(max(width(row[k]) for row in table) + 2 for k in range(len(heads))) > _WIDE + 2:  # blank columns first
        told = [k for k in range(len(heads)) if k < stubs or not rows or any(row[k] for row in rows)]
        table, heads = [[row[k] for k in told] for row in table], [heads[k] for k in told]
    rooms = [max(width(row[k]) for row in table) for k in range(len(heads))]
    least = [max([_NARROWEST, *(min(width(row[k]), 30) for row in table[1:])]) for k in range(len(heads))]
    spare = _WIDE - sum(rooms) - 2 * (len(heads) - 1)
    for k in sorted(range(len(heads)), key=lambda k: least[k] - rooms[k]):  # the widest headings give way first
        if spare < 0 and rooms[k] > least[k]:
            given = min(rooms[k] - least[k], -spare)
            rooms[k], spare = rooms[k] - given, spare + given
    kept = list(range(len(heads)))
    while spare < 0 and len(kept) > stubs + 2:
        gone = kept.pop(-2)  # the last column, the base, stays
        spare += rooms[gone] + 2
    parted = len(kept) < len(heads)
    lines = []
    for row in table:
        cells = [_set(cut(row[k], rooms[k]), rooms[k], left=k < stubs) for k in kept]
        lines.append("  ".join([*cells[:-1], *(["…"] if parted else []), cells[-1]]).rstrip())
    return lines


def _set(text: str, room: int, *, left: bool) -> str:
    blank = " " * (room - width(text))
    return text + blank if left else blank + text
