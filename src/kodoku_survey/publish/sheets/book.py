"""A sheet of a workbook before it is ink: title, lines, one table, notes. Excel and OpenDocument are written from it alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

CellStyle = Literal["text", "centre", "number", "count", "nil", "mark", "reference", "link"]
CellValue = str | float | int | None
BANNED = dict.fromkeys(map(ord, "[]:*?/\\"), "-")  # of names of sheets
LONGEST_SHEET_NAME = 31  # characters of such a name


class Written(NamedTuple):
    """One cell: its value, how it looks, the sheet it leads to."""

    value: CellValue
    style: CellStyle = "text"
    link: str = ""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet's table: its heading (unlike every other of the table) and its width in characters."""

    head: str
    width: float


@dataclass(frozen=True)
class BookSheet:
    """title and lines stand above the table, notes below it; back : the sheet a link above the table leads to.

    stub : columns that name a row, repeated where a page ends.
    """

    name: str
    title: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[tuple[Written, ...]]
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    back: Written | None = None
    stub: int = 1

    @property
    def head_line(self) -> int:
        """The line of the headings, counted from 0."""
        return 1 + len(self.lines) + (self.back is not None)


@dataclass(frozen=True)
class Book:
    """A workbook: its properties, the figures' decimals, and its sheets in order.

    plain : for machines, the headings in the first line and nothing but the table.
    """

    title: str
    author: str
    subject: str
    made: dt.date
    lang: str
    sheets: tuple[BookSheet, ...]
    decimals: int = 1
    plain: bool = False


def sheet_names(wanted: Sequence[str]) -> tuple[str, ...]:
    """Names a workbook may have: as wanted, each once whatever its case, without what programs forbid."""
    taken: set[str] = set()
    found = []
    for name in wanted:
        own = name.translate(BANNED).strip("' ")[:LONGEST_SHEET_NAME] or "-"
        number, kept = 1, own
        while kept.lower() in taken or kept.lower() == "history":  # Excel keeps that name to itself
            number += 1
            end = f" ({number})"
            kept = own[: LONGEST_SHEET_NAME - len(end)] + end
        taken.add(kept.lower())
        found.append(kept)
    return tuple(found)


def distinct_heads(heads: Sequence[str]) -> tuple[str, ...]:
    """Headings as one table may have them, each once whatever its case."""
    taken: dict[str, int] = {}
    found = []
    for head in heads:
        count = taken[head.lower()] = taken.get(head.lower(), 0) + 1
        found.append(head if count == 1 else f"{head} ({count})")
    return tuple(found)
