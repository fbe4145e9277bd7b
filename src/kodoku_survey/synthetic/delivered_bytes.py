"""A file in its declared format: columns of text → the bytes a contractor would deliver, the same for the same columns."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from kodoku_survey.errors import DefinitionError
from kodoku_survey.intake.returns import columns_of
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.layouts import FileLayout

CODES = re.compile(r"-?(0|[1-9]\d{0,8})")
FORMATS = (".csv", ".tsv", ".xlsx", ".sav", ".dta")


def file_bytes(frame: pd.DataFrame, layout: FileLayout, variables: Iterable[Variable]) -> bytes:
    """Columns of text as a file. variables : for the wording under headings, and labels of codes in .sav and .dta.

    Raises DefinitionError for a format, an encoding or a column name that cannot be written.
    """
    suffix = Path(layout.path).suffix.lower()
    if suffix not in FORMATS:
        where = f"survey.toml [file {layout.name}] path"
        raise DefinitionError("synthetic.unknown_format", where, value=suffix, known=", ".join(FORMATS))
    if suffix in (".sav", ".dta"):
        return _statistical(frame, layout, variables, suffix)
    return (_xlsx if suffix == ".xlsx" else _csv)(frame, layout, _above(frame, layout, variables))


def _above(frame: pd.DataFrame, layout: FileLayout, variables: Iterable[Variable]) -> list[list[str]]:
    """The rows above the answers: titles, names, and the wording under each name."""
    words: dict[str, str] = {}
    for variable in variables:
        columns = columns_of(layout, variable)
        alone = [variable.question or variable.label]
        words |= dict(zip(columns, alone if len(columns) == 1 else [c.label for c in variable.options], strict=True))
    names = list(frame.columns)
    titles = [[layout.name, *[""] * (len(names) - 1)]] * (layout.heading - 1)
    return [*titles, names, *[[words.get(name, name) for name in names]] * (layout.header_rows - 1)]


def _csv(frame: pd.DataFrame, layout: FileLayout, above: list[list[str]]) -> bytes:
    text = io.StringIO()
    tab = Path(layout.path).suffix.lower() == ".tsv"
    delimiter = "\t" if tab else "," if layout.delimiter == "auto" else layout.delimiter
    csv.writer(text, lineterminator="\r\n", delimiter=delimiter).writerows([*above, *frame.to_numpy().tolist()])
    # As such files come: keyed codes in cp932, exports with wordings in UTF-8 with its mark.
    tried = ("cp932", "utf-8-sig") if layout.answers == "codes" else ("utf-8-sig",)
    character = ""
    for encoding in tried if layout.encoding == "auto" else (layout.encoding,):
        try:
            return text.getvalue().encode(encoding)
        except UnicodeEncodeError as error:
            character = error.object[error.start : error.end]
    where = f"survey.toml [file {layout.name}] encoding"
    raise DefinitionError("synthetic.not_encodable", where, value=layout.encoding, character=character)


def _xlsx(frame: pd.DataFrame, layout: FileLayout, above: list[list[str]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": dt.datetime(2000, 1, 1)})
    sheet = book.add_worksheet(layout.sheet or "回答")
    cells = [[int(cell) if CODES.fullmatch(cell) else cell for cell in row] for row in frame.to_numpy().tolist()]
    for line, row in enumerate([*above, *cells]):
        sheet.write_row(line, 0, row)
    book.close()
    return buffer.getvalue()


def _statistical(frame: pd.DataFrame, layout: FileLayout, variables: Iterable[Variable], suffix: str) -> bytes:
    import pyreadstat

    plain = pd.DataFrame({column: _numbers(frame[column]) for column in frame.columns})
    labels: dict[str, dict[int | float, str]] = {
        columns_of(layout, variable)[0]: {code.code: code.label for code in variable.options}
        for variable in variables
        if variable.kind == "single"
    }
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
    numbers = pd.to_numeric(column.where(column != ""), errors="coerce")
    # A serial number that begins with 0 is text.
    text = (numbers.isna() & (column != "")).any() or column.str.fullmatch(r"0\d+").any()
    return column.astype(object) if text else numbers.astype(float)


def _undated(content: bytes, suffix: str) -> bytes:
    """Both headers hold the moment of writing; a fixed one makes the same file of the same cells."""
    if suffix == ".sav":
        return content[:92] + b"01 Jan 0000:00:00" + content[109:]
    start = content.find(b"<timestamp>")
    if start < 0:
        return content
    length = content[start + 11]
    return content[: start + 12] + b"01 Jan 2000 00:00"[:length].ljust(length) + content[start + 12 + length :]
