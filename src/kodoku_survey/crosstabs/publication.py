"""Many cross-tabs as one value: figures at once for all of them, each table when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, FloatArray, IntArray
from kodoku_survey.crosstabs.crosstab import CrossTab, as_crosstab
from kodoku_survey.crosstabs.published import PublishedRule
from kodoku_survey.crosstabs.without_value import left_out_of, who_answered
from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.claimed import claims, differences_claimed, to_be_tested
from kodoku_survey.estimation.counting.tabulation import Figures, TableAsked
from kodoku_survey.estimation.hypotheses.independence import Test, second_order
from kodoku_survey.estimation.intervals import check_level, interval
from kodoku_survey.media import Result


@dataclass(frozen=True, eq=False, repr=False)
class CrossTabs(Result, Mapping[tuple[str, str], CrossTab]):
    """Cross-tabs by (question, attribute), in the order they were asked for; a nested attribute is named "a:b".

    All cells at once, table by table and group by group: value, se, n, counts, degrees_of_freedom, limits, frame;
    all tests: statistics, tests. tables : their figures, one by one, in the order of `asked`. method : of the intervals.
    freedom : of the sample, which the tests use.

    >>> made = ks.crosstabs(sample, ["lonely", "partner"], by=["sex"])
    >>> list(made), made.test("lonely", "sex").p_value < 0.05
    ([('lonely', 'sex'), ('partner', 'sex')], False)
    """

    sample: Sample
    asked: Mapping[tuple[str, str], TableAsked]
    tables: tuple[Figures, ...]
    freedom: float
    method: str
    rule: PublishedRule
    _made: dict[tuple[str, str], CrossTab] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.asked)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.asked)

    def __getitem__(self, key: tuple[str, str]) -> CrossTab:
        if key not in self._made:
            made = self.tables[self._places[key]]
            question = self.asked[key].question
            out = left_out_of(self.sample, [(question.label, who_answered(question))], filter(None, key[1].split(":")))
            self._made[key] = replace(as_crosstab(self.sample, self.asked[key], made, self.method), left_out=out)
        return self._made[key]

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        return {key: place for place, key in enumerate(self.asked)}

    @cached_property
    def value(self) -> FloatArray:
        """(N,) the numbers of all tables, one after another."""
        return _joined([one.value for one in self.tables])

    @cached_property
    def se(self) -> FloatArray:
        """(N,) their standard errors; nan of people nobody drew by chance."""
        se = _joined([one.se for one in self.tables])
        return se if claims(self.sample) else np.full(se.shape, np.nan)

    @cached_property
    def counts(self) -> IntArray:
        """(N,) respondents in each cell, unweighted."""
        return _joined([one.counts for one in self.tables]).astype(np.int64)

    @cached_property
    def n(self) -> FloatArray:
        """(N,) the unweighted base of each cell."""
        return _joined([one.n for one in self.tables])

    @cached_property
    def degrees_of_freedom(self) -> FloatArray:
        """(N,) degrees of freedom of each cell."""
        return _joined([one.freedom for one in self.tables])

    @cached_property
    def simple(self) -> FloatArray:
        """Variance under simple random sampling with replacement, for the design effect."""
        with np.errstate(all="ignore"):
            base = self.n if self.sample.basis == "unweighted" else np.maximum(self.n - 1, 1)
            return self.value * (1 - self.value) / base

    def limits(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Low and high limits of every cell, as `CrossTab.interval` gives them."""
        check_level(level)
        if not claims(self.sample):
            return np.full(len(self.value), np.nan), np.full(len(self.value), np.nan)
        own = self.degrees_of_freedom
        df = np.full(len(own), np.inf) if self.sample.basis == "unweighted" else own
        return interval(
            self.value, self.se, df, self.n, kind="proportion", level=level, method=self.method, design_df=own
        )

    @cached_property
    def statistics(self) -> FloatArray:
        """(t, 4) of each table: Rao–Scott F of second order, its degrees of freedom and p; nan where nothing can be tested."""
        if not differences_claimed(self.sample):
            return np.full((len(self.tables), 4), np.nan)
        pearson, trace, square = np.array([one.terms for one in self.tables]).reshape(-1, 3).T
        with np.errstate(all="ignore"):
            return np.column_stack(second_order(pearson, trace, square, self.freedom))

    @property
    def tests(self) -> pd.DataFrame:
        """question, attribute, statistic, df, df_denominator, p_value: `statistics` as a frame."""
        names = pd.DataFrame(list(self.asked), columns=["question", "attribute"])
        figures = pd.DataFrame(self.statistics, columns=["statistic", "df", "df_denominator", "p_value"])
        return pd.concat([names, figures], axis=1)

    def test(self, question: str, attribute: str) -> Test:
        """The test of one table. Raises DesignError where nothing can be tested: one answer, several a person, nobody drawn."""
        to_be_tested(self.sample)
        value, df, below, p_value = map(float, self.statistics[self._places[question, attribute]])
        if np.isnan(value):
            raise DesignError("estimation.one_answer", f"{question} × {attribute}")
        return Test(value, (df, below), p_value)

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy, a line a cell: question, then as `CrossTab.frame`."""
        low, high = self.limits(level)
        rows = [
            (question, group.attribute, group.label, answer)
            for (question, _), one in self.asked.items()
            for group in one.bands[0].groups
            for answer in one.question.answers
        ]
        labels = pd.DataFrame(rows, columns=["question", "attribute", "group", "answer"])
        with np.errstate(all="ignore"):
            cv = np.where(self.value == 0, np.nan, self.se / np.abs(self.value))
            deff = np.where(self.simple > 0, self.se**2 / self.simple, np.nan)
        few = np.where(self.n < self.rule.reference_base, "reference", "")
        return labels.assign(
            percent=100 * self.value,
            se=100 * self.se,
            low=100 * low,
            high=100 * high,
            cv=cv,
            deff=deff,
            df=self.degrees_of_freedom,
            n=self.n.astype(int),
            count=self.counts,
            flag=np.where(self.counts == 0, "nil", few),
        )


def _joined(parts: Sequence[AnyArray]) -> AnyArray:
    return np.concatenate([part.ravel() for part in parts]) if parts else np.zeros(0)
