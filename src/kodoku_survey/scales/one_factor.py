"""One factor behind the items: loadings, and omega, the share of the sum's variance that is the factor's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.propagation import applied, solved
from kodoku_survey.estimation.statistic import Statistic
from kodoku_survey.scales import factor_model


def loadings(covariance: Statistic, items: Sequence[str]) -> Statistic:
    """(k,) loadings on a factor of variance 1.

    Three items determine them: λ_i = √(s_ij s_ik / s_jk). Two leave one free, so both are taken equal in the correlations
    (Spearman–Brown). Four or more: maximum likelihood. Source: McDonald (1999), Test Theory, ch. 6.

    Raises DesignError where there is no such factor: a covariance that is not positive, or λ² > s_ii (Heywood), by item.
    """
    check_factor(covariance.value, items)
    k = len(items)
    if k <= 3:
        return applied(_two if k == 2 else three_items, covariance)
    plan = factor_model.plan(1, k, "configural")

    def equations(free: Any, s: Any) -> Any:
        return factor_model.gradient(plan, free, np.zeros((1, k)), s[..., None, :, :])

    def solve(s: FloatArray, start: FloatArray | None) -> FloatArray:
        return factor_model.fitted(plan, np.zeros((1, k)), s[None], start)

    found = solved(equations, solve, covariance)
    if np.isnan(found.value).any():
        raise DesignError("estimation.no_factor_found", ", ".join(items))
    return found[plan.places("loading")]


def three_items(s: Any) -> Any:
    """Closed form for three items, (…, 3, 3) → (…, 3)."""
    a, b, c = s[..., 0, 1], s[..., 0, 2], s[..., 1, 2]
    return np.stack([np.sqrt(a * b / c), np.sqrt(a * c / b), np.sqrt(b * c / a)], axis=-1)


def _two(s: Any) -> Any:
    """Spearman–Brown: the correlation is the share of the factor in either item."""
    own = np.diagonal(s, axis1=-2, axis2=-1)
    return np.sqrt(own * (s[..., 0, 1] / np.sqrt(own[..., 0] * own[..., 1]))[..., None])


def omega(covariance: Statistic, items: Sequence[str]) -> Statistic:
    """(Σ λ)² / ((Σ λ)² + Σ θ), θ the items' own variances; one number.

    Of two items 2r/(1 + r), Spearman–Brown.
    """
    if len(items) == 2:
        check_factor(covariance.value, items)
        return applied(_spearman_brown, covariance)
    return applied(_omega, _packed_with(loadings(covariance, items), covariance))


def _packed_with(lam: Statistic, covariance: Statistic) -> Statistic:
    k = len(lam.value)
    own = covariance[np.arange(k), np.arange(k)]
    value, lines = np.stack([lam.value, own.value]), np.stack([lam.lines, own.lines], axis=1)
    return Statistic(value, lines, lam.replicates)


def _omega(given: Any) -> Any:
    lam, own = given[..., 0, :], given[..., 1, :]
    true = lam.sum(-1) ** 2
    return true / (true + (own - lam**2).sum(-1))


def _spearman_brown(s: Any) -> Any:
    r = s[..., 0, 1] / np.sqrt(s[..., 0, 0] * s[..., 1, 1])
    return 2 * r / (1 + r)


def standardised(lam: Statistic, covariance: Statistic) -> Statistic:
    """(k,) loadings of the items with variance 1: the correlation of each with the factor."""
    return applied(lambda given: given[..., 0, :] / np.sqrt(given[..., 1, :]), _packed_with(lam, covariance))


def check_factor(s: FloatArray, items: Sequence[str]) -> None:
    """Raises DesignError where three items have no proper factor, or two no positive correlation."""
    k = len(items)
    for i in range(k if k <= 3 else 0):
        for j in range(i):
            if s[i, j] <= 0:
                raise DesignError("estimation.negative_covariance", f"{items[j]} × {items[i]}", value=float(s[i, j]))
    if k == 3:
        share = three_items(s) ** 2 / np.diag(s)
        if (worst := int(share.argmax())) >= 0 and share[worst] > 1 + 1e-12:
            raise DesignError("estimation.heywood", items[worst], value=float(share[worst]))
