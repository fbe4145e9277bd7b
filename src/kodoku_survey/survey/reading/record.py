"""From a TOML table to a frozen value, by the value's own fields, types and limits; every fault is kept, none hides another.

A field's type says what may stand in the file: text, numbers, dates, choices (`Literal`), lists, pairs, tables, further
dataclasses, and `Annotated` with the limits of limits.py. A class that has a way of its own to be written down has a class
method `from_toml(value, place)`; rules between the fields of one value stand in its method `check(place)`.
"""

from __future__ import annotations

import datetime as dt
import math
import types
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from kodoku_survey.survey.reading.limits import LARGEST, Either, Key
from kodoku_survey.survey.reading.places import Place, shown

T = TypeVar("T")
WANTED = {
    str: '"…"', int: "123", float: "0.5", bool: "true", dt.date: "2024-12-01",
    dt.datetime: "2024-12-01T17:00:00+09:00", Fraction: '"2/3"',
}  # fmt: skip


@dataclass(frozen=True)
class FieldEntry:
    """One field as it is written in a file: its name there, what may stand there, and whether it must be given."""

    name: str
    key: str
    hint: Any
    needed: bool
    either: Either | None = None


_KNOWN: dict[
    type[Any], tuple[FieldEntry, ...]
] = {}  # type hints are slow to read, and a folder has thousands of records


def entries_of(cls: type[Any]) -> tuple[FieldEntry, ...]:
    """The fields of a dataclass or named tuple as a file may give them, in order."""
    if cls not in _KNOWN:
        _KNOWN[cls] = _entries(cls)
    return _KNOWN[cls]


def _entries(cls: type[Any]) -> tuple[FieldEntry, ...]:
    hints = get_type_hints(cls, include_extras=True)
    found = []
    for name, needed in _fields(cls):
        marks = get_args(hints[name])[1:] if get_origin(hints[name]) is Annotated else ()
        key = next((mark.name for mark in marks if isinstance(mark, Key)), name)
        either = next((mark for mark in marks if isinstance(mark, Either)), None)
        found.append(FieldEntry(name, key, hints[name], needed, either))
    return tuple(found)


def _fields(cls: type[Any]) -> list[tuple[str, bool]]:
    """Fields by name and whether each must be given, of a dataclass or a named tuple."""
    if is_dataclass(cls):
        given = [f for f in fields(cls) if f.init]
        return [(f.name, f.default is MISSING and f.default_factory is MISSING) for f in given]
    return [(name, name not in cls._field_defaults) for name in cls._fields]


def is_record(hint: Any) -> bool:
    """Whether values of a type are written as a table of its fields."""
    return isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields"))


def record(cls: type[T], table: Any, place: Place, *, more: Mapping[str, Any] | None = None) -> T | None:
    """One dataclass instance from a TOML table, or None where a fault forbids it.

    more : fields given by the caller, not by the table.
    """
    if not isinstance(table, dict):
        place.fault("not_a_table", value=shown(table))
        return None
    given = dict(more or {})
    known = {entry.key: entry for entry in entries_of(cls) if entry.name not in given}
    before = len(place.faults)
    for key, value in table.items():
        if key in known:
            given[known[key].name] = read(value, known[key].hint, place.at(key))
        else:
            place.unknown("unknown_key", key, known)
    for entry in known.values():
        if entry.needed and entry.key not in table:
            place.fault("missing_key", key=entry.key)
    _check_either(known, table, place)
    if len(place.faults) > before:
        return None
    made = cls(**given)
    if hasattr(made, "check"):
        made.check(place)
    return made if len(place.faults) == before else None


def _check_either(known: Mapping[str, FieldEntry], table: Mapping[str, Any], place: Place) -> None:
    """Of fields that exclude one another at most one part is given, or exactly one where one is needed."""
    groups: dict[str, list[FieldEntry]] = {}
    for entry in known.values():
        if entry.either is not None:
            groups.setdefault(entry.either.group, []).append(entry)
    for members in groups.values():
        given = [entry for entry in members if entry.key in table and table[entry.key] != ""]
        parts = {entry.either.part or entry.key for entry in given if entry.either is not None}
        if len(parts) > 1:
            place.fault("exclusive_keys", value=", ".join(entry.key for entry in given))
        elif not parts and any(entry.either is not None and entry.either.needed for entry in members):
            place.fault("one_needed", value=", ".join(entry.key for entry in members))


def read(value: Any, hint: Any, place: Place) -> Any:
    """A value as its type says, within the limits the type is annotated with; faults are kept in `place`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        before = len(place.faults)
        found = read(value, arguments[0], place)
        if len(place.faults) == before:
            for limit in arguments[1:]:
                if hasattr(limit, "check"):
                    limit.check(found, place)
        return found
    if origin in (Union, types.UnionType):
        return _either_type(value, [a for a in arguments if a is not type(None)], place)
    if origin is Literal:
        if value not in arguments or isinstance(value, bool):
            place.unknown("not_a_choice", shown(value), arguments, choices=", ".join(map(str, arguments)))
        return value
    if origin is tuple:
        return _read_list(value, arguments, place)
    if origin is not None:  # Mapping[str, …]
        if not isinstance(value, dict):
            place.fault("wrong_type", value=shown(value), wanted="{ … }")
            return {}
        for key in value:
            read(key, arguments[0], place)
        return {key: read(item, arguments[1], place.at(key)) for key, item in value.items()}
    if hasattr(hint, "from_toml"):
        return hint.from_toml(value, place)
    if is_record(hint):
        return record(hint, value, place)
    return _plain(value, hint, place)


def _either_type(value: Any, hints: list[Any], place: Place) -> Any:
    """The value as the first of several types it fits; of one of the right kind but outside its limits, that fault."""
    attempts = [place.apart() for _ in hints]
    for hint, attempt in zip(hints, attempts, strict=True):
        found = read(value, hint, attempt)
        if not attempt.faults:
            return found
    kept = next((a.faults for a in attempts if a.faults[0].key != "survey.wrong_type"), attempts[0].faults)
    if len(hints) > 1 and kept[0].key == "survey.wrong_type":
        wanted = " / ".join(dict.fromkeys(a.faults[0].fields["wanted"] for a in attempts))
        place.fault("wrong_type", value=shown(value), wanted=wanted)
    else:
        place.faults.extend(kept)
    return None


def _read_list(value: Any, arguments: tuple[Any, ...], place: Place) -> tuple[Any, ...]:
    kind, pair = arguments[0], arguments[-1] is not Ellipsis
    # One text where a list is meant is the commonest slip and has only one meaning.
    items = [value] if isinstance(value, str) and _of_text(kind) and not pair else value
    if not isinstance(items, list) or (pair and len(items) != len(arguments)):
        place.fault("wrong_type", value=shown(value), wanted="[3, 12]" if pair else "[…]")
        return ()
    if is_record(kind):
        return tuple(read(item, kind, place.at(_called(item, n))) for n, item in enumerate(items, start=1))
    return tuple(read(item, kind, place) for item in items)


def _of_text(hint: Any) -> bool:
    """Whether a list of such values can be meant by one text."""
    while get_origin(hint) in (Annotated, tuple):
        hint = get_args(hint)[0]
    return hint is str or get_origin(hint) is Literal


def _called(item: Any, number: int) -> str:
    """What an entry of a list is called in a message: by its name or code, else by its number."""
    named = (item[key] for key in ("name", "id", "code", "variable") if key in item) if isinstance(item, dict) else ()
    return shown(next(iter(named), number))


def _plain(value: Any, hint: Any, place: Place) -> Any:
    """Text, a number, a day, yes or no, or a fraction."""
    accepted: tuple[type, ...] = {float: (int, float), Fraction: (int, str)}.get(hint, (hint,))
    fits = isinstance(value, accepted) and isinstance(value, bool) == (hint is bool)
    if hint is dt.date and isinstance(value, dt.datetime):
        fits = False  # a time of day, and an offset, would be lost
    if not fits:
        place.fault("wrong_type", value=shown(value), wanted=WANTED[hint])
    elif hint is str and any(_controls(c) for c in value):
        place.fault("control_character", value=shown("".join("�" if _controls(c) else c for c in value)))
    elif hint in (int, float) and math.isfinite(value) and abs(value) > LARGEST:
        place.fault("out_of_range", value=value, wanted=f"−{LARGEST:,} ≤ x ≤ {LARGEST:,}")
    elif hint is float:
        if not math.isfinite(value):
            place.fault("wrong_type", value=shown(value), wanted=WANTED[float])
        return float(value)
    elif hint is Fraction:
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            place.fault("fraction", value=value)
            return Fraction(1)
    return value


def _controls(character: str) -> bool:
    """Whether a character is a control: C0, DEL or C1, but no line end and no tab."""
    return unicodedata.category(character) == "Cc" and character not in "\n\t"


def entries(value: Any, place: Place) -> list[Any]:
    """A list of entries ([[…]] or inline tables); a fault and an empty list for anything else."""
    if isinstance(value, list):
        return value
    place.fault("wrong_type", value=shown(value), wanted="[[…]]")
    return []


def records(cls: type[T], value: Any, place: Place, called: str) -> Iterator[T]:
    """The values of a list of tables ([[called]]), each at a place named after it; those at fault are left out."""
    for number, entry in enumerate(entries(value, place.at(called)), start=1):
        name = entry.get("name", entry.get("id")) if isinstance(entry, dict) else None
        found = read(entry, cls, place.at(f"[{called} {number}]" if name is None else f"[{shown(name)}]"))
        if found is not None:
            yield found


def unique(names: list[str], place: Place) -> None:
    """A fault for every name that occurs twice."""
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        place.at(f"[{name}]").fault("duplicate", value=name)
