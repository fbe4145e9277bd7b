"""From a TOML table to a frozen value, by the value's own fields and types; every fault is kept, none hides another."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pandas as pd

from kodoku_survey.errors import DefinitionError, DidYouMean, FileError, SurveyError, SurveyFaults

T = TypeVar("T")
Converter = Callable[[Any, "Place"], Any]


@dataclass(frozen=True)
class Place:
    """Where one is in a file, and the list every fault found there goes to."""

    file: str
    path: str = ""
    faults: list[SurveyError] = field(default_factory=list, compare=False)

    def at(self, part: str) -> Place:
        """A place further in: `codebook.toml [q5] codes`."""
        return Place(self.file, f"{self.path} {part}".strip(), self.faults)

    def __str__(self) -> str:
        return f"{self.file} {self.path}".strip()

    def fault(self, name: str, **told: Any) -> None:
        """Keep a fault of this place: a key of survey/messages.toml and its fields."""
        self.faults.append(DefinitionError(f"survey.{name}", str(self), **told))

    def unknown(self, name: str, value: object, known: Any, **told: Any) -> None:
        """Keep a fault about a name nobody knows, with the nearest known one."""
        self.fault(name, value=value, hint=DidYouMean(str(value), tuple(str(k) for k in known)), **told)

    def finish(self) -> None:
        """Raise all faults kept so far, together."""
        if self.faults:
            raise SurveyFaults(self.faults)


def read_toml(path: Path, place: Place, *, required: bool) -> dict[str, Any]:
    """A TOML file as a table; empty where it is absent and not required, or faulty (the fault is kept)."""
    if not path.is_file():
        if required:
            place.faults.append(FileError("survey.file_missing", str(place), folder=path.parent.name))
        return {}
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        place.faults.append(FileError("survey.file_encoding", str(place), line=line))
    except tomllib.TOMLDecodeError as error:
        place.faults.append(DefinitionError("survey.toml_syntax", _line_of(error, place), reason=_reason(error)))
    return {}


def _line_of(error: tomllib.TOMLDecodeError, place: Place) -> str:
    found = re.search(r"line (\d+)", str(error))
    return f"{place}:{found.group(1)}" if found else str(place)


def _reason(error: tomllib.TOMLDecodeError) -> str:
    return re.sub(r"\s*\(at .*\)$", "", str(error))


def record(
    cls: type[T],
    table: Any,
    place: Place,
    *,
    keys: Mapping[str, str] | None = None,
    convert: Mapping[str, Converter] | None = None,
    more: Mapping[str, Any] | None = None,
) -> T | None:
    """One dataclass instance from a TOML table, or None where a fault forbids it.

    keys : TOML keys that differ from the field's name. convert : readers of fields that are values of their own.
    more : fields given by the caller, not by the table.
    """
    if not isinstance(table, dict):
        place.fault("not_a_table", value=_shown(table))
        return None
    renamed: dict[str, str] = dict(keys or {})
    convert, given = convert or {}, dict(more or {})
    hints = get_type_hints(cls)
    names = {f.name for f in fields(cls) if f.init} - set(given) - set(renamed.values())  # type: ignore[arg-type]
    known = names | set(renamed)
    before = len(place.faults)
    for key, value in table.items():
        name = str(renamed.get(key, key))
        if key not in known:
            place.unknown("unknown_key", key, known)
        elif name in convert:
            given[name] = convert[name](value, place.at(key))
        else:
            given[name] = _plain(value, hints[name], place.at(key))
    for f in fields(cls):  # type: ignore[arg-type]
        if f.init and f.name not in given and f.default is MISSING and f.default_factory is MISSING:
            back = {v: k for k, v in renamed.items()}
            place.fault("missing_key", key=back.get(f.name, f.name))
    return cls(**given) if len(place.faults) == before else None


def _plain(value: Any, hint: Any, place: Place) -> Any:
    """A value of a plain type: text, number, date, choice, list of these, or table of text."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _plain(value, next(a for a in arguments if a is not type(None)), place)
    if origin is Literal:
        if value not in arguments:
            place.unknown("not_a_choice", value, arguments, choices=", ".join(map(str, arguments)))
        return value
    if origin is tuple:
        # One text where a list is meant is the commonest slip and has only one meaning.
        items = [value] if isinstance(value, str) and arguments[0] is str else value
        if not isinstance(items, list):
            place.fault("wrong_type", value=_shown(value), wanted="[…]")
            return ()
        return tuple(_plain(item, arguments[0], place) for item in items)
    if origin is not None:  # Mapping[str, str]
        if not isinstance(value, dict):
            place.fault("wrong_type", value=_shown(value), wanted="{ … }")
            return {}
        return {key: _plain(item, arguments[1], place.at(key)) for key, item in value.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        return record(hint, value, place)
    if hint is Any:
        return value
    accepted: tuple[type, ...] = (int, float) if hint is float else (hint,)
    if not isinstance(value, accepted) or (isinstance(value, bool) and hint is not bool):
        wanted = {str: '"…"', int: "123", float: "0.5", dt.date: "2024-12-01"}.get(hint, hint.__name__)
        place.fault("wrong_type", value=_shown(value), wanted=wanted)
    return float(value) if hint is float and isinstance(value, int) else value


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def entries(value: Any, place: Place) -> list[Any]:
    """A list of entries ([[…]] or inline tables); a fault and an empty list for anything else."""
    if isinstance(value, list):
        return value
    place.fault("wrong_type", value=_shown(value), wanted="[[…]]")
    return []


def unique(names: list[str], place: Place) -> None:
    """A fault for every name that occurs twice."""
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        place.at(f"[{name}]").fault("duplicate", value=name)


def read_csv(path: Path, columns: tuple[str, ...], place: Place) -> pd.DataFrame:
    """A CSV of text columns, empty where it is absent; a file that cannot be read or lacks a column is a fault."""
    empty = pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    if not path.is_file():
        return empty
    content = path.read_bytes()
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        place.faults.append(FileError("survey.file_encoding", str(place), line=line))
        return empty
    except csv.Error as error:
        place.fault("csv_unreadable", reason=f"line {reader.line_num}: {error}")
        return empty
    head, body = (rows[0][1], rows[1:]) if rows else ([], [])
    for line, row in body:
        if len(row) > len(head):
            place.at(f"line {line}").fault("csv_row_width", found=len(row), wanted=len(head))
            return empty
    filled = [row + [""] * (len(head) - len(row)) for _, row in body]
    frame = pd.DataFrame(filled, columns=pd.Index(head, dtype=object), dtype="str")
    frame = frame.loc[:, ~frame.columns.duplicated()]
    missing = [column for column in columns if column not in frame]
    if missing:
        place.fault("csv_columns", value=", ".join(missing), wanted=", ".join(columns))
        return empty
    return frame[list(columns)]
