"""Reliability of a sum of ordered answers: categorical omega, and ordinal alpha beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.propagation import applied, packed, solved
from kodoku_survey.estimation.statistic import Statistic
from kodoku_survey.scales import coefficients, one_factor
from kodoku_survey.scales.polychoric import Ordered, bivariate_normal, polychorics, thresholds


def polychoric_matrix(items: Ordered) -> Statistic:
    """(k, k) polychoric correlations."""
    k = len(items.below.value)
    rho = polychorics(items)

    def square(array: FloatArray, diagonal: float) -> FloatArray:
        full = np.zeros((*array.shape[:-1], k, k))
        for at, (i, j) in enumerate(items.pairs):
            full[..., i, j] = full[..., j, i] = array[..., at]
        return full + diagonal * np.eye(k)

    of_lines = 0.0 if rho.replicates is None else 1.0
    return Statistic(square(rho.value, 1.0), square(rho.lines, of_lines), rho.replicates)


def ordinal_alpha(items: Ordered) -> Statistic:
    """Alpha of the polychoric correlations: of what lies behind the answers, not of their sum.

    Source: Zumbo, Gadermann & Zeisser (2007), J. Mod. Appl. Stat. Methods 6.
    """
    return applied(coefficients.alpha, polychoric_matrix(items))


def ordinal_loadings(matrix: Statistic, names: Sequence[str]) -> Statistic:
    """(k,) standardised loadings behind the answers: closed form for three items, else least squares on the correlations."""
    one_factor.check_factor(matrix.value, names)
    k = len(names)
    if k == 2:
        return applied(lambda r: np.sqrt(r[..., 0, 1])[..., None] * np.ones(2), matrix)
    if k == 3:
        return applied(one_factor.three_items, matrix)
    found = solved(_least_squares, _solve, matrix)
    if not (np.abs(found.value) < 1).all():
        raise DesignError("estimation.no_factor_found", ", ".join(names))
    return found


def ordinal_omega(items: Ordered, names: Sequence[str]) -> Statistic:
    """(Σ λ)²/Σ of the polychoric correlations; like ordinal alpha, not of the observed sum."""
    lam = ordinal_loadings(polychoric_matrix(items), names)
    return applied(lambda lam: lam.sum(-1) ** 2 / (lam.sum(-1) ** 2 + (1 - lam**2).sum(-1)), lam)


def categorical_omega(items: Ordered, names: Sequence[str]) -> Statistic:
    """Reliability of the observed sum of ordered answers: the variance of the factor's part of the sum over all of it.

    Source: Green & Yang (2009), Psychometrika 74, eq. 21, on two-step polychorics. Answers count by their codes.
    """
    k, matrix, cut = len(names), polychoric_matrix(items), thresholds(items)
    lam = ordinal_loadings(matrix, names)
    step = np.diff(items.codes)
    upper = np.triu_indices(k)
    weight = np.where(upper[0] == upper[1], 1.0, 2.0)

    def share(given: Any) -> FloatArray:
        lam, rest = given[:k], given[k:]
        r, tau = rest[: k * k].reshape(k, k), rest[k * k :].reshape(k, len(step))
        below = special.ndtr(tau) * step
        one, other = tau[upper[0]][:, :, None], tau[upper[1]][:, None, :]
        product = below.sum(axis=1)[upper[0]] * below.sum(axis=1)[upper[1]]

        def variance(correlation: FloatArray) -> FloatArray:
            joint = bivariate_normal(one, other, correlation[:, None, None]) * step[:, None] * step
            return joint.sum(axis=(1, 2)) - product

        same = upper[0] == upper[1]
        least = special.ndtr(np.minimum(one, other)) * step[:, None] * step
        observed = np.where(same, least.sum(axis=(1, 2)) - product, variance(np.where(same, 0.0, r[upper])))
        true = variance(np.outer(lam, lam)[upper])
        return np.asarray((weight * true).sum() / (weight * observed).sum())

    return applied(share, packed(lam, matrix, cut), analytic=False)


def _least_squares(lam: Any, r: Any) -> Any:
    """Derivative of Σ_{i<j} (r_ij − λ_i λ_j)², the equations of minimum residuals."""
    k = r.shape[-1]
    left = (lam[..., :, None] * lam[..., None, :] - r) * (1 - np.eye(k))
    return (left @ lam[..., None])[..., 0]


def _solve(r: FloatArray, start: FloatArray | None) -> FloatArray:
    k = len(r)
    nothing = np.full(k, np.nan)
    if not np.isfinite(r).all():
        return nothing
    if start is None:
        values, vectors = np.linalg.eigh(r)
        start = vectors[:, -1] * np.sqrt(values[-1]) * np.where(vectors[:, -1].sum() < 0, -0.9, 0.9)
    lam = start
    for _ in range(500):
        slope = _least_squares(lam, r)
        off = (lam[:, None] * lam - r) * (1 - np.eye(k))
        hessian = off + np.outer(lam, lam) * (1 - np.eye(k)) + np.diag((lam @ lam) - lam**2)
        values, vectors = np.linalg.eigh(hessian)
        step = vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), 1e-8))
        lam = lam - step * min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-14:
            return lam
    return lam if np.abs(_least_squares(lam, r)).max() < 1e-10 else nothing
