"""Differences between groups of a cross-tab, by the design and by the published survey's own rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.crosstabs.crosstab import CrossTab
from kodoku_survey.crosstabs.published import pooled_error
from kodoku_survey.design.distributions import t_quantile, two_sided
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, UsageError, expected
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.intervals import check_option, t_ratio
from kodoku_survey.estimation.statistic import scaled_to

ComparisonRule = Literal["design", "official"]
RULES = ("design", "official")


@dataclass(frozen=True, eq=False)
class Gaps:
    """Differences of m pairs of groups in a answers: value, se, degrees of freedom, each (m, a)."""

    value: FloatArray
    se: FloatArray
    df: FloatArray

    @property
    def t(self) -> FloatArray:
        """t statistics of the differences."""
        return t_ratio(self.value, self.se)

    @property
    def p_value(self) -> FloatArray:
        """Two-sided."""
        return two_sided(self.t, self.df)


def rule_of(tab: CrossTab, rule: ComparisonRule | None) -> ComparisonRule:
    """The rule asked for; by default the official one on the basis "unweighted", the design's on "design".

    Raises UsageError for an unknown rule, DesignError for the official one on weighted shares or on means.
    """
    expected(tab, CrossTab)
    chosen: ComparisonRule = rule or ("official" if _published(tab) else "design")
    check_option("rule", chosen, RULES)
    if chosen == "official" and not _published(tab):
        raise DesignError("estimation.official_unweighted")
    return chosen


def _published(tab: CrossTab) -> bool:
    return tab.estimate.basis == "unweighted" and tab.share == "row"


def gaps(tab: CrossTab, first: IndexArray, second: IndexArray, rule: ComparisonRule) -> Gaps:
    """First less second group of m pairs, in every answer.

    "design": with the full covariance between the groups; degrees of freedom: the smaller of the two.
    "official": pooled variance, no continuity correction, simple random sampling, normal.
    Source of the latter: the significance rule of the published report (令和6年 調査報告書「利用上の注意」), reconstructed.
    """
    value = tab.value[first] - tab.value[second]
    if rule == "official":
        n = tab.n[:, None].astype(float)
        se = pooled_error(tab.counts[first], n[first], tab.counts[second], n[second])
        return Gaps(value, se, np.full_like(value, np.inf))
    factor = tab.estimate.factor.reshape(-1, *tab.shape)
    se = np.stack([standard_errors(factor[:, first, k] - factor[:, second, k]) for k in range(tab.shape[1])], axis=1)
    df = tab.estimate.degrees_of_freedom.reshape(tab.shape)
    return Gaps(value, np.where(np.isnan(value), np.nan, se), np.minimum(df[first], df[second]))


def official_z(count: FloatArray, n: FloatArray) -> FloatArray:
    """z (g, g) of every pair of groups by the official rule; 0 where neither has an error."""
    with np.errstate(all="ignore"):
        p = count / n
        return np.nan_to_num((p[:, None] - p) / pooled_error(count[:, None], n[:, None], count, n))


def design_t(tab: CrossTab, answers: Sequence[int], groups: Sequence[int] | None = None) -> FloatArray:
    """t (g, g) of every pair of groups (or of some) for the share of some answers together, with the full covariance."""
    g, a = tab.shape
    of = list(range(g)) if groups is None else list(groups)
    whole = tab.estimate.factor
    factor = np.sum([whole[:, [group * a + answer for group in of]] for answer in answers], axis=0)
    p = tab.value[np.ix_(of, list(answers))].sum(axis=1)
    error = standard_errors(factor[:, :, None] - factor[:, None, :])
    with np.errstate(all="ignore"):
        return np.nan_to_num((p[:, None] - p) / error)


def wins(tab: CrossTab, answers: Sequence[int], groups: Sequence[int]) -> BoolArray:
    """(g, g) of some groups: whether the first is significantly higher than the second, at 5%.

    On the basis "unweighted" by the official rule, on "design" by the design-based t of the difference.
    """
    of = list(groups)
    if tab.estimate.basis == "unweighted":
        count = tab.counts[:, list(answers)].sum(axis=1)[of].astype(float)
        return np.asarray(official_z(count, tab.n[of].astype(float)) > tab.rule.z)
    t = design_t(tab, answers, of)
    df = tab.estimate.degrees_of_freedom.reshape(tab.shape)[of, 0]
    limit = t_quantile(0.975, np.minimum(df[:, None], df))
    return np.asarray(t > limit)


def difference(
    tab: CrossTab, first: tuple[str, str], second: tuple[str, str], *, rule: ComparisonRule | None = None
) -> Estimate:
    """First less second group, each (attribute, label), in every answer; its frame has t and p.

    rule : "design", or "official" for the published survey's pooled test; default by the basis. Of two waves whose samples
        overlap, one Sample with the wave as attribute has their covariance; of independent ones see `wave_difference`.
    Raises DesignError, UsageError.

    >>> ks.difference(tab, ("sex", "女性"), ("sex", "男性")).frame()["points"].round(1).tolist()
    [-0.6, -1.5, 2.3, 0.5, -0.7]
    """
    chosen = rule_of(tab, rule)
    for argument, group in (("first", first), ("second", second)):
        if isinstance(group, str) or len(group) != 2:
            raise UsageError("estimation.no_pair", argument, value=group)
    i, j = (np.array([tab.position(*group)]) for group in (first, second))
    found = gaps(tab, i, j, chosen)
    se = found.se[0]
    factor = tab.estimate.factor.reshape(-1, *tab.shape)
    labels = pd.DataFrame({"answer": list(tab.answers), "group": " ".join(first), "less": " ".join(second)})
    n = tab.estimate.n.reshape(tab.shape)
    return Estimate(
        value=found.value[0],
        se=se,
        kind="difference",
        labels=labels,
        n=np.minimum(n[i[0]], n[j[0]]),
        degrees_of_freedom=found.df[0],
        basis=tab.estimate.basis,
        make_factor=lambda: scaled_to(factor[:, i[0]] - factor[:, j[0]], se),
        simple=np.full(len(se), np.nan),
        of=tab.estimate.kind,
        claimed=tab.estimate.claimed,
    )
