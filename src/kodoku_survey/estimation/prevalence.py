"""Prevalence of what is three-valued: yes, no, undetermined. What nobody knows is shown as a band, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray, IndexArray, IntArray
from kodoku_survey.design import Sample
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.domains import By, domains
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import banners_of
from kodoku_survey.estimation.stacking import stacked
from kodoku_survey.estimation.statistic import Statistic, combine, joined, scaled_to
from kodoku_survey.estimation.tally import as_simple_random, freedom, tally, total_of
from kodoku_survey.media import Result

MEASURES = ("share", "band_low", "band_high")


@dataclass(frozen=True, eq=False, repr=False)
class Prevalence(Result):
    """Shares of yes in g domains.

    estimate : 3 g numbers, domain by domain: the share among the determined; the ends of the band that the undetermined
        leave, all of them no or all of them yes. n, undetermined : (g,) unweighted counts of the base and of its unknown.
    """

    estimate: Estimate
    n: IntArray
    undetermined: IntArray

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """A row a domain: percent, se, low, high; n, n_determined, undetermined; band_low, band_high and their outer limits.

        All in per cent but the counts.
        """
        low, high = (100 * limit for limit in self.estimate.interval(level))
        value, se = 100 * self.estimate.value, 100 * self.estimate.se
        labels = self.estimate.labels.iloc[::3].drop(columns="measure").reset_index(drop=True)
        return labels.assign(
            percent=value[::3],
            se=se[::3],
            low=low[::3],
            high=high[::3],
            n=self.n,
            n_determined=self.n - self.undetermined,
            undetermined=self.undetermined,
            band_low=value[1::3],
            band_high=value[2::3],
            outer_low=low[1::3],
            outer_high=high[2::3],
        )


def prevalence(sample: Sample, name: str, *, yes: object = 1, by: By = None, interval: str = "logit") -> Prevalence:
    """The share of one answer among those of whom it is known, and the band that the undetermined leave.

    yes : the code that counts. Undetermined is 無回答 of a survey's variable, or a blank of a DataFrame's; whoever was not
    asked is outside. Source: worst-case bounds, Manski (1989), J. Human Resources 24.
    Raises DesignError for a code the variable has not.

    >>> ks.prevalence(own, "job", yes="yes", by="sex").frame()["percent"].round(1).tolist()
    [59.9, 59.8]
    """
    expected(sample, Sample)
    banners = [] if by is None else banners_of(by)
    if len(banners) > 1:
        parts = [prevalence(sample, name, yes=yes, by=banner, interval=interval) for banner in banners]
        n, undetermined = (np.concatenate([getattr(one, of) for one in parts]) for of in ("n", "undetermined"))
        return Prevalence(stacked([one.estimate for one in parts]), n, undetermined)
    column = sample.categorical(name)
    if yes not in column.keys:
        known = tuple(map(str, column.keys))
        raise DesignError(
            "estimation.unknown_option", name, value=yes, hint=DidYouMean(str(yes), known), known=", ".join(known)
        )
    blank = -1 if sample.responses is None else column.nonanswer
    unknown = column.codes == blank if blank is not None else np.zeros(len(sample), dtype=bool)
    state = np.where(unknown, 2, np.where(column.codes == column.keys.index(yes), 0, 1))
    member, groups = domains(sample, by)
    member = np.where((column.codes >= 0) | unknown, member, -1)
    cell, cells = np.where(member >= 0, member * 3 + state, -1), len(groups) * 3
    counts = tally(sample, cell, cells).counts.reshape(-1, 3)
    n = counts.sum(axis=1)
    base = np.column_stack([n - counts[:, 2], n, n]).ravel().astype(float)
    df = [freedom(sample, of, len(groups)) for of in (np.where(unknown, -1, member), member, member)]
    value, se, factor = _estimated(sample, cell, cells, base)
    rows = [(g.attribute, g.label, measure) for g in groups for measure in MEASURES]
    with np.errstate(all="ignore"):
        simple = value * (1 - value) / np.maximum(base - 1, 1)
    estimate = Estimate(
        value=value,
        se=se,
        kind="proportion",
        labels=pd.DataFrame(rows, columns=["attribute", "group", "measure"]),
        n=base,
        degrees_of_freedom=np.column_stack(df).ravel(),
        basis=sample.basis,
        make_factor=factor,
        simple=simple,
        method=interval,
        claimed=claims(sample),
    )
    return Prevalence(estimate, n, counts[:, 2])


def _estimated(
    sample: Sample, cell: IndexArray, cells: int, base: FloatArray
) -> tuple[FloatArray, FloatArray, Callable[[], FloatArray]]:
    """Values and errors (3 g,) of the three measures, domain by domain, and their factor."""
    use = as_simple_random(sample)
    found = _measures(total_of(use, tally(use, cell, cells)).reshape(-1, 3))
    value, factor = found.value.ravel(), found.factor
    se = standard_errors(factor)
    if sample.basis == "unweighted":
        with np.errstate(all="ignore"):  # p(1 − p)/n, as the published table of sampling errors
            se = np.sqrt(value * (1 - value) / base)
        factor = scaled_to(factor, se)
    return value, se, lambda: factor


def _measures(totals: Statistic) -> Statistic:
    yes, no, unknown = (totals[:, k : k + 1] for k in range(3))
    return joined([combine(lambda *parts, k=k: _three(*parts)[k], yes, no, unknown) for k in range(3)], axis=1)


def _three(yes: FloatArray, no: FloatArray, unknown: FloatArray) -> FloatArray:
    """The share among the determined and the two ends of the band, (3, g)."""
    with np.errstate(all="ignore"):
        everybody = yes + no + unknown
        return np.stack([yes / (yes + no), yes / everybody, (yes + unknown) / everybody])
