"""Whether a scale measures alike in several groups: configural, metric, scalar and strict invariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import chi2_tail
from kodoku_survey.errors import DesignError, expected
from kodoku_survey.estimation.claimed import to_be_tested
from kodoku_survey.estimation.domains import domains
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.framed import Framed
from kodoku_survey.estimation.propagation import Base, carried, solved
from kodoku_survey.estimation.tally import as_simple_random, freedom
from kodoku_survey.scales.factor_fit import Fit, Grouped, fit, trace
from kodoku_survey.scales.factor_model import LEVELS, FactorPattern, Level, fitted, gradient, plan
from kodoku_survey.scales.moments import Items, complete_rows, domains_of_at_least, item_values, moments

WORSE = 0.01  # a fall of CFI beyond this is taken for a difference; Source: Cheung & Rensvold (2002), Struct. Equ. Modeling 9


@dataclass(frozen=True, eq=False, repr=False)
class Invariance(Framed):
    """The levels of invariance of one factor behind k items in g groups.

    fits : by level. latent_means : the factor's mean in every further group, in deviations of the first group's factor, at
    the scalar level: a comparison of means only where that level holds (or with the items that differ left free).
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    free: tuple[str, ...]
    fits: dict[Level, Fit]
    differences: dict[Level, tuple[float, int, float]]
    latent_means: Estimate

    def holds(self, level: Level) -> bool:
        """Whether CFI falls by no more than .01 at every step up to a level."""
        steps = LEVELS[1 : LEVELS.index(level) + 1]
        falls = (self.fits[LEVELS[LEVELS.index(step) - 1]].cfi - self.fits[step].cfi for step in steps)
        return all(fall <= WORSE for fall in falls)

    def frame(self) -> pd.DataFrame:
        """level, chisq, df, p, cfi, rmsea, srmr, scaling, and changes from the level before."""
        rows = []
        for place, level in enumerate(LEVELS):
            one, (change, more, p) = self.fits[level], self.differences.get(level, (np.nan, 0, np.nan))
            before = self.fits[LEVELS[place - 1]].cfi if place else one.cfi
            own = (one.chisq, one.df, one.p_value, one.cfi, one.rmsea, one.srmr, one.scaling)
            rows.append((level, *own, change, more, p, one.cfi - before, self.holds(level)))
        names = "level chisq df p cfi rmsea srmr scaling chisq_change df_change p_change cfi_change holds"
        return pd.DataFrame(rows, columns=names.split())


def invariance(sample: Sample, items: Items, *, by: str, free: Sequence[str] = ()) -> Invariance:
    """Test that one factor behind the items has the same loadings, then intercepts, then item variances in the groups of `by`.

    items : as of `reliability`; complete rows. free : items that may differ between groups at every level (partial
        invariance); two must stay.
    On the basis "design" weighted moments, χ² and its differences corrected for the design; on "unweighted" normal theory.

    Raises DesignError: fewer than three items, fewer than two groups, a group without a proper factor.
    Source: Jöreskog (1971), Psychometrika 36; Meredith (1993), Psychometrika 58; differences: Satorra (2000).

    >>> ks.invariance(sample, ["lacking", "left_out", "isolated"], by="sex").frame().columns.tolist()[:2]
    ['level', 'chisq']
    """
    expected(sample, Sample)
    to_be_tested(sample)
    use = as_simple_random(sample)
    names, values = item_values(use, items)
    if len(names) < 3:
        raise DesignError("estimation.three_items", count=len(names))
    member, groups = domains(use, by)
    cell = np.where(complete_rows(values), member, -1)
    if use.within is not None:
        cell = np.where(use.within, cell, -1)
    cell, labels = domains_of_at_least(cell, groups, 2)
    if len(labels) < 2:
        raise DesignError("estimation.groups_to_compare", by, count=len(labels))
    if unknown := [name for name in free if name not in names]:
        raise DesignError("estimation.not_an_item", value=unknown[0], known=", ".join(names))
    if len(names) - len(free) < 2:
        raise DesignError("estimation.too_free", count=len(names) - len(free))
    given = Grouped.of(moments(use, values, cell, len(labels)), sample.basis)
    kept = [names.index(name) for name in free]
    plans = {level: plan(len(labels), len(names), level, kept) for level in LEVELS}
    fits = {level: fit(one, given, f"{level}: {', '.join(names)}") for level, one in plans.items()}
    differences = {strict: _difference(plans, fits, loose, strict, given) for loose, strict in pairwise(LEVELS)}
    base = Base(labels[1:], given.n[1:], freedom(use, cell, len(labels))[1:], sample.basis, claimed=True)
    means = _latent_means(plans["scalar"], fits["scalar"].free, given, base)
    return Invariance(names, labels, tuple(free), fits, differences, means)


def _difference(
    plans: dict[Level, FactorPattern], fits: dict[Level, Fit], loose: Level, strict: Level, given: Grouped
) -> tuple[float, int, float]:
    """Change of χ² between two levels, its degrees of freedom and p; corrected at the stricter model, so never negative."""
    one, other = fits[loose], fits[strict]
    more = other.df - one.df
    change = max(other.chisq * other.scaling - one.chisq * one.scaling, 0.0)
    if given.error is not None and more:
        point = _as_looser(plans[loose], plans[strict].full(other.free))
        change *= more / (trace(plans[strict], other.free, given) - trace(plans[loose], point, given))
    return change, more, float(chi2_tail(change, more)) if more else 1.0


def _as_looser(loose: FactorPattern, full: FloatArray) -> FloatArray:
    """The looser model's parameters with the same moments: its factor has variance 1, mean 0 where the stricter one's is free."""
    k, moved = loose.items, full.copy()
    of_factor = loose.spread.sum(axis=1).reshape(full.shape)[:, -2:]
    for g in range(loose.groups):
        if not of_factor[g, 1]:
            moved[g, 2 * k : 3 * k] += moved[g, :k] * moved[g, -1]
            moved[g, -1] = 0.0
        if not of_factor[g, 0]:
            scale = np.sqrt(moved[g, -2])
            moved[g, :k] *= scale
            moved[g, -1] /= scale
            moved[g, -2] = 1.0
    return (moved.ravel() @ loose.spread) / loose.spread.sum(axis=0)


def _latent_means(model: FactorPattern, free: FloatArray, given: Grouped, base: Base) -> Estimate:
    g, k = given.mean.shape

    def split(numbers: Any) -> tuple[Any, Any]:
        each = numbers.reshape(*numbers.shape[:-1], g, k + k * k)
        return each[..., :k], each[..., k:].reshape(*each.shape[:-1], k, k)

    def equations(theta: Any, numbers: Any) -> Any:
        return gradient(model, theta, *split(numbers), given.share)

    def solve(numbers: FloatArray, start: FloatArray | None) -> FloatArray:
        return fitted(model, *split(numbers), free if start is None else start, given.share)

    found = solved(equations, solve, given.statistic)[model.places("factor mean")]
    labels = pd.DataFrame({"statistic": ["latent_mean"]})
    parts = [found[place : place + 1] for place in range(g - 1)]
    return carried(parts, "difference", base, labels)
