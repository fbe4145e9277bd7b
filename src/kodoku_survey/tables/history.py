"""Rows of earlier waves, as they were published."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from kodoku_survey.survey.figures import group_names
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.marks import printed
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.table import Cell, Row, Table
from kodoku_survey.tables.words import words


def with_history(survey: Survey, entry: TablePlan, keys: Sequence[int], rows: Sequence[Row]) -> list[Row]:
    """The lines of a table, each followed by those history.csv holds of it, the latest first.

    The line of everybody is called by its wave then; keys : the answers shown. An answer the wave did not offer is 「…」;
    a figure nobody published of it is blank.
    """
    own = survey.history[survey.history["table"] == entry.id]
    called = group_names(entry, survey.variables)
    of_line: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for place, group in enumerate(own["group"]):
        of_line.setdefault(called.get(" ".join(group.split()), ("", ())), []).append(place)
    said = words(survey.settings.identity.lang)
    found = []
    for row in rows:
        figures = own.iloc[of_line.get((row.axis, row.keys), [])]
        told = said["wave_year"].format(wave=survey.settings.identity.wave)
        found.append(row if row.axis else replace(row, wave=survey.settings.identity.wave, group=told))
        found += _earlier(survey, keys, row, figures)
    return found


def _earlier(survey: Survey, keys: Sequence[int], row: Row, figures: pd.DataFrame) -> Iterator[Row]:
    decimals = survey.settings.publication.decimals
    said = words(survey.settings.identity.lang)
    for wave in sorted(set(figures["wave"]), reverse=True):
        own = figures[figures["wave"] == wave]
        by_code = {
            int(code): (percent, mark)
            for code, percent, mark in own[["answer", "percent", "mark"]].itertuples(index=False)
        }
        n = own["n"].dropna()
        cells = tuple(_cell(by_code.get(int(key)), decimals) for key in keys)
        label = said["group_of_wave" if row.axis else "wave_year"].format(group=row.group, wave=int(wave))
        yield Row(
            row.attribute,
            label,
            int(n.iloc[0]) if len(n) else None,
            cells,
            wave=int(wave),
            axis=row.axis,
            keys=row.keys,
        )


def laid_out(table: Table, everybody: str) -> Table:
    """A table of waves side by side as it is printed: a column a wave, the earliest first; any other table as it is.

    The codes of its columns are the waves. everybody : what the line of them all is called. A wave without a figure of a
    group is 「…」.
    """
    if table.across != "waves":
        return table
    latest = max((row.wave for row in table.rows if row.wave is not None), default=0)
    waves = sorted({row.wave or latest for row in table.rows})
    lines: dict[tuple[str, tuple[int, ...]], dict[int, Row]] = {}
    for row in table.rows:
        lines.setdefault((row.axis, row.keys), {})[row.wave or latest] = row
    absent = Cell(printed("not_asked"), flag="not_asked")
    rows = [
        replace(
            by_wave[latest],
            group=by_wave[latest].group if line[0] else everybody,
            cells=tuple(by_wave[wave].cells[0] if wave in by_wave else absent for wave in waves),
            wave=None,
        )
        for line, by_wave in lines.items()
    ]
    said = {row.wave or latest: row.group for row in table.rows if not row.axis}
    return replace(
        table,
        header=tuple(said.get(wave, str(wave)) for wave in waves),
        rows=tuple(rows),
        codes=tuple(waves),
        nonanswer=None,
        scale=(),
    )


def _cell(figure: tuple[float, str] | None, decimals: int) -> Cell:
    if figure is None:
        return Cell(printed("excluded"), flag="excluded")
    percent, mark = figure
    if mark:
        return Cell(printed(mark), 0.0 if mark == "nil" else None, flag=mark)  # type: ignore[arg-type]
    if math.isnan(percent):
        return Cell(printed("excluded"), flag="excluded")
    return Cell(half_up(percent, decimals), percent)
