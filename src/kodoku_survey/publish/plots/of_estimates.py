"""Pictures of estimates: a dot and its limits a number, beside 0 where it is a difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.estimation import Estimate, Prevalence
from kodoku_survey.estimation.estimate import AGAINST_NOTHING
from kodoku_survey.estimation.framed import Framed
from kodoku_survey.estimation.hypotheses.location import Tested
from kodoku_survey.publish.charts.notebook_figures import Chart
from kodoku_survey.publish.plots.dot_rows import DotRow, DotScale, draw_dot_rows
from kodoku_survey.publish.plots.drawn_kinds import draws, titled
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.shown.result_frames import the_frame

_BLOCKS = ("variable", "answer", "statistic", "attribute", "item")  # labels a block of lines may be called by


@draws("Estimate")
def plot_estimate(estimate: Estimate, level: float = 0.95) -> Chart:
    """A line a number: the dot, its limits, the figure; differences, contrasts and coefficients about 0."""
    frame, labels = estimate.frame(level), [str(name) for name in estimate.labels.columns]
    nothing = 0.0 if estimate.kind in AGAINST_NOTHING else None
    unit = "%" if estimate.column == "percent" else ""
    return _dots(frame, labels, estimate.column, unit, nothing, f"{estimate.kind} · {100 * level:g}%")


@draws("Tested")
def plot_tested(tested: Tested, level: float = 0.95) -> Chart:
    """The difference about 0."""
    return plot_estimate(tested.difference, level=level)


@draws("Prevalence")
def plot_prevalence(found: Prevalence, level: float = 0.95) -> Chart:
    """The share among the determined with its limits, and the ends of the band the undetermined leave (rings and bars)."""
    frame = found.frame(level)
    rows = [
        DotRow(row.attribute, row.group or row.attribute, (row.percent, row.band_low, row.band_high), row.low, row.high)
        for row in frame.itertuples()
    ]
    scale = DotScale("%", None, ("percent", "band_low", "band_high"))
    return titled(draw_dot_rows(rows, scale), f"prevalence · {100 * level:g}%")


@draws("Framed")
def plot_framed(found: Framed, level: float = 0.95) -> Chart:
    """A line a number of those that have limits. Raises UsageError where none has."""
    from kodoku_survey.publish.plots.of_tables import no_plot

    (frame,) = the_frame(found, level).values()
    column = next((name for name in ("percent", "points", "value") if name in frame), None)
    if column is None or "low" not in frame:
        return no_plot(found)
    labels = [str(name) for name in frame.columns[: list(frame.columns).index(column)]]
    return _dots(
        frame, labels, column, "%" if column == "percent" else "", None, f"{type(found).__name__} · {100 * level:g}%"
    )


def _dots(frame: pd.DataFrame, labels: list[str], column: str, unit: str, nothing: float | None, title: str) -> Chart:
    """Labels that vary name the lines; the first of several that may head a block does so."""
    alone = [name for name in labels if frame[name].nunique() <= 1]
    several = [name for name in labels if name not in alone]
    head = next((name for name in _BLOCKS if name in several and len(several) > 1), None)
    named = [name for name in several if name != head] or labels[-1:]
    rows, decimals = [], _decimals(frame[column].to_numpy(float)) if column == "value" else 1
    for record in frame.to_dict("records"):
        value = float(record[column])
        text = half_up(value, decimals) if np.isfinite(value) else "‐"
        label = " ".join(str(record[name]) for name in named if str(record[name]))
        rows.append(
            DotRow("" if head is None else str(record[head]), label, (value,), record["low"], record["high"], text)
        )
    subject = [str(frame[name].iloc[0]) for name in alone if len(frame) and str(frame[name].iloc[0])]
    whole = " − ".join(subject) if "less" in alone else "".join(subject[:1])
    told = " · ".join(filter(None, [whole, title, "points" if column == "points" else ""]))
    chart = titled(draw_dot_rows(rows, DotScale(unit, nothing)), told)
    chart.alt = f"{chart.alt}: " + "; ".join(f"{row.block} {row.label} {row.text}".strip() for row in rows[:60])
    return chart


def _decimals(values: FloatArray) -> int:
    """So many that the largest has three significant digits: all figures of a picture have as many."""
    largest = np.abs(values[np.isfinite(values)]).max(initial=0.0)
    return int(np.clip(2 - np.floor(np.log10(largest)), 0, 4)) if largest > 0 else 1
