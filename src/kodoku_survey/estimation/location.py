"""Whether groups differ in a number: design-based t and rank tests."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import f_tail, normal_quantile, two_sided
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.estimation.independence import Test
from kodoku_survey.estimation.statistic import Statistic, quotient
from kodoku_survey.estimation.summaries import domains, numbers
from kodoku_survey.estimation.tally import as_simple_random, freedom, tally, total_of

Scores = Literal["wilcoxon", "van_der_waerden", "median"]
SCORES = ("wilcoxon", "van_der_waerden", "median")


def t_test(sample: Sample, name: str, by: str | None = None, *, null: float = 0.0) -> tuple[float, Test]:
    """The mean less `null`, or the second group's mean less the first's, and its t test with df − 1.

    Raises DesignError unless `by` has two groups.
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    values, has = numbers(use, name)
    if by is None:
        gap, factor = _means(use, values, np.where(has, 0, -1), 1)
        gap = gap - null
    else:
        member, size = _groups(use, by, has)
        if size != 2:
            raise DesignError("estimation.two_groups", by, groups=size)
        mean, factor = _means(use, values, member, 2)
        gap, factor = mean[1:] - mean[:1], factor[:, 1:] - factor[:, :1]
    return float(gap[0]), _t(float(gap[0]), factor, _df(use) - 1)


def rank_test(sample: Sample, name: str, by: str, *, scores: Scores = "wilcoxon") -> tuple[float, Test]:
    """Difference in mean rank score of two groups and its t test; for more groups nan and the F test that all are equal.

    Ranks are weighted midranks over the sum of weights. Source: Lumley & Scott (2013), Biometrika 100.
    """
    expected(sample, Sample)
    if scores not in SCORES:
        raise DesignError(
            "estimation.unknown_option",
            "scores",
            value=scores,
            hint=DidYouMean(scores, SCORES),
            known=", ".join(SCORES),
        )
    use = as_simple_random(sample)
    values, has = numbers(use, name)
    member, size = _groups(use, by, has)
    rows = member >= 0 if use.within is None else (member >= 0) & use.within
    rank = np.zeros(len(values))
    rank[rows] = _scores(values[rows], use.weight[rows], scores)
    mean, factor = _means(use, rank, member, size)
    df = _df(use)
    if size == 2:
        gap = float(mean[1] - mean[0])
        return gap, _t(gap, factor[:, 1:] - factor[:, :1], df - 1)
    gap_, z = mean[1:] - mean[0], factor[:, 1:] - factor[:, :1]
    wald = float(gap_ @ np.linalg.solve(z.T @ z, gap_))
    freedoms = float(size - 1)
    value = wald / freedoms
    return np.nan, Test(value, (freedoms, df - freedoms), float(f_tail(value, freedoms, df - freedoms)))


def _scores(values: FloatArray, weight: FloatArray, scores: str) -> FloatArray:
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weight[order]) - weight[order] / 2
    _, place = np.unique(values[order], return_inverse=True)
    tied = (np.bincount(place, middle) / np.bincount(place))[place]
    share = np.empty(len(values))
    share[order] = tied / weight.sum()
    if scores == "van_der_waerden":
        return np.asarray(normal_quantile(share))
    return (share > 0.5).astype(float) if scores == "median" else share


def _means(sample: Sample, values: FloatArray, member: np.ndarray, size: int) -> tuple[FloatArray, FloatArray]:
    """Means (size,) of groups and their factor (R, size)."""
    top = total_of(sample, tally(sample, member, size, values=values))
    found: Statistic = quotient(top, total_of(sample, tally(sample, member, size)))
    return found.value, found.factor


def _groups(sample: Sample, by: str, has: np.ndarray) -> tuple[np.ndarray, int]:
    """Groups that have somebody, numbered without gaps."""
    member, _ = domains(sample, by)
    member = np.where(has, member, -1)
    inside = member >= 0 if sample.within is None else (member >= 0) & sample.within
    present = np.unique(member[inside])
    place = np.full(int(member.max(initial=0)) + 2, -1)
    place[present] = np.arange(len(present))
    return np.where(inside, place[member], -1), len(present)


def _df(sample: Sample) -> float:
    return float(freedom(sample, np.zeros(len(sample), dtype=np.intp), 1)[0])


def _t(gap: float, factor: FloatArray, df: float) -> Test:
    se = float(np.sqrt((factor**2).sum()))
    t = gap / se if se else np.nan
    return Test(t, (1.0, df), float(two_sided(t, df)) if df > 0 else np.nan)
