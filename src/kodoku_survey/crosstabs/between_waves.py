"""Differences between two waves, or two surveys, that asked the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.crosstabs.comparisons import ComparisonRule, rule_of
from kodoku_survey.crosstabs.crosstab import CrossTab
from kodoku_survey.crosstabs.published import pooled_error
from kodoku_survey.crosstabs.two_samples import welch
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.statistic import scaled_to


def wave_difference(now: CrossTab, before: CrossTab, *, rule: ComparisonRule | None = None) -> Estimate:
    """One wave's cross-tab less another's, in every group and answer both have (by code), for independent samples.

    rule : "design": the sum of the two variances, Welch's degrees of freedom; "official": the pooled two-proportion z of the
        published report. Default by the basis. Samples that overlap belong in one Sample, with the wave as an attribute and
        `difference`, which has their covariance.
    Source: Welch (1947), Biometrika 34. Raises DesignError where bases are mixed or nothing is shared; UsageError.

    >>> ks.wave_difference(tab, tab).value.round(3).tolist()[:3]
    [0.0, 0.0, 0.0]
    """
    bases = {now.estimate.basis, before.estimate.basis}
    if len(bases) > 1:
        raise DesignError("estimation.mixed_bases", value=", ".join(sorted(bases)))
    chosen = rule_of(now, rule)
    rule_of(before, chosen)
    here, there = _shared(now, before)
    value = now.estimate.value[here] - before.estimate.value[there]
    if chosen == "official":
        counts, sizes = (
            (now.counts.ravel()[here], before.counts.ravel()[there]),
            (now.estimate.n[here], before.estimate.n[there]),
        )
        se, df = pooled_error(counts[0], sizes[0], counts[1], sizes[1]), np.full(len(here), np.inf)
    else:
        (first, of_first), (second, of_second) = (
            (tab.estimate.se[at], tab.estimate.degrees_of_freedom[at]) for tab, at in ((now, here), (before, there))
        )
        se, df = welch(first, of_first, second, of_second)

    def factor() -> FloatArray:
        return scaled_to(np.concatenate([now.estimate.factor[:, here], -before.estimate.factor[:, there]]), se)

    return Estimate(
        value=value,
        se=se,
        kind="difference",
        labels=now.estimate.labels.iloc[here].reset_index(drop=True),
        n=np.minimum(now.estimate.n[here], before.estimate.n[there]),
        degrees_of_freedom=df,
        basis=now.estimate.basis,
        make_factor=factor,
        simple=np.full(len(here), np.nan),
        of=now.estimate.kind,
        claimed=now.estimate.claimed and before.estimate.claimed,
    )


def _shared(now: CrossTab, before: CrossTab) -> tuple[list[int], list[int]]:
    """Places of the cells both tables have, in the order of the first."""
    known = {cell: place for place, cell in enumerate(_cells(before))}
    pairs = [(place, known[cell]) for place, cell in enumerate(_cells(now)) if cell in known]
    if not pairs:
        raise DesignError("estimation.nothing_shared", value=f"{now.question} / {before.question}")
    return [here for here, _ in pairs], [there for _, there in pairs]


def _cells(tab: CrossTab) -> list[tuple[Any, ...]]:
    return [(g.attribute, g.keys, key) for g in tab.groups for key in tab.keys]
