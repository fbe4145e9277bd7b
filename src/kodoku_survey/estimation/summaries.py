"""Totals, means, proportions, ratios, variances and correlations, with domains and `by`.

`by` is a name, a tuple of names (nested: every combination), or a list of either (stacked, one under another).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Number, Sample
from kodoku_survey.design.frames import listed
from kodoku_survey.errors import DesignError, Spoken, expected
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.counting.tabulation import answers_of
from kodoku_survey.estimation.domains import (
    By,
    NumberSums,
    block,
    centre_of,
    covariance_in,
    domains,
    estimate_of,
    labels_of,
    numbers,
    variance_of_mean,
)
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.stacking import stacks
from kodoku_survey.estimation.statistic import Statistic, combine, quotient, scaled_to
from kodoku_survey.estimation.tally import Tally, as_simple_random, tally, total_of

NumberNames = str | Sequence[str]
ZERO_DENOMINATOR = Spoken("分母の合計が0", "the denominator adds up to 0")


@stacks
def totals(sample: Sample, name: NumberNames, *, by: By = None) -> Estimate:
    """Weighted totals Σ w y of numbers, or of each answer of questions, in each domain of `by`.

    Rows without a number are outside; a domain without anybody has the total 0, without error.
    Source: Särndal, Swensson & Wretman (1992) 2.8, with replacement at the first stage.
    Raises DesignError on the basis "unweighted", which knows no population.

    >>> ks.totals(own, "hours").value.tolist()
    [5052.0]
    """
    expected(sample, Sample)
    if sample.basis == "unweighted":
        raise DesignError("estimation.no_total")
    names = listed(name)
    if len(names) == 1 and not isinstance(sample.column(names[0]), Number):
        return _named(answers_of(sample, names[0], () if by is None else by, share="count"), names[0])
    blocks = [block(sample, one, by) for one in names]
    simple = [one.tallies[0].weighted ** 2 * _spread(one) for one in blocks]
    return estimate_of(sample, blocks, [one.sums[1] for one in blocks], "total", simple)


@stacks
def means(sample: Sample, name: NumberNames, *, by: By = None) -> Estimate:
    """Means Σ w y / Σ w of numbers in each domain of `by`; rows without the number are outside.

    Several names have the covariance between them, so that their difference is a contrast. On the basis "unweighted" the error
    is s²/n, n that of the domain.

    >>> ks.means(own, "hours", by="sex").value.round(3).tolist()
    [8.216, 9.42]
    """
    expected(sample, Sample)
    blocks = [block(sample, one, by) for one in listed(name)]
    simple = [_spread(one) for one in blocks]
    if sample.basis == "unweighted":
        return _unweighted_means(sample, name, by, blocks, np.concatenate(simple))
    return estimate_of(sample, blocks, [quotient(one.sums[1], one.sums[0]) for one in blocks], "mean", simple)


def _spread(one: NumberSums) -> FloatArray:
    """Σ w (y − ȳ)²/Σ w / (n − 1): the variance of a mean in a simple random sample with replacement."""
    base, first, second = (tally_.weighted for tally_ in one.tallies)
    return variance_of_mean(base, first, second, one.shift, one.tallies[0].counts)


def _unweighted_means(
    sample: Sample, name: NumberNames, by: By, blocks: Sequence[NumberSums], variance: FloatArray
) -> Estimate:
    """The factor, a row a respondent, is made only where a covariance is asked for."""
    se = np.sqrt(variance)
    with np.errstate(all="ignore"):
        value = [one.tallies[1].weighted / one.tallies[0].weighted for one in blocks]
    n = np.concatenate([one.tallies[0].counts for one in blocks]).astype(float)
    return Estimate(
        value=np.concatenate(value),
        se=se,
        kind="mean",
        labels=labels_of(blocks),
        n=n,
        degrees_of_freedom=n - 1,
        basis="unweighted",
        make_factor=lambda: scaled_to(means(as_simple_random(sample), name, by=by).factor, se),
        simple=variance,
        population=n,
        claimed=claims(sample),
    )


def proportions(sample: Sample, name: str, *, by: By = None, interval: str = "logit") -> Estimate:
    """Shares of each answer of a question in each domain of `by`.

    >>> ks.proportions(own, "job").frame()["percent"].round(1).tolist()
    [40.1, 59.9]
    """
    expected(sample, Sample)
    return _named(answers_of(sample, name, () if by is None else by, interval=interval), name)


def _named(answers: Estimate, question: NumberNames) -> Estimate:
    """The estimate with its question as a label, as those of numbers have theirs."""
    told = answers.labels.assign(variable=", ".join(listed(question)))
    return replace(answers, labels=told[["variable", *answers.labels.columns]])


@stacks
def ratio(sample: Sample, numerator: str, denominator: str, *, by: By = None) -> Estimate:
    """Ratios of two weighted totals in each domain of `by`; rows without either number are outside.

    nan where the denominator is 0; the estimate's `reasons` say so.

    >>> ks.ratio(own, "hours", "age").value.round(4).tolist()
    [0.1823]
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    bottom, has_bottom = numbers(use, denominator)
    top, has_top = numbers(use, numerator)
    member, groups = domains(use, by)
    cell = np.where(has_top & has_bottom, member, -1)

    def sums(values: FloatArray) -> Tally:
        return tally(use, cell, len(groups), values=values)

    above, below = sums(top), sums(bottom)
    found = quotient(total_of(use, above), total_of(use, _not_zero(below)))
    squares, products, both = (sums(y).weighted for y in (top**2, top * bottom, bottom**2))
    counted = tally(use, cell, len(groups))
    with np.errstate(all="ignore"):
        residual = squares - 2 * found.value * products + found.value**2 * both
        simple = residual * counted.weighted / below.weighted**2 / (counted.counts - 1)
    made = estimate_of(
        sample, [NumberSums(f"{numerator} / {denominator}", cell, groups, (counted,), ())], [found], "ratio", [simple]
    )
    nothing = (below.weighted == 0) & (counted.counts > 0)
    return replace(made, reasons={int(k): ZERO_DENOMINATOR for k in np.flatnonzero(nothing)})


def _not_zero(below: Tally) -> Tally:
    """Totals to divide by: nothing divided by nothing, or by less, is no number and has no error."""
    return replace(below, weighted=np.where(below.weighted == 0, np.nan, below.weighted))


@stacks
def variances(sample: Sample, name: NumberNames, *, by: By = None) -> Estimate:
    """Population variances n/(n − 1)·Σ w (y − ȳ)²/Σ w of numbers, in each domain of `by`.

    Source: the ratio of smooth functions of totals; n/(n − 1) as in R survey's svyvar.

    >>> ks.variances(own, "hours").value.round(2).tolist()
    [33.54]
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    blocks = [block(use, one, by, centred=True) for one in listed(name)]
    found = [covariance_in(w, x, x, xx, one.tallies[0].counts) for one in blocks for w, x, xx in [one.sums]]
    return estimate_of(sample, blocks, found, "variance", [np.full(len(one.groups), np.nan) for one in blocks])


@stacks
def correlations(sample: Sample, names: Sequence[str], *, by: By = None) -> Estimate:
    """Pearson correlations of every pair of numbers, over the rows that have all of them, in each domain of `by`.

    >>> ks.correlations(own, ["hours", "age"]).value.round(3).tolist()
    [-0.037]
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    given = [numbers(use, name) for name in names]
    values = [(np.where(has, y - centre_of(use, y, has), 0.0), has) for y, has in given]
    complete = np.logical_and.reduce([has for _, has in values])
    member, groups = domains(use, by)
    cell = np.where(complete, member, -1)

    def sums(weights: FloatArray | None) -> Statistic:
        return total_of(use, tally(use, cell, len(groups), values=weights))

    counted = tally(use, cell, len(groups))
    mass = total_of(use, counted)
    first, second = [sums(y) for y, _ in values], [sums(y**2) for y, _ in values]
    found, blocks = [], []
    for i, j in combinations(range(len(names)), 2):
        cross = sums(values[i][0] * values[j][0])
        found.append(combine(_correlation, mass, first[i], first[j], second[i], second[j], cross))
        blocks.append(NumberSums(f"{names[i]} × {names[j]}", cell, groups, (counted,), ()))
    return estimate_of(sample, blocks, found, "correlation", [np.full(len(groups), np.nan)] * len(found))


def _correlation(
    w: FloatArray, x: FloatArray, y: FloatArray, xx: FloatArray, yy: FloatArray, xy: FloatArray
) -> FloatArray:
    return (w * xy - x * y) / np.sqrt((w * xx - x**2) * (w * yy - y**2))
