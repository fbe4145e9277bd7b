"""Tails, quantiles and limits of the distributions that tests and intervals refer to, each written once.

From `scipy.special`: `scipy.stats`, which has them as well, takes longer to load than a table takes to make.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kodoku_survey.arrays import FloatArray

Alternative = Literal["two_sided", "greater", "less"]
ALTERNATIVES = ("two_sided", "greater", "less")
FloatOrArray = Any  # a float or an array: what is given as one comes back as one


def normal_tail(z: FloatOrArray) -> FloatOrArray:
    """P(Z > z) of the standard normal."""
    return special.ndtr(-z)


def normal_quantile(p: FloatOrArray) -> FloatOrArray:
    """z with P(Z ≤ z) = p."""
    return special.ndtri(p)


def two_sided(t: ArrayLike, df: ArrayLike) -> FloatArray:
    """Two-sided p of t ratios, of one shape, by Student's t with `df`; normal where it is infinite, nan without one."""
    return 2 * _below(-np.abs(t), df)


def tail_of(t: ArrayLike, df: ArrayLike, alternative: Alternative = "two_sided") -> FloatArray:
    """As `two_sided`, or the one tail the alternative is in: "greater" P(T > t), "less" P(T < t)."""
    if alternative == "two_sided":
        return two_sided(t, df)
    return _below(np.asarray(t) * (-1.0 if alternative == "greater" else 1.0), df)


def _below(t: ArrayLike, df: ArrayLike) -> FloatArray:
    """P(T ≤ t)."""
    free = np.asarray(df, dtype=float)
    held = np.where(free > 0, free, 1.0)
    p = np.where(np.isinf(held), special.ndtr(t), special.stdtr(held, t))
    return np.asarray(np.where(free > 0, p, np.nan))


def t_quantile(upper: float, df: ArrayLike) -> FloatArray:
    """Quantiles of Student's t with `df`, of the same shape; normal where it is infinite, nan without a degree of freedom.

    Degrees of freedom are few distinct numbers, and a quantile is slow.
    """
    distinct, place = np.unique(np.asarray(df, dtype=float), return_inverse=True)
    held = np.where(distinct > 0, distinct, 1.0)
    found = np.where(np.isinf(held), special.ndtri(upper), special.stdtrit(held, upper))
    return np.asarray(np.where(distinct > 0, found, np.nan)[place]).reshape(np.shape(df))


def chi2_tail(x: FloatOrArray, df: FloatOrArray) -> FloatOrArray:
    """P(χ² > x)."""
    return special.chdtrc(df, np.maximum(x, 0))


def f_tail(x: FloatOrArray, above: FloatOrArray, below: FloatOrArray) -> FloatOrArray:
    """P(F > x) of F with `above` and `below` degrees of freedom; χ²/`above` where `below` is infinite."""
    held = np.maximum(x, 0)
    return np.where(np.isinf(below), special.chdtrc(above, above * held), special.fdtrc(above, below, held))


def f_quantile(p: FloatOrArray, above: FloatOrArray, below: FloatOrArray) -> FloatOrArray:
    """x with P(F ≤ x) = p."""
    return special.fdtri(above, below, p)


def logit_limits(p: FloatOrArray, half: FloatOrArray) -> tuple[FloatOrArray, FloatOrArray]:
    """Limits of shares from the half width `half` on the scale of p: delta method on log(p/(1 − p)).

    As Stata, SPSS and SUDAAN have it (R's "xlogit").
    """
    centre, reach = np.log(p / (1 - p)), half / (p * (1 - p))
    return 1 / (1 + np.exp(reach - centre)), 1 / (1 + np.exp(-reach - centre))


def clopper_pearson(x: FloatOrArray, n: FloatOrArray, level: float) -> tuple[FloatOrArray, FloatOrArray]:
    """Exact limits of a share of x in n, neither of which need be whole. Source: Clopper & Pearson (1934), Biometrika 26."""
    tail = (1 - level) / 2
    low, high = special.betaincinv(x, n - x + 1, tail), special.betaincinv(x + 1, n - x, 1 - tail)
    return np.where(x <= 0, 0.0, low), np.where(n - x <= 1e-12 * np.maximum(n, 1), 1.0, high)
