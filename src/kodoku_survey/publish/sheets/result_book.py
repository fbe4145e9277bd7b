"""Any result as a workbook: its table as it is printed, then its frames, one datum a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from kodoku_survey.errors import Language, OutputError
from kodoku_survey.media import Result
from kodoku_survey.publish.release.writing import put_workbook
from kodoku_survey.publish.sheets.book import Book, BookSheet, SheetColumn, Written, distinct_heads, sheet_names
from kodoku_survey.publish.sheets.excel_book import CREATED, fill_excel
from kodoku_survey.tables.shown import Printed, parts_of
from kodoku_survey.tables.shown.forms import printed_of
from kodoku_survey.tables.shown.printed import spoken
from kodoku_survey.tables.shown.screen import width

_NARROW, _BROAD = 9.0, 40.0  # characters of a column
_PRINTED = "table"  # the sheet for people
_NUMBERS = "0123456789"


def write_result(result: Result, path: Path, level: float, language: Language | None) -> Path:
    """Write the workbook of a result. Raises OutputError where the path cannot be written or is no .xlsx."""
    if path.suffix.lower() != ".xlsx":
        raise OutputError("publish.not_a_workbook", str(path))
    printed, parts = printed_of(result, level, language), parts_of(result, level)
    wide = [_printed(_PRINTED, printed)] if printed.heads else []
    sheets = [*wide, *(_frame(name, frame, printed.title) for name, frame in parts.items())]
    names = sheet_names([sheet.name for sheet in sheets])
    named = tuple(replace(sheet, name=name) for sheet, name in zip(sheets, names, strict=True))
    book = Book(printed.title, "kodoku_survey", printed.line, CREATED.date(), spoken(asked=language), named)
    try:
        put_workbook(path, lambda made: fill_excel(book, made))
    except OSError as fault:
        raise OutputError("publish.cannot_write", str(path), reason=str(fault)) from fault
    return path


def _printed(name: str, printed: Printed) -> BookSheet:
    """The wide table: texts as they are printed, what is a plain number as one."""
    rows = [
        tuple(Written(text) if k < printed.stubs else _as_number(text) for k, text in enumerate(row))
        for row in printed.rows
    ]
    return BookSheet(
        name,
        printed.title,
        _columns(printed.heads, printed.rows),
        rows,
        notes=(*printed.above, *printed.notes),
        stub=printed.stubs,
    )


def _as_number(text: str) -> Written:
    """A printed figure as the number it is; marks and figures with letters stay text."""
    plain = text.replace(",", "")
    if not (plain and plain[-1] in _NUMBERS and plain.lstrip("-").replace(".", "", 1).isdigit()):
        return Written(text, "mark")
    decimals = len(plain.partition(".")[2])
    return Written(float(plain), "number" if decimals == 1 else "mark") if decimals else Written(int(plain), "count")


def _frame(name: str, frame: pd.DataFrame, title: str) -> BookSheet:
    """A frame as it is: numbers at full precision, blanks where there is none."""
    columns = [frame[column].tolist() for column in frame.columns]
    rows = [tuple(_datum(value) for value in row) for row in zip(*columns, strict=True)]
    shown = [tuple("" if cell.value is None else str(cell.value)[:12] for cell in row) for row in rows]
    return BookSheet(name, title, _columns([str(column) for column in frame.columns], shown), rows)


def _datum(value: object) -> Written:
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return Written(None, "mark")
    if isinstance(value, bool | np.bool_):
        return Written(str(bool(value)))
    if isinstance(value, int | np.integer):
        return Written(int(value), "reference")
    if isinstance(value, float | np.floating):
        return Written(float(value), "mark")
    return Written(", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value))


def _columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[SheetColumn, ...]:
    wide = [max([width(head), *(width(row[k]) for row in rows[:200])], default=8) + 2.0 for k, head in enumerate(heads)]
    return tuple(
        SheetColumn(head, min(max(room, _NARROW), _BROAD))
        for head, room in zip(distinct_heads(heads), wide, strict=True)
    )
