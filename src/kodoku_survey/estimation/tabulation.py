"""The estimate of a cross-tab: shares of every cell with the covariance between all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IntArray
from kodoku_survey.design import Sample
from kodoku_survey.estimation.cell_shares import (
    Asked,
    Counted,
    Share,
    asked_of,
    base_of,
    count,
    freedom_of,
    in_base,
    statistic_of,
)
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import Band, Banners, bands_of, banners_of, groups_in
from kodoku_survey.estimation.intervals import METHODS, check_option
from kodoku_survey.estimation.statistic import joined, scaled_to
from kodoku_survey.estimation.tally import as_simple_random


@dataclass(frozen=True, eq=False)
class Tabulation:
    """What a cross-tab is made of: the question with its nets, the bands of groups, who counts (n,), shares of what."""

    sample: Sample
    asked: Asked
    nets: dict[int, tuple[int, ...]]
    bands: tuple[Band, ...]
    inside: BoolArray
    share: Share

    @cached_property
    def weighted(self) -> FloatArray:
        """(g, a + 1) sums of weights, the base as last column."""
        return np.concatenate([part.weighted for part in self._counted[0]])

    @cached_property
    def counts(self) -> IntArray:
        """(g, a + 1) respondents, the base as last column."""
        return np.concatenate([part.counts for part in self._counted[0]])

    @cached_property
    def _counted(self) -> tuple[list[Counted], Counted | None]:
        return self._count(self.sample)

    def _count(self, sample: Sample) -> tuple[list[Counted], Counted | None]:
        """Every band, and everybody where columns and totals are shares of them."""
        parts = [
            count(sample, self.asked, np.where(self.inside, band.member, -1), len(band.groups), self.nets)
            for band in self.bands
        ]
        if self.share == "row":
            return parts, None
        if self.bands and self.bands[0].groups[0].attribute == "":
            return parts, parts[0]
        return parts, count(sample, self.asked, np.where(self.inside, 0, -1), 1, self.nets)

    def _factor(self, parts: list[Counted], whole: Counted | None) -> FloatArray:
        cells = joined([part.statistic() for part in parts])
        return statistic_of(cells, None if whole is None else whole.statistic(), self.share).factor

    @cached_property
    def factor(self) -> FloatArray:
        """The centred factor (R, g·a); on the basis "unweighted" that of simple random sampling, scaled to the errors told."""
        if self.sample.basis == "unweighted":
            return scaled_to(self._factor(*self._count(as_simple_random(self.sample))), self._unweighted_se.ravel())
        return self._factor(*self._counted)

    @cached_property
    def _base(self) -> FloatArray:
        whole = self._counted[1]
        return base_of(self.weighted, None if whole is None else whole.weighted, self.share)

    @cached_property
    def _n(self) -> FloatArray:
        whole = self._counted[1]
        return base_of(self.counts, None if whole is None else whole.counts, self.share)

    @cached_property
    def _p(self) -> FloatArray:
        with np.errstate(all="ignore"):
            return self.weighted[:, :-1] / self._base

    @property
    def _unweighted_se(self) -> FloatArray:
        """As the published table of sampling errors: p(1 − p)/n, not n − 1."""
        with np.errstate(all="ignore"):
            return np.sqrt(self._p * (1 - self._p) / self._n)

    def estimate(self, interval: str) -> Estimate:
        """The g × a estimates, group by group."""
        sample, p, n, counted = self.sample, self._p, self._n, self.share == "count"
        if sample.basis == "unweighted":
            se, df = self._unweighted_se, n - 1.0
            simple = se**2
        else:
            se = np.sqrt((self.factor**2).sum(axis=0)).reshape(p.shape)
            se = se if counted else np.where(np.isnan(p), np.nan, se)
            simple = (self._base**2 if counted else 1.0) * p * (1 - p) / np.maximum(n - 1, 1)
            df = freedom_of(sample, self.asked, self.inside, self._counted[0], self.share, self.nets)
        return Estimate(
            value=(self.weighted[:, :-1] if counted else p).ravel(),
            se=se.ravel(),
            kind="total" if counted else "proportion",
            labels=self._labels(),
            n=n.ravel(),
            degrees_of_freedom=df.ravel(),
            basis=sample.basis,
            make_factor=lambda: self.factor,
            simple=simple.ravel(),
            method=interval,
            population=self._base.ravel(),
        )

    def _labels(self) -> pd.DataFrame:
        rows = [(g.attribute, g.label, answer) for g in groups_in(self.bands) for answer in self.asked.answers]
        return pd.DataFrame(rows, columns=["attribute", "group", "answer"])


def answers_of(
    sample: Sample, question: str, by: Banners, *, share: Share = "row", interval: str = "logit"
) -> Estimate:
    """Shares of each answer, or how many gave it, within the groups of every banner; of everybody without one."""
    check_option("interval", interval, METHODS)
    asked = asked_of(sample, question)
    bands = tuple(bands_of(sample, by, total="" if banners_of(by) else "total"))
    return Tabulation(sample, asked, {}, bands, in_base(asked, None, "in"), share).estimate(interval)
