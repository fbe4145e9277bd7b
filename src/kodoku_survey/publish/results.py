"""What results of lower rooms are drawn and written by, registered when this room is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kodoku_survey.media import makes
from kodoku_survey.models.regression import CoefficientScale, Regression
from kodoku_survey.tables.summary_table import SummaryTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@makes("Regression", "plot")
def plot_regression(model: Regression, *, scale: CoefficientScale, level: float) -> Figure:
    """The forest plot of a model's coefficients."""
    from kodoku_survey.publish.charts.forest import draw_forest

    frame = model.frame(level, scale=scale)
    shown = frame[model.plotted]
    return draw_forest(list(shown["term"]), shown["value" if scale == "coefficient" else "ratio"].to_numpy(float),
                       shown["low"].to_numpy(float), shown["high"].to_numpy(float), ratio=scale == "ratio")  # fmt: skip


@makes("SummaryTable", "to_excel")
def summary_to_excel(table: SummaryTable, path: Path) -> Path:
    """A summary table as a workbook."""
    from kodoku_survey.publish.sheets.summary_sheet import write_summary

    return write_summary(table, path)
