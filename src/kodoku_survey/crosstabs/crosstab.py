"""Cross-tabs: one question by some attributes, as one estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IntArray
from kodoku_survey.crosstabs.published import PublishedRule, everybody_of, language_of, rule_for
from kodoku_survey.crosstabs.without_value import LeftOut, left_out_of, who_answered
from kodoku_survey.design import Categorical, Multiple, Sample, domain
from kodoku_survey.errors import DesignError, DidYouMean, Language, expected
from kodoku_survey.estimation.counting.answers import inside_of, question_of
from kodoku_survey.estimation.counting.shares_of import SHARES_OF, ShareOf
from kodoku_survey.estimation.counting.tabulation import Figures, TableAsked, estimate_of, table_asked, tabulated
from kodoku_survey.estimation.estimate import Compared, Estimate
from kodoku_survey.estimation.groups import Banners, Group, bands_of, banners_of, groups_in
from kodoku_survey.estimation.intervals import METHODS, check_option
from kodoku_survey.estimation.nets import Nets, nets_of, with_nets
from kodoku_survey.media import Result


@dataclass(frozen=True, eq=False, repr=False)
class CrossTab(Result):
    """Shares of each answer within each group (or of the answer, of everybody; or counts; or means in the cells).

    estimate : the g × a estimates, group by group. counts : (g, a) unweighted. n : (g,) unweighted bases.
    weighted_n : (g,) sums of weights (= n on the basis "unweighted"). scale : keys that are steps of one scale, in order.
    rule : of the published report, or of the folder. share : what the estimates are shares of. nets : places of the answers
        that put others together. left_out : people without a value in anyone's own data, who are not counted.

    >>> tab.shape, [group.label for group in tab.groups]
    ((3, 5), ['全体', '女性', '男性'])
    """

    MADE_BY: ClassVar[str] = "ks.crosstab(sample, question, by=…)"

    question: str
    question_label: str
    groups: tuple[Group, ...]
    answers: tuple[str, ...]
    keys: tuple[Any, ...]
    nonanswer: int | None
    estimate: Estimate
    counts: IntArray
    n: IntArray
    weighted_n: FloatArray
    multiple: bool = False
    rule: PublishedRule = field(default_factory=rule_for)
    share: ShareOf | Literal["mean", "quantile"] = "row"
    nets: tuple[int, ...] = ()
    scale: tuple[Any, ...] = ()
    language: Language | None = None  # of its survey
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def shape(self) -> tuple[int, int]:
        """Groups g and answers k."""
        return len(self.groups), len(self.answers)

    @property
    def reference_base(self) -> int:
        """Fewer respondents than these are for reference only."""
        return self.rule.reference_base

    @property
    def value(self) -> FloatArray:
        """(g, k) shares or counts."""
        return self.estimate.value.reshape(self.shape)

    @property
    def se(self) -> FloatArray:
        """(g, k) standard errors."""
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

    def frame(self, level: float = 0.95, *, compared: Compared = "with_replacement") -> pd.DataFrame:
        """Tidy: attribute, group, answer, percent, se, low, high (percent), interval, cv, deff, df, n, count, flag.

        Counts and means have `value` instead of `percent`, in their own unit.
        """
        return self.estimate.frame(level, compared=compared).assign(count=self.counts.ravel(), flag=self._flags)

    def position(self, attribute: str, group: str) -> int:
        """Where a group stands, by its attribute and label ("" and "" for everybody). Raises DesignError."""
        for index, found in enumerate(self.groups):
            if (found.attribute, found.label) == (attribute, group) or (attribute == "" and found.attribute == ""):
                return index
        known = tuple(f"{g.attribute}={g.label}" if g.attribute else g.label for g in self.groups)
        value = f"{attribute}={group}"
        raise DesignError("estimation.no_group", value=value, hint=DidYouMean(value, known), known=", ".join(known))


def crosstab(
    sample: Sample,
    question: str | Sequence[str],
    *,
    by: Banners = (),
    base: BoolArray | None = None,
    total: str | None = None,
    nonanswer: Literal["in", "out"] = "in",
    share: ShareOf = "row",
    nets: Nets | None = None,
    interval: str = "logit",
) -> CrossTab:
    """Shares of each answer to `question` within the groups of each attribute of `by`, stacked under everybody.

    question : a name, or the 0/1 columns of a multiple-answer question. by : names; a tuple of names is a nested banner.
    base : (n,) rows that count at all (集計対象), or a query as of `domain`.
    total : what the line of everybody is called; "" for none.
    nonanswer : whether 無回答 belongs to the base. An attribute's own 無回答 is no group, but stays in the total.
    share : "row" of the group; "column" of everybody who gave the answer; "total" of everybody; "count" the number of persons
        in the population.
    nets : answers put together as further answers, {"ある": [3, 4, 5]} by key or label, and groups of an attribute put
        together as further groups, {"age_class": {"65歳以上": [7, 8]}}.
    Raises DesignError, UsageError.

    >>> tab = ks.crosstab(sample, "lonely", by="sex", nets={"often": [1, 2]})
    >>> tab.frame().query("answer == 'often'")["percent"].round(1).tolist()
    [33.6, 32.7, 34.8]
    """
    expected(sample, Sample)
    wanted = TableWanted(question, by, base, total, nonanswer, share, nets)
    return tables_of(sample, [wanted], interval=interval)[0]


@dataclass(frozen=True, eq=False)
class TableWanted:
    """One table of many that are counted together; its fields are the arguments of `crosstab`."""

    question: str | Sequence[str]
    by: Banners = ()
    base: BoolArray | None = None
    total: str | None = None
    nonanswer: Literal["in", "out"] = "in"
    share: ShareOf = "row"
    nets: Nets | None = None


def tables_of(
    sample: Sample, wanted: Sequence[TableWanted], *, interval: str = "logit", keep: int = 0
) -> list[CrossTab]:
    """Every table wanted, counted together in one pass; keep as of `tabulated`. Raises DesignError, UsageError."""
    check_option("interval", interval, METHODS)
    asked = [_asked(sample, one) for one in wanted]
    made = tabulated(sample, [table for table, _ in asked], keep=keep)
    return [
        replace(as_crosstab(sample, table, figures, interval, nets), left_out=_left_out(sample, one, table))
        for one, (table, nets), figures in zip(wanted, asked, made, strict=True)
    ]


def _left_out(sample: Sample, wanted: TableWanted, table: TableAsked) -> LeftOut:
    answered = [(table.question.label, who_answered(table.question))]
    names = (name for banner in banners_of(wanted.by) for name in banner)
    return left_out_of(sample, answered, names, base_of_rows(sample, wanted.base))


def _asked(sample: Sample, wanted: TableWanted) -> tuple[TableAsked, tuple[int, ...]]:
    """The table with the places of its nets."""
    check_option("share", wanted.share, SHARES_OF)
    if wanted.share == "count" and sample.basis == "unweighted":
        raise DesignError("estimation.no_total")
    found = question_of(sample, wanted.question)
    own, others = nets_of(wanted.nets, [banner[0] for banner in banners_of(wanted.by) if len(banner) == 1])
    found, places = with_nets(found, own)
    label = everybody_of(sample) if wanted.total is None else wanted.total
    bands = bands_of(sample, wanted.by, total=label, nets=others)
    inside = inside_of(found, base_of_rows(sample, wanted.base), wanted.nonanswer)
    return table_asked(found, bands, inside, share=wanted.share, nets=places), tuple(places)


def base_of_rows(sample: Sample, base: Any) -> BoolArray | None:
    """(n,) rows that count, of a mask or a query as `domain` takes them. Raises DesignError."""
    if base is None or (isinstance(base, np.ndarray) and base.dtype == bool and len(base) == len(sample)):
        return base
    return domain(replace(sample, within=None), base).within


def as_crosstab(
    sample: Sample, table: TableAsked, made: Figures, interval: str, nets: tuple[int, ...] = ()
) -> CrossTab:
    """A table that was counted, as a value."""
    asked = table.question
    return CrossTab(
        question=asked.name,
        question_label=asked.label,
        groups=groups_in(table.bands),
        answers=asked.answers,
        keys=asked.keys,
        nonanswer=asked.nonanswer,
        estimate=estimate_of(sample, table, made, interval),
        counts=made.counts.astype(np.int64),
        n=made.group_n[:, 0].astype(np.int64),
        weighted_n=made.group_weight[:, 0],
        multiple=isinstance(asked, Multiple),
        rule=rule_for(sample),
        share=table.share,
        nets=nets,
        scale=asked.scale if isinstance(asked, Categorical) else (),
        language=language_of(sample),
    )
