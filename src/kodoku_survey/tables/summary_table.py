"""The summary table of a paper ("table 1"): variables of every kind by the groups of an attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Multiple, Number, Sample
from kodoku_survey.errors import Language, UsageError, expected, user_language
from kodoku_survey.estimation.counting.answers import question_of
from kodoku_survey.estimation.domains import domains
from kodoku_survey.estimation.groups import Group, banners_of
from kodoku_survey.estimation.hypotheses.adjustment import ADJUSTMENTS, Adjustment, adjusted
from kodoku_survey.estimation.intervals import check_option
from kodoku_survey.estimation.tally import tally
from kodoku_survey.media import Result
from kodoku_survey.tables import summary_text
from kodoku_survey.tables.claims import undrawn_line
from kodoku_survey.tables.summary_rows import (
    Columns,
    OneDivision,
    SummaryRow,
    SummaryStatistic,
    number_rows,
    share_rows,
)
from kodoku_survey.tables.words import words
from kodoku_survey.vocabulary import Basis

SummaryColumn = Literal["overall", "p", "adjusted_p", "difference"]
SUMMARY_COLUMNS: tuple[SummaryColumn, ...] = ("overall", "p", "adjusted_p", "difference")
STATISTICS: tuple[SummaryStatistic, ...] = ("mean", "median")


@dataclass(frozen=True, eq=False, repr=False)
class SummaryTable(Result):
    """Rows of variables, columns of groups, everybody first.

    groups : their labels. n, weighted_n : (g,) respondents, and the persons they stand for. columns : which are shown beside
    the groups. decimals : of what is printed; numbers keep their precision. undrawn : of people nobody drew by chance, what the
    figures are; nothing is tested then.

    >>> ks.summary_table(own, ["job", "hours"], by="sex").frame()["variable"].unique().tolist()
    ['job', 'hours']
    """

    title: str
    groups: tuple[str, ...]
    n: FloatArray
    weighted_n: FloatArray
    rows: tuple[SummaryRow, ...]
    columns: tuple[SummaryColumn, ...]
    adjustment: Adjustment
    basis: Basis
    decimals: int
    language: Language
    undrawn: str = ""

    def frame(self) -> pd.DataFrame:
        """Tidy, a row a line and group: variable, label, item, statistic, group, value (percent of shares), se, sd, q1, q3, count
        (respondents), n (of the base), test, p, adjusted_p, difference."""
        records = [record for row in self.rows if row.kind != "head" for record in self._records(row)]
        return pd.DataFrame(records)

    def _records(self, row: SummaryRow) -> list[dict[str, Any]]:
        found = []
        head = next(one for one in self.rows if one.kind == "head" and one.variable == row.variable)
        tested = row if row.test or row.kind in ("mean", "median", "missing") else head
        for place in self._shown:
            told = dict.fromkeys(("value", "se", "sd", "q1", "q3"), np.nan)
            names = {"share": ("value", "se"), "mean": ("value", "sd", "se"), "median": ("value", "q1", "q3")}
            told |= dict(zip(names.get(row.kind, ()), row.numbers[place].tolist(), strict=True))
            if row.kind == "share":
                told |= {"value": 100 * told["value"], "se": 100 * told["se"]}
            if self.undrawn:
                told["se"] = np.nan
            found.append(
                {"variable": row.variable, "label": row.label, "item": row.item, "statistic": row.kind,
                 "group": self.groups[place], **told, "count": int(row.counts[place]), "n": int(row.n[place]),
                 "test": tested.test, "p": tested.p, "adjusted_p": tested.adjusted_p, "difference": tested.difference}
            )  # fmt: skip
        return found

    @property
    def _shown(self) -> list[int]:
        """Places of the groups shown: all, or without everybody."""
        return [k for k in range(len(self.groups)) if k or "overall" in self.columns or len(self.groups) == 1]

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands above each column of the printed table."""
        said, shown = words(self.language), self._shown
        counts = [
            said["summary_head"].format(n=f"{self.n[k]:,.0f}", weighted=f"{self.weighted_n[k]:,.0f}") for k in shown
        ]
        if self.basis == "unweighted":
            counts = [f"n={self.n[k]:,.0f}" for k in shown]
        groups = [f"{self.groups[k]}\n{count}" for k, count in zip(shown, counts, strict=True)]
        return ("", *groups, *(said[f"summary_{name}"] for name in self._beside))

    @property
    def _beside(self) -> list[SummaryColumn]:
        return [name for name in self.columns if name != "overall" and len(self.groups) > 2]

    def lines(self) -> list[summary_text.PrintedLine]:
        """The printed lines: a label, whether it belongs to the one above it, and a text for every column."""
        said = words(self.language)
        exact = self.basis == "unweighted"
        return [
            summary_text.line(row, self._shown, self._beside, self.decimals, said, exact=exact) for row in self.rows
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the table must say of itself: the basis, what the cells are, the tests."""
        said = words(self.language)
        basis = self.undrawn or said[f"basis_{self.basis}"]
        return summary_text.notes(self.rows, self._beside, self.adjustment, basis, said)


def summary_table(
    sample: Sample,
    variables: Sequence[str | Sequence[str]],
    *,
    by: str | tuple[str, ...] | None = None,
    statistics: Sequence[SummaryStatistic] = STATISTICS,
    categorical: Sequence[str] = (),
    columns: Sequence[SummaryColumn] = SUMMARY_COLUMNS,
    adjustment: Adjustment = "holm",
    nonanswer: Literal["in", "out"] = "in",
    labels: Mapping[str, str] | None = None,
    title: str = "",
    decimals: int = 1,
    language: Language | None = None,
) -> SummaryTable:
    """Table 1 of a paper: every variable overall and in each group of `by`, with tests that fit the design.

    variables : names; the 0/1 columns of a multiple-answer question of a DataFrame as a list within the list.
    by : an attribute; a tuple of names nests them. Its 無回答 is no group, but stays in the column of everybody.
    statistics : of numbers: "mean" with the standard deviation, "median" with the quartiles. categorical : numbers of a
        DataFrame to be taken as answers. nonanswer : whether 無回答 belongs to the base of a question.
    columns : "overall", "p" (answers: Rao–Scott F; means: Wald F; medians: the design-based rank test), "adjusted_p" over all the
        table's tests by `adjustment`, "difference" the largest standardised difference of two groups.
    labels : of variables and of joined columns, instead of their own. language : of the words; default the survey's.

    Percentages are weighted, counts in parentheses are respondents. Source: Lumley & Scott (2013), Biometrika 100 (ranks); Rao &
    Scott (1984), Ann. Statist. 12; Yang & Dalton (2012), SAS Global Forum 335 (differences).
    Raises DesignError for a name nobody knows, UsageError for an unknown option or a list in `by`.

    >>> table = ks.summary_table(own, ["job", "hours"], by="sex")
    >>> len(table.to_markdown().splitlines()) > 5
    True
    """
    expected(sample, Sample)
    check_option("adjustment", adjustment, ADJUSTMENTS)
    for statistic in statistics:
        check_option("statistics", statistic, STATISTICS)
    for column in columns:
        check_option("columns", column, SUMMARY_COLUMNS)
    if isinstance(variables, str) or not variables:
        raise UsageError("tables.no_variables", "variables")
    spoken = language or (sample.responses.survey.settings.identity.lang if sample.responses else user_language())
    banner, names, counts, weighted, made = _columns(sample, by)
    rows: list[SummaryRow] = []
    for given in variables:
        rows += _rows(sample, given, made, statistics, categorical, dict(labels or {}), nonanswer)
    undrawn = undrawn_line(sample, words(spoken))
    if undrawn:
        rows = [replace(row, p=float("nan"), test="") for row in rows]
        columns = [one for one in columns if one not in ("p", "adjusted_p")]
    p = adjusted(np.array([row.p for row in rows]), adjustment)
    rows = [replace(row, adjusted_p=float(value)) for row, value in zip(rows, p, strict=True)]
    said = words(spoken)
    return SummaryTable(
        title=title or said["summary_title_by" if banner else "summary_title"].format(attribute=banner.removesuffix("別")),
        groups=(said["total"], *names),
        n=counts,
        weighted_n=weighted,
        rows=tuple(rows),
        columns=tuple(one for one in SUMMARY_COLUMNS if one in columns and (adjustment, one) != ("none", "adjusted_p")),
        adjustment=adjustment,
        basis=sample.basis,
        decimals=decimals,
        language=spoken,
        undrawn=undrawn,
    )  # fmt: skip


def _columns(sample: Sample, by: OneDivision) -> tuple[str, list[str], FloatArray, FloatArray, Columns]:
    """What `by` is called, its groups, respondents and weights of everybody and of each, and the columns themselves."""
    everybody = np.zeros(len(sample), dtype=np.intp)
    parts = [tally(sample, everybody, 1)]
    banner: tuple[str, ...] = ()
    member, groups = everybody - 1, list[Group]()
    if by is not None:
        member, groups = domains(sample, by)
        banner = banners_of(by)[0]
        parts.append(tally(sample, member, len(groups)))
    counts = np.concatenate([part.counts for part in parts]).astype(float)
    weighted = np.concatenate([part.weighted for part in parts])
    title = groups[0].attribute_label if groups else ""
    made = Columns(banner or None, member, len(groups), counts)
    return title, [group.label for group in groups], counts, weighted, made


def _rows(
    sample: Sample, given: str | Sequence[str], columns: Columns, statistics: Sequence[SummaryStatistic],
    categorical: Sequence[str], labels: Mapping[str, str], nonanswer: Literal["in", "out"],
) -> list[SummaryRow]:  # fmt: skip
    if isinstance(given, str) and isinstance(sample.column(given), Number) and given not in categorical:
        return number_rows(sample, given, columns, labels.get(given, sample.column(given).label), statistics)
    asked = question_of(sample, given)
    label = labels.get(asked.name, asked.label)
    rows = share_rows(sample, asked, given, columns, label, nonanswer)
    if isinstance(asked, Multiple):  # the columns of a DataFrame have names of their own
        return [replace(row, item=labels.get(row.item, row.item)) for row in rows]
    return rows
