"""A file as grids, by its kind; of a kind that is no data the name alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from kodoku_survey.errors import FileError
from kodoku_survey.intake.readers.decoding import decoded
from kodoku_survey.lint.grid_cells import GridCell
from kodoku_survey.lint.gridded import Grid
from kodoku_survey.lint.read_open_document import read_open_document
from kodoku_survey.lint.read_workbook import read_workbook

BOM = b"\xef\xbb\xbf"
TEXT = {".csv": ",", ".tsv": "\t"}
BOOKS = (".xlsx", ".xlsm")


def read_file(path: Path) -> tuple[Grid, ...]:
    """The grids of a file; one without cells where its kind is not read. Raises FileError."""
    kind = path.suffix.lower()
    if not path.is_file():
        raise FileError("lint.no_file", str(path))
    if kind in TEXT:
        grids: tuple[Grid, ...] = (_text(path, TEXT[kind]),)
    elif kind in BOOKS:
        grids = read_workbook(path)
    elif kind == ".ods":
        grids = read_open_document(path)
    elif kind == ".xls":
        grids = _values(path)
    else:
        return (Grid(path, path.name, {}, kind=kind.lstrip(".") or path.name),)
    if not any(grid.cells for grid in grids):
        raise FileError("lint.nothing_in_it", path.name)  # a file that says nothing keeps every rule
    return grids


def _text(path: Path, delimiter: str) -> Grid:
    content = path.read_bytes()
    text, encoding = decoded(path, content, "auto")
    cells: dict[tuple[int, int], GridCell] = {}
    fields, broken, line = [], [], 0
    try:
        for line, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1
        ):
            fields.append(len(row))
            if any("\n" in field or "\r" in field for field in row):
                broken.append(line)
            for column, field in enumerate(row, start=1):
                if field != "":
                    cells[line, column] = GridCell(field)
    except csv.Error as error:
        raise FileError("lint.no_csv", f"{path.name}:{line + 1}") from error
    return Grid(
        path, path.name, cells, fields=tuple(fields), broken=tuple(broken), encoding=encoding,
        mark=content.startswith(BOM), kind="csv",
    )  # fmt: skip


def _values(path: Path) -> tuple[Grid, ...]:
    """The values of an old Excel file; how its cells look, and what is merged or hidden, is not read."""
    try:
        book = CalamineWorkbook.from_path(path)
        return tuple(
            Grid(
                path,
                name,
                {
                    (line, column): GridCell(value if isinstance(value, (str, float)) else str(value))
                    for line, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1)
                    for column, value in enumerate(row, start=1)
                    if value not in ("", None)
                },
                kind="xls",
            )
            for name in book.sheet_names
        )
    except (CalamineError, OSError) as error:
        raise FileError("lint.no_workbook", path.name) from error
