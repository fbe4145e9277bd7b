"""How well people answered: blanks by item, answers that are all alike, and pages left out, by mode or any other domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, ByteArray, FloatArray, IndexArray
from kodoku_survey.design import Categorical, Multiple, Number, Sample
from kodoku_survey.errors import DesignError, expected
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.domains import By, domains
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.framed import Framed
from kodoku_survey.estimation.propagation import Base, carried, rates_or, symmetric, totals_of
from kodoku_survey.estimation.statistic import Statistic, quotient
from kodoku_survey.estimation.tally import as_simple_random, freedom
from kodoku_survey.intake.responses import ANSWERED
from kodoku_survey.scales.moments import complete_rows, item_values
from kodoku_survey.survey.codebook import NOT_ASKED

PAGE = ("complete", "partly", "skipped", "left")


@dataclass(frozen=True, eq=False, repr=False)
class ResponseQuality(Framed):
    """Answers to k items in g domains. blank : (n, k) 1 no answer, 0 an answer, −1 not asked.

    pages : {page: its items}, in the order of the form.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    blank: ByteArray
    pages: Mapping[str, tuple[str, ...]]
    _sample: Sample
    _basis: Any
    _claimed: bool
    _member: IndexArray

    @cached_property
    def nonresponse(self) -> Estimate:
        """Share without an answer, of those asked, for each item in each domain."""
        blank = [(self.blank[:, item] == 1).astype(float) for item in range(len(self.items))]
        asked = [self.blank[:, item] >= 0 for item in range(len(self.items))]
        return self._shares(blank, asked, pd.DataFrame({"item": list(self.items)}))

    @cached_property
    def straightlining(self) -> Estimate:
        """Of those who answered every item: share whose answers are all alike, mean longest run, mean within-person deviation.

        On the codes as ticked. It says something of a battery with reversed items only: on three items worded one way a person
        who feels so gives three answers alike, so nobody may be dropped for it. Deviation ÷ (k − 1).
        """
        values = item_values(self._sample, self.items)[1]
        whole = complete_rows(values)
        longest = np.ones(len(values))
        run = np.ones(len(values))
        for item in range(1, len(self.items)):
            run = np.where(values[:, item] == values[:, item - 1], run + 1, 1)
            longest = np.maximum(longest, run)
        spread = np.where(whole, np.nan_to_num(values).std(axis=1, ddof=1), 0.0)
        columns = [(longest == len(self.items)).astype(float), longest, spread]
        labels = pd.DataFrame({"statistic": ["identical", "longest_run", "deviation"]})
        return self._shares(columns, [whole] * 3, labels, rates=(True, False, False))

    @cached_property
    def page_skips(self) -> Estimate:
        """Of those asked anything on each page: complete, partly answered, skipped (a later page is answered), left (none is).

        Raises DesignError without `pages`.
        """
        if not self.pages:
            raise DesignError("estimation.no_pages")
        names = tuple(self.pages)
        places = [[self.items.index(item) for item in self.pages[name]] for name in names]
        asked = np.stack([(self.blank[:, at] >= 0).any(axis=1) for at in places], axis=1)
        some = np.stack([(self.blank[:, at] == 0).any(axis=1) for at in places], axis=1)
        gaps = np.stack([(self.blank[:, at] == 1).any(axis=1) for at in places], axis=1)
        later = np.zeros_like(some)
        later[:, :-1] = np.logical_or.accumulate(some[:, :0:-1], axis=1)[:, ::-1]
        kinds = [some & ~gaps, some & gaps, ~some & later, ~some & ~later]
        columns = [kind[:, page].astype(float) for page in range(len(names)) for kind in kinds]
        labels = pd.DataFrame([(name, kind) for name in names for kind in PAGE], columns=["page", "answered"])
        return self._shares(columns, [asked[:, page] for page in range(len(names)) for _ in PAGE], labels)

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy: item, group, value, se, low, high, df, n of the nonresponse of every item."""
        return self.nonresponse.frame(level).drop(columns=["cv", "deff"])

    def _shares(
        self,
        columns: Sequence[FloatArray],
        inside: Sequence[BoolArray],
        labels: pd.DataFrame,
        rates: Sequence[bool] = (),
    ) -> Estimate:
        """Means of q numbers (n,), each over its own rows, in each domain. rates : which are shares of persons (default all)."""
        size = len(self.groups)
        cells = [np.where(rows, self._member, -1) for rows in inside]
        given = [(cell, column) for cell, column in zip(cells, columns, strict=True)]
        tops = totals_of(self._sample, given, size)
        bottoms = totals_of(self._sample, [(cell, None) for cell in cells], size)
        means = quotient(tops.totals, bottoms.totals)
        n = bottoms.counts.T
        shares = np.tile(list(rates) or [True] * len(columns), size)
        # The domain's degrees of freedom are of those with the item; they differ little, so the widest base stands for all.
        widest = np.where(np.logical_or.reduce(list(inside)), self._member, -1)
        base = Base(self.groups, n.max(axis=1), freedom(self._sample, widest, size), self._basis, self._claimed)
        by_group = [Statistic(means.value[:, g], means.lines[:, :, g], means.replicates) for g in range(size)]
        return carried(
            by_group,
            "mean" if not shares.all() else "proportion",
            base,
            labels,
            limits=rates_or(symmetric, shares, n.ravel()),
            n=n.ravel(),
        )


def response_quality(
    sample: Sample, items: Sequence[str], *, by: By = None, pages: Mapping[str, Sequence[str]] | None = None
) -> ResponseQuality:
    """How the items were answered, in each domain of `by` ("mode" for how people answered).

    items : in the order of the form; a missing value of a DataFrame is a blank, of a survey's folder 無回答 is, and
        非該当 is outside. pages : {page: items of it}, for `.page_skips`.

    A difference between modes people chose themselves is no effect of the mode. Raises DesignError for a page's item unknown.

    >>> ks.response_quality(own, ["a", "b", "c"]).frame()["item"].tolist()
    ['a', 'b', 'c']
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    member, groups = domains(use, by)
    given = {name: tuple(own) for name, own in (pages or {}).items()}
    everything = [*items, *(item for own in given.values() for item in own)]
    if unknown := [name for name in everything if name not in items]:
        raise DesignError("estimation.not_an_item", value=unknown[0], known=", ".join(items))
    blank = np.column_stack([_blank(use, name) for name in items])
    labels = tuple(group.label for group in groups)
    return ResponseQuality(tuple(items), labels, blank, given, use, sample.basis, claims(sample), member)


def _blank(sample: Sample, name: str) -> ByteArray:
    """(n,) 1 no answer, 0 an answer, −1 not asked."""
    if sample.responses is not None:
        state = sample.responses.given(name).state
        return np.where(state == NOT_ASKED, -1, state != ANSWERED).astype(np.int8)
    column = sample.column(name)
    if isinstance(column, Number):
        return np.isnan(column.values).astype(np.int8)
    if isinstance(column, Multiple):
        return np.zeros(len(sample), dtype=np.int8)
    assert isinstance(column, Categorical)
    return (column.codes < 0).astype(np.int8)
