"""A file in its declared format: columns of text → the bytes a contractor would deliver, the same for the same columns."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from kodoku_survey.errors import DefinitionError
from kodoku_survey.survey.layouts import FileLayout

CODES = re.compile(r"-?(0|[1-9]\d{0,8})")
FORMATS = (".csv", ".tsv", ".xlsx", ".sav", ".dta")
FileLabels = Mapping[str, dict[int | float, str]]


def file_bytes(frame: pd.DataFrame, layout: FileLayout, heads: Mapping[str, str], labels: FileLabels) -> bytes:
    """heads : wording under each heading, where the layout has several rows of them. labels : of codes, for .sav and .dta.

    Raises DefinitionError for a format, an encoding or a column name that cannot be written.
    """
    suffix = Path(layout.path).suffix.lower()
    if suffix in (".csv", ".tsv"):
        return _csv(frame, layout, heads)
    if suffix == ".xlsx":
        return _xlsx(frame, layout, heads)
    if suffix in (".sav", ".dta"):
        return _statistical(frame, layout, labels, suffix)
    where = f"survey.toml [file {layout.name}] path"
    raise DefinitionError("synthetic.unknown_format", where, value=suffix, known=", ".join(FORMATS))


def _csv(frame: pd.DataFrame, layout: FileLayout, heads: Mapping[str, str]) -> bytes:
    text = io.StringIO()
    tab = Path(layout.path).suffix.lower() == ".tsv"
    delimiter = "\t" if tab else "," if layout.delimiter == "auto" else layout.delimiter
    writer = csv.writer(text, lineterminator="\r\n", delimiter=delimiter)
    for _ in range(1, layout.heading):
        writer.writerow([layout.name, *[""] * (len(frame.columns) - 1)])
    writer.writerow(frame.columns)
    for _ in range(1, layout.header_rows):
        writer.writerow([heads.get(column, column) for column in frame.columns])
    writer.writerows(frame.itertuples(index=False, name=None))
    # As such files come: keyed codes in cp932, exports with wordings in UTF-8 with its mark.
    tried = ("cp932", "utf-8-sig") if layout.answers == "codes" else ("utf-8-sig",)
    for encoding in tried if layout.encoding == "auto" else (layout.encoding,):
        try:
            return text.getvalue().encode(encoding)
        except UnicodeEncodeError as error:
            character = error.object[error.start : error.end]
        except LookupError:
            character = ""
            break
    where = f"survey.toml [file {layout.name}] encoding"
    raise DefinitionError("synthetic.not_encodable", where, value=layout.encoding, character=character)


def _xlsx(frame: pd.DataFrame, layout: FileLayout, heads: Mapping[str, str]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": dt.datetime(2000, 1, 1)})
    sheet = book.add_worksheet(layout.sheet or "回答")
    sheet.write_row(0, 0, list(frame.columns))
    for line in range(1, layout.header_rows):
        sheet.write_row(line, 0, [heads.get(column, column) for column in frame.columns])
    for line, row in enumerate(frame.itertuples(index=False, name=None), start=max(layout.header_rows, 1)):
        sheet.write_row(line, 0, [int(cell) if CODES.fullmatch(cell) else cell for cell in row])
    book.close()
    return buffer.getvalue()


def _statistical(frame: pd.DataFrame, layout: FileLayout, labels: FileLabels, suffix: str) -> bytes:
    import pyreadstat

    plain = pd.DataFrame({column: _numbers(frame[column]) for column in frame.columns})
    own = {column: told for column, told in labels.items() if column in plain and plain[column].dtype == float}
    write = pyreadstat.write_sav if suffix == ".sav" else pyreadstat.write_dta
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"file{suffix}"
        try:
            write(plain, str(path), variable_value_labels=own)
        except (pyreadstat.PyreadstatError, ValueError) as error:
            where = f"survey.toml [file {layout.name}]"
            raise DefinitionError("synthetic.not_writable_as", where, value=suffix, reason=str(error)) from None
        return _undated(path.read_bytes(), suffix)


def _numbers(column: pd.Series) -> pd.Series:
    """Numbers where every cell that holds something is one, else text."""
    if all(CODES.fullmatch(cell) or cell == "" for cell in column):
        return pd.Series([float(cell) if cell else np.nan for cell in column], dtype=float)
    numbers = pd.to_numeric(column.where(column != ""), errors="coerce")
    if not (numbers.isna() & (column != "")).any() and not column.str.startswith("0").any():
        return numbers.astype(float)
    return column.astype(object)


def _undated(content: bytes, suffix: str) -> bytes:
    """Both headers hold the moment of writing; a fixed one makes the same file of the same cells."""
    if suffix == ".sav":
        return content[:92] + b"01 Jan 0000:00:00" + content[109:]
    start = content.find(b"<timestamp>")
    if start < 0:
        return content
    length = content[start + 11]
    return content[: start + 12] + b"01 Jan 2000 00:00"[:length].ljust(length) + content[start + 12 + length :]
