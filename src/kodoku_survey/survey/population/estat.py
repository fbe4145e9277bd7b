"""Population tables as e-Stat gives them: the CSV of its API (getSimpleStatsData)."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from kodoku_survey.errors import DefinitionError, DidYouMean, FileError
from kodoku_survey.survey.population.categories import margins_of_table


@cache
def _marks() -> dict[str, Any]:
    file = resources.files("kodoku_survey.survey.population").joinpath("estat.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@dataclass(frozen=True, eq=False)
class EstatTable:
    """One table: values with their axes by code and by name, and what the file says of itself.

    frame : for each axis (tab, cat01 …, area, time) a column of codes "cat01_code" and one of names "cat01"; unit, value
        (text as given), annotation.
    titles : what each axis is called ("cat01" → 男女).
    """

    frame: pd.DataFrame
    titles: Mapping[str, str]
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """政府統計名 統計表名 (e-Stat 統計表ID), as far as the file tells."""
        parts = [self.told.get(key, ("",))[-1] for key in ("STAT_NAME", "TITLE")]
        number = self.told.get("TABLE_INF", ("",))[0]
        return " ".join(part for part in parts if part) + (f"（e-Stat 統計表ID {number}）" if number else "")


def read_estat(path: str | Path) -> EstatTable:
    """Read the API's CSV, with its preamble or (sectionHeaderFlg=2) without.

    Raises
    ------
    FileError
        No such file; not UTF-8; no header of values.
    """
    path = Path(path)
    if not path.is_file():
        raise FileError("survey.estat_missing", str(path.name))
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except UnicodeDecodeError as error:
        raise FileError("survey.estat_layout", path.name) from error
    told: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines):
        if len(line) > 2 and line[0].endswith("_code"):
            return _table(line, lines[number + 1 :], told, path.name)
        if line:
            told[line[0]] = tuple(line[1:])
    raise FileError("survey.estat_layout", path.name)


def _table(header: list[str], rows: list[list[str]], told: dict[str, tuple[str, ...]], file: str) -> EstatTable:
    names, titles = [], {}
    for place, column in enumerate(header):
        before = header[place - 1] if place else ""
        if before.endswith("_code"):
            axis = before.removesuffix("_code")
            titles[axis] = column
            names.append(axis)
        else:
            names.append(column)
    kept = [row for row in rows if row]
    wrong = next((n for n, row in enumerate(kept, start=1) if len(row) != len(names)), None)
    if wrong is not None or "value" not in names:
        raise FileError("survey.estat_layout", f"{file} VALUE {wrong or ''}".strip())
    return EstatTable(pd.DataFrame(kept, columns=names, dtype="str"), titles, told)


def estat_margins(
    table: EstatTable,
    axes: Mapping[str, str],
    classes: pd.DataFrame,
    *,
    only: Mapping[str, str] | None = None,
    unit: str = "persons",
) -> pd.DataFrame:
    """Rows of margins.csv from an e-Stat table.

    axes : variable of the survey → axis (cat01, area …). classes : as in `margins_of_table`; its categories are the
        table's names, or its codes (area codes above all; without rows of its own the area becomes the prefecture).
    only : axis → the one code to take, for every axis that is not in `axes` and has several.

    Raises DefinitionError for an axis nobody chose a code of, a category `classes` does not name, a value that is no number.
    """
    frame = table.frame
    for axis in axes.values():
        _column(table, axis)
    for axis, code in (only or {}).items():
        frame = frame[frame[_column(table, axis)] == code]
        if frame.empty:
            known = tuple(dict.fromkeys(table.frame[_column(table, axis)]))
            raise DefinitionError("survey.estat_code", axis, value=code, hint=DidYouMean(code, known))
    for axis, title in table.titles.items():
        several = tuple(dict.fromkeys(frame[f"{axis}_code"]))
        if axis not in axes.values() and len(several) > 1:
            raise DefinitionError(
                "survey.estat_axis", axis, value=title, count=len(several), known=", ".join(several[:5])
            )
    columns = {}
    for axis in axes.values():
        own = classes[classes["axis"] == axis]
        by_code = axis == "area" if own.empty else bool(own["category"].isin(frame[_column(table, axis)]).any())
        columns[axis] = frame[f"{axis}_code"] if by_code else frame[axis]
    chosen = pd.DataFrame(columns).assign(value=_values(frame, classes, columns), source=table.source)
    return margins_of_table(chosen, axes, classes, unit=unit)


def _column(table: EstatTable, axis: str) -> str:
    if axis not in table.titles:
        raise DefinitionError(
            "survey.population_axis", "e-Stat", value=axis, hint=DidYouMean(axis, tuple(table.titles))
        )
    return f"{axis}_code"


def _values(frame: pd.DataFrame, classes: pd.DataFrame, columns: Mapping[str, pd.Series]) -> list[str]:
    """Values in persons; a hidden one is a fault unless its category is left out anyway."""
    out = pd.Series(False, index=frame.index)
    for axis, held in columns.items():
        own = classes[classes["axis"] == axis]
        out |= held.isin(own.loc[own["code"].astype(str) == "", "category"])
    marks = _marks()
    units: dict[str, int] = marks["units"]
    found = []
    for value, unit, skipped in zip(
        frame["value"], frame.get("unit", pd.Series("", index=frame.index)), out, strict=True
    ):
        text = value.replace(",", "").strip()
        if skipped or text in marks["no_figure"]:
            found.append("0")
        elif text in marks["not_told"] or not text.lstrip("-").replace(".", "", 1).isdigit():
            raise DefinitionError("survey.estat_value", "VALUE", value=value)
        elif unit not in units:
            raise DefinitionError("survey.estat_unit", "VALUE unit", value=unit, known="、".join(u for u in units if u))
        else:
            whole, _, part = text.partition(".")
            found.append(str(int(whole) * units[unit]) if not part else str(float(text) * units[unit]))
    return found
