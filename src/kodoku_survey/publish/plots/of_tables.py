"""Pictures of cross-tabs, tables and models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, get_args

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.errors import UsageError
from kodoku_survey.estimation.intervals import check_option
from kodoku_survey.media import Result, makes
from kodoku_survey.models.regression import CoefficientScale, Regression
from kodoku_survey.publish.charts.charts import draw
from kodoku_survey.publish.charts.forest import draw_forest
from kodoku_survey.publish.charts.notebook_figures import Chart
from kodoku_survey.tables import Table
from kodoku_survey.tables.laid_rows import table_of

TableFigure = Literal["band", "bars", "dots"]


@makes("Result", "plot")
def no_plot(result: Result, **_: Any) -> Chart:
    """Raises UsageError: a result without a picture of its own."""
    raise UsageError("publish.no_figure", type(result).__name__)


@makes("CrossTab", "plot")
def plot_crosstab(tab: CrossTab, *, kind: TableFigure | None = None, level: float = 0.95) -> Chart:
    """帯グラフ of the shares of groups, bars of several answers, of other shares and of persons, dots of means."""
    return plot_table(table_of(tab, level), kind=kind)


@makes("Table", "plot")
def plot_table(table: Table, *, kind: TableFigure | None = None) -> Chart:
    """The figure its plan names, or another. Raises UsageError for a table with none."""
    if kind is not None:
        check_option("kind", kind, get_args(TableFigure))
        table = replace(table, figure=kind)
    if table.figure == "none":
        raise UsageError("publish.no_figure", table.id)
    return draw(table)


@makes("Regression", "plot")
def plot_regression(model: Regression, *, scale: CoefficientScale | None = None, level: float = 0.95) -> Chart:
    """A forest plot of the coefficients, without intercept and thresholds.

    scale : default "ratio", on a logarithmic axis, where coefficients have one.
    """
    chosen = scale or ("ratio" if model.ratios else "coefficient")
    frame = model.frame(level, scale=chosen)
    shown = frame[model.plotted]
    chart = draw_forest(list(shown["term"]), shown["value" if chosen == "coefficient" else "ratio"].to_numpy(float),
                        shown["low"].to_numpy(float), shown["high"].to_numpy(float), ratio=chosen == "ratio")  # fmt: skip
    chart.alt = f"{model.formula}, {model.family}"
    return chart
