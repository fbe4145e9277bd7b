"""Totals, means, proportions and ratios, with domains and `by`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design import Number, Sample
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.crosstab import Group, crosstab, groups_of
from kodoku_survey.estimation.estimate import Estimate, Kind
from kodoku_survey.estimation.tally import Tally, factor_of, tally


def totals(sample: Sample, name: str, *, by: str | Sequence[str] | None = None) -> Estimate:
    """Weighted totals Σ w y of a number, or of each answer of a question, in each domain of `by`.

    Rows without a number are outside. Source: Särndal, Swensson & Wretman (1992) §2.8, with replacement at the first stage.
    """
    column = sample.column(name)
    if not isinstance(column, Number):
        return _counts(sample, name, by)
    member, groups = _domains(sample, by)
    values, inside = _numbers(column), ~np.isnan(column.values)
    counted = tally(sample, np.where(inside, member, -1), len(groups), values=values)
    if sample.basis == "unweighted":
        raise DesignError("estimation.no_total")
    return _estimate(
        sample, counted.weighted, factor_of(sample, counted), "total", groups, counted, np.full(len(groups), np.nan)
    )


def means(sample: Sample, name: str, *, by: str | Sequence[str] | None = None) -> Estimate:
    """Means Σ w y / Σ w of a number in each domain of `by`; rows without a number are outside."""
    member, groups = _domains(sample, by)
    values, inside = _values(sample, name)
    cell = np.where(inside, member, -1)
    sums = tally(sample, cell, len(groups), values=values)
    bases = tally(sample, cell, len(groups))
    squares = tally(sample, cell, len(groups), values=values**2)
    with np.errstate(all="ignore"):
        mean = sums.weighted / bases.weighted
        n = bases.counts
        spread = (squares.weighted / bases.weighted - mean**2) * n / (n - 1)
        simple = spread / n
        if sample.basis == "unweighted":
            return _estimate(sample, mean, None, "mean", groups, bases, simple)
        f = (factor_of(sample, sums) - mean * factor_of(sample, bases)) / bases.weighted
    return _estimate(sample, mean, np.nan_to_num(f), "mean", groups, bases, simple)


def proportions(
    sample: Sample, name: str, *, by: str | Sequence[str] | None = None, interval: str = "logit"
) -> Estimate:
    """Shares of each answer of a question in each domain of `by`."""
    axes = () if by is None else ([by] if isinstance(by, str) else [tuple(by)])
    return crosstab(sample, name, by=axes, total="" if axes else "total", interval=interval).estimate


def ratio(sample: Sample, numerator: str, denominator: str, *, by: str | Sequence[str] | None = None) -> Estimate:
    """Ratios of two weighted totals in each domain of `by`; rows without either number are outside."""
    member, groups = _domains(sample, by)
    top, has_top = _values(sample, numerator)
    bottom, has_bottom = _values(sample, denominator)
    cell = np.where(has_top & has_bottom, member, -1)
    above = tally(sample, cell, len(groups), values=top)
    below = tally(sample, cell, len(groups), values=bottom)
    if sample.basis == "unweighted":
        raise DesignError("estimation.no_total")
    with np.errstate(all="ignore"):
        r = above.weighted / below.weighted
        f = (factor_of(sample, above) - r * factor_of(sample, below)) / below.weighted
    return _estimate(sample, r, np.nan_to_num(f), "ratio", groups, below, np.full(len(groups), np.nan))


def _counts(sample: Sample, name: str, by: str | Sequence[str] | None) -> Estimate:
    """Weighted counts of each answer in each domain."""
    if sample.basis == "unweighted":
        raise DesignError("estimation.no_total")
    column = sample.categorical(name)
    member, groups = _domains(sample, by)
    answers = len(column.answers)
    cell = np.where((member >= 0) & (column.codes >= 0), member * answers + column.codes, -1)
    counted = tally(sample, cell, len(groups) * answers)
    several = [
        Group(g.attribute, g.attribute_label, g.keys, f"{g.label} {a}".strip()) for g in groups for a in column.answers
    ]
    nothing = np.full(len(several), np.nan)
    return _estimate(sample, counted.weighted, factor_of(sample, counted), "total", several, counted, nothing)


def _domains(sample: Sample, by: str | Sequence[str] | None) -> tuple[npt.NDArray[np.intp], list[Group]]:
    if by is None:
        return np.zeros(len(sample), dtype=np.intp), [Group("", "", (), "")]
    return groups_of(sample, (by,) if isinstance(by, str) else tuple(by))


def _numbers(column: Number) -> FloatArray:
    return np.nan_to_num(column.values)


def _values(sample: Sample, name: str) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    column = sample.column(name)
    if not isinstance(column, Number):
        raise DesignError("estimation.not_a_number", value=name)
    return _numbers(column), ~np.isnan(column.values)


def _estimate(
    sample: Sample,
    value: FloatArray,
    factor: FloatArray | None,
    kind: Kind,
    groups: list[Group],
    counted: Tally,
    simple: FloatArray,
) -> Estimate:
    n = counted.counts.astype(float)
    if factor is None:
        se, df = np.sqrt(simple), n - 1
    else:
        se = np.sqrt((factor**2).sum(axis=0))
        group = sample.stages[0].group
        units = [np.flatnonzero(column) for column in (counted.by_unit[0] != 0).T]
        df = np.array([len(u) - len(np.unique(group[u])) for u in units], dtype=float)

    def again() -> FloatArray:
        if factor is None:
            raise DesignError("estimation.no_factor")
        return factor

    labels = pd.DataFrame([(g.attribute, g.label) for g in groups], columns=["attribute", "group"])
    return Estimate(value, se, kind, labels, n, df, sample.basis, again, simple)
