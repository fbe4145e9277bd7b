"""Loevinger's H: how near a set of items is to a perfect order, by the covariances their margins allow."""

from __future__ import annotations

from typing import Any

import numpy as np

from kodoku_survey.estimation.propagation import applied, packed
from kodoku_survey.estimation.statistic import Statistic, joined, quotient
from kodoku_survey.scales.moments import Moments
from kodoku_survey.scales.polychoric import Ordered


def scalability(moments: Moments, items: Ordered) -> Statistic:
    """(k + 1,) H of each item, then of the scale: Σ cov / Σ greatest cov the margins allow.

    Source: Loevinger (1948), Psychol. Bull. 45; Mokken (1971): ≥ .3 weak, ≥ .4 medium, ≥ .5 strong.
    """
    k = len(items.below.value)
    top = joined([moments.covariance[i, j].reshape(1) for i, j in items.pairs])
    bottom = greatest_covariances(items, moments.n)
    holds = np.array([[item in pair for pair in items.pairs] for item in range(k)] + [[True] * len(items.pairs)], float)
    return quotient(_summed(top, holds), _summed(bottom, holds))


def greatest_covariances(items: Ordered, n: int) -> Statistic:
    """(pairs,) covariance of each pair if its two items were in perfect order, margins unchanged.

    Source: Hoeffding's formula, Σ Σ (min(F, G) − F G) over the steps between codes.
    """
    step = np.diff(items.codes)
    both = np.outer(step, step) * n / (n - 1)

    def greatest(below: Any) -> Any:
        f, g = np.split(below, 2, axis=-1)
        f, g = f[..., :, None], g[..., None, :]
        least = np.where(np.real(f) <= np.real(g), f, g)
        return ((least - f * g) * both).sum((-2, -1))

    each = [applied(greatest, packed(items.below[i], items.below[j])).reshape(1) for i, j in items.pairs]
    return joined(each)


def _summed(given: Statistic, holds: Any) -> Statistic:
    return Statistic(given.value @ holds.T, given.lines @ holds.T, given.replicates)
