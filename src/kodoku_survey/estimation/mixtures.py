"""Tail probabilities of Σ λ χ²₁ and of its ratio to an independent χ²/df: what Rao–Scott statistics follow."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import integrate, optimize, stats

from kodoku_survey.design.auxiliary import FloatArray


def satterthwaite(x: float, weights: FloatArray, df: float = np.inf) -> float:
    """P(Σ λ χ²₁ / (χ²_df / df) > x) with the mixture replaced by a scaled χ² of its mean and variance."""
    trace, square = weights.sum(), (weights**2).sum()
    numerator = trace**2 / square
    scaled = x / trace
    tail = stats.chi2.sf(scaled * numerator, numerator) if np.isinf(df) else stats.f.sf(scaled, numerator, df)
    return float(tail)


def exact(x: float, weights: FloatArray, df: float = np.inf) -> float:
    """The same probability by numerical inversion of the characteristic function. Source: Imhof (1961), Biometrika 48.

    To about 1e-10, absolute.
    """
    lam, each, at = _terms(x, weights, df)

    def integrand(u: float) -> float:
        angle = 0.5 * float((each * np.arctan(lam * u)).sum()) - 0.5 * at * u
        return float(np.sin(angle) / u * np.exp(-0.25 * float((each * np.log1p((lam * u) ** 2)).sum())))

    scale = 1 / np.abs(lam).max()
    edges = scale * np.concatenate([[1e-12], np.geomspace(0.1, 1e6, 60)])
    area = sum(integrate.quad(integrand, a, b, epsabs=1e-13, limit=400)[0] for a, b in pairwise(edges))
    return float(np.clip(0.5 + area / np.pi, 0, 1))


def saddlepoint(x: float, weights: FloatArray, df: float = np.inf) -> float:
    """The same probability by the saddlepoint approximation, where it stands away from the mean; there Satterthwaite's.

    Source: Lugannani–Rice form of Kuonen (1999), Biometrika 86.
    """
    lam, each, at = _terms(x, weights, df)
    lam, at = lam / lam.max(), at / lam.max()

    def k(z: float) -> float:
        return float(-(each * np.log(1 - 2 * z * lam)).sum() / 2)

    def k1(z: float) -> float:
        return float((each * lam / (1 - 2 * z * lam)).sum())

    upper = float(0.5 / lam.max()) * (1 - 1e-12)
    if (lam < 0).any():
        lower = float(0.5 / lam.min()) * (1 - 1e-12)
    else:
        lower = -0.01 if at > (each * lam).sum() else -float(each.sum()) / (2 * at)
    z = float(optimize.brentq(lambda u: k1(u) - at, lower, upper, xtol=1e-14))
    if abs(z) < 1e-4:
        return satterthwaite(x, weights, df)
    w = np.sign(z) * np.sqrt(2 * (z * at - k(z)))
    v = z * np.sqrt(2 * float((each * lam**2 / (1 - 2 * z * lam) ** 2).sum()))
    return float(stats.norm.sf(w + np.log(v / w) / w))


def _terms(x: float, weights: FloatArray, df: float) -> tuple[FloatArray, FloatArray, float]:
    """λ, degrees of freedom and threshold; a denominator becomes one more term on a threshold of 0."""
    ones = np.ones(len(weights))
    if np.isinf(df):
        return weights, ones, x
    return np.append(weights, -x / df), np.append(ones, df), 0.0
