"""Differences between groups of a cross-tab, by the design and by the published survey's own rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.estimation.crosstab import CrossTab
from kodoku_survey.estimation.independence import Test

Z95 = 1.96  # as the published report has it


def official_z(count: FloatArray, n: FloatArray) -> FloatArray:
    """z (g, g) of every pair of groups: pooled variance, no continuity correction, simple random sampling.

    Source: the significance rule of the published report (令和6年 調査報告書「利用上の注意」), reconstructed; it reproduces
    nearly all its statements.
    """
    with np.errstate(all="ignore"):
        p = count / n
        pooled = (count[:, None] + count) / (n[:, None] + n)
        error = np.sqrt(pooled * (1 - pooled) * (1 / n[:, None] + 1 / n))
        return np.nan_to_num((p[:, None] - p) / error)


def design_t(tab: CrossTab, answers: Sequence[int]) -> FloatArray:
    """t (g, g) of every pair of groups for the share of some answers together, with the full covariance."""
    g, a = tab.shape
    factor = tab.estimate.factor.reshape(-1, g, a)[:, :, list(answers)].sum(axis=2)
    p = tab.value[:, list(answers)].sum(axis=1)
    error = np.sqrt(((factor[:, :, None] - factor[:, None, :]) ** 2).sum(axis=0))
    with np.errstate(all="ignore"):
        return np.nan_to_num((p[:, None] - p) / error)


def higher(tab: CrossTab, answers: Sequence[int], groups: Sequence[int]) -> npt.NDArray[np.int64]:
    """For each of some groups, the number of the others it is significantly higher than, at 5%.

    On the basis "unweighted" by the official rule, on "design" by the design-based t of the difference.
    """
    of = list(groups)
    if tab.estimate.basis == "unweighted":
        count = tab.counts[:, list(answers)].sum(axis=1)[of].astype(float)
        return (official_z(count, tab.n[of].astype(float)) > Z95).sum(axis=1)
    t = design_t(tab, answers)[np.ix_(of, of)]
    df = tab.estimate.degrees_of_freedom.reshape(tab.shape)[of, 0]
    limit = stats.t.ppf(0.975, np.maximum(np.minimum(df[:, None], df), 1))
    return (t > limit).sum(axis=1)


def difference(
    tab: CrossTab, first: tuple[str, str], second: tuple[str, str], *, answers: Sequence[int] | None = None
) -> list[tuple[str, float, float, Test]]:
    """Difference of two groups ((attribute, label) each) in every answer: (answer, difference, se, test)."""
    i, j = tab.position(*first), tab.position(*second)
    positions = range(len(tab.answers)) if answers is None else answers
    found = []
    for k in positions:
        if tab.estimate.basis == "unweighted":
            z = official_z(tab.counts[[i, j], k].astype(float), tab.n[[i, j]].astype(float))[0, 1]
            gap = float(tab.value[i, k] - tab.value[j, k])
            test = Test(float(z), (1.0, np.inf), float(2 * stats.norm.sf(abs(z))))
            found.append((tab.answers[k], gap, abs(gap / z) if z else np.nan, test))
            continue
        factor = tab.estimate.factor.reshape(-1, *tab.shape)[:, [i, j], k]
        se = float(np.sqrt(((factor[:, 0] - factor[:, 1]) ** 2).sum()))
        gap = float(tab.value[i, k] - tab.value[j, k])
        df = float(tab.estimate.degrees_of_freedom.reshape(tab.shape)[[i, j], k].min())
        t = gap / se if se else np.nan
        found.append((tab.answers[k], gap, se, Test(t, (1.0, df), float(2 * stats.t.sf(abs(t), df)))))
    return found
