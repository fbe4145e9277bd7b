"""Many cross-tabs as one value: figures at once for all of them, each table when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design import Categorical, Multiple, Sample
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.crosstab import CrossTab, Group, crosstab
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.independence import Test, second_order
from kodoku_survey.estimation.intervals import interval


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
    counts: npt.NDArray[np.int64]
    n: npt.NDArray[np.int64]
    weighted_n: FloatArray
    freedom: FloatArray
    terms: FloatArray

    @property
    def attribute(self) -> str:
        return ":".join(self.banner)


@dataclass(frozen=True, eq=False)
class CrossTabs(Mapping[tuple[str, str], CrossTab]):
    """Cross-tabs by (question, attribute), in the order they were asked for.

    Arrays of all cells, table by table and group by group: value, se, n, degrees_of_freedom, `limits(level)`; all tests: `tests`.
    freedom : degrees of freedom of the sample, which the tests use.
    """

    sample: Sample
    method: str
    tables: tuple[Tabulated, ...]
    freedom: float
    _made: dict[tuple[str, str], CrossTab] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._places)

    def __getitem__(self, key: tuple[str, str]) -> CrossTab:
        if key not in self._made:
            self._made[key] = self._table(self.tables[self._places[key]])
        return self._made[key]

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        return {(one.question.name, one.attribute): place for place, one in enumerate(self.tables)}

    @cached_property
    def value(self) -> FloatArray:
        return self._all([one.value for one in self.tables])

    @cached_property
    def se(self) -> FloatArray:
        return self._all([one.se for one in self.tables])

    @cached_property
    def n(self) -> FloatArray:
        return self._all([np.repeat(one.n.astype(float), one.value.shape[1]) for one in self.tables])

    @cached_property
    def degrees_of_freedom(self) -> FloatArray:
        return self._all([np.repeat(one.freedom, one.value.shape[1]) for one in self.tables])

    @staticmethod
    def _all(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
        return np.concatenate([part.ravel() for part in parts]) if parts else np.zeros(0)

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
        names = pd.DataFrame(
            [(one.question.name, one.attribute) for one in self.tables], columns=["question", "attribute"]
        )
        return names.assign(
            **dict(zip(("statistic", "df", "df_denominator", "p_value"), self.statistics.T, strict=True))
        )

    def test(self, question: str, attribute: str) -> Test:
        """The test of one table. Raises DesignError where there is nothing to test: one answer, or several a person."""
        value, df, below, p_value = map(float, self.statistics[self._places[question, attribute]])
        if np.isnan(value):
            raise DesignError("estimation.one_answer", f"{question} × {attribute}")
        return Test(value, (df, below), p_value)

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy, one line a cell: question, attribute, group, answer, percent, se, low, high (percent), cv, deff, df, n, count."""
        low, high = self.limits(level)
        labels = [
            (one.question.name, one.attribute, group.label, answer)
            for one in self.tables
            for group in one.groups
            for answer in one.question.answers
        ]
        with np.errstate(all="ignore"):
            cv = np.where(self.value == 0, np.nan, self.se / self.value)
            simple = self.value * (1 - self.value) / self._simple_base
            deff = np.where(simple > 0, self.se**2 / simple, np.nan)
        return pd.DataFrame(labels, columns=["question", "attribute", "group", "answer"]).assign(
            percent=100 * self.value,
            se=100 * self.se,
            low=100 * low,
            high=100 * high,
            cv=cv,
            deff=deff,
            df=self.degrees_of_freedom,
            n=self.n.astype(int),
            count=self._all([one.counts for one in self.tables]),
        )

    @property
    def _simple_base(self) -> FloatArray:
        return self.n if self.sample.basis == "unweighted" else np.maximum(self.n - 1, 1)

    def _alone(self, one: Tabulated) -> CrossTab:
        return crosstab(
            self.sample, one.question.name, by=[one.banner] if one.banner else (), total="" if one.banner else "全体"
        )

    def _table(self, one: Tabulated) -> CrossTab:
        answers, question = one.value.shape[1], one.question
        p, n = one.value.ravel(), np.repeat(one.n.astype(float), answers)
        below = n if self.sample.basis == "unweighted" else np.maximum(n - 1, 1)
        labels = [(g.attribute, g.label, answer) for g in one.groups for answer in question.answers]
        with np.errstate(all="ignore"):
            simple = p * (1 - p) / below
        estimate = Estimate(
            value=p,
            se=one.se.ravel(),
            kind="proportion",
            labels=pd.DataFrame(labels, columns=["attribute", "group", "answer"]),
            n=n,
            degrees_of_freedom=np.repeat(one.freedom, answers),
            basis=self.sample.basis,
            # Covariances between cells are seldom asked for: the table is counted again for them.
            make_factor=lambda: self._alone(one).estimate.factor,
            simple=simple,
            method=self.method,
            population=np.repeat(one.weighted_n, answers),
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
