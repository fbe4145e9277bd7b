"""People no frame lists, adjusted to a reference sample: calibration, propensity of inclusion, doubly robust.

A (n respondents, no design) holds the answers y and x; B (a probability sample, weights d) holds x. Nobody is in both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.decomposed_parts import lines_of
from kodoku_survey.design import Sample
from kodoku_survey.design.auxiliary import Auxiliary
from kodoku_survey.design.calibration import solve
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError

REFERENCE_ROUNDS = 60
FAR_FROM_ANYBODY = -25.0  # a logit below which a class of the reference stands for nobody in the sample


@dataclass(frozen=True, eq=False)
class Adjusted:
    """k means by one method, their standard errors, and the weights (n,) of A that make them (summing to the population)."""

    method: str
    value: FloatArray
    se: FloatArray
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class BothHold:
    """What both hold: y (n, k) and x (n, p) of A; z (m, p) of B's `sample`, who of B counts `inside` (m,), p's names.

    The first column of x is 1.
    """

    y: FloatArray
    x: FloatArray
    z: FloatArray
    sample: Sample
    inside: FloatArray
    names: tuple[str, ...]

    @property
    def d(self) -> FloatArray:
        """(m,) weights of B."""
        return self.sample.weight * self.inside

    @property
    def population(self) -> float:
        """The persons the reference sample stands for."""
        return float(self.d.sum())

    def error_in_b(self, parts: FloatArray) -> FloatArray:
        """(k,) standard errors, under B's design, of Σ d · parts (m, k)."""
        return standard_errors(lines_of(self.sample, parts * self.inside[:, None]))


def raw(shared: BothHold) -> Adjusted:
    """As they are: a description of who is in A. The error is that of a model in which A were drawn at random."""
    n = len(shared.y)
    mean = shared.y.mean(axis=0)
    se = np.sqrt(((shared.y - mean) ** 2).sum(axis=0) / (n - 1) / n)
    return Adjusted("raw", mean, se, np.full(n, shared.population / n))


def calibrated(shared: BothHold) -> Adjusted:
    """A's respondents raked to B's estimated totals of x.

    The error: residuals of A about its regression on x, as independent draws, and B's error of the totals through β.
    Source: Deville & Särndal (1992), J. Amer. Statist. Assoc. 87; Dever & Valliant (2016), J. Survey Statist. Method. 4, for
    totals that are estimates.
    """
    n, total = len(shared.y), shared.population
    means = (shared.d @ shared.z) / total
    rows, index = np.unique(shared.x, axis=0, return_inverse=True)
    index = index.ravel().astype(np.intp)
    start = np.full(n, total / n)
    auxiliary = Auxiliary(rows, index, shared.names)
    g = solve(rows, auxiliary.mass(start), means * total, distance="raking", names=shared.names)[index]
    w = start * g
    value = (w @ shared.y) / total
    beta = _inverse(shared.x, w) @ (shared.x.T @ (w[:, None] * shared.y))
    residual = shared.y - shared.x @ beta
    parts = w[:, None] * residual / total
    model = n / (n - 1) * (parts**2).sum(axis=0)
    # The constant is in x, so the residuals' weighted mean is 0 and only B's shares, not its size, count.
    of_b = shared.error_in_b(((shared.z - means) @ beta) / total)
    return Adjusted("calibrated", value, np.sqrt(model + of_b**2), w)


def propensity(shared: BothHold) -> FloatArray:
    """(p,) θ of the logit model of being in A, by the pseudo-likelihood Σ_A xθ − Σ_B d log(1 + e^xθ).

    Source: Chen, Li & Wu (2020), J. Amer. Statist. Assoc. 115, 2011–2021, eq. 4. Raises DesignError where it has no maximum
    (a class of B that nobody of A is in, say).
    """
    x, z, d = shared.x, shared.z, shared.d
    theta = np.zeros(x.shape[1])
    theta[0] = np.log(len(x) / max(shared.population - len(x), 1.0))
    wanted = x.sum(axis=0)

    def likelihood(at: FloatArray) -> float:
        return float(wanted @ at - d @ np.logaddexp(0, z @ at))

    now = likelihood(theta)
    for _ in range(REFERENCE_ROUNDS):
        p = 1 / (1 + np.exp(-(z @ theta)))
        score = wanted - (d * p) @ z
        step = np.linalg.lstsq(z.T @ ((d * p * (1 - p))[:, None] * z), score, rcond=1e-12)[0]
        if float(np.abs(step).max()) < 1e-12:
            return theta
        for _halving in range(30):
            then = likelihood(theta + step)
            if then >= now - 1e-12 * abs(now):
                break
            step = step / 2
        theta, now = theta + step, then
        if float((z @ theta).min()) < FAR_FROM_ANYBODY:
            break
    gap = wanted - (d / (1 + np.exp(-(z @ theta)))) @ z
    if float((z @ theta).min()) >= FAR_FROM_ANYBODY and float(np.abs(gap).max()) < 1e-8 * len(x):
        return theta
    raise DesignError("benchmark.propensity_not_found", "--adjust")


def weighted_by_propensity(shared: BothHold, theta: FloatArray) -> Adjusted:
    """Inverse propensities, normed (Hájek), with the error of the propensities themselves.

    Source: Chen, Li & Wu (2020), theorem 1 and the variance of μ̂_IPW2.
    """
    p = 1 / (1 + np.exp(-(shared.x @ theta)))
    w = 1 / p
    value = (w @ shared.y) / w.sum()
    e = shared.y - value
    b = _slopes_of_selection(shared, theta, p, e)
    part = e / p[:, None] - shared.x @ b
    of_a = ((1 - p)[:, None] * part**2).sum(axis=0)
    q = 1 / (1 + np.exp(-(shared.z @ theta)))
    of_b = shared.error_in_b(q[:, None] * (shared.z @ b))
    return Adjusted("propensity", value, np.sqrt(of_a + of_b**2) / w.sum(), w * shared.population / w.sum())


def doubly_robust(shared: BothHold, theta: FloatArray, model: FloatArray, over: FloatArray) -> Adjusted:
    """μ̂_DR2: B's mean of the predictions, and A's weighted mean of what they miss; right where either model is.

    model : (n, k) predictions for A, over : (m, k) for B. Source: Chen, Li & Wu (2020), eq. 13 and its plug-in variance.
    """
    p = 1 / (1 + np.exp(-(shared.x @ theta)))
    w = 1 / p
    missed = (w @ (shared.y - model)) / w.sum()
    mean = (shared.d @ over) / shared.population
    e = shared.y - model - missed
    b = _slopes_of_selection(shared, theta, p, e)
    part = e / p[:, None] - shared.x @ b
    of_a = ((1 - p)[:, None] * part**2).sum(axis=0) / w.sum() ** 2
    q = 1 / (1 + np.exp(-(shared.z @ theta)))
    of_b = shared.error_in_b(q[:, None] * (shared.z @ b) / w.sum() + (over - mean) / shared.population)
    return Adjusted("doubly_robust", mean + missed, np.sqrt(of_a + of_b**2), w * shared.population / w.sum())


def _slopes_of_selection(shared: BothHold, theta: FloatArray, p: FloatArray, e: FloatArray) -> FloatArray:
    """(p, k) b: what the estimated propensities take from the numerator."""
    q = 1 / (1 + np.exp(-(shared.z @ theta)))
    return _inverse(shared.z, shared.d * q * (1 - q)) @ (shared.x.T @ ((1 / p - 1)[:, None] * e))


def outcome_model(shared: BothHold) -> tuple[FloatArray, FloatArray]:
    """Predictions of y by logit regression on x in A (ordinary, unweighted): (n, k) for A, (m, k) for B."""
    theirs, ours = np.zeros((len(shared.z), shared.y.shape[1])), np.zeros_like(shared.y)
    for k, y in enumerate(shared.y.T):
        beta = _logit(shared.x, y)
        ours[:, k], theirs[:, k] = (1 / (1 + np.exp(-(side @ beta))) for side in (shared.x, shared.z))
    return ours, theirs


def _logit(x: FloatArray, y: FloatArray) -> FloatArray:
    """Coefficients by Newton; an answer nobody or everybody of a class gave goes as far as ±15 and stays there."""
    beta = np.zeros(x.shape[1])
    for _ in range(REFERENCE_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -15, 15)))
        step = np.linalg.lstsq(x.T @ ((p * (1 - p))[:, None] * x), x.T @ (y - p), rcond=1e-12)[0]
        beta = beta + np.clip(step, -5, 5)
        if float(np.abs(step).max()) < 1e-12 or float(np.abs(x @ beta).max()) > 15:
            break
    return beta


def _inverse(x: FloatArray, weight: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.pinv(x.T @ (weight[:, None] * x), rcond=1e-12, hermitian=True), dtype=float)
