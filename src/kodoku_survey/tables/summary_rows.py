"""What a summary table says of one variable in every group: shares, means, medians; tests and standardised differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from scipy import special

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.crosstabs import cell_means, crosstab
from kodoku_survey.design import Categorical, Multiple, Sample, domain
from kodoku_survey.design.stages import covariance_of
from kodoku_survey.estimation.claimed import differences_claimed
from kodoku_survey.estimation.counting.answers import inside_of
from kodoku_survey.estimation.domains import numbers
from kodoku_survey.estimation.hypotheses.independence import rao_scott
from kodoku_survey.estimation.hypotheses.location import rank_test
from kodoku_survey.estimation.quantiles import quantiles
from kodoku_survey.estimation.statistic import quotient
from kodoku_survey.estimation.summaries import variances
from kodoku_survey.estimation.tally import as_simple_random, freedom_of_all, tally, total_of

RowKind = Literal["head", "share", "mean", "median", "missing"]
SummaryStatistic = Literal["mean", "median"]
OneDivision = str | tuple[str, ...] | None
QUARTILES = (0.5, 0.25, 0.75)


@dataclass(frozen=True, eq=False)
class SummaryRow:
    """A line of a summary table.

    numbers : (g, m) of each group: a share and its error; mean, standard deviation, error; median and quartiles; nothing of a
        head. counts : (g,) respondents who gave the answer, have the number, or (missing) are outside.
    test : by which the p-value was made. difference : the largest standardised difference of two groups.
    """

    variable: str
    label: str
    item: str
    kind: RowKind
    numbers: FloatArray
    counts: FloatArray
    n: FloatArray
    test: str = ""
    p: float = np.nan
    adjusted_p: float = np.nan
    difference: float = np.nan


@dataclass(frozen=True, eq=False)
class Columns:
    """The groups of a summary table: everybody first; member (n,) which of the others each person belongs to (−1: none)."""

    by: OneDivision
    member: IndexArray
    groups: int
    size: FloatArray  # (1 + groups,) respondents

    @property
    def compared(self) -> bool:
        """Whether there are groups to compare."""
        return self.groups > 1


def share_rows(
    sample: Sample, asked: Categorical | Multiple, names: str | Sequence[str], columns: Columns, label: str,
    nonanswer: Literal["in", "out"],
) -> list[SummaryRow]:  # fmt: skip
    """A head and a line an answer; of a multiple-answer question every answer is tested by itself."""
    tab = crosstab(sample, names, by=() if columns.by is None else [columns.by], nonanswer=nonanswer)
    places = [k for k in range(len(tab.answers)) if nonanswer == "in" or k != tab.nonanswer]
    if tab.nonanswer is not None and nonanswer == "in" and not tab.counts[0, tab.nonanswer]:
        places.remove(tab.nonanswer)  # nobody was silent
    inside = (asked.codes if isinstance(asked, Categorical) else asked.ticks[:, 0]) >= 0
    inside = np.asarray(inside if (spoke := inside_of(asked, None, nonanswer)) is None else inside & spoke)
    name = asked.name
    n = tab.n.astype(float)
    rows = [
        SummaryRow(name, label, tab.answers[k], "share", np.stack([tab.value[:, k], tab.se[:, k]], axis=1),
                   tab.counts[:, k].astype(float), n)
        for k in places
    ]  # fmt: skip
    head = SummaryRow(name, label, "", "head", np.empty((len(n), 0)), n, n)
    if columns.compared:
        if isinstance(asked, Multiple):
            for place, k in enumerate(places):
                p = _independent(sample, columns, asked.ticks[:, k].astype(np.intp), 2, inside)
                gap = _share_difference(tab.value[1:, [k]])
                rows[place] = replace(rows[place], test="rao_scott", p=p, difference=gap)
        else:
            p = _independent(sample, columns, asked.codes.astype(np.intp), len(asked.answers), inside)
            head = replace(head, test="rao_scott", p=p, difference=_share_difference(tab.value[1:, places[:-1]]))
    return [head, *rows, *_missing(head, columns, n)]


def number_rows(
    sample: Sample, name: str, columns: Columns, label: str, statistics: Sequence[SummaryStatistic]
) -> list[SummaryRow]:
    """A head and a line a statistic."""
    by = columns.by
    tab = cell_means(sample, name, by=() if by is None else [by])
    n = tab.n.astype(float)
    head = SummaryRow(name, label, "", "head", np.empty((len(n), 0)), n, n)
    rows = [head]
    if "mean" in statistics:
        parts = [variances(sample, name), *([variances(sample, name, by=by)] if by is not None else [])]
        variance = np.concatenate([part.value for part in parts])
        mean = tab.value[:, -1]
        row = SummaryRow(name, label, "", "mean", np.stack([mean, np.sqrt(variance), tab.se[:, -1]], axis=1), n, n)
        if columns.compared:
            p = _equal_means(sample, name, columns)
            row = replace(row, test="wald", p=p, difference=_mean_difference(mean[1:], variance[1:]))
        rows.append(row)
    if "median" in statistics:
        parts = [
            quantiles(sample, name, QUARTILES),
            *([quantiles(sample, name, QUARTILES, by=by)] if by is not None else []),
        ]
        held = np.concatenate([part.value for part in parts]).reshape(-1, 3)
        row = SummaryRow(name, label, "", "median", held, n, n)
        if columns.compared and by is not None and differences_claimed(sample):
            _, test = rank_test(domain(sample, columns.member >= 0), name, by)  # type: ignore[arg-type]
            row = replace(row, test="rank", p=test.p_value)
        rows.append(row)
    return [*rows, *_missing(head, columns, n)]


def _missing(head: SummaryRow, columns: Columns, n: FloatArray) -> list[SummaryRow]:
    """A line of those outside the base, where there is anybody."""
    outside = columns.size - n
    return [replace(head, kind="missing", counts=outside, n=columns.size)] if outside.any() else []


def _independent(sample: Sample, columns: Columns, code: IndexArray, answers: int, inside: BoolArray) -> float:
    """Rao–Scott's p of a variable's codes and the groups, as `independence` of those who are in both."""
    both = inside & (code >= 0) & (columns.member >= 0)
    use = as_simple_random(domain(sample, both))
    cell = np.where(both, columns.member * answers + code, -1)
    totals = total_of(use, tally(use, cell, columns.groups * answers)).reshape(columns.groups, answers)
    kept = totals.value.sum(axis=1) > 0, totals.value.sum(axis=0) > 0
    totals = totals[np.ix_(*kept)]
    if min(totals.value.shape) < 2:
        return np.nan
    return rao_scott(totals, freedom_of_all(use), int(use.within.sum()) if use.within is not None else len(use)).p_value


def _equal_means(sample: Sample, name: str, columns: Columns) -> float:
    """The Wald test that all groups have one mean, as `regression(…).test` of the groups; nan where it cannot be told."""
    values, has = numbers(sample, name)
    member = np.where(has, columns.member, -1)
    use = as_simple_random(domain(sample, member >= 0))
    held = tally(use, member, columns.groups)
    there = held.counts > 0
    mean = quotient(total_of(use, tally(use, member, columns.groups, values=values)), total_of(use, held))[there]
    gap, lines = mean.value[1:] - mean.value[0], mean.factor[:, 1:] - mean.factor[:, :1]
    freedoms, below = float(len(gap)), freedom_of_all(use) - len(gap)
    covariance = covariance_of(lines)
    if not len(gap) or below <= 0 or np.linalg.matrix_rank(covariance) < len(gap):
        return np.nan
    return float(special.fdtrc(freedoms, below, float(gap @ np.linalg.solve(covariance, gap)) / freedoms))


def _mean_difference(mean: FloatArray, variance: FloatArray) -> float:
    """The largest |m₁ − m₂| / √((s₁² + s₂²)/2) of two groups. Source: Austin (2009), Statist. in Medicine 28."""
    with np.errstate(all="ignore"):
        found = [abs(mean[i] - mean[j]) / np.sqrt((variance[i] + variance[j]) / 2) for i, j in _pairs(mean)]
    return float(np.nanmax(found)) if np.isfinite(found).any() else np.nan


def _share_difference(shares: FloatArray) -> float:
    """The largest Mahalanobis distance of the shares (g, answers less one) of two groups.

    Source: Yang & Dalton (2012), SAS Global Forum 335.
    """
    found = []
    for i, j in _pairs(shares[:, 0]):
        gap = shares[i] - shares[j]
        if np.isfinite(gap).all():
            spread = sum(np.diag(p) - np.outer(p, p) for p in (shares[i], shares[j])) / 2
            found.append(float(np.sqrt(max(gap @ np.linalg.pinv(spread, hermitian=True) @ gap, 0.0))))
    return max(found) if found else np.nan


def _pairs(groups: FloatArray) -> list[tuple[int, int]]:
    return list(combinations(range(len(groups)), 2))
