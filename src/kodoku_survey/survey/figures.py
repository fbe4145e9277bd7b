"""Tables of figures in a folder: population margins, and published figures of earlier waves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.reading import Place, read_csv

MARGIN_COLUMNS = ("variable", "code", "value", "unit", "source")
HISTORY_COLUMNS = ("wave", "table", "group", "answer", "percent", "n", "mark", "source")
UNITS = ("persons", "share", "total")
MARKS = ("", "nil", "not_asked", "excluded")


def read_margins(path: Path, known: Mapping[str, Variable], place: Place) -> pd.DataFrame:
    """margins.csv: variable, code, value, unit, source; crossed margins join names and codes by ":". Empty if absent.

    `unit` is persons, share (only the proportions hold) or total (the population total of a number, with no code).
    """
    frame = read_csv(path, MARGIN_COLUMNS, place)
    frame["value"] = _numbers(frame["value"], place)
    seen: set[tuple[str, str]] = set()
    for line, (names, codes, value, unit) in enumerate(
        zip(frame["variable"], frame["code"], frame["value"], frame["unit"], strict=True), start=2
    ):
        here = place.at(f"[{names}={codes}]")
        if unit not in UNITS:
            here.unknown("not_a_choice", unit, UNITS, choices=", ".join(UNITS))
        if value < 0:
            here.fault("negative", value=value)
        if (names, codes) in seen:
            here.fault("duplicate", value=f"{codes} (line {line})")
        seen.add((names, codes))
        _check_names(names, codes, unit, known, here)
    return frame


def _check_names(names: str, codes: str, unit: str, known: Mapping[str, Variable], place: Place) -> None:
    parts, values = names.split(":"), codes.split(":")
    for name in parts:
        if name not in known:
            place.unknown("unknown_variable", name, known)
    if unit == "total":
        return
    if len(parts) != len(values):
        place.fault("crossed_codes", value=codes, names=names)
        return
    for name, value in zip(parts, values, strict=True):
        if name in known and value not in map(str, known[name].keys):
            place.unknown("unknown_code", value, known[name].keys, variable=name)


def read_history(path: Path, tables: Collection[str], place: Place) -> pd.DataFrame:
    """history.csv: wave, table, group, answer (code), percent, n, mark, source. Empty if absent."""
    frame = read_csv(path, HISTORY_COLUMNS, place)
    for column in ("wave", "percent", "n"):
        frame[column] = _numbers(frame[column], place)
    for table in dict.fromkeys(frame["table"]):
        if table not in tables:
            place.unknown("unknown_table", table, tables)
    for mark in dict.fromkeys(frame["mark"]):
        if mark not in MARKS:
            place.unknown("not_a_choice", mark, MARKS, choices=", ".join(MARKS[1:]))
    return frame


def _numbers(column: pd.Series, place: Place) -> pd.Series:
    numbers = pd.to_numeric(column.where(column != ""), errors="coerce")
    for line, (text, number) in enumerate(zip(column, numbers, strict=True), start=2):
        if text != "" and pd.isna(number):
            place.at(f"line {line} {column.name}").fault("wrong_type", value=text, wanted="123")
    return numbers.astype(float)
