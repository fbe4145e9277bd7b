"""data/estat.csv: the figures in the columns of e-Stat's own CSV (API getSimpleStatsData), every axis with its code.

Axes: 表章項目 (tab), 統計表 (cat01), 区分 (cat02), 回答 (cat03), 地域 (area), 時間軸 (time). Values as they are printed; a mark
stands in `annotation` and leaves the value blank. The base of a line (回答者数) is the answer 総数.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kodoku_survey.publish.sheets.tidy import WITHOUT_FIGURE, group_of, time_code, unit_of
from kodoku_survey.tables import Cell, Report, Row, Table
from kodoku_survey.tables.plain import TOTAL, plain
from kodoku_survey.tables.words import Said, words_of

ALL_ANSWERS = "all"  # the answer 総数
TAB_CODES = {"share": "10", "mean": "11", "median": "12"}
PERSONS_CODE = "20"
DIMENSIONS = ("tab", "cat01", "cat02", "cat03", "area", "time")
ESTAT_FIELDS = (*(column for name in DIMENSIONS for column in (f"{name}_code", name)), "unit", "value", "annotation")


def estat(report: Report) -> pd.DataFrame:
    """A line a base and a line a cell, all as text: a share keeps the digits it is printed with."""
    said = words_of(report.survey)
    lines = [line for table in report.tables for line in _lines(table, report, said)]
    return pd.DataFrame(lines, columns=list(ESTAT_FIELDS))


def dimensions(frame: pd.DataFrame, said: Said) -> pd.DataFrame:
    """dimensions.csv: every code of every axis of estat.csv: dimension, dimension_name, code, name."""
    parts = [
        frame[[f"{name}_code", name]].drop_duplicates().set_axis(["code", "name"], axis=1).assign(dimension=name)
        for name in DIMENSIONS
    ]
    found = pd.concat(parts, ignore_index=True)
    found["dimension_name"] = found["dimension"].map({name: said[f"estat_{name}"] for name in DIMENSIONS})
    return found[["dimension", "dimension_name", "code", "name"]]


def _lines(table: Table, report: Report, said: Said) -> Iterator[tuple[object, ...]]:
    identity = report.survey.settings.identity
    of_table = (plain(table.id), plain(f"{table.id} {table.title}"))
    unit = plain(unit_of(table, report.survey))
    for row in table.rows:
        year = row.wave or identity.wave
        group = (_code(row), plain(f"{row.attribute} {group_of(table, row, said)}"))
        where = (
            identity.area_code or identity.area,
            identity.area,
            time_code(year),
            said["estat_year"].format(year=year),
        )
        persons = (
            PERSONS_CODE,
            said["n"],
            *of_table,
            *group,
            f"{table.question}_{ALL_ANSWERS}",
            said["estat_all"],
            *where,
        )
        base = None if row.n is None else str(row.n)
        yield (*persons, said["estat_persons"], base, "suppressed" if row.hidden else row.flag)
        figure = (TAB_CODES[table.statistic], said[f"code_statistic_{table.statistic}"])
        for code, answer, cell in zip(table.codes, table.header, row.cells, strict=True):
            answered = (f"{table.question}_{code}", plain(answer))
            yield (*figure, *of_table, *group, *answered, *where, unit, _value(cell), cell.flag or row.flag)


def _code(row: Row) -> str:
    return f"{row.axis}_{'_'.join(map(str, row.keys))}" if row.axis else TOTAL


def _value(cell: Cell) -> str | None:
    """The figure as the page prints it; nobody is 0, and no figure is none."""
    if cell.flag == "nil":
        return None if cell.value is None else "0"
    if cell.flag in WITHOUT_FIGURE:
        return None
    return cell.text
