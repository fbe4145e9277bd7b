"""Many cross-tabs as one value: figures at once for all of them, each table when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, FloatArray, IntArray
from kodoku_survey.crosstabs.crosstab import CrossTab, Group, crosstab
from kodoku_survey.design import Categorical, Multiple, Sample
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.independence import Test, second_order
from kodoku_survey.estimation.intervals import interval

LABELS = ["attribute", "group", "answer"]


@dataclass(frozen=True, eq=False)
class Tabulated:
    """The figures of one table: (g, a) value, se, counts; (g,) n, weighted_n, freedom.

    terms : (3,) Pearson's distance, tr Δ and tr Δ² of its test; nan where nothing can be tested, as with multiple answers.
    """

    question: Categorical | Multiple
    banner: tuple[str, ...]
    groups: tuple[Group, ...]
    value: FloatArray
    se: FloatArray
    counts: IntArray
    n: IntArray
    weighted_n: FloatArray
    freedom: FloatArray
    terms: FloatArray

    @property
    def attribute(self) -> str:
        return ":".join(self.banner)

    @property
    def labels(self) -> pd.DataFrame:
        """attribute, group, answer of each cell, group by group."""
        rows = [(group.attribute, group.label, answer) for group in self.groups for answer in self.question.answers]
        return pd.DataFrame(rows, columns=LABELS)


@dataclass(frozen=True, eq=False, repr=False)
class CrossTabs(Mapping[tuple[str, str], CrossTab]):
    """Cross-tabs by (question, attribute), in the order they were asked for; a nested attribute is named "a:b".

    All cells at once, table by table and group by group: value, se, n, counts, degrees_of_freedom, limits, frame;
    all tests: statistics, tests. method, nonanswer : as in `crosstab`. freedom : of the sample, which the tests use.
    """

    sample: Sample
    tables: tuple[Tabulated, ...]
    freedom: float
    method: str = "logit"
    nonanswer: Literal["in", "out"] = "in"
    _made: dict[tuple[str, str], CrossTab] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._places)

    def __getitem__(self, key: tuple[str, str]) -> CrossTab:
        if key not in self._made:
            self._made[key] = self._table(self._places[key])
        return self._made[key]

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        return {(one.question.name, one.attribute): place for place, one in enumerate(self.tables)}

    @cached_property
    def value(self) -> FloatArray:
        return _joined([one.value for one in self.tables])

    @cached_property
    def se(self) -> FloatArray:
        return _joined([one.se for one in self.tables])

    @cached_property
    def counts(self) -> IntArray:
        return _joined([one.counts for one in self.tables])

    @cached_property
    def n(self) -> FloatArray:
        return _joined([np.repeat(one.n.astype(float), one.value.shape[1]) for one in self.tables])

    @cached_property
    def degrees_of_freedom(self) -> FloatArray:
        return _joined([np.repeat(one.freedom, one.value.shape[1]) for one in self.tables])

    @cached_property
    def simple(self) -> FloatArray:
        """Variance under simple random sampling with replacement, for the design effect."""
        with np.errstate(all="ignore"):
            base = self.n if self.sample.basis == "unweighted" else np.maximum(self.n - 1, 1)
            return self.value * (1 - self.value) / base

    def limits(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Low and high limits of every cell, as `CrossTab.interval` gives them."""
        own = self.degrees_of_freedom
        df = np.full(len(own), np.inf) if self.sample.basis == "unweighted" else own
        return interval(
            self.value, self.se, df, self.n, kind="proportion", level=level, method=self.method, design_df=own
        )

    @cached_property
    def statistics(self) -> FloatArray:
        """(t, 4) of each table: Rao–Scott F of second order, its degrees of freedom and p; nan where nothing can be tested."""
        pearson, trace, square = np.array([one.terms for one in self.tables]).reshape(-1, 3).T
        with np.errstate(all="ignore"):
            return np.column_stack(second_order(pearson, trace, square, self.freedom))

    @property
    def tests(self) -> pd.DataFrame:
        """question, attribute, statistic, df, df_denominator, p_value: `statistics` as a frame."""
        names = pd.DataFrame(list(self._places), columns=["question", "attribute"])
        figures = pd.DataFrame(self.statistics, columns=["statistic", "df", "df_denominator", "p_value"])
        return pd.concat([names, figures], axis=1)

    def test(self, question: str, attribute: str) -> Test:
        """The test of one table. Raises DesignError where there is nothing to test: one answer, or several a person."""
        value, df, below, p_value = map(float, self.statistics[self._places[question, attribute]])
        if np.isnan(value):
            raise DesignError("estimation.one_answer", f"{question} × {attribute}")
        return Test(value, (df, below), p_value)

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy, a line a cell: question, then as `CrossTab.frame`."""
        low, high = self.limits(level)
        named = [one.labels.assign(question=one.question.name) for one in self.tables]
        labels = pd.concat(named, ignore_index=True) if named else pd.DataFrame(columns=["question", *LABELS])
        with np.errstate(all="ignore"):
            cv = np.where(self.value == 0, np.nan, self.se / np.abs(self.value))
            deff = np.where(self.simple > 0, self.se**2 / self.simple, np.nan)
        few = np.where(self.n < CrossTab.reference_base, "reference", "")
        return labels[["question", *LABELS]].assign(
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

    def __repr__(self) -> str:
        return f"<CrossTabs: {len(self)} tables, basis {self.sample.basis}>\n{self.tests.to_string(index=False, max_rows=12)}"

    def _table(self, place: int) -> CrossTab:
        one, at = self.tables[place], sum(one.value.size for one in self.tables[:place])
        question, cells = one.question, slice(at, at + one.value.size)
        estimate = Estimate(
            value=self.value[cells],
            se=self.se[cells],
            kind="proportion",
            labels=one.labels,
            n=self.n[cells],
            degrees_of_freedom=self.degrees_of_freedom[cells],
            basis=self.sample.basis,
            make_factor=lambda: self._again(one).estimate.factor,
            simple=self.simple[cells],
            method=self.method,
            population=np.repeat(one.weighted_n, one.value.shape[1]),
        )
        return CrossTab(
            question=question.name,
            question_label=question.label,
            groups=one.groups,
            answers=question.answers,
            keys=question.keys,
            nonanswer=question.nonanswer,
            estimate=estimate,
            counts=one.counts,
            n=one.n,
            weighted_n=one.weighted_n,
            multiple=isinstance(question, Multiple),
        )

    def _again(self, one: Tabulated) -> CrossTab:
        """Covariances between cells are seldom asked for: the table is counted again for them."""
        by, total = ([one.banner], "") if one.banner else ([], "全体")
        return crosstab(self.sample, one.question.name, by=by, total=total, nonanswer=self.nonanswer)


def _joined(parts: Sequence[AnyArray]) -> AnyArray:
    return np.concatenate([part.ravel() for part in parts]) if parts else np.zeros(0)
