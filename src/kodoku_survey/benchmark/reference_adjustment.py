"""People no frame lists, adjusted to a reference sample: calibration, propensity of inclusion, doubly robust.

A (n respondents, no design) holds the answers y and x; B (a probability sample, weights d) holds x. Nobody is in both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.decomposed_parts import lines_of
from kodoku_survey.design import Sample
from kodoku_survey.design.auxiliary import Auxiliary
from kodoku_survey.design.calibration import solve
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError

REFERENCE_ROUNDS = 60
FARTHEST = 30.0  # logits of a prediction: no nearer to 0 or 1 than 1e-13
FAR_FROM_ANYBODY = -25.0  # a logit below which a class of the reference stands for nobody in the sample


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


@dataclass(frozen=True, eq=False)
class Adjusted:
    """k means by one method, and the weights (n,) of A that make them (summing to the population).

    of_a (n, k), of_b (m, k) : what each respondent of A adds to a mean's error (independent draws, so that squares add up), and
    each of B before its weight (B's design says how these add up). Means of one method may be combined by them.
    """

    method: str
    value: FloatArray
    of_a: FloatArray
    of_b: FloatArray
    weight: FloatArray
    shared: BothHold

    @property
    def se_of_a(self) -> FloatArray:
        """(k,) the part of the error A makes."""
        return np.sqrt((self.of_a**2).sum(axis=0))

    @property
    def se_of_b(self) -> FloatArray:
        """(k,) the part of the error the reference sample makes."""
        return self.shared.error_in_b(self.of_b)

    @property
    def se(self) -> FloatArray:
        """(k,) standard errors under the method's model: A's and the reference sample's own, which are independent."""
        return np.hypot(self.se_of_a, self.se_of_b)

    def of_domain(self) -> Adjusted:
        """Columns over the last of them: means of a domain, whose share the last column is.

        Source: Särndal, Swensson & Wretman (1992), 5.6, for the linearised ratio.
        """
        size = self.value[-1]
        value = self.value[:-1] / size
        of_a, of_b = ((parts[:, :-1] - parts[:, -1:] * value) / size for parts in (self.of_a, self.of_b))
        return replace(self, value=value, of_a=of_a, of_b=of_b)


def raw(shared: BothHold) -> Adjusted:
    """As they are: a description of who is in A. The error is that of a model in which A were drawn at random."""
    n = len(shared.y)
    mean = shared.y.mean(axis=0)
    of_a = np.sqrt(n / (n - 1)) * (shared.y - mean) / n
    of_b = np.zeros((len(shared.z), len(mean)))
    return Adjusted("raw", mean, of_a, of_b, np.full(n, shared.population / n), shared)


def raked_weights(shared: BothHold) -> FloatArray:
    """(n,) weights of A raked to B's estimated totals of x. Raises DesignError where no weights meet them."""
    n, total = len(shared.x), shared.population
    means = (shared.d @ shared.z) / total
    rows, index = np.unique(shared.x, axis=0, return_inverse=True)
    index = index.ravel().astype(np.intp)
    start = np.full(n, total / n)
    auxiliary = Auxiliary(rows, index, shared.names)
    g = solve(rows, auxiliary.mass(start), means * total, distance="raking", names=shared.names)
    return np.asarray(start * g[index])


def calibrated(shared: BothHold, w: FloatArray | None = None) -> Adjusted:
    """Means of A under `raked_weights`, w where they are known.

    The error: residuals of A about its regression on x, as independent draws, and B's error of the totals through β.
    Source: Deville & Särndal (1992), J. Amer. Statist. Assoc. 87; Dever & Valliant (2016), J. Survey Statist. Method. 4, for
    totals that are estimates.
    """
    n, total = len(shared.y), shared.population
    means = (shared.d @ shared.z) / total
    w = raked_weights(shared) if w is None else w
    value = (w @ shared.y) / total
    beta = inverse_gram(shared.x, w) @ (shared.x.T @ (w[:, None] * shared.y))
    of_a = np.sqrt(n / (n - 1)) * w[:, None] * (shared.y - shared.x @ beta) / total
    # The constant is in x, so the residuals' weighted mean is 0 and only B's shares, not its size, count.
    of_b = ((shared.z - means) @ beta) / total
    return Adjusted("calibrated", value, of_a, of_b, w, shared)


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
            break
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
    raise DesignError("benchmark.propensity_not_found", "--on")


def weighted_by_propensity(shared: BothHold, theta: FloatArray) -> Adjusted:
    """Inverse propensities, normed (Hájek), with the error of the propensities themselves.

    Source: Chen, Li & Wu (2020), theorem 1 and the variance of μ̂_IPW2.
    """
    p = 1 / (1 + np.exp(-(shared.x @ theta)))
    w = 1 / p
    value = (w @ shared.y) / w.sum()
    e = shared.y - value
    b = _slopes_of_selection(shared, theta, p, e)
    of_a = np.sqrt(1 - p)[:, None] * (e / p[:, None] - shared.x @ b) / w.sum()
    q = 1 / (1 + np.exp(-(shared.z @ theta)))
    of_b = q[:, None] * (shared.z @ b) / w.sum()
    return Adjusted("propensity", value, of_a, of_b, w * shared.population / w.sum(), shared)


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
    of_a = np.sqrt(1 - p)[:, None] * (e / p[:, None] - shared.x @ b) / w.sum()
    q = 1 / (1 + np.exp(-(shared.z @ theta)))
    of_b = q[:, None] * (shared.z @ b) / w.sum() + (over - mean) / shared.population
    return Adjusted("doubly_robust", mean + missed, of_a, of_b, w * shared.population / w.sum(), shared)


def _slopes_of_selection(shared: BothHold, theta: FloatArray, p: FloatArray, e: FloatArray) -> FloatArray:
    """(p, k) b: what the estimated propensities take from the numerator."""
    q = 1 / (1 + np.exp(-(shared.z @ theta)))
    return inverse_gram(shared.z, shared.d * q * (1 - q)) @ (shared.x.T @ ((1 / p - 1)[:, None] * e))


def outcome_model(shared: BothHold, family: Literal["logit", "linear"] = "logit") -> tuple[FloatArray, FloatArray]:
    """Predictions of y by regression on x in A (ordinary, unweighted): (n, k) for A, (m, k) for B.

    family : "logit" of answers 0/1, "linear" of numbers.
    """
    theirs, ours = np.zeros((len(shared.z), shared.y.shape[1])), np.zeros_like(shared.y)
    if family == "linear":
        beta = np.linalg.lstsq(shared.x, shared.y, rcond=1e-12)[0]
        return shared.x @ beta, shared.z @ beta
    for k, y in enumerate(shared.y.T):
        if np.ptp(y) == 0:  # what everybody answers is predicted as it is
            ours[:, k] = theirs[:, k] = y[0]
            continue
        beta = _logit(shared.x, y)
        ours[:, k], theirs[:, k] = (
            1 / (1 + np.exp(-np.clip(side @ beta, -FARTHEST, FARTHEST))) for side in (shared.x, shared.z)
        )
    return ours, theirs


def _logit(x: FloatArray, y: FloatArray) -> FloatArray:
    """Coefficients by Newton, until the score is 0; an answer nobody or everybody of a class gave comes as near as that asks."""
    beta = np.zeros(x.shape[1])
    for _ in range(REFERENCE_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -FARTHEST, FARTHEST)))
        score = x.T @ (y - p)
        if float(np.abs(score).max()) < 1e-10 * len(y):
            break
        step = np.linalg.lstsq(x.T @ ((p * (1 - p))[:, None] * x), score, rcond=1e-14)[0]
        beta = beta + np.clip(step, -5, 5)
    return beta


def inverse_gram(x: FloatArray, weight: FloatArray) -> FloatArray:
    """(p, p) of Σ weight · xx', or its pseudo-inverse where columns depend on each other."""
    return np.asarray(np.linalg.pinv(x.T @ (weight[:, None] * x), rcond=1e-12, hermitian=True), dtype=float)
