"""Coefficients of a scale as functions of its covariances (…, k, k): plain algebra, of complex numbers and in batches too."""

from __future__ import annotations

from typing import Any

import numpy as np

from kodoku_survey.design.distributions import f_quantile, normal_quantile
from kodoku_survey.estimation.intervals import Limits


def alpha(s: Any) -> Any:
    """k/(k − 1)·(1 − Σ s_ii / Σ s_ij). Source: Cronbach (1951), Psychometrika 16."""
    k = s.shape[-1]
    return k / (k - 1) * (1 - _trace(s) / s.sum((-2, -1)))


def standardised_alpha(s: Any) -> Any:
    """Alpha of the items' correlations: k r̄ / (1 + (k − 1) r̄)."""
    return alpha(correlation(s))


def lambda6(s: Any) -> Any:
    """Guttman's λ6 on the correlations: 1 − Σ (1 − R²_i) / Σ r_ij. Source: Guttman (1945), Psychometrika 10."""
    r = correlation(s)
    try:
        unique = 1 / np.diagonal(np.linalg.inv(r), axis1=-2, axis2=-1)
    except np.linalg.LinAlgError:  # an item is the sum of others
        return np.full(s.shape[:-2], np.nan)
    return 1 - unique.sum(-1) / r.sum((-2, -1))


def correlation(s: Any) -> Any:
    """(…, k, k) correlations."""
    scale = 1 / np.sqrt(_diagonal(s))
    return s * scale[..., :, None] * scale[..., None, :]


def mean_correlation(s: Any) -> Any:
    """Mean of the correlations between items."""
    k = s.shape[-1]
    return (correlation(s).sum((-2, -1)) - k) / (k * (k - 1))


def item_rest(s: Any) -> Any:
    """(…, k) correlation of each item with the sum of the others."""
    own, row = _diagonal(s), s.sum(-1)
    rest = s.sum((-2, -1))[..., None] - 2 * row + own
    return (row - own) / np.sqrt(own * rest)


def alpha_if_deleted(s: Any) -> Any:
    """(…, k) alpha of the scale without each item; of two items there is none."""
    k, own, row = s.shape[-1], _diagonal(s), s.sum(-1)
    trace = _trace(s)[..., None] - own
    total = s.sum((-2, -1))[..., None] - 2 * row + own
    return (k - 1) / (k - 2) * (1 - trace / total) if k > 2 else np.full_like(own, np.nan)


def sum_deviation(s: Any) -> Any:
    """Standard deviation of the sum of the items."""
    return np.sqrt(s.sum((-2, -1)))


def measurement_error(s: Any) -> Any:
    """Standard error of measurement of the sum: its deviation × √(1 − α)."""
    return sum_deviation(s) * np.sqrt(1 - alpha(s))


def normal_theory_error(s: Any, n: float) -> float:
    """Standard error of alpha for normal items under simple random sampling.

    Source: Duhachek & Iacobucci (2004), J. Appl. Psychol. 89.
    """
    k, total, trace = s.shape[-1], s.sum(), np.trace(s)
    inner = total * (np.trace(s @ s) + trace**2) - 2 * trace * (s @ s).sum()
    return float(np.sqrt(2 * k**2 / ((k - 1) ** 2 * total**3) * inner / n))


def feldt(value: Any, n: Any, k: int, level: float) -> Limits:
    """1 − (1 − α) F of n − 1 and (n − 1)(k − 1) degrees of freedom. Source: Feldt (1965), Psychometrika 30."""
    tail = (1 - level) / 2
    df = n - 1, (n - 1) * (k - 1)
    return 1 - (1 - value) * f_quantile(1 - tail, *df), 1 - (1 - value) * f_quantile(tail, *df)


def bonett(value: Any, n: Any, k: int, level: float) -> Limits:
    """1 − exp(log(1 − α) ± z √(2k / ((k − 1)(n − 2)))). Source: Bonett (2002), J. Educ. Behav. Stat. 27."""
    half = normal_quantile((1 + level) / 2) * np.sqrt(2 * k / ((k - 1) * (n - 2)))
    return 1 - (1 - value) * np.exp(half), 1 - (1 - value) * np.exp(-half)


def _diagonal(s: Any) -> Any:
    return np.diagonal(s, axis1=-2, axis2=-1)


def _trace(s: Any) -> Any:
    return _diagonal(s).sum(-1)
