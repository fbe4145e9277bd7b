"""Counting: weighted totals by unit and cell, which is all a cross-tab needs of the respondents.

A rows-outside-the-domain rule holds throughout: such a row has cell −1 and adds nothing, but its unit stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kodoku_survey.design import Sample
from kodoku_survey.design.auxiliary import FloatArray, weighted_counts
from kodoku_survey.design.stages import factor

Cells = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Tally:
    """Totals of c cells: weighted (c,), unweighted counts (c,), and by unit of every stage."""

    weighted: FloatArray
    counts: npt.NDArray[np.int64]
    by_unit: tuple[FloatArray, ...]
    by_row: FloatArray | None  # base-weighted, by distinct auxiliary row: what the calibration residual needs


def tally(sample: Sample, cell: Cells, cells: int, *, values: FloatArray | None = None) -> Tally:
    """Count every cell 0 … c−1 (−1: outside) in one pass a stage. values : (n,) numbers to add up instead of 1."""
    inside = cell >= 0
    if sample.within is not None:
        inside &= sample.within
    at = cell[inside]
    value = np.ones(len(at)) if values is None else values[inside]
    weight = (sample.weight if sample.basis == "design" else np.ones(len(sample)))[inside] * value
    counts = np.bincount(at, minlength=cells)
    weighted = weighted_counts(at, weight, cells)
    if sample.basis == "unweighted":
        return Tally(weighted, counts, (), None)
    by_unit = tuple(_by(stage.unit[inside], at, weight, stage.units, cells) for stage in sample.stages)
    by_row = None
    if sample.calibration is not None:
        auxiliary = sample.calibration.auxiliary
        base = sample.calibration.base[inside] * value
        by_row = _by(auxiliary.index[inside], at, base, len(auxiliary.rows), cells)
    return Tally(weighted, counts, by_unit, by_row)


def _by(unit: Cells, cell: Cells, weight: FloatArray, units: int, cells: int) -> FloatArray:
    return weighted_counts(unit * cells + cell, weight, units * cells).reshape(units, cells)


def factor_of(sample: Sample, counted: Tally) -> FloatArray:
    """The centred factor (R, c) of the cells' totals: residuals of the calibration first, then the stages."""
    totals = counted.by_unit
    if sample.calibration is not None and counted.by_row is not None:
        beta = sample.calibration.coefficients(counted.by_row)
        totals = tuple(total - unit_totals(sample, stage) @ beta for stage, total in enumerate(totals))
    return factor(totals, sample.stages, sample.lonely_psu)


def unit_totals(sample: Sample, stage: int) -> FloatArray:
    """Weighted totals (u, p) of the auxiliaries by unit of a stage; the same for every table, so kept with the sample."""
    kept = sample.kept
    key = f"auxiliary totals of stage {stage}"
    if key not in kept:
        assert sample.calibration is not None
        auxiliary, units = sample.calibration.auxiliary, sample.stages[stage].units
        by_row = _by(sample.stages[stage].unit, auxiliary.index, sample.weight, units, len(auxiliary.rows))
        kept[key] = by_row @ auxiliary.rows
    return kept[key]
