"""Cross-tabs: one question by some attributes, as one estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design import Categorical, Multiple, Sample
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.statistic import Statistic, joined, quotient
from kodoku_survey.estimation.tally import freedom, tally, total_of

Share = Literal["row", "count"]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """One line of a cross-tab: the attribute it belongs to ("" = everybody), its keys and its label."""

    attribute: str
    attribute_label: str
    keys: tuple[Any, ...]
    label: str


@dataclass(frozen=True, eq=False)
class CrossTab:
    """Shares of each answer within each group.

    estimate : the g × a estimates, group by group. counts : (g, a) unweighted. n : (g,) unweighted bases.
    weighted_n : (g,) sums of weights (= n on the basis "unweighted").
    """

    question: str
    question_label: str
    groups: tuple[Group, ...]
    answers: tuple[str, ...]
    keys: tuple[Any, ...]
    nonanswer: int | None
    estimate: Estimate
    counts: npt.NDArray[np.int64]
    n: npt.NDArray[np.int64]
    weighted_n: FloatArray
    multiple: bool = False
    reference_base: int = 50

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.groups), len(self.answers)

    @property
    def value(self) -> FloatArray:
        return self.estimate.value.reshape(self.shape)

    @property
    def se(self) -> FloatArray:
        return self.estimate.se.reshape(self.shape)

    def interval(self, level: float = 0.95, method: str | None = None) -> tuple[FloatArray, FloatArray]:
        """Limits (g, a)."""
        low, high = self.estimate.interval(level, method)
        return low.reshape(self.shape), high.reshape(self.shape)

    @cached_property
    def _flags(self) -> list[str]:
        return [
            "nil" if count == 0 else "reference" if n < self.reference_base else ""
            for n, row in zip(self.n, self.counts, strict=True)
            for count in row
        ]

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy: attribute, group, answer, percent, se, low, high (percent), cv, deff, df, n, count, flag."""
        low, high = self.estimate.interval(level)
        estimate, labels = self.estimate, self.estimate.labels
        return labels.assign(
            percent=100 * estimate.value,
            se=100 * estimate.se,
            low=100 * low,
            high=100 * high,
            cv=estimate.cv,
            deff=estimate.deff,
            df=estimate.degrees_of_freedom,
            n=np.repeat(self.n, len(self.answers)),
            count=self.counts.ravel(),
            flag=self._flags,
        )

    def position(self, attribute: str, group: str) -> int:
        """Where a group stands, by its attribute and label ("" and "" for everybody). Raises DesignError."""
        for index, found in enumerate(self.groups):
            if (found.attribute, found.label) == (attribute, group) or (attribute == "" and found.attribute == ""):
                return index
        raise DesignError(
            "estimation.no_group", value=f"{attribute}={group}", known=", ".join(g.label for g in self.groups)
        )

    def to_markdown(self) -> str:
        return self.estimate.to_markdown()

    def _repr_html_(self) -> str:
        return self.estimate._repr_html_()

    def __repr__(self) -> str:
        wide = pd.DataFrame(100 * self.value, columns=list(self.answers), index=[g.label for g in self.groups]).round(1)
        return f"<CrossTab {self.question}, basis {self.estimate.basis}>\n{wide.assign(n=self.n)}"


def crosstab(
    sample: Sample,
    question: str,
    *,
    by: str | Sequence[str | Sequence[str]] = (),
    base: BoolArray | None = None,
    total: str = "全体",
    nonanswer: Literal["in", "out"] = "in",
    interval: str = "logit",
) -> CrossTab:
    """Shares of each answer to `question` within the groups of each attribute of `by`, stacked under everybody.

    by : names; a tuple of names is a nested banner. base : (n,) rows that count at all (集計対象).
    nonanswer : whether 無回答 belongs to the base. An attribute's own 無回答 is no group, but stays in the total.
    Raises DesignError.
    """
    asked = sample.column(question)
    if not isinstance(asked, (Categorical, Multiple)):
        asked = sample.categorical(question)
    banners = [(by,)] if isinstance(by, str) else [(b,) if isinstance(b, str) else tuple(b) for b in by]
    groups = [Group("", "", (), total)] if total else []
    parts = [(np.zeros(len(sample), dtype=np.intp), 1)] if total else []
    for banner in banners:
        member, found = groups_of(sample, banner)
        groups += found
        parts.append((member, len(found)))
    inside = _in_base(asked, base, nonanswer)
    counted = [_count(sample, asked, np.where(inside, member, -1), size) for member, size in parts]
    return _assemble(sample, asked, groups, counted, interval)


def groups_of(sample: Sample, banner: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], list[Group]]:
    """Which group of a banner each respondent belongs to (−1: none shown), and the groups."""
    columns = [sample.categorical(name) for name in banner]
    shown = [[i for i in range(len(c.answers)) if i != c.nonanswer and i not in c.hidden] for c in columns]
    member = np.zeros(len(sample), dtype=np.intp)
    labels: list[tuple[tuple[Any, ...], str]] = [((), "")]
    outside = np.zeros(len(sample), dtype=bool)
    for column, positions in zip(columns, shown, strict=True):
        place = np.full(len(column.answers) + 1, -1, dtype=np.intp)  # last: code −1
        place[positions] = np.arange(len(positions))
        own = place[column.codes]
        outside |= own < 0
        member = member * len(positions) + own
        labels = [
            ((*keys, column.keys[i]), f"{label} {column.answers[i]}".strip())
            for keys, label in labels
            for i in positions
        ]
    name, title = ":".join(banner), "、".join(column.label for column in columns)
    return np.where(outside, -1, member), [Group(name, title, keys, label) for keys, label in labels]


def _in_base(asked: Categorical | Multiple, base: BoolArray | None, nonanswer: str) -> BoolArray:
    if isinstance(asked, Categorical):
        inside = asked.codes >= 0
        silent = asked.codes == asked.nonanswer if asked.nonanswer is not None else np.zeros(len(inside), dtype=bool)
    else:
        inside = asked.ticks[:, 0] >= 0
        silent = (
            asked.ticks[:, asked.nonanswer] == 1 if asked.nonanswer is not None else np.zeros(len(inside), dtype=bool)
        )
    if nonanswer == "out":
        inside = inside & ~silent
    return inside if base is None else inside & base


@dataclass(frozen=True, eq=False)
class _Counted:
    """One banner counted: (g, a + 1) with the base as last column, and the statistic of these totals on demand."""

    weighted: FloatArray
    counts: npt.NDArray[np.int64]
    statistic: Callable[[], Statistic]
    freedom: FloatArray


def _count(sample: Sample, asked: Categorical | Multiple, member: npt.NDArray[np.intp], size: int) -> _Counted:
    """Cells of one banner: answers of each group and its base."""
    answers, df = len(asked.answers), freedom(sample, member, size)
    if isinstance(asked, Categorical):
        counted = tally(sample, np.where(member >= 0, member * answers + asked.codes, -1), size * answers)
        shaped = counted.weighted.reshape(size, answers), counted.counts.reshape(size, answers)

        def single() -> Statistic:
            cells = total_of(sample, counted).reshape(size, answers)
            base = Statistic(
                cells.value.sum(axis=1, keepdims=True), cells.lines.sum(axis=2, keepdims=True), cells.replicates
            )
            return joined([cells, base], axis=1)

        weighted, counts = (np.column_stack([part, part.sum(axis=1)]) for part in shaped)
        return _Counted(weighted, counts, single, df)
    columns = [*(np.where(asked.ticks[:, k] == 1, member, -1) for k in range(answers)), member]
    several = [tally(sample, column, size) for column in columns]

    def each() -> Statistic:
        return joined([total_of(sample, one).reshape(size, 1) for one in several], axis=1)

    return _Counted(
        np.column_stack([one.weighted for one in several]), np.column_stack([one.counts for one in several]), each, df
    )


def _assemble(
    sample: Sample, asked: Categorical | Multiple, groups: list[Group], counted: list[_Counted], interval: str
) -> CrossTab:
    weighted = np.concatenate([part.weighted for part in counted])
    counts = np.concatenate([part.counts for part in counted])
    answers, base = len(asked.answers), weighted[:, -1:]
    with np.errstate(all="ignore"):
        p = weighted[:, :-1] / base
    n = counts[:, -1]

    kept: dict[str, FloatArray] = {}

    def once() -> FloatArray:
        if sample.basis == "unweighted":
            raise DesignError("estimation.no_factor")
        if "factor" not in kept:
            cells = joined([part.statistic() for part in counted])
            kept["factor"] = quotient(cells[:, :-1], cells[:, -1:]).factor
        return kept["factor"]

    with np.errstate(all="ignore"):
        if sample.basis == "unweighted":
            # As the published table of sampling errors: p(1 − p)/n, not n − 1.
            se = np.sqrt(p * (1 - p) / n[:, None])
            simple, df = se.ravel() ** 2, np.repeat(n - 1.0, answers)
        else:
            se = np.sqrt((once() ** 2).sum(axis=0)).reshape(p.shape)
            se = np.where(n[:, None] == 0, np.nan, se)
            simple = (p * (1 - p) / np.maximum(n - 1, 1)[:, None]).ravel()
            df = np.repeat(np.concatenate([part.freedom for part in counted]), answers)
    labels = pd.DataFrame(
        [(g.attribute, g.label, answer) for g in groups for answer in asked.answers],
        columns=["attribute", "group", "answer"],
    )
    estimate = Estimate(
        value=p.ravel(),
        se=se.ravel(),
        kind="proportion",
        labels=labels,
        n=np.repeat(n, answers).astype(float),
        degrees_of_freedom=df,
        basis=sample.basis,
        make_factor=once,
        simple=simple,
        method=interval,
        population=np.repeat(base[:, 0], answers),
    )
    return CrossTab(
        question=asked.name,
        question_label=asked.label,
        groups=tuple(groups),
        answers=asked.answers,
        keys=asked.keys,
        nonanswer=asked.nonanswer,
        estimate=estimate,
        counts=counts[:, :-1],
        n=n,
        weighted_n=base[:, 0],
        multiple=isinstance(asked, Multiple),
    )
