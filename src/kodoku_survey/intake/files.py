"""Opening a delivered file: CSV, Excel, SPSS or Stata, every cell as text, the encoding found out and reported."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.errors import DefinitionError, FileError
from kodoku_survey.survey.layouts import FileLayout

ENCODINGS = ("utf-8-sig", "cp932")  # tried in this order; the first refuses what is not its own
HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")
PATIENCE = 300  # seconds for a statistical file to be read


@dataclass(frozen=True, eq=False)
class Delivered:
    """Cells as text, the line of the file each row stands on, and the encoding the file was opened with."""

    cells: pd.DataFrame
    lines: tuple[int, ...]
    encoding: str


def read_file(path: Path, layout: FileLayout) -> Delivered:
    """Open a file by its suffix. Raises FileError, or DefinitionError for unusable headings."""
    if not path.is_file():
        raise FileError("intake.file_missing", path.name, name=layout.name)
    readers: dict[str, Callable[[Path, FileLayout], Delivered]] = {
        ".csv": _read_csv,
        ".xlsx": _read_excel,
        ".sav": _read_statistical,
        ".dta": _read_statistical,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileError("intake.unknown_format", path.name, value=path.suffix)
    return reader(path, layout)


def _decoded(path: Path, wanted: str) -> tuple[str, str]:
    content = path.read_bytes()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not re.match(r"utf.?16", wanted.lower()):
        raise FileError("intake.utf16", path.name)
    first: UnicodeDecodeError | None = None
    tried = ENCODINGS if wanted == "auto" else (wanted,)
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            first = first or error
        except LookupError:
            raise DefinitionError("intake.unknown_encoding", path.name, value=wanted) from None
        else:
            if encoding == "cp932" and wanted == "auto":
                _refuse_euc(path, content, text)
            name = "utf-8" if encoding == "utf-8-sig" and not content.startswith(b"\xef\xbb\xbf") else encoding
            return text, name
    assert first is not None
    line = content[: first.start].count(b"\n") + 1
    raise FileError("intake.undecodable", f"{path.name}:{line}", byte=first.start, tried=", ".join(tried))


def _refuse_euc(path: Path, content: bytes, text: str) -> None:
    """EUC-JP passes as cp932, as half-width katakana nobody wrote: 孤独 becomes ｸﾉﾆﾈ. Raises FileError."""
    foreign = sum(ord(character) > 0x7F for character in text)
    if foreign == 0 or len(HALF_WIDTH.findall(text)) < foreign / 2:
        return
    try:
        content.decode("euc_jp")
    except UnicodeDecodeError:
        return
    raise FileError("intake.euc", path.name)


SEPARATORS = {";": ";", "\t": "Tab", "|": "|"}  # what stands for a comma in other exports, and how it is called


def _refuse_separator(path: Path, text: str) -> None:
    """A heading without a comma that is full of something else. Raises FileError."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    most = max(SEPARATORS, key=heading.count)
    if "," not in heading and most in heading:
        raise FileError("intake.separator", path.name, value=SEPARATORS[most])


def _read_csv(path: Path, layout: FileLayout) -> Delivered:
    text, encoding = _decoded(path, layout.encoding)
    _refuse_separator(path, text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            # A row of commas is a blank return, to be accounted for; in a register it is nobody, as in an Excel sheet.
            if row and (layout.role != "selection" or any(cell.strip() for cell in row)):
                rows.append(row)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileError("intake.csv_broken", f"{path.name}:{start}", reason=str(error)) from None
    if not rows:
        raise FileError("intake.empty_file", path.name)
    width = len(rows[0])
    for row, line in zip(rows, lines, strict=True):
        if len(row) != width:
            raise FileError("intake.row_width", f"{path.name}:{line}", found=len(row), wanted=width)
    return _delivered(path, layout, rows, lines, encoding)


def _read_excel(path: Path, layout: FileLayout) -> Delivered:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
    except CalamineError as error:
        raise FileError("intake.excel_broken", path.name, reason=str(error)) from None
    sheet = layout.sheet or book.sheet_names[0]
    if sheet not in book.sheet_names:
        raise DefinitionError("intake.no_sheet", path.name, value=sheet, known=", ".join(book.sheet_names))
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    numbered = [(line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=1)]
    kept = [(line, row) for line, row in numbered if any(row)]
    if not kept:
        raise FileError("intake.empty_file", path.name)
    return _delivered(path, layout, [row for _, row in kept], [line for line, _ in kept], "xlsx")


def _read_statistical(path: Path, layout: FileLayout) -> Delivered:
    """SPSS and Stata; one that does not open as it declares itself is tried in the usual encodings, and this is said."""
    import pyreadstat

    reader = "read_sav" if path.suffix.lower() == ".sav" else "read_dta"
    tried = (None, "utf-8", "cp932") if layout.encoding == "auto" else (layout.encoding,)
    for encoding in tried:
        options: dict[str, Any] = {"encoding": encoding, "apply_value_formats": layout.answers == "labels"}
        if layout.answers == "labels":
            options["formats_as_category"] = False
        if reader == "read_sav":
            options["user_missing"] = True  # otherwise a declared 無回答 comes back as a silent blank
        if _opens(reader, path, options):
            frame, meta = getattr(pyreadstat, reader)(path, **options)
            cells = pd.DataFrame({name: [_text(cell) for cell in frame[name].array] for name in frame.columns})
            found = encoding or meta.file_encoding or "utf-8"
            return Delivered(cells, tuple(range(1, len(cells) + 1)), found)
    told = ", ".join(encoding or "auto" for encoding in tried)
    raise FileError("intake.statistical_broken", path.name, tried=told)


PROBE = "import json, sys, pyreadstat; getattr(pyreadstat, sys.argv[1])(sys.argv[2], **json.loads(sys.argv[3]))"


def _opens(reader: str, path: Path, options: dict[str, Any]) -> bool:
    """Whether a process of its own can read the file: a damaged one can end the process that reads it, or never end."""
    command = [sys.executable, "-c", PROBE, reader, str(path), json.dumps(options)]
    try:
        return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _text(cell: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, dates as ISO, nothing for missing."""
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)


def _delivered(path: Path, layout: FileLayout, rows: list[list[str]], lines: list[int], encoding: str) -> Delivered:
    heads = [name.strip() for name in rows[0]]
    doubled = _doubled(name for name in heads if name)
    if doubled:
        raise DefinitionError("intake.double_column", path.name, value=", ".join(doubled))
    body, numbers = rows[layout.header_rows :], lines[layout.header_rows :]
    cells = pd.DataFrame(body, columns=pd.Index(heads, dtype=object), dtype=object)
    return Delivered(cells.loc[:, [bool(name) for name in heads]], tuple(numbers), encoding)


def _doubled(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
