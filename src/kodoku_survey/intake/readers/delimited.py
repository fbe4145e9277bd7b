"""CSV: rows of fields by the strict rules, each with its line; a large regular file takes the fast way (bulk.py)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kodoku_survey.errors import FileError
from kodoku_survey.intake.readers.bulk import LARGE, in_bulk
from kodoku_survey.intake.readers.decoding import decoded
from kodoku_survey.intake.readers.opened import Opened, Wanted, of_rows
from kodoku_survey.survey.layouts import FileLayout

OTHER_SEPARATORS = {";": ";", "\t": "Tab", "|": "|"}  # what stands for a comma in other exports, and how it is called


def read_delimited(path: Path, layout: FileLayout, wanted: Wanted) -> Opened:
    """A CSV file. Raises FileError, DefinitionError."""
    content = path.read_bytes()
    text, encoding = decoded(path, content, layout.encoding)
    delimiter = _delimiter(path, text, layout)
    if len(content) >= LARGE and not _headings_again(text):
        del content
        found = in_bulk(text, layout, delimiter, encoding, wanted)
        if found is not None:
            return found
    # A row of commas is a blank return, to be accounted for; in a register it is nobody, as in an Excel sheet.
    rows, lines = _rows(path, text, delimiter, keep_blank=layout.role != "selection")
    if not rows:
        raise FileError("intake.empty_file", path.name)
    return of_rows(path.name, layout, rows, lines, encoding, wanted)


def _headings_again(text: str) -> bool:
    """Whether the first line occurs once more: such a file is told by the strict reader."""
    first = text[: text.find("\n") + 1].removeprefix("\ufeff")
    return len(first) > 2 and text.find("\n" + first) >= 0


def _delimiter(path: Path, text: str, layout: FileLayout) -> str:
    """What separates fields: as declared, or what the heading line is full of. Raises FileError for an undeclared one."""
    start = 0
    for _ in range(layout.heading - 1):  # titles stand above
        start = text.find("\n", start) + 1
    heading = next((line for line in text[start : start + 1_000_000].splitlines() if line.strip()), "")
    if layout.delimiter == "auto":
        return max((",", *OTHER_SEPARATORS), key=heading.count)
    most = max(OTHER_SEPARATORS, key=heading.count)
    if layout.delimiter == "," and "," not in heading and most in heading:
        raise FileError("intake.separator", path.name, value=OTHER_SEPARATORS[most], key=most.replace("\t", "\\t"))
    return layout.delimiter


def _rows(path: Path, text: str, delimiter: str, *, keep_blank: bool) -> tuple[list[list[str]], list[int]]:
    """Rows that are not blank, and the line each begins on. Raises FileError for quotation marks left open."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            if row and (keep_blank or any(cell.strip() for cell in row)):
                rows.append(row)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileError("intake.csv_broken", f"{path.name}:{start}", reason=str(error)) from None
    return rows, lines
