"""The files of a folder as text: TOML as tables, CSV as columns of text; a file that cannot be read is a fault."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.errors import DefinitionError, FileError
from kodoku_survey.survey.reading.places import Place

TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine", "Duplicate inline table key")


def read_toml(path: Path, place: Place, *, required: bool) -> dict[str, Any]:
    """A TOML file as a table; empty where it is absent and not required, or faulty (the fault is kept)."""
    if not path.is_file():
        if required:
            place.faults.append(FileError("survey.file_missing", str(place), folder=path.parent.name))
        return {}
    try:
        content = path.read_bytes()
    except OSError:
        place.faults.append(FileError("survey.file_closed", str(place)))
        return {}
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        place.faults.append(FileError("survey.file_encoding", str(place), line=line))
    except tomllib.TOMLDecodeError as error:
        place.faults.append(_syntax(error, content.decode("utf-8-sig"), place))
    except RecursionError:
        place.faults.append(DefinitionError("survey.toml_nested", str(place)))
    except ValueError:  # Python makes no number of thousands of digits
        place.faults.append(DefinitionError("survey.toml_digits", str(place)))
    return {}


def _syntax(error: tomllib.TOMLDecodeError, text: str, place: Place) -> DefinitionError:
    """What is wrong with the TOML, at its line; a key given twice is told as that."""
    found = re.search(r"line (\d+)", str(error))
    line = int(found.group(1)) if found else len(text.splitlines())
    where = f"{place}:{line}"
    reason = re.sub(r"\s*\(at .*\)$", "", str(error))
    if reason.startswith(TWICE):
        quoted = re.search(r"'(.+)'", reason)  # an inline table's key is told, a line's is not
        value = quoted.group(1) if quoted else (text.splitlines()[line - 1 : line] or [""])[0].partition("=")[0].strip()
        return DefinitionError("survey.toml_twice", where, value=value)
    return DefinitionError("survey.toml_syntax", where if found else str(place), reason=reason)


def read_csv(path: Path, columns: tuple[str, ...], place: Place) -> tuple[pd.DataFrame, list[int]]:
    """A CSV of text columns, empty where it is absent, and the line each row stands on.

    A file that cannot be read or lacks a column is a fault.
    """
    empty = pd.DataFrame({column: pd.Series(dtype="str") for column in columns}), list[int]()
    if not path.is_file():
        return empty
    try:
        content = path.read_bytes()
    except OSError:
        place.faults.append(FileError("survey.file_closed", str(place)))
        return empty
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        place.faults.append(FileError("survey.file_encoding", str(place), line=line))
        return empty
    except csv.Error as error:
        reason = f"line {reader.line_num}: {error}"
        place.faults.append(FileError("survey.csv_unreadable", str(place), reason=reason))
        return empty
    head, body = (rows[0][1], rows[1:]) if rows else ([], [])
    for line, row in body:
        if len(row) > len(head):
            where = str(place.at(f"line {line}"))
            place.faults.append(FileError("survey.csv_row_width", where, found=len(row), wanted=len(head)))
            return empty
    filled = [row + [""] * (len(head) - len(row)) for _, row in body]
    frame = pd.DataFrame(filled, columns=pd.Index(head, dtype=object), dtype="str")
    frame = frame.loc[:, ~frame.columns.duplicated()]
    missing = [column for column in columns if column not in frame]
    if missing:
        place.fault("csv_columns", value=", ".join(missing), wanted=", ".join(columns))
        return empty
    return frame[list(columns)], [line for line, _ in body]
