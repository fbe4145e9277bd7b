"""How well a model of one factor fits: likelihood-ratio χ², corrected for the design, and the indices made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.distributions import chi2_tail
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.propagation import packed
from kodoku_survey.estimation.statistic import COMPLEX_STEP, Statistic
from kodoku_survey.scales.factor_model import FactorPattern, discrepancy, fitted, implied
from kodoku_survey.scales.moments import Moments
from kodoku_survey.vocabulary import Basis


@dataclass(frozen=True, eq=False)
class Grouped:
    """Means (g, k) and covariances (g, k, k) of g groups as maximum likelihood takes them (÷ n), n (g,), and their joint error.

    error : (R, g·(k + k²)) lines of the moments, group by group; None on the basis "unweighted", where normal theory is taken.
    """

    mean: FloatArray
    covariance: FloatArray
    n: FloatArray
    statistic: Statistic
    error: FloatArray | None

    @staticmethod
    def of(groups: Sequence[Moments], basis: Basis) -> Grouped:
        """Moments of groups, their covariances divided by n as the likelihood has them."""
        divided = [_times(one.covariance, (one.n - 1) / one.n) for one in groups]
        both = packed(*(part for one, s in zip(groups, divided, strict=True) for part in (one.mean, s)))
        return Grouped(
            np.stack([one.mean.value for one in groups]),
            np.stack([s.value for s in divided]),
            np.array([one.n for one in groups], dtype=float),
            both,
            None if basis == "unweighted" else both.factor,
        )

    @property
    def share(self) -> FloatArray:
        """(G,) each group's share of the respondents."""
        return self.n / self.n.sum()


@dataclass(frozen=True, eq=False)
class Fit:
    """χ² of a model and what follows from it. scaling : what χ² was divided by for the design (1: normal theory).

    free : the parameters. baseline : (χ², df) of items without any covariance.
    """

    chisq: float
    df: int
    scaling: float
    p_value: float
    cfi: float
    rmsea: float
    srmr: float
    free: FloatArray
    baseline: tuple[float, int]


def fit(plan: FactorPattern, given: Grouped, where: str, start: FloatArray | None = None) -> Fit:
    """Fit a model. Raises DesignError where it has no proper solution.

    χ² is corrected for its mean under the design, as Satorra & Bentler (1994) for non-normal answers. Source: Oberski (2014),
    J. Stat. Softw. 57(1); CFI: Bentler (1990); RMSEA: Steiger & Lind (1980).
    """
    free = fitted(plan, given.mean, given.covariance, start, given.share)
    if np.isnan(free).any():
        raise DesignError("estimation.no_factor_found", where)
    total, groups, k, df = given.n.sum(), plan.groups, plan.items, plan.degrees_of_freedom
    raw = total * max(discrepancy(plan, free, given.mean, given.covariance, given.share), 0.0)
    own = np.log(np.diagonal(given.covariance, axis1=1, axis2=2)).sum(axis=1)
    raw_baseline = float(given.n @ (own - np.linalg.slogdet(given.covariance)[1]))
    df_baseline = groups * k * (k - 1) // 2
    scaling = scaling_baseline = 1.0
    if given.error is not None:
        scaling = trace(plan, free, given) / df if df else 1.0
        scaling_baseline = _baseline_trace(plan, given) / df_baseline
    chisq, chisq_baseline = raw / scaling, raw_baseline / scaling_baseline
    excess = max(chisq - df, 0.0)
    sigma = implied(plan.full(free), k)[1]
    scale = np.sqrt(np.diagonal(given.covariance, axis1=1, axis2=2))
    residual = (given.covariance - sigma) / (scale[:, :, None] * scale[:, None, :])
    upper = np.triu_indices(k)
    return Fit(
        chisq=chisq,
        df=df,
        scaling=scaling,
        p_value=float(chi2_tail(chisq, df)) if df else 1.0,
        cfi=1 - excess / max(excess, chisq_baseline - df_baseline, 1e-300),
        rmsea=float(np.sqrt(excess / (total * df) * groups)) if df else 0.0,
        srmr=float(given.share @ np.sqrt((residual[:, upper[0], upper[1]] ** 2).mean(axis=1))),
        free=free,
        baseline=(chisq_baseline, df_baseline),
    )


def trace(plan: FactorPattern, free: FloatArray, given: Grouped) -> float:
    """tr(U Γ), the mean of n·F under the design if the model holds: what is left of the moments' error beside the model.

    Under simple random sampling from a normal distribution it is the degrees of freedom.
    """
    moved = free + 1j * COMPLEX_STEP * np.eye(len(free))
    mean, sigma = implied(plan.full(moved), plan.items)
    sigma_now = implied(plan.full(free), plan.items)[1]
    return _left(np.imag(mean) / COMPLEX_STEP, np.imag(sigma) / COMPLEX_STEP, sigma_now, given)


def _baseline_trace(plan: FactorPattern, given: Grouped) -> float:
    """The same of the model without covariances: every mean and variance its own parameter."""
    g, k = plan.groups, plan.items
    mean, sigma = np.zeros((2 * g * k, g, k)), np.zeros((2 * g * k, g, k, k))
    for at in range(g * k):
        group, item = divmod(at, k)
        mean[at, group, item] = sigma[g * k + at, group, item, item] = 1.0
    own = np.stack([np.diag(np.diag(s)) for s in given.covariance])
    return _left(mean, sigma, own, given)


def _left(mean: FloatArray, sigma: FloatArray, at: FloatArray, given: Grouped) -> float:
    """n·(tr(VΓ) − tr of its part in the tangent space): mean (p, g, k) and sigma (p, g, k, k) are the tangents."""
    assert given.error is not None
    inverse, share = np.linalg.inv(at), given.share
    g, k = given.mean.shape
    lines = given.error.reshape(len(given.error), g, k + k * k)
    error = lines[..., :k], lines[..., k:].reshape(-1, g, k, k)

    def weighted(m: FloatArray, s: FloatArray) -> FloatArray:
        of_mean = (inverse @ m[..., None])[..., 0] * share[:, None]
        of_sigma = inverse @ s @ inverse / 2 * share[:, None, None]
        return _flat(of_mean, of_sigma)

    tangents, lines = _flat(mean, sigma), _flat(*error)
    pulled = weighted(mean, sigma)
    onto = lines @ pulled.T
    inside = np.linalg.solve(tangents @ pulled.T, onto.T)
    return float(given.n.sum() * ((lines * weighted(*error)).sum() - (onto.T * inside).sum()))


def _times(given: Statistic, by: float) -> Statistic:
    return Statistic(given.value * by, given.lines * by, given.replicates)


def _flat(mean: FloatArray, sigma: FloatArray) -> FloatArray:
    return np.concatenate([mean.reshape(len(mean), -1), sigma.reshape(len(sigma), -1)], axis=1)
