"""Totals, means, proportions, ratios, variances and correlations, with domains and `by`.

`by` is a name, a tuple of names (nested: every combination), or a list of either (stacked, one under another).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, IntArray
from kodoku_survey.design import Number, Sample
from kodoku_survey.design.frames import listed
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, Spoken, UsageError, expected
from kodoku_survey.estimation.counting.tabulation import answers_of
from kodoku_survey.estimation.estimate import Estimate, EstimateKind
from kodoku_survey.estimation.groups import Banners, Group, banners_of, groups_of
from kodoku_survey.estimation.stacking import stacks
from kodoku_survey.estimation.statistic import Statistic, combine, joined, quotient, scaled_to
from kodoku_survey.estimation.tally import Tally, as_simple_random, freedom, tally, total_of

NumberNames = str | Sequence[str]
By = Banners | None  # a name; a tuple of names nests them; a list stacks names and tuples
ZERO_DENOMINATOR = Spoken("分母の合計が0", "the denominator adds up to 0")


@dataclass(frozen=True, eq=False)
class NumberSums:
    """One variable in g domains: sums of 1, y and (y − shift)² with their errors, and the unweighted bases."""

    name: str
    member: IndexArray
    groups: list[Group]
    tallies: tuple[Tally, ...]
    sums: tuple[Statistic, ...]  # none on the basis "unweighted", which needs none
    shift: float = 0.0


@stacks
def totals(sample: Sample, name: NumberNames, *, by: By = None) -> Estimate:
    """Weighted totals Σ w y of numbers, or of each answer of questions, in each domain of `by`.

    Rows without a number are outside; a domain without anybody has the total 0, without error.
    Source: Särndal, Swensson & Wretman (1992) 2.8, with replacement at the first stage.
    Raises DesignError on the basis "unweighted", which knows no population.
    """
    expected(sample, Sample)
    if sample.basis == "unweighted":
        raise DesignError("estimation.no_total")
    names = listed(name)
    if len(names) == 1 and not isinstance(sample.column(names[0]), Number):
        return answers_of(sample, names[0], () if by is None else by, share="count")
    blocks = [block(sample, one, by) for one in names]
    simple = [one.tallies[0].weighted ** 2 * _spread(one) for one in blocks]
    return estimate_of(sample, blocks, [one.sums[1] for one in blocks], "total", simple)


@stacks
def means(sample: Sample, name: NumberNames, *, by: By = None) -> Estimate:
    """Means Σ w y / Σ w of numbers in each domain of `by`; rows without the number are outside.

    Several names have the covariance between them, so that their difference is a contrast. On the basis "unweighted" the error
    is s²/n, n that of the domain.
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
    with np.errstate(all="ignore"):
        return (second / base - (first / base - one.shift) ** 2) / (one.tallies[0].counts - 1)


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
        labels=_labels(blocks),
        n=n,
        degrees_of_freedom=n - 1,
        basis="unweighted",
        make_factor=lambda: scaled_to(means(as_simple_random(sample), name, by=by).factor, se),
        simple=variance,
        population=n,
    )


def proportions(sample: Sample, name: str, *, by: By = None, interval: str = "logit") -> Estimate:
    """Shares of each answer of a question in each domain of `by`."""
    expected(sample, Sample)
    return answers_of(sample, name, () if by is None else by, interval=interval)


@stacks
def ratio(sample: Sample, numerator: str, denominator: str, *, by: By = None) -> Estimate:
    """Ratios of two weighted totals in each domain of `by`; rows without either number are outside.

    nan where the denominator is 0; the estimate's `reasons` say so.
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
    made = estimate_of(sample, [NumberSums(numerator, cell, groups, (counted,), ())], [found], "ratio", [simple])
    nothing = (below.weighted == 0) & (counted.counts > 0)
    return replace(made, reasons={int(k): ZERO_DENOMINATOR for k in np.flatnonzero(nothing)})


def _not_zero(below: Tally) -> Tally:
    """Totals to divide by: nothing divided by nothing, or by less, is no number and has no error."""
    return replace(below, weighted=np.where(below.weighted == 0, np.nan, below.weighted))


@stacks
def variances(sample: Sample, name: NumberNames, *, by: By = None) -> Estimate:
    """Population variances n/(n − 1)·Σ w (y − ȳ)²/Σ w of numbers, in each domain of `by`.

    Source: the ratio of smooth functions of totals; n/(n − 1) as in R survey's svyvar.
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    blocks = [block(use, one, by, centred=True) for one in listed(name)]
    found = [_central(*one.sums, n=one.tallies[0].counts) for one in blocks]
    return estimate_of(sample, blocks, found, "variance", [np.full(len(one.groups), np.nan) for one in blocks])


@stacks
def correlations(sample: Sample, names: Sequence[str], *, by: By = None) -> Estimate:
    """Pearson correlations of every pair of numbers, over the rows that have all of them, in each domain of `by`."""
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


def _central(w: Statistic, x: Statistic, xx: Statistic, *, n: IntArray) -> Statistic:
    with np.errstate(all="ignore"):
        raised = n / (n - 1)
    return combine(lambda w, x, xx: raised * (xx / w - (x / w) ** 2), w, x, xx)


def block(sample: Sample, name: str, by: By, *, centred: bool = False) -> NumberSums:
    """Sums by domain of 1, y and the square of y from its mean over everybody, lest squares of large numbers cancel.

    centred : y itself is taken from that mean as well; for what shifts do not change.
    """
    member, groups = domains(sample, by)
    values, inside = numbers(sample, name)
    shift = centre_of(sample, values, inside)
    from_mean = np.where(inside, values - shift, 0.0)
    cell = np.where(inside, member, -1)
    tallies = tuple(
        tally(sample, cell, len(groups), values=y) for y in (None, from_mean if centred else values, from_mean**2)
    )
    sums = () if sample.basis == "unweighted" else tuple(total_of(sample, one) for one in tallies)
    return NumberSums(name, cell, groups, tallies, sums, shift)


def centre_of(sample: Sample, values: FloatArray, has: BoolArray) -> float:
    """The weighted mean over everybody who has the number; 0 where nobody has."""
    mass = float(sample.weight[has].sum())
    return float(sample.weight[has] @ values[has]) / mass if mass else 0.0


def domains(sample: Sample, by: By) -> tuple[IndexArray, list[Group]]:
    """One set of domains that exclude each other: which (n,) each respondent belongs to (−1: none), and their names.

    Raises UsageError for a list of several attributes, which are several sets.
    """
    if by is None:
        return np.zeros(len(sample), dtype=np.intp), [Group("", "", (), "")]
    banners = banners_of(by)
    if len(banners) != 1:
        raise UsageError("estimation.one_set_of_domains", "by", value=", ".join(map(":".join, banners)) or "–")
    return groups_of(sample, banners[0])


def numbers(sample: Sample, name: str) -> tuple[FloatArray, BoolArray]:
    column = sample.column(name)
    if not isinstance(column, Number):
        raise DesignError("estimation.not_a_number", value=name)
    return np.nan_to_num(column.values), ~np.isnan(column.values)


def _labels(blocks: Sequence[NumberSums]) -> pd.DataFrame:
    rows = [(one.name, g.attribute, g.label) for one in blocks for g in one.groups]
    labels = pd.DataFrame(rows, columns=["variable", "attribute", "group"])
    return labels if len(blocks) > 1 else labels.drop(columns="variable")


def estimate_of(
    sample: Sample,
    blocks: Sequence[NumberSums],
    found: Sequence[Statistic],
    kind: EstimateKind,
    simple: Sequence[FloatArray],
) -> Estimate:
    """Statistics of blocks as one estimate; where nobody is in the domain, value and error are nan."""
    statistic = joined(found)
    factor, variance = statistic.factor, np.concatenate(simple)
    se = np.where(np.isnan(statistic.value), np.nan, standard_errors(factor))
    return Estimate(
        value=statistic.value,
        se=se,
        kind=kind,
        labels=_labels(blocks),
        n=np.concatenate([one.tallies[0].counts for one in blocks]).astype(float),
        degrees_of_freedom=np.concatenate([freedom(sample, one.member, len(one.groups)) for one in blocks]),
        basis=sample.basis,
        make_factor=lambda: factor,
        simple=variance,
        population=np.concatenate([one.tallies[0].weighted for one in blocks]),
    )
