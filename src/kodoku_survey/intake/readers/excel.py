"""Excel sheets: every cell as it would be typed; formulas that nobody computed are marked, not taken for blanks."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kodoku_survey.errors import DefinitionError, FileError
from kodoku_survey.intake.cells.value import UNCOMPUTED
from kodoku_survey.intake.readers.decoding import OTHER_KINDS
from kodoku_survey.intake.readers.opened import Opened, Wanted, of_rows
from kodoku_survey.intake.readers.workbooks import refuse_hostile
from kodoku_survey.survey.layouts import FileLayout

# Names of elements may have a prefix: <x:c>.
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA, _VALUE = re.compile(rb"<(?:\w+:)?f\b"), re.compile(rb"<(?:\w+:)?v>[^<]")
# A text by its number in the list of texts, and one whose number does not stand there plainly.
_BY_NUMBER = rb"<(?:\w+:)?c\b[^>]*?\bt\s*=\s*[\"']s[\"'][^>]*(?<!/)>"
_PLAIN = rb"\s*(?:<(?:\w+:)?v>\d*</(?:\w+:)?v>)?\s*</(?:\w+:)?c\s*>"
_STRANGE = re.compile(_BY_NUMBER + rb"(?!" + _PLAIN + rb")(.*?)</(?:\w+:)?c\s*>", re.DOTALL)
_VALUES = re.compile(rb"<(?:\w+:)?v\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?v\s*>)", re.DOTALL)
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]+\d+)[\"']")
_OLE = b"\xd0\xcf\x11\xe0"  # how Excel 97 files begin, and workbooks with a password
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")


def read_excel(path: Path, layout: FileLayout, wanted: Wanted) -> Opened:
    """One sheet of a workbook. Raises FileError, DefinitionError."""
    from python_calamine import CalamineError, CalamineWorkbook

    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise FileError("intake.not_excel", path.name, value=OTHER_KINDS[_OLE])
    refuse_hostile(path, layout.sheet)
    try:
        book = CalamineWorkbook.from_path(str(path))
    except CalamineError as error:
        raise FileError("intake.excel_broken", path.name, reason=str(error)) from None
    if not book.sheet_names:
        raise FileError("intake.empty_file", path.name)
    sheet = layout.sheet or book.sheet_names[0]
    if sheet not in book.sheet_names:
        raise DefinitionError("intake.no_sheet", path.name, value=sheet, known=", ".join(book.sheet_names))
    try:
        delivered = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise FileError("intake.excel_broken", path.name, reason=str(error)) from None
    rows = [[as_text(cell) for cell in row] for row in delivered]
    parts = _contents(path, sheet)
    for part in parts:
        _refuse_strange_numbers(path.name, part)
    for row, column in _uncomputed(parts[0]) if len(parts) == 1 else ():
        if row < len(rows) and column < len(rows[row]) and not rows[row][column]:
            rows[row][column] = UNCOMPUTED
    kept = [(line, row) for line, row in enumerate(rows, start=1) if any(row)]
    if not kept:
        raise FileError("intake.empty_file", path.name)
    return of_rows(
        path.name, layout, [row for _, row in kept], [line for line, _ in kept], path.suffix[1:].lower(), wanted
    )


def as_text(cell: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, TRUE and FALSE, dates as ISO, nothing for missing."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:  # NaN and NaT differ from themselves
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _contents(path: Path, sheet: str) -> list[bytes]:
    """A sheet's own part; those of all sheets where it cannot be told which it is."""
    try:
        with zipfile.ZipFile(path) as book:
            try:
                return [book.read(_part_of(book, sheet))]
            except (LookupError, StopIteration, ValueError):
                return [book.read(name) for name in book.namelist() if "worksheets/" in name]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError):
        return []


def _refuse_strange_numbers(name: str, content: bytes) -> None:
    """Raises FileError for a text whose number is none: the reader would give the first text of the book, or a blank."""
    for found in _STRANGE.finditer(content):
        values = _VALUES.findall(found[1])
        if len(values) > 1 or any(re.fullmatch(rb"\d*", value) is None for value in values):
            place = _PLACE.search(found[0])
            raise FileError("intake.string_number", name, value=place[1].decode() if place else "?")


def _uncomputed(content: bytes) -> Iterator[tuple[int, int]]:
    """Row and column (0 = first) of formulas without a value (another program than Excel wrote them) and of errors (#N/A)."""
    if not _FORMULA.search(content) and b't="e"' not in content:
        return
    for attributes, inside in _CELL.findall(content):
        place = re.search(rb'r="([A-Z]+)(\d+)"', attributes)
        empty = _FORMULA.search(inside) and not _VALUE.search(inside)
        if place and (empty or b't="e"' in attributes):
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """The part of a workbook that holds a sheet: its number need not be the sheet's place. Raises KeyError, StopIteration."""
    sheets = [_attributes(found) for found in _SHEET.findall(book.read("xl/workbook.xml").decode("utf-8"))]
    key = next(own["r:id"] for own in sheets if html.unescape(own["name"]) == sheet)
    links = [_attributes(found) for found in _LINK.findall(book.read("xl/_rels/workbook.xml.rels").decode("utf-8"))]
    target = next(own["Target"] for own in links if own["Id"] == key)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attributes(element: str) -> dict[str, str]:
    return dict(re.findall(r'([\w:]+)="([^"]*)"', element))
