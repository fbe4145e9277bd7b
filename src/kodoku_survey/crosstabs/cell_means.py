"""Means in cells: of a number in every group of a banner, and in every group × answer of a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, IntArray
from kodoku_survey.crosstabs.crosstab import CrossTab
from kodoku_survey.design import Sample
from kodoku_survey.errors import expected
from kodoku_survey.estimation.cell_shares import asked_of, gave, in_base
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import Banners, bands_of, banners_of, groups_in
from kodoku_survey.estimation.nets import Nets, nets_of, with_nets
from kodoku_survey.estimation.statistic import Statistic, joined, quotient, scaled_to
from kodoku_survey.estimation.summaries import centre_of, numbers
from kodoku_survey.estimation.tally import Tally, as_simple_random, freedom, tally, total_of


def cell_means(
    sample: Sample,
    number: str,
    *,
    by: Banners = (),
    question: str | None = None,
    base: BoolArray | None = None,
    total: str = "全体",
    nonanswer: Literal["in", "out"] = "in",
    nets: Nets | None = None,
) -> CrossTab:
    """Means of a number within the groups of each attribute of `by` and, where `question` is given, of each of its answers.

    Banners, base, total, nonanswer and nets as of `crosstab`; the last column is all answers together. Rows without the number
    are outside. On the basis "unweighted" the error is s²/n. Raises DesignError.
    """
    expected(sample, Sample)
    values, has = numbers(sample, number)
    inside = has if base is None else has & base
    own, others = nets_of(nets, [banner[0] for banner in banners_of(by) if len(banner) == 1])
    columns, title = [inside], sample.column(number).label
    keys: tuple[Any, ...] = (number,)
    answers: tuple[str, ...] = (title,)
    if question is not None:
        asked, places = with_nets(asked_of(sample, question), own)
        inside = inside & in_base(asked, None, nonanswer)
        columns = [inside & gave(asked, places.get(k, (k,))) for k in range(len(asked.answers))] + [inside]
        keys, answers = (*asked.keys, number), (*asked.answers, total or title)
    bands = bands_of(sample, by, total=total, nets=others)
    groups, shift = groups_in(bands), centre_of(sample, values, has)
    members = [[np.where(rows, band.member, -1) for rows in columns] for band in bands]
    cells = [
        _Cells(sample, values, np.where(has, values - shift, 0.0), tuple(own), len(band.groups))
        for own, band in zip(members, bands, strict=True)
    ]
    labels = [(g.attribute, g.label, answer) for g in groups for answer in answers]
    estimate = _estimate(sample, cells, shift, pd.DataFrame(labels, columns=["attribute", "group", "answer"]))
    counts, weighted = (np.concatenate([getattr(one, name) for one in cells]) for name in ("counts", "weighted"))
    return CrossTab(
        question or number, title, groups, answers, keys, None, estimate, counts, counts[:, -1], weighted[:, -1], share="mean"
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Cells:
    """Sums of 1, y and (y − shift)² in g × a cells: the groups of a band by the answers."""

    sample: Sample
    values: FloatArray
    from_mean: FloatArray
    members: tuple[IndexArray, ...]
    size: int

    @cached_property
    def tallies(self) -> tuple[list[Tally], list[Tally], list[Tally]]:
        """Of 1, y and the square, each by answer."""
        powers = (None, self.values, self.from_mean**2)
        ones, first, second = (
            [tally(self.sample, member, self.size, values=y) for member in self.members] for y in powers
        )
        return ones, first, second

    @property
    def counts(self) -> IntArray:
        return np.stack([one.counts for one in self.tallies[0]], axis=1)

    @property
    def weighted(self) -> FloatArray:
        return self.moment(0)

    def moment(self, power: int) -> FloatArray:
        """Sums of weights times 1, y or the square, (g, a)."""
        return np.stack([one.weighted for one in self.tallies[power]], axis=1)

    @property
    def df(self) -> FloatArray:
        return np.stack([freedom(self.sample, member, self.size) for member in self.members], axis=1)

    def mean(self) -> Statistic:
        """With its error, (g, a); on the basis "unweighted" as simple random sampling has it."""
        if self.sample.basis == "unweighted":
            return replace(self, sample=as_simple_random(self.sample)).mean()
        below, top = (
            joined([total_of(self.sample, one).reshape(self.size, 1) for one in self.tallies[power]], axis=1)
            for power in (0, 1)
        )
        return quotient(top, below)


def _estimate(sample: Sample, cells: list[_Cells], shift: float, labels: pd.DataFrame) -> Estimate:
    counts, df = (np.concatenate([getattr(one, name) for one in cells]).ravel() for name in ("counts", "df"))
    weighted, first, second = (np.concatenate([one.moment(power) for one in cells]).ravel() for power in range(3))
    with np.errstate(all="ignore"):
        value = first / weighted
        simple = (second / weighted - (value - shift) ** 2) / (counts - 1)

    def factor() -> FloatArray:
        made = joined([one.mean() for one in cells]).factor
        return scaled_to(made, se) if sample.basis == "unweighted" else made

    if sample.basis == "unweighted":
        se = np.sqrt(simple)
    else:
        made = factor()
        se = np.where(np.isnan(value), np.nan, np.sqrt((made**2).sum(axis=0)))
    return Estimate(
        value=value,
        se=se,
        kind="mean",
        labels=labels,
        n=counts.astype(float),
        degrees_of_freedom=df,
        basis=sample.basis,
        make_factor=factor,
        simple=simple,
        population=weighted,
    )
