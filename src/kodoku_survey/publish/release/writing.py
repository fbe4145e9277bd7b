"""Every file of a result is written here and read back: a disk that filled up in silence is an error, not a result."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.release.spreadsheets import safe

NEWLINE = "\r\n"
STATA_END = b"</stata_dta>"  # readers do not miss the end of a Stata file


def put(path: Path, content: bytes | str) -> None:
    """Write a file whole (text as UTF-8) and read it back. Raises OSError, OutputError."""
    wanted = content.encode("utf-8") if isinstance(content, str) else content
    path.write_bytes(wanted)
    if path.read_bytes() != wanted:
        raise OutputError("publish.not_as_written", path.name)


def put_csv(frame: pd.DataFrame, path: Path, *, encoding: str = "utf-8-sig") -> None:
    """A CSV no spreadsheet takes for formulas (spreadsheets.py), with CRLF; UTF-8 with BOM unless told otherwise."""
    text = safe(frame).to_csv(index=False, lineterminator=NEWLINE)
    put(path, text.encode(encoding))


def put_workbook(path: Path, write: Callable[[io.BytesIO], None]) -> None:
    """An Excel file that `write` makes in memory. Raises OutputError, OSError."""
    made = io.BytesIO()
    with _as_output_errors(path):
        write(made)
    put(path, made.getvalue())


def put_statistical(frame: pd.DataFrame, path: Path, fix: Callable[[Path], None], **options: Any) -> None:
    """An SPSS or Stata file, by its suffix, read back cell by cell: the library does not say when the disk is full.

    fix : makes the moment of writing in the file's head the same every time. Raises OutputError, OSError.
    """
    with _as_output_errors(path):
        if path.suffix == ".sav":
            pyreadstat.write_sav(frame, str(path), **options)
        else:
            pyreadstat.write_dta(frame, str(path), **options)
        fix(path)
        back, meta = _read(path)
    labels = options.get("variable_value_labels", {})
    complete = path.suffix == ".sav" or path.read_bytes().endswith(STATA_END)
    if not (complete and _same(frame, back) and set(meta.variable_value_labels) == set(labels)):
        raise OutputError("publish.not_as_written", path.name)


def _read(path: Path) -> tuple[pd.DataFrame, Any]:
    read = pyreadstat.read_sav if path.suffix == ".sav" else pyreadstat.read_dta
    return read(str(path), user_missing=True)


def _same(wanted: pd.DataFrame, found: pd.DataFrame) -> bool:
    """Same rows, columns and cells."""
    if list(wanted.columns) != list(found.columns) or len(wanted) != len(found):
        return False
    return all(_cells(wanted[name]) == _cells(found[name]) for name in wanted.columns)


def _cells(column: pd.Series) -> list[Any]:
    """Numbers as floats, text without the blanks it is filled up with, None for missing."""
    if pd.api.types.is_numeric_dtype(column):
        column = column.astype(float)
    cells = column.astype(object).where(column.notna(), None)
    return [cell.rstrip() if isinstance(cell, str) else cell for cell in cells]


@contextmanager
def _as_output_errors(path: Path) -> Iterator[None]:
    """What the writing libraries raise as an output error; of half a file they raise whatever comes first."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise OutputError("publish.cannot_write", path.name, reason=type(error).__name__) from None
