"""The cumulative logit of an ordered answer, weighted: P(y ≤ c) = 1/(1 + exp(−(τ_c − xβ)))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kodoku_survey.design.auxiliary import FloatArray, IntArray
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.statistic import STEP

ROUNDS = 40  # a likelihood without a maximum (separated groups) climbs on; any other is at its top in a dozen


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """A fit: theta (C − 1 + p,) thresholds, then coefficients; log-likelihood; inverse information, of weights as given."""

    theta: FloatArray
    answers: int
    log_likelihood: float
    inverse: FloatArray

    @property
    def beta(self) -> FloatArray:
        return self.theta[self.answers - 1 :]


def fit_ordinal(
    y: IntArray, x: FloatArray, weight: FloatArray, where: str, start: FloatArray | None = None
) -> OrdinalFit:
    """Maximise Σ w log P(y) over rows of answers y (m,) 0 … C − 1 and predictors x (m, p).

    The likelihood is concave, so Newton's steps, halved where they overshoot, find its maximum.
    Raises DesignError where it has none, or fewer than two answers were given.
    Source: McCullagh (1980), J. R. Statist. Soc. B 42; weighted, Binder (1983).
    """
    share = np.bincount(y, weights=weight)
    if len(share) < 2 or (share <= 0).any():
        raise DesignError("estimation.not_fitted", where)
    if start is None:
        below = share.cumsum()[:-1] / share.sum()
        start = np.concatenate([np.log(below / (1 - below)), np.zeros(x.shape[1])])
    theta, answers = start, len(share)
    value = float(weight @ _log_probability(theta, y, x))
    for _ in range(ROUNDS):
        slope = weight @ scores(theta, y, x)
        moved = theta + 1j * STEP * np.eye(len(theta))
        hessian = np.stack([np.imag(weight @ scores(one, y, x)) / STEP for one in moved])
        try:
            inverse = np.linalg.inv(-hessian)
        except np.linalg.LinAlgError:
            break
        step = inverse @ slope
        if float(slope @ step) < 1e-18 * weight.sum():
            return OrdinalFit(theta, answers, value, inverse)
        for _halving in range(40):
            higher = float(weight @ _log_probability(theta + step, y, x))
            if higher >= value - 1e-12 * abs(value):
                break
            step = step / 2
        theta, value = theta + step, higher
    raise DesignError("estimation.not_fitted", where)


def scores(theta: Any, y: IntArray, x: FloatArray) -> Any:
    """(m, C − 1 + p) derivative of log P(y) of each row; of complex theta too."""
    cuts = len(theta) - x.shape[1]
    upper, lower, probability = _limits(theta, y, x)
    of_upper, of_lower = _density(upper) / probability, _density(lower) / probability
    columns = np.arange(cuts)
    of_cut = of_upper[:, None] * (y[:, None] == columns) - of_lower[:, None] * (y[:, None] - 1 == columns)
    return np.concatenate([of_cut, -(of_upper - of_lower)[:, None] * x], axis=1)


def _log_probability(theta: FloatArray, y: IntArray, x: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        probability = _limits(theta, y, x)[2]
        return np.where(probability > 0, np.log(probability), -np.inf)


def _limits(theta: Any, y: IntArray, x: FloatArray) -> tuple[Any, Any, Any]:
    """τ_y − xβ and τ_{y−1} − xβ, and the probability between them, without cancellation in the upper tail."""
    cuts = len(theta) - x.shape[1]
    far = 700.0  # exp of it is still a number, and no probability is left beyond
    ends = np.concatenate([[-far], theta[:cuts], [far]])
    eta = x @ theta[cuts:]
    upper = np.where(y < cuts, ends[y + 1] - eta, far)
    lower = np.where(y > 0, ends[y] - eta, -far)
    flip = np.real(lower) > 0
    a, b = np.where(flip, -lower, upper), np.where(flip, -upper, lower)
    return upper, lower, _logistic(a) - _logistic(b)


def _logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _density(z: Any) -> Any:
    p = _logistic(z)
    return p * (1 - p)
