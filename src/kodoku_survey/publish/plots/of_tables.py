"""Pictures of cross-tabs, tables, reports, letters and models: the charts of the report itself, and trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.crosstabs.pairwise import Pairwise
from kodoku_survey.errors import DidYouMean, UsageError
from kodoku_survey.media import Result, makes
from kodoku_survey.models.regression import CoefficientScale, Regression
from kodoku_survey.publish.charts.charts import pictured
from kodoku_survey.publish.charts.forest import draw_forest
from kodoku_survey.publish.charts.notebook_figures import Chart
from kodoku_survey.publish.plots.drawn_kinds import draws, one_of, titled
from kodoku_survey.publish.plots.trends import trend_of_crosstab, trend_of_table
from kodoku_survey.tables import Report, Row, Table
from kodoku_survey.tables.laid_rows import table_of
from kodoku_survey.tables.shown.printed import spoken
from kodoku_survey.tables.shown.term_words import terms_in_words
from kodoku_survey.tables.words import words

TABLE_KINDS = ("band", "bars", "dots", "trend")


@makes("Result", "plot")
def no_plot(result: Result, **_: Any) -> Chart:
    """Raises UsageError: a result without a picture of its own."""
    raise UsageError("publish.no_figure", type(result).__name__)


@draws("CrossTab")
def plot_crosstab(
    tab: CrossTab, kind: str | None = None, level: float = 0.95, answers: Sequence[str] = (), along: str = "",
    breaks: Sequence[str] = (),
) -> Chart:  # fmt: skip
    """帯グラフ of the shares of groups, bars of several answers, of other shares and of persons, dots of means.

    kind : "band", "bars", "dots" (of the answers named) or "trend" (answers along the groups of an attribute, `breaks` the
    groups before which the series is broken).
    """
    if kind == "trend":
        return trend_of_crosstab(tab, along, answers, breaks, level)
    table = table_of(tab, level)
    if tab.share == "column" and any(row.attribute for row in table.rows):
        table = replace(table, rows=tuple(row for row in table.rows if row.attribute))  # of everybody all is 100 %
    if kind == "band" and table.figure != "band":
        raise UsageError("publish.no_whole", "kind", value=tab.share)
    return _drawn(chosen(table, answers), kind)


def chosen(table: Table, answers: Sequence[str]) -> Table:
    """The table with some of its answers, by label. Raises UsageError for one it has not."""
    for answer in answers:
        if answer not in table.header:
            hint = DidYouMean(answer, table.header)
            raise UsageError(
                "estimation.unknown_option", "answers", value=answer, hint=hint, known=", ".join(table.header)
            )
    if not answers:
        return table
    places = [table.header.index(answer) for answer in answers]
    rows = tuple(replace(row, cells=tuple(row.cells[k] for k in places)) for row in table.rows)
    title = "：".join([table.title, *(answers if len(answers) == 1 else ())])
    codes, figure = tuple(table.codes[k] for k in places), "bars" if table.figure == "band" else table.figure
    return replace(table, title=title, header=tuple(answers), rows=rows, codes=codes, partial=True, figure=figure)


def _drawn(table: Table, kind: str | None) -> Chart:
    if kind is not None:
        one_of("kind", kind, TABLE_KINDS)
        table = replace(table, figure=kind)  # type: ignore[arg-type]
    if table.figure == "none":
        raise UsageError("publish.no_figure", table.id)
    if table.figure == "dots" and len(table.header) > 1:
        table = _by_answer(table)
    return _shown(table)


def _shown(table: Table, note: str = "", *, panels: bool = False) -> Chart:
    """Under its title; beneath it what its numbers are."""
    said = words(spoken(table.language))
    share = "row" if table.crosstab is None else table.crosstab.share
    unit = said[f"shown_{share}"] if table.statistic in ("share", "count") else said[f"statistic_{table.statistic}"]
    of = [table.head_note or said["separator"].join([unit, said[f"basis_{table.basis}"]]), note]
    return titled(pictured(table, panels=panels), table.title, said["separator"].join(filter(None, of)))


def _by_answer(table: Table) -> Table:
    """Dots of several answers: a block an answer, a line a group, so that each stands beside the groups it is compared with."""
    rows = [
        Row(
            answer,
            row.group,
            row.n,
            (row.cells[k],),
            row.weighted_n,
            row.flag,
            axis=answer,
            keys=row.keys,
            hidden=row.hidden,
        )
        for k, answer in enumerate(table.header)
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows), header=table.header[:1], codes=table.codes[:1])


@draws("Table")
def plot_table(
    table: Table, kind: str | None = None, answers: Sequence[str] = (), breaks: Sequence[int] | None = None
) -> Chart:
    """The figure its plan names, or another kind: "band", "bars", "dots", or "trend" through the waves it has.

    breaks : waves before which the series is broken; default those the wave matrix does not call comparable.
    """
    if kind == "trend":
        return trend_of_table(table, answers, breaks)
    if kind == "band" and (table.multiple or table.partial or table.statistic != "share"):
        raise UsageError("publish.no_whole", "kind", value=table.statistic)
    return _drawn(chosen(table, answers), kind)


@draws("Report")
def plot_report(report: Report, table: str = "", kind: str | None = None, answers: Sequence[str] = ()) -> Chart:
    """The figure of one of its tables, by id; of the first that has one where none is named."""
    if table:
        return plot_table(report.table(table), kind=kind, answers=answers)
    drawn = next((one for one in report.tables if one.figure != "none"), None)
    if drawn is None:
        raise UsageError("publish.no_figure", "Report")
    return plot_table(drawn, kind=kind, answers=answers)


@draws("Pairwise")
def plot_letters(found: Pairwise) -> Chart:
    """Bars in panels, behind each figure the letters of the groups it is significantly higher than."""
    table = table_of(found.tab)
    order = [found.tab.answers.index(answer) for answer in table.header]
    rows = []
    for g, (row, letter) in enumerate(zip(table.rows, found.letters, strict=True)):
        cells = tuple(
            replace(cell, text=f"{cell.text} {found.marks[g, k]}".strip())
            for cell, k in zip(row.cells, order, strict=True)
        )
        rows.append(replace(row, group=f"{letter} {row.group}" if letter else row.group, cells=cells))
    table = replace(table, rows=tuple(rows))
    note = words(spoken(table.language))["shown_letters"]
    return _shown(table if table.figure == "dots" else replace(table, figure="bars"), note, panels=True)


@draws("Regression")
def plot_regression(model: Regression, scale: CoefficientScale | None = None, level: float = 0.95) -> Chart:
    """A forest plot of the coefficients, without intercept and thresholds.

    scale : default "ratio", on a logarithmic axis, where coefficients have one.
    """
    wanted = scale or ("ratio" if model.ratios else "coefficient")
    frame = model.frame(level, scale=wanted)
    shown = frame[model.plotted]
    numbers = [shown[name].to_numpy(float) for name in ("value" if wanted == "coefficient" else "ratio", "low", "high")]
    value, low, high = (np.asarray(one) for one in numbers)
    terms = terms_in_words(list(shown["term"]), model.sample, words(spoken()))
    chart = draw_forest(terms, value, low, high, ratio=wanted == "ratio")
    chart.alt = f"{model.formula}, {model.family}"
    return chart
