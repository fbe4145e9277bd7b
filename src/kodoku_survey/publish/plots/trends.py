"""Trends of a table through its waves, and of a cross-tab along an attribute: broken where two cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.errors import DidYouMean, UsageError
from kodoku_survey.publish.charts.notebook_figures import Chart
from kodoku_survey.publish.plots.drawn_kinds import titled
from kodoku_survey.publish.plots.trend_lines import TrendLine, draw_trend
from kodoku_survey.tables import Row, Table
from kodoku_survey.tables.laid_rows import table_of
from kodoku_survey.tables.shown.printed import spoken
from kodoku_survey.tables.words import words

_MOST = 8  # lines that can be told apart


def trend_of_crosstab(tab: CrossTab, along: str, answers: Sequence[str], breaks: Sequence[str], level: float) -> Chart:
    """The answers along the groups of an attribute (default the last), with their limits."""
    attributes = list(dict.fromkeys(group.attribute for group in tab.groups if group.attribute))
    if not attributes:
        raise UsageError("publish.no_waves", "trend")
    axis = along or attributes[-1]
    if axis not in attributes:
        hint = DidYouMean(axis, tuple(attributes))
        raise UsageError("estimation.unknown_option", "along", value=axis, hint=hint, known=", ".join(attributes))
    table = table_of(tab, level)
    rows = [row for row in table.rows if row.axis == axis]
    names = [row.group for row in rows]
    for one in breaks:
        if one not in names:
            hint = DidYouMean(one, tuple(names))
            raise UsageError("estimation.unknown_option", "breaks", value=one, hint=hint, known=", ".join(names))
    return _drawn(table, rows, names, [names.index(one) for one in breaks if names.index(one)], answers)


def trend_of_table(table: Table, answers: Sequence[str], breaks: Sequence[int] | None) -> Chart:
    """The answers of everybody through the waves of a table. Raises UsageError where it has one wave alone."""
    rows = sorted((row for row in table.rows if row.wave is not None and not row.axis), key=lambda row: row.wave or 0)
    if len(rows) < 2:
        raise UsageError("publish.no_waves", table.id)
    waves = [int(row.wave or 0) for row in rows]
    if breaks is None:
        apart = [wave in table.incomparable for wave in waves]
        cuts = [k for k in range(1, len(waves)) if apart[k] or apart[k - 1]]
    else:
        cuts = [k for k in range(1, len(waves)) if waves[k] in breaks]
    return _drawn(table, rows, [str(wave) for wave in waves], cuts, answers)


def _drawn(
    table: Table, rows: Sequence[Row], names: Sequence[str], cuts: Sequence[int], answers: Sequence[str]
) -> Chart:
    said = words(spoken(table.language))
    for answer in answers:
        if answer not in table.header:
            hint = DidYouMean(answer, table.header)
            raise UsageError(
                "estimation.unknown_option", "answers", value=answer, hint=hint, known=", ".join(table.header)
            )
    places = [k for k in range(len(table.header)) if table.codes[k] != table.nonanswer]
    if answers:
        places = [table.header.index(answer) for answer in answers]
    if len(places) > _MOST:
        raise UsageError("publish.many_lines", "answers", count=len(places), most=_MOST)
    trends = []
    for k in places:
        cells = [row.cells[k] for row in rows]
        numbers = [[_number(getattr(cell, name)) for cell in cells] for name in ("value", "low", "high")]
        hidden = [cell.hidden for cell in cells]
        value, low, high = ([np.nan if h else x for x, h in zip(one, hidden, strict=True)] for one in numbers)
        trends.append(TrendLine(table.header[k], tuple(value), tuple(low), tuple(high)))
    unit = "%" if table.statistic == "share" else ""
    picture = draw_trend(names, trends, cuts, unit=unit, mark=said["shown_break"])
    note = said["shown_break_note"] if cuts else ""
    chart = titled(replace(picture), table.title, " ".join(part for part in (note, table.mark) if part))
    chart.alt = f"{table.title}: " + "; ".join(_told(one, names) for one in trends)
    return chart


def _told(one: TrendLine, names: Sequence[str]) -> str:
    return f"{one.name} " + ", ".join(f"{n} {v:.1f}" for n, v in zip(names, one.values, strict=True) if np.isfinite(v))


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
