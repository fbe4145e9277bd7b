"""Rows of earlier waves, as they were published."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.tables.marks import printed
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.table import Cell, Row
from kodoku_survey.tables.words import words


def history_rows(survey: Survey, entry: TablePlan, keys: Sequence[int]) -> list[Row]:
    """A row for each earlier wave history.csv holds of this table, the latest first.

    An answer the wave did not offer is 「…」; a figure nobody published of it is blank.
    """
    own = survey.history[survey.history["table"] == entry.id]
    decimals = survey.settings.publication.decimals
    rows = []
    for wave in sorted(set(own["wave"]), reverse=True):
        figures = own[own["wave"] == wave]
        by_code = {
            int(code): (percent, mark)
            for code, percent, mark in figures[["answer", "percent", "mark"]].itertuples(index=False)
        }
        n = figures["n"].dropna()
        cells = tuple(_cell(by_code.get(int(key)), decimals) for key in keys)
        label = words(survey.settings.identity.lang)["wave_year"].format(wave=int(wave))
        rows.append(Row("", label, int(n.iloc[0]) if len(n) else None, cells, wave=int(wave)))
    return rows


def _cell(figure: tuple[float, str] | None, decimals: int) -> Cell:
    if figure is None:
        return Cell(printed("excluded"), flag="excluded")
    percent, mark = figure
    if mark:
        return Cell(printed(mark), 0.0 if mark == "nil" else None, flag=mark)  # type: ignore[arg-type]
    if math.isnan(percent):
        return Cell(printed("excluded"), flag="excluded")
    return Cell(half_up(percent, decimals), percent)
