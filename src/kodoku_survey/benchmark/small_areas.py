"""Area-level small-area estimation: shrunken estimates of many areas, clearly a model's, with their mean squared error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError

ROUNDS, TOLERANCE = 500, 1e-12


@dataclass(frozen=True, eq=False)
class FayHerriot:
    """m areas: the empirical best linear unbiased predictors (m,), their MSE, and the model they rest on.

    synthetic : (m,) what the model alone says. gamma : (m,) weight of the direct estimate. variance : σ² of the area effects.
    beta, beta_se : (p,) coefficients.
    """

    value: FloatArray
    mse: FloatArray
    synthetic: FloatArray
    gamma: FloatArray
    variance: float
    beta: FloatArray
    beta_se: FloatArray


def fay_herriot(direct: FloatArray, sampling: FloatArray, x: FloatArray | None = None) -> FayHerriot:
    """Fay–Herriot model by REML: direct (m,) estimates, their sampling variances (m,) taken as known, x (m, p) auxiliaries.

    x : without it the areas share one mean. MSE by Prasad & Rao for REML: g₁ + g₂ + 2g₃.
    Source: Fay & Herriot (1979), J. Amer. Statist. Assoc. 74, 269–277; Rao & Molina (2015), Small Area Estimation, 2nd ed.,
    5.2.4 (REML scoring), 6.2.1 (MSE). Raises DesignError where variances are not positive or areas are too few.
    """
    y, psi = np.asarray(direct, dtype=float), np.asarray(sampling, dtype=float)
    x = np.ones((len(y), 1)) if x is None else np.asarray(x, dtype=float)
    if not (np.isfinite(psi).all() and (psi > 0).all() and np.isfinite(y).all()):
        raise DesignError("benchmark.area_variances", count=int((~(psi > 0)).sum()))
    if len(y) < x.shape[1] + 2 or np.linalg.matrix_rank(x) < x.shape[1]:
        raise DesignError("benchmark.few_areas", count=len(y), needed=x.shape[1] + 2)
    variance = _reml(y, psi, x)
    v = 1 / (variance + psi)
    q = np.linalg.inv(x.T @ (v[:, None] * x))
    beta = q @ (x.T @ (v * y))
    gamma = variance * v
    synthetic = x @ beta
    g1 = gamma * psi
    g2 = (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", x, q, x)
    g3 = psi**2 * v**3 * 2 / (v**2).sum()
    return FayHerriot(
        synthetic + gamma * (y - synthetic), g1 + g2 + 2 * g3, synthetic, gamma, variance, beta, np.sqrt(np.diag(q))
    )


def _reml(y: FloatArray, psi: FloatArray, x: FloatArray) -> float:
    """σ² ≥ 0 by Fisher scoring of the restricted likelihood; halved where a step would lower it.

    Raises DesignError where it does not come to rest.
    """

    def pieces(variance: float) -> tuple[float, float, float]:
        v = 1 / (variance + psi)
        gram = x.T @ (v[:, None] * x)
        q = np.linalg.inv(gram)
        py = v * y - v * (x @ (q @ (x.T @ (v * y))))
        xvq = (v[:, None] * x) @ q
        trace = float(v.sum() - (xvq * (v[:, None] * x)).sum())
        squared = float((v**2).sum() - 2 * ((v**2)[:, None] * xvq * x).sum())
        middle = x.T @ ((v**2)[:, None] * x) @ q
        information = (squared + float(np.trace(middle @ middle))) / 2
        likelihood = -0.5 * (-float(np.log(v).sum()) + float(np.linalg.slogdet(gram)[1]) + float(y @ py))
        return -0.5 * trace + 0.5 * float(py @ py), information, likelihood

    variance = float(np.median(psi))
    score, information, likelihood = pieces(variance)
    for _ in range(ROUNDS):
        step = score / information
        moved = max(variance + step, 0.0)
        for _halving in range(40):
            found = pieces(moved)
            if found[2] >= likelihood - 1e-12 * abs(likelihood):
                break
            moved = (moved + variance) / 2
        change, variance = abs(moved - variance), moved
        score, information, likelihood = found
        if change <= TOLERANCE * (variance + float(psi.mean())):
            return variance
    raise DesignError("benchmark.areas_not_converged", rounds=ROUNDS)
