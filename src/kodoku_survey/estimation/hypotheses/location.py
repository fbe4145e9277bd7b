"""Whether groups differ in a number: design-based t and rank tests, each with the difference it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import ALTERNATIVES, Alternative, f_tail, normal_quantile, tail_of
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.estimation.claimed import to_be_tested
from kodoku_survey.estimation.domains import domains, numbers
from kodoku_survey.estimation.hypotheses.difference import Difference
from kodoku_survey.estimation.hypotheses.independence import Test
from kodoku_survey.estimation.intervals import CONVENTIONS, Convention, check_option, t_ratio
from kodoku_survey.estimation.statistic import Statistic, quotient
from kodoku_survey.estimation.tally import as_simple_random, freedom, tally, total_of
from kodoku_survey.media import Result

Scores = Literal["wilcoxon", "van_der_waerden", "median"]
SCORES = ("wilcoxon", "van_der_waerden", "median")


class _Pair(NamedTuple):
    difference: Difference
    test: Test


class Tested(Result, _Pair):
    """A difference with its error and interval, and the test that it is nothing: `difference, test = ks.t_test(…)`."""

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """The frame of the difference."""
        return self.difference.frame(level)


@dataclass(frozen=True, eq=False)
class _Means:
    """Means (g,) of a number in groups, their factor (R, g), bases (g,) and the degrees of freedom of all of them."""

    value: FloatArray
    factor: FloatArray
    n: FloatArray
    names: tuple[str, ...]
    df: float

    def less_the_first(self, df: float, null: float = 0.0) -> Difference:
        """Every other group's mean less the first's, and less `null`."""
        off = f" − {null:g}" if null else ""
        labels = [f"{name} − {self.names[0]}{off}" for name in self.names[1:]]
        n = np.minimum(self.n[1:], self.n[0])
        return self.told(self.value[1:] - self.value[0] - null, self.factor[:, 1:] - self.factor[:, :1], labels, n, df)

    def told(self, value: FloatArray, factor: FloatArray, labels: list[str], n: FloatArray, df: float) -> Difference:
        return Difference(
            value=value,
            se=standard_errors(factor),
            kind="difference",
            labels=pd.DataFrame({"contrast": labels}),
            n=n,
            degrees_of_freedom=np.full(len(value), df),
            basis="design",  # a simple random sample is a design here: the interval is the test's
            make_factor=lambda: factor,
            simple=np.full(len(value), np.nan),
        )


def t_test(
    sample: Sample,
    name: str,
    by: str | None = None,
    *,
    null: float = 0.0,
    alternative: Alternative = "two_sided",
    convention: Convention = "kodoku",
) -> Tested:
    """The mean less `null`, or the second group's mean less the first's less `null`, and the t test that it is nothing.

    Degrees of freedom: PSUs less strata that have an answer, of one mean all of them, so that test and interval of `means`
    agree; of two less one, as of the regression on the group. convention : "r_survey" takes one from those of one mean too.
    alternative : "greater" or "less" for a test of one side (the second group's mean above, or below, the first's); the
        interval beside it keeps two.
    Raises DesignError unless `by` has two groups, or for people nobody drew by chance; UsageError.

    >>> round(float(ks.t_test(own, "hours", "sex").frame()["p"].iloc[0]), 3)
    0.2
    """
    expected(sample, Sample)
    to_be_tested(sample)
    check_option("convention", convention, CONVENTIONS)
    check_option("alternative", alternative, ALTERNATIVES)
    use = as_simple_random(sample)
    values, has = numbers(use, name)
    if by is None:
        found = _means(use, values, np.where(has, 0, -1), ("",))
        df = found.df - (convention == "r_survey")
        difference = found.told(found.value - null, found.factor, [f"{name} − {null:g}"], found.n, df)
    else:
        member, names = _groups(use, by, has)
        if len(names) != 2:
            raise DesignError("estimation.two_groups", by, groups=len(names))
        found = _means(use, values, member, names)
        difference = found.less_the_first(found.df - 1, null)
    return Tested(difference, _t(difference, alternative))


def rank_test(
    sample: Sample, name: str, by: str, *, scores: Scores = "wilcoxon", alternative: Alternative = "two_sided"
) -> Tested:
    """Differences in mean rank score from the first group: of two groups with the t test, of more with the F test of all.

    Ranks are weighted midranks over the sum of weights. Source: Lumley & Scott (2013), Biometrika 100.
    alternative : of two groups, "greater" or "less": whether the second's ranks are above, or below, the first's.
    Raises DesignError for fewer than two groups, unknown scores, one side of more than two groups, people nobody drew.

    >>> round(float(ks.rank_test(own, "hours", "sex").frame()["p"].iloc[0]), 3)
    0.066
    """
    expected(sample, Sample)
    to_be_tested(sample)
    if scores not in SCORES:
        hint, known = DidYouMean(scores, SCORES), ", ".join(SCORES)
        raise DesignError("estimation.unknown_option", "scores", value=scores, hint=hint, known=known)
    check_option("alternative", alternative, ALTERNATIVES)
    use = as_simple_random(sample)
    values, has = numbers(use, name)
    member, names = _groups(use, by, has)
    if len(names) < 2:
        raise DesignError("estimation.one_answer", by)
    if len(names) > 2 and alternative != "two_sided":
        raise DesignError("estimation.two_groups", by, groups=len(names))
    rows = member >= 0
    rank = np.zeros(len(values))
    rank[rows] = _scores(values[rows], use.weight[rows], scores)
    found = _with_error_of_scores(use, rank, member, _means(use, rank, member, names))
    freedoms = float(len(names) - 1)
    difference = found.less_the_first(found.df - freedoms)
    if freedoms == 1:
        return Tested(difference, _t(difference, alternative))
    gap = difference.value
    value = float(gap @ np.linalg.solve(difference.covariance, gap)) / freedoms
    below = found.df - freedoms
    p_value = float(f_tail(value, freedoms, below)) if below > 0 else np.nan
    return Tested(difference, Test(value, (freedoms, below), p_value))


def _scores(values: FloatArray, weight: FloatArray, scores: str) -> FloatArray:
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weight[order]) - weight[order] / 2
    _, place = np.unique(values[order], return_inverse=True)
    tied = (np.bincount(place, middle) / np.bincount(place))[place]
    share = np.empty(len(values))
    share[order] = tied / weight.sum()
    if scores == "van_der_waerden":
        return np.asarray(normal_quantile(share))
    # A rank that is a half but for rounding is no rank above it, whatever the unit of the weights.
    return (share > 0.5 + 1e-12).astype(float) if scores == "median" else share


def _means(sample: Sample, values: FloatArray, member: IndexArray, names: tuple[str, ...]) -> _Means:
    size = len(names)
    counted = tally(sample, member, size)
    found: Statistic = quotient(total_of(sample, tally(sample, member, size, values=values)), total_of(sample, counted))
    df = float(freedom(sample, np.where(member >= 0, 0, -1), 1)[0])
    return _Means(found.value, found.factor, counted.counts.astype(float), names, df)


def _with_error_of_scores(sample: Sample, rank: FloatArray, member: IndexArray, found: _Means) -> _Means:
    """The error of mean ranks by the linearised value of each person, which replicates weigh anew: the ranks are not made again.

    As Lumley & Scott have it; without replicates the same as the error of means.
    """
    own = np.where(member >= 0, rank - found.value[member], 0.0)
    mass = total_of(sample, tally(sample, member, len(found.value)))
    total = total_of(sample, tally(sample, member, len(found.value), values=own))
    return replace(found, factor=Statistic(total.value, total.lines / mass.value, total.replicates).factor)


def _groups(sample: Sample, by: str, has: BoolArray) -> tuple[IndexArray, tuple[str, ...]]:
    """Groups that have somebody with an answer, numbered without gaps, and their labels."""
    member, groups = domains(sample, by)
    inside = (member >= 0) & has
    if sample.within is not None:
        inside &= sample.within
    present = np.unique(member[inside])
    place = np.full(len(groups) + 1, -1)
    place[present] = np.arange(len(present))
    return np.where(inside, place[member], -1), tuple(groups[g].label for g in present)


def _t(difference: Difference, alternative: Alternative) -> Test:
    t = float(t_ratio(difference.value, difference.se)[0])
    df = float(difference.degrees_of_freedom[0])
    return Test(t, (1.0, df), float(tail_of(np.array([t]), np.array([df]), alternative)[0]))
