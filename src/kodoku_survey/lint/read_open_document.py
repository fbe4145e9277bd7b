"""An .ods file as grids: values, and what is merged, hidden, drawn, noted or calculated."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from kodoku_survey.errors import FileError
from kodoku_survey.intake.readers.workbooks import refuse_hostile
from kodoku_survey.lint.grid_cells import GridCell, Spot, letters
from kodoku_survey.lint.gridded import Grid

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT, DRAW = (f"{_NAMES}{name}:1.0}}" for name in ("table", "office", "text", "drawing"))
MOST_REPEATED = (
    1000  # times a line or cell that holds something is repeated; blank ones are repeated to the sheet's end
)
_HIDDEN = ("collapse", "filter")


@dataclass
class _Sheet:
    """What has been read of a sheet so far."""

    cells: dict[Spot, GridCell] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    objects: list[tuple[str, str]] = field(default_factory=list)


def read_open_document(path: Path) -> tuple[Grid, ...]:
    """Every sheet of an OpenDocument spreadsheet. Raises FileError for a file that is none, or a hostile one."""
    refuse_hostile(path, "")
    try:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("content.xml"))
        return tuple(_grid(path, table) for table in root.iter(f"{TABLE}table"))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, zlib.error, EOFError) as error:
        raise FileError("lint.no_workbook", path.name) from error


def _grid(path: Path, table: ElementTree.Element) -> Grid:
    read = _Sheet()
    line = 1
    for row in _rows(table):
        times = int(row.get(f"{TABLE}number-rows-repeated", 1))
        before = len(read.cells)
        _read_row(read, row, line)
        if row.get(f"{TABLE}visibility") in _HIDDEN:
            read.hidden.append(str(line))
        if len(read.cells) > before:
            own = dict(list(read.cells.items())[before:])
            for more in range(1, min(times, MOST_REPEATED)):
                read.cells.update({(line + more, column): cell for (_, column), cell in own.items()})
        line += times
    read.hidden += _hidden_columns(table)
    if any(entry.tag.startswith(DRAW) for entry in table.iter()):
        read.objects.append(("drawing", ""))
    if next(table.iter(f"{OFFICE}annotation"), None) is not None:
        read.objects.append(("comments", ""))
    return Grid(
        path, table.get(f"{TABLE}name", ""), read.cells, merged=tuple(read.merged), hidden=tuple(read.hidden),
        objects=tuple(read.objects), kind="ods",
    )  # fmt: skip


def _rows(table: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Rows in their order, also those grouped or marked as headings; not those of a table within."""
    for entry in table:
        if entry.tag == f"{TABLE}table-row":
            yield entry
        elif entry.tag in {f"{TABLE}{kind}" for kind in ("table-row-group", "table-header-rows", "table-rows")}:
            yield from _rows(entry)


def _read_row(read: _Sheet, row: ElementTree.Element, line: int) -> None:
    column = 1
    for entry in row:
        if entry.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        times = int(entry.get(f"{TABLE}number-columns-repeated", 1))
        value = _value(entry)
        if value is not None:
            cell = GridCell(value, f"{TABLE}formula" in entry.attrib)
            read.cells.update({(line, column + more): cell for more in range(min(times, MOST_REPEATED))})
        wide, high = (int(entry.get(f"{TABLE}number-{what}-spanned", 1)) for what in ("columns", "rows"))
        if wide > 1 or high > 1:
            read.merged.append(f"{letters(column)}{line}:{letters(column + wide - 1)}{line + high - 1}")
        column += times


def _value(entry: ElementTree.Element) -> str | float | None:
    kind = entry.get(f"{OFFICE}value-type")
    if kind in ("float", "percentage", "currency"):
        return float(entry.get(f"{OFFICE}value", "nan"))
    if kind == "date":
        return entry.get(f"{OFFICE}date-value", "")[:10] or None
    told = "\n".join(_told(paragraph) for paragraph in entry.iterfind(f"{TEXT}p"))
    return told or None


def _told(paragraph: ElementTree.Element) -> str:
    """A paragraph's text; several blanks are written as a count of them, a line break as an element."""
    parts = [paragraph.text or ""]
    for entry in paragraph:
        if entry.tag == f"{TEXT}s":
            parts.append(" " * int(entry.get(f"{TEXT}c", 1)))
        elif entry.tag == f"{TEXT}line-break":
            parts.append("\n")
        elif not entry.tag.startswith((DRAW, f"{OFFICE}annotation")):
            parts.append(_told(entry))
        parts.append(entry.tail or "")
    return "".join(parts)


def _hidden_columns(table: ElementTree.Element) -> Iterator[str]:
    column = 1
    for entry in table.iter(f"{TABLE}table-column"):
        times = int(entry.get(f"{TABLE}number-columns-repeated", 1))
        if entry.get(f"{TABLE}visibility") in _HIDDEN:
            yield f"{letters(column)}:{letters(column + times - 1)}"
        column += times
