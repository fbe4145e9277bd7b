"""Tables of figures in a folder: population margins, and published figures of earlier waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd

from kodoku_survey.errors import DesignError
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.plan import Plan, TablePlan
from kodoku_survey.survey.reading import Place, read_csv
from kodoku_survey.survey.reading.limits import Within

MARGIN_COLUMNS = ("variable", "code", "value", "unit", "source")
HISTORY_COLUMNS = ("wave", "table", "group", "answer", "percent", "n", "mark", "source")
FIGURE_UNITS = ("persons", "share", "total")
LARGEST_FIGURE = 1e18  # of a margin: more than the yen of any economy; sums of it are still finite
FIGURE_MARKS = ("", "nil", "not_asked", "excluded")


def read_margins(path: Path, known: Mapping[str, Variable], place: Place, *, only: str = "") -> pd.DataFrame:
    """margins.csv: variable, code, value, unit, source; crossed margins join names and codes by ":". Empty if absent.

    only : the rows of one variable; the others may be of another survey.
    `unit` is persons, share (only the proportions hold) or total (the population total of a number, with no code).
    """
    frame, lines = read_csv(path, MARGIN_COLUMNS, place)
    if only and (frame["variable"] == only).any():
        kept = (frame["variable"] == only).to_numpy()
        lines = [line for line, one in zip(lines, kept, strict=True) if one]
        frame = frame[kept].reset_index(drop=True)
    # A name or code nobody knows is a fault of definitions; a figure that weights cannot meet is one of the margins.
    figures = replace(place, kind=DesignError)
    frame["value"] = _numbers(frame["value"], lines, figures, needed=True, limit=Within(0, LARGEST_FIGURE))
    seen: set[tuple[str, str]] = set()
    units: dict[str, str] = {}
    for line, names, codes, unit in zip(lines, frame["variable"], frame["code"], frame["unit"], strict=True):
        here, figure = place.at(f"[{names}={codes}]"), figures.at(f"[{names}={codes}]")
        if unit not in FIGURE_UNITS:
            figure.unknown("not_a_choice", unit, FIGURE_UNITS, choices=", ".join(FIGURE_UNITS))
        elif units.setdefault(names, unit) != unit:
            figure.fault("two_units", value=names, first=units[names], second=unit)
        if (names, codes) in seen:
            figure.fault("duplicate", value=f"{codes} (line {line})")
        seen.add((names, codes))
        _check_names(names, codes, unit, known, here)
    return frame


def _check_names(names: str, codes: str, unit: str, known: Mapping[str, Variable], place: Place) -> None:
    parts, values = names.split(":"), codes.split(":")
    for name in parts:
        if name not in known:
            place.unknown("unknown_variable", name, known)
    if unit == "total":
        if codes.strip():
            place.fault("total_of_code", value=codes)
        for name in parts:
            if name in known and (len(parts) > 1 or known[name].kind != "number"):
                place.fault("not_a_number", value=names)
        return
    if len(parts) != len(values):
        place.fault("crossed_codes", value=codes, names=names)
        return
    for name, value in zip(parts, values, strict=True):
        if name in known and value not in map(str, known[name].keys):
            place.unknown("unknown_code", value, known[name].keys, variable=name)


def read_history(path: Path, plan: Plan, known: Mapping[str, Variable], place: Place) -> pd.DataFrame:
    """history.csv: wave, table, group, answer (code), percent, n, mark, source. Empty if absent.

    A table, group and answer are those of tables.toml and of the table's question; a figure stands there once.
    """
    frame, lines = read_csv(path, HISTORY_COLUMNS, place)
    limits = {"wave": Within(1000, 9999), "percent": Within(0, 100), "n": Within(0)}
    for column, limit in limits.items():
        frame[column] = _numbers(frame[column], lines, place, needed=column == "wave", limit=limit)
        if column != "percent":
            _whole(frame[column], lines, place)
    tables = {entry.id: entry for entry in plan.tables}
    for table in dict.fromkeys(frame["table"]):
        if table not in tables:
            place.unknown("unknown_table", table, tables)
    for mark in dict.fromkeys(frame["mark"]):
        if mark not in FIGURE_MARKS:
            place.unknown("not_a_choice", mark, FIGURE_MARKS, choices=", ".join(FIGURE_MARKS[1:]))
    groups = {id: group_names(entry, known) for id, entry in tables.items()}
    seen: set[tuple[object, ...]] = set()
    for line, row in zip(lines, frame.itertuples(), strict=True):
        here, group = place.at(f"line {line}"), " ".join(row.group.split())
        figure = (row.wave, row.table, groups.get(row.table, {}).get(group, group), row.answer)
        if figure in seen:
            here.fault("duplicate", value=f"{row.table} {row.group} {row.answer}")
        seen.add(figure)
        if row.table in tables:
            keys = known[tables[row.table].question].keys if tables[row.table].question in known else ()
            if keys and row.answer not in map(str, keys):
                variable = tables[row.table].question
                here.at("answer").unknown("unknown_code", row.answer, keys, variable=variable)
            _check_group(row.group, groups[row.table], known, here.at("group"))
    return frame


def group_names(entry: TablePlan, known: Mapping[str, Variable]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """What history.csv may call each line of a table, its label (blanks made one) or variable=code → axis and keys."""
    everybody = (word("everybody"), word("everybody", "en")) if entry.total is None else (entry.total,)
    found: dict[str, tuple[str, tuple[int, ...]]] = dict.fromkeys(everybody, ("", ()))
    for banner in entry.by:
        if all(name in known for name in banner):
            for cell in product(*(known[name].codes for name in banner)):
                axis, keys = ":".join(banner), tuple(code.code for code in cell)
                found[f"{axis}={':'.join(map(str, keys))}"] = (axis, keys)
                found.setdefault(" ".join(" ".join(code.text for code in cell).split()), (axis, keys))
    return found


def _check_group(group: str, labels: Mapping[str, object], known: Mapping[str, Variable], place: Place) -> None:
    """A group is named by its label or by variable=code (crossed: a:b=1:2)."""
    names, equals, codes = group.partition("=")
    if not equals:
        if " ".join(group.split()) not in labels:
            place.unknown("unknown_group", group, sorted(label for label in labels if "=" not in label))
        return
    _check_names(names, codes, "", known, place)


def _numbers(
    column: pd.Series, lines: Sequence[int], place: Place, *, needed: bool = False, limit: Within | None = None
) -> pd.Series:
    """A column of text as numbers, nan where blank; a word, or a blank where a number is `needed`, is a fault."""
    numbers = pd.to_numeric(column.str.strip().where(column.str.strip() != ""), errors="coerce")
    for line, text, number in zip(lines, column, numbers, strict=True):
        here = place.at(f"line {line} {column.name}")
        if text.strip() == "":
            if needed:
                here.fault("blank")
        elif pd.isna(number) or number in (float("inf"), -float("inf")):
            here.fault("wrong_type", value=text, wanted="123")
        elif limit is not None:
            limit.check(number, here)
    return numbers.astype(float)


def _whole(column: pd.Series, lines: Sequence[int], place: Place) -> None:
    """A fault for each number with decimals: years and persons have none."""
    for line, number in zip(lines, column, strict=True):
        if not pd.isna(number) and number != round(number):
            place.at(f"line {line} {column.name}").fault("wrong_type", value=number, wanted="123")
