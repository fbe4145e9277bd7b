"""Counting: weighted totals by unit and cell, which is all a cross-tab needs of the respondents.

A rows-outside-the-domain rule holds throughout: such a row has cell −1 and adds nothing, but its unit stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, IntArray
from kodoku_survey.design import Sample, Stage
from kodoku_survey.design.auxiliary import weighted_counts
from kodoku_survey.design.stages import degrees_of_freedom, factor
from kodoku_survey.estimation.statistic import Statistic


@dataclass(frozen=True, eq=False)
class Tally:
    """Totals of c cells: weighted (c,), unweighted counts (c,), and by unit of every stage or of the replicates."""

    weighted: FloatArray
    counts: IntArray
    by_unit: tuple[FloatArray, ...]
    by_row: FloatArray | None  # base-weighted, by distinct auxiliary row: what the calibration residual needs


def tally(sample: Sample, cell: IndexArray, cells: int, *, values: FloatArray | None = None) -> Tally:
    """Count every cell 0 … c−1 (−1: outside) in one pass a stage. values : (n,) numbers to add up instead of 1."""
    inside = cell >= 0
    if sample.within is not None:
        inside &= sample.within
    rows = slice(None) if inside.all() else np.flatnonzero(inside)
    at = cell[rows]

    def taken(weight: FloatArray) -> FloatArray:
        return weight[rows] if values is None else weight[rows] * values[rows]

    heads = heads_of(sample)
    counts = np.bincount(at if heads is None else at[heads[rows]], minlength=cells)
    if sample.basis == "unweighted":
        weighted = counts.astype(float) if values is None else weighted_counts(at, values[rows], cells)
        return Tally(weighted, counts, (), None)
    if sample.replicates is not None:
        made = sample.replicates
        by_replicate = _by(made.unit[rows], at, taken(made.base), len(made.multiplier), cells)
        return Tally(weighted_counts(at, taken(sample.weight), cells), counts, (by_replicate,), None)
    weight = taken(sample.weight)
    by_unit = tuple(_by(stage.unit[rows], at, weight, stage.units, cells) for stage in sample.stages)
    by_row = None
    if sample.calibration is not None:
        auxiliary = sample.calibration.auxiliary
        by_row = _by(auxiliary.index[rows], at, taken(sample.calibration.mass), len(auxiliary.rows), cells)
    return Tally(np.ones(len(by_unit[0])) @ by_unit[0], counts, by_unit, by_row)


def heads_of(sample: Sample) -> BoolArray | None:
    """(n,) who counts as a head in the domain: on the basis "design" nobody without a weight. None: everybody."""
    if "heads" not in sample.kept:
        weighed = sample.basis == "unweighted" or bool((sample.weight != 0).all())
        within = sample.within
        held = sample.weight != 0 if within is None else within & (sample.weight != 0)
        sample.kept["heads"] = within if weighed else held
    heads: BoolArray | None = sample.kept["heads"]
    return heads


def _by(unit: IndexArray, cell: IndexArray, weight: FloatArray, units: int, cells: int) -> FloatArray:
    return weighted_counts(unit * cells + cell, weight, units * cells).reshape(units, cells)


def total_of(sample: Sample, counted: Tally) -> Statistic:
    """The cells' totals with their error: residuals of the calibration first, then the stages; or the replicates."""
    if sample.replicates is not None:
        return Statistic(counted.weighted, sample.replicates.totals(counted.by_unit[0]), sample.replicates)
    return Statistic(counted.weighted, factor_of(sample, counted))


def factor_of(sample: Sample, counted: Tally) -> FloatArray:
    """The centred factor (R, c) of the cells' totals by linearisation."""
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


def freedom(sample: Sample, member: IndexArray, size: int) -> FloatArray:
    """Design degrees of freedom (size,) of each domain: PSUs less strata with a respondent in it.

    Replicates somebody else made have the rank of the domain's weights less one.
    """
    heads = heads_of(sample)
    inside = member >= 0 if heads is None else (member >= 0) & heads
    if sample.basis == "unweighted":
        return (np.bincount(member[inside], minlength=size) - 1).astype(np.float64)
    if sample.replicates is not None and not sample.replicates.designed:
        if size == 1 and inside.all():
            return np.array([sample.replicates.degrees_of_freedom])
        return np.array([sample.replicates.rank(np.flatnonzero(inside & (member == k))) for k in range(size)])
    stage = sample.stages[0]
    if not inside.all():
        member, unit = member[inside], stage.unit[inside]
    else:
        unit = stage.unit
    held = np.bincount(unit * size + member, minlength=stage.units * size).reshape(stage.units, size) > 0
    return freedom_of_units(sample, held)


def freedom_of_units(sample: Sample, held: BoolArray) -> FloatArray:
    """(k,) of k domains from the units of the first stage they hold (u, k); of replicates never more than these have."""
    stage = sample.stages[0]
    own = degrees_of_freedom(stage, held)
    made = sample.replicates
    return own if made is None else made.freedom(own, stage.units - len(np.unique(stage.group)))


def freedom_of_all(sample: Sample) -> float:
    """Design degrees of freedom of the whole sample, or of its domain."""
    if sample.basis == "unweighted" or (sample.replicates is not None and not sample.replicates.designed):
        return float(freedom(sample, np.zeros(len(sample), dtype=np.intp), 1)[0])
    if "degrees of freedom" not in sample.kept:
        stage = sample.stages[0]
        heads = heads_of(sample)
        unit = stage.unit if heads is None else stage.unit[heads]
        held = np.bincount(unit, minlength=stage.units)[:, None] > 0
        sample.kept["degrees of freedom"] = float(freedom_of_units(sample, held)[0])
    return float(sample.kept["degrees of freedom"])


def as_simple_random(sample: Sample) -> Sample:
    """The same respondents as a simple random sample: what the basis "unweighted" means where no formula of its own is used."""
    if sample.basis == "design":
        return sample
    n = len(sample)
    person = Stage(np.arange(n), np.zeros(n, dtype=np.intp), np.zeros(1), np.ones(1), ("everybody",))
    return replace(
        sample,
        weight=np.ones(n),
        stages=(person,),
        calibration=None,
        replicates=None,
        basis="design",
        lonely_psu="fail",
    )
