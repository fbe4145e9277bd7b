"""Population covariances of numbers, and the degrees of freedom of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.errors import expected
from kodoku_survey.estimation.domains import By, NumberSums, centre_of, covariance_in, domains, estimate_of, numbers
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.stacking import stacks
from kodoku_survey.estimation.statistic import Statistic
from kodoku_survey.estimation.tally import as_simple_random, freedom_of_all, tally, total_of


@stacks
def covariances(sample: Sample, names: Sequence[str], *, by: By = None) -> Estimate:
    """Population variances and covariances n/(n − 1)·Σ w (x − x̄)(y − ȳ)/Σ w of every pair of numbers, in each domain of `by`.

    Over the rows that have all of them. n/(n − 1) as in R survey's svyvar. Each number with itself is its variance.

    >>> ks.covariances(own, ["hours", "age"]).value.round(2).tolist()
    [33.54, -3.79, 307.96]
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    given = [numbers(use, name) for name in names]
    # From their means, lest products of large numbers cancel; shifts change no covariance.
    values = [np.where(has, y - centre_of(use, y, has), 0.0) for y, has in given]
    member, groups = domains(use, by)
    cell = np.where(np.logical_and.reduce([has for _, has in given]), member, -1)

    def sums(y: FloatArray | None) -> Statistic:
        return total_of(use, tally(use, cell, len(groups), values=y))

    counted = tally(use, cell, len(groups))
    mass, first = total_of(use, counted), [sums(y) for y in values]
    found, blocks = [], []
    for i, j in combinations_with_replacement(range(len(names)), 2):
        product = sums(values[i] * values[j])
        found.append(covariance_in(mass, first[i], first[j], product, counted.counts))
        blocks.append(NumberSums(f"{names[i]} × {names[j]}", cell, groups, (counted,), ()))
    return estimate_of(sample, blocks, found, "covariance", [np.full(len(groups), np.nan)] * len(found))


def degrees_of_freedom(sample: Sample) -> float:
    """Of the design: PSUs less strata with a respondent in the domain; n − 1 on the basis "unweighted"; of replicates those
    they were given, or the rank of their weights less one.

    >>> ks.degrees_of_freedom(own)
    10.0
    """
    expected(sample, Sample)
    return freedom_of_all(sample)
