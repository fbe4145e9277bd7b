"""Pseudo-weights of Elliott and Valliant: who is in A rather than in B, turned into inclusion by what B's own weights say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.reference_adjustment import REFERENCE_ROUNDS, Adjusted, BothHold, inverse_gram
from kodoku_survey.errors import DesignError

SETTLED = 1e-12  # a Newton step, in units of the largest coefficient, below which nothing moves


@dataclass(frozen=True, eq=False)
class PseudoModels:
    """alpha (p,) of being in A rather than in B, gamma (p,) of B's mean weight."""

    alpha: FloatArray
    gamma: FloatArray


def pseudo_models(shared: BothHold) -> PseudoModels:
    """Both models pseudo-weights rest on. Raises DesignError where one has no solution."""
    held = (shared.inside > 0).astype(float)
    return PseudoModels(_pooled(shared.x, shared.z, held), _mean_weight(shared.z, shared.d, held))


def pseudo_weighted(shared: BothHold, models: PseudoModels) -> Adjusted:
    """Means of A under w(x) = 1/P(in B | x) · P(B | x)/P(A | x), both of whoever is in either sample; normed (Hájek).

    P(A | x) is a logit model of the two samples pooled, unweighted; 1/P(in B | x) is B's mean weight given x, a log-linear model
    (Σ z(d − e^zγ) = 0). So log w = x(γ − α). The size of the population has no part in it.
    The error: A as independent draws, B by its design, both models' estimation included.
    Source: Elliott & Valliant (2017), Statist. Sci. 32, 249–264, 3.1; Pfeffermann & Sverchkov (1999), Sankhyā B 61, for
    1/P(in B | x) = E(d | x, in B).
    """
    x, z, d = shared.x, shared.z, shared.d
    held = (shared.inside > 0).astype(float)
    alpha, gamma = models.alpha, models.gamma
    w = np.exp(x @ (gamma - alpha))
    value = (w @ shared.y) / w.sum()
    e = shared.y - value
    slope = x.T @ (w[:, None] * e)
    p, q = 1 / (1 + np.exp(-(x @ alpha))), 1 / (1 + np.exp(-(z @ alpha)))
    own = np.exp(z @ gamma)
    gram = x.T @ ((p * (1 - p))[:, None] * x) + z.T @ ((held * q * (1 - q))[:, None] * z)
    of_alpha, of_gamma = np.linalg.pinv(gram, hermitian=True) @ slope, inverse_gram(z, held * own) @ slope
    of_a = (w[:, None] * e - (1 - p)[:, None] * (x @ of_alpha)) / w.sum()
    with np.errstate(all="ignore"):
        weightless = np.where(d > 0, held / d, 0.0)  # a sum over B that no weight belongs to, as a weighted one
    of_b = weightless[:, None] * (q[:, None] * (z @ of_alpha) + (d - own)[:, None] * (z @ of_gamma)) / w.sum()
    return Adjusted("pseudo_weights", value, of_a, of_b, w * shared.population / w.sum(), shared)


def _pooled(x: FloatArray, z: FloatArray, held: FloatArray) -> FloatArray:
    """(p,) α of the logit model of being in A among everybody in either sample."""
    both, side = np.vstack([x, z]), np.concatenate([np.ones(len(x)), np.zeros(len(z))])
    count = np.concatenate([np.ones(len(x)), held])
    alpha = np.zeros(x.shape[1])
    alpha[0] = np.log(len(x) / held.sum())
    for _ in range(REFERENCE_ROUNDS):
        p = 1 / (1 + np.exp(-(both @ alpha)))
        hessian = both.T @ ((count * p * (1 - p))[:, None] * both)
        step = np.linalg.lstsq(hessian, both.T @ (count * (side - p)), rcond=1e-12)[0]
        alpha = alpha + step
        if float(np.abs(step).max()) < SETTLED * max(1.0, float(np.abs(alpha).max())):
            return alpha
    raise DesignError("benchmark.propensity_not_found", "--on")


def _mean_weight(z: FloatArray, d: FloatArray, held: FloatArray) -> FloatArray:
    """(p,) γ of B's mean weight given z."""
    gamma = np.zeros(z.shape[1])
    gamma[0] = np.log(d.sum() / held.sum())
    for _ in range(REFERENCE_ROUNDS):
        own = np.exp(np.clip(z @ gamma, -500, 500))
        step = np.linalg.lstsq(z.T @ ((held * own)[:, None] * z), z.T @ (held * (d - own)), rcond=1e-12)[0]
        gamma = gamma + step
        if float(np.abs(step).max()) < SETTLED * max(1.0, float(np.abs(gamma).max())):
            return gamma
    raise DesignError("benchmark.propensity_not_found", "--on")
