"""Differences of shares between two independent samples: waves, or two surveys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray, IntArray
from kodoku_survey.crosstabs.published import pooled_error
from kodoku_survey.design.distributions import normal_tail, t_quantile, two_sided
from kodoku_survey.survey.settings import MinimumDifferences

PUBLISHED_Z = MinimumDifferences().z  # where no folder says another


@dataclass(frozen=True, eq=False)
class Change:
    """Differences (k,) of the first from the second: with limits, the test's statistic and p, and its verdict.

    verdict : 1 significantly higher, −1 lower, 0 no difference found, at 5%.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    verdict: IntArray


def official_change(
    first: FloatArray,
    n_first: FloatArray,
    second: FloatArray,
    n_second: FloatArray,
    covariance: FloatArray | float = 0.0,
    *,
    reach: float = PUBLISHED_Z,
) -> Change:
    """Counts (k,) of bases (k,) in two samples, by the published rule: pooled two-proportion z, in size above `reach`.

    covariance : (k,) between the two shares, where the same people are in both.
    The limits are those of the unpooled difference, ± z standard errors; nan where shares differ and one is 0 or 1, which has
    no error of that kind and would contradict the pooled test. Source: 令和６年 調査報告書「利用上の注意」,
    its rule reconstructed; simple random sampling, no continuity correction, no correction for many comparisons.
    """
    with np.errstate(all="ignore"):
        p, q = first / n_first, second / n_second
        pooled = pooled_error(first, n_first, second, n_second) ** 2 - 2 * covariance
        z = _over(p - q, np.sqrt(np.maximum(pooled, 0.0)))
        se = np.sqrt(np.maximum(p * (1 - p) / n_first + q * (1 - q) / n_second - 2 * covariance, 0.0))
        at_an_end = (p * (1 - p) <= 0) | (q * (1 - q) <= 0)
    return by_published_rule(p - q, np.where(at_an_end & (p != q), np.nan, se), z, reach=reach)


def _over(difference: FloatArray, se: FloatArray) -> FloatArray:
    """Difference / se, 0 where there is no difference to a part in 10¹², whatever the error is."""
    with np.errstate(all="ignore"):
        return np.where(np.abs(difference) < 1e-12, 0.0, np.nan_to_num(difference / se))


def by_published_rule(difference: FloatArray, se: FloatArray, z: FloatArray, *, reach: float = PUBLISHED_Z) -> Change:
    """Differences (k,) with z of whichever error: limits and verdict at `reach`, the z of the rule, p by the normal."""
    verdict = np.where(np.abs(z) > reach, np.sign(z), 0).astype(np.int64)
    low, high = difference - reach * se, difference + reach * se
    return Change(difference, low, high, z, 2 * normal_tail(np.abs(z)), verdict)


def welch(
    se_first: FloatArray, df_first: FloatArray, se_second: FloatArray, df_second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Standard errors (k,) of differences of independent estimates, and their degrees of freedom.

    Source: Satterthwaite (1946), Biometrics Bulletin 2; Welch (1947), Biometrika 34.
    """
    with np.errstate(all="ignore"):
        variance = se_first**2 + se_second**2
        df = variance**2 / (se_first**4 / np.maximum(df_first, 1) + se_second**4 / np.maximum(df_second, 1))
    return np.sqrt(variance), np.where(np.isfinite(df), df, np.maximum(np.minimum(df_first, df_second), 1))


def design_change(
    first: FloatArray,
    se_first: FloatArray,
    df_first: FloatArray,
    second: FloatArray,
    se_second: FloatArray,
    df_second: FloatArray,
    *,
    covariance: FloatArray | float = 0.0,
    level: float = 0.95,
) -> Change:
    """Estimates (k,) of two samples with their design-based errors, by t with the degrees of `welch`.

    covariance : (k,) between the two, where the same people are in both; nan where it is not known: no test then.
    """
    difference = first - second
    se, df = welch(se_first, df_first, se_second, df_second)
    se = np.sqrt(np.maximum(se**2 - 2 * covariance, 0.0))
    t = _over(difference, se)
    reach = t_quantile((1 + level) / 2, df) * se
    p_value = two_sided(t, df)
    verdict = np.where(p_value < 0.05, np.sign(t), 0).astype(np.int64)
    return Change(difference, difference - reach, difference + reach, t, p_value, verdict)
