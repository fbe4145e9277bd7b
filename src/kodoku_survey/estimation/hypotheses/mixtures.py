"""Tail probabilities of Σ λ χ²₁ and of its ratio to an independent χ²/df: what Rao–Scott statistics follow."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.distributions import f_tail, normal_tail

PATH_STEP = 0.05  # of the path's parameter


def satterthwaite(x: float, weights: FloatArray, df: float = np.inf) -> float:
    """P(Σ λ χ²₁ / (χ²_df / df) > x) with the mixture replaced by a scaled χ² of its mean and variance."""
    trace, square = weights.sum(), (weights**2).sum()
    numerator = trace**2 / square
    scaled = x / trace
    return float(f_tail(scaled, numerator, df))


def exact(x: float, weights: FloatArray, df: float = np.inf) -> float:
    """The same probability by inversion of the moment generating function, to about twelve digits of itself.

    P = (1/2πi) ∫ e^(K(z) − z·at) / z dz, K(z) = −½ Σ h log(1 − 2λz), on a path that crosses the real axis near the saddlepoint
    and bends away from the branch cuts, where the trapezoidal rule converges geometrically. Source: Rice (1980), SIAM J. Sci.
    Stat. Comput. 1; the path as in Weideman & Trefethen (2007), Math. Comput. 76.
    """
    if x <= 0:
        return 1.0
    lam, each, at = _terms(x, weights, df)
    lower, upper = _bounds(lam)
    centre = _saddle(lam, each, at)
    # Away from the pole at 0, on the side the saddlepoint is; a centre left of it counts everything but the tail.
    room = upper if centre >= 0 else -lower
    centre = np.copysign(max(abs(centre), 0.05 * min(room, 1 / (2 * np.abs(lam).max()))), centre)
    size = 0.5 * min(abs(centre), upper - centre, centre - lower)
    path = np.arange(0, 80 + PATH_STEP / 2, PATH_STEP)
    z = centre + size * (np.cosh(path) - 1 + 1j * np.sinh(path))
    turn = size * (np.sinh(path) + 1j * np.cosh(path))
    exponent = -0.5 * (each * np.log(1 - 2 * z[:, None] * lam)).sum(axis=1) - z * at
    inside = np.imag(np.exp(exponent) / z * turn)
    inside[0] /= 2
    area = PATH_STEP * float(inside.sum()) / np.pi
    return float(np.clip(area + (centre < 0), 0, 1))


def saddlepoint(x: float, weights: FloatArray, df: float = np.inf) -> float:
    """The same probability by the saddlepoint approximation, where it stands away from the mean; there Satterthwaite's.

    Source: Lugannani–Rice form of Kuonen (1999), Biometrika 86.
    """
    if x <= 0:  # exact balance: there is no saddlepoint, and nothing is nearer to independence
        return 1.0
    lam, each, at = _terms(x, weights, df)
    lam, at = lam / lam.max(), at / lam.max()
    z = _saddle(lam, each, at)
    if abs(z) < 1e-4:
        return satterthwaite(x, weights, df)
    k = -float((each * np.log(1 - 2 * z * lam)).sum()) / 2
    w = np.sign(z) * np.sqrt(2 * (z * at - k))
    v = z * np.sqrt(2 * float((each * lam**2 / (1 - 2 * z * lam) ** 2).sum()))
    return float(normal_tail(w + np.log(v / w) / w))


def _bounds(lam: FloatArray) -> tuple[float, float]:
    """Between which K exists on the real axis; −∞ where no weight is negative."""
    least = float(lam.min())
    return (1 / (2 * least) if least < 0 else -np.inf), 1 / (2 * float(lam.max()))


def _saddle(lam: FloatArray, each: FloatArray, at: float) -> float:
    """Where K'(z) = at."""
    from scipy import optimize  # loaded by the two tests that need it

    lower, upper = _bounds(lam)
    if np.isinf(lower):
        scale = float(lam.max())
        lower = -0.01 / scale if at > (each * lam).sum() else -float(each.sum()) / (2 * at)
    shrunk = 1 - 1e-12
    return float(
        optimize.brentq(
            lambda z: float((each * lam / (1 - 2 * z * lam)).sum()) - at, lower * shrunk, upper * shrunk, xtol=1e-14
        )
    )


def _terms(x: float, weights: FloatArray, df: float) -> tuple[FloatArray, FloatArray, float]:
    """λ, degrees of freedom and threshold; a denominator becomes one more term on a threshold of 0."""
    ones = np.ones(len(weights))
    if np.isinf(df):
        return weights, ones, x
    return np.append(weights, -x / df), np.append(ones, df), 0.0
