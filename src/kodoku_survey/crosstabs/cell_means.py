"""Means in cells: of a number in every group of a banner, and in every group × answer of a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.crosstabs.crosstab import CrossTab, base_of_rows
from kodoku_survey.crosstabs.published import everybody_of, language_of, rule_for
from kodoku_survey.crosstabs.without_value import left_out_of, who_answered
from kodoku_survey.design import Categorical, Sample
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import expected
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.counting.answers import inside_of, question_of
from kodoku_survey.estimation.counting.by_design import CellTotals, QuestionColumns, cell_totals
from kodoku_survey.estimation.counting.shares_of import share_of, shown
from kodoku_survey.estimation.counting.tabulation import TableAsked, laid_out, table_asked
from kodoku_survey.estimation.domains import centre_of, numbers, variance_of_mean
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import Banners, GroupBand, bands_of, banners_of, groups_in
from kodoku_survey.estimation.nets import Nets, nets_of, with_nets
from kodoku_survey.estimation.statistic import Statistic, quotient, scaled_to
from kodoku_survey.estimation.tally import as_simple_random


def cell_means(
    sample: Sample,
    number: str,
    *,
    by: Banners = (),
    question: str | None = None,
    base: BoolArray | None = None,
    total: str | None = None,
    nonanswer: Literal["in", "out"] = "in",
    nets: Nets | None = None,
) -> CrossTab:
    """Means of a number within the groups of each attribute of `by` and, where `question` is given, of each of its answers.

    Banners, base, total, nonanswer and nets as of `crosstab`; the last column is all answers together. Rows without the number
    are outside. On the basis "unweighted" the error is s²/n. Raises DesignError.

    >>> ks.cell_means(sample, "ucla_score", by="sex").value.round(2).tolist()
    [[4.24], [4.25], [4.22]]
    """
    expected(sample, Sample)
    values, has = numbers(sample, number)
    rows = base_of_rows(sample, base)
    inside = has if rows is None else has & rows
    own, others = nets_of(nets, [banner[0] for banner in banners_of(by) if len(banner) == 1])
    label = everybody_of(sample) if total is None else total
    title = sample.column(number).label
    bands = tuple(bands_of(sample, by, total=label, nets=others))
    asked = Categorical(number, title, np.zeros(len(sample), dtype=np.int8), (number,), (title,))
    table = table_asked(asked, bands, inside)
    keys: tuple[Any, ...] = (number,)
    answers: tuple[str, ...] = (title,)
    told = [(title, has)]
    if question is not None:
        found, places = with_nets(question_of(sample, question), own)
        told.append((found.label, who_answered(found)))
        table = table_asked(found, bands, inside_of(found, inside, nonanswer), nets=places)
        keys, answers = (*found.keys, number), (*found.answers, label or title)
    cells = _MeanCells(sample, table, values, centre_of(sample, values, has), question is not None)
    groups = groups_in(bands)
    labels = [(g.attribute, g.label, answer) for g in groups for answer in answers]
    estimate = cells.estimate(pd.DataFrame(labels, columns=["attribute", "group", "answer"]))
    counts, weighted = cells.heads.astype(np.int64), cells.moments[0]
    return CrossTab(
        question or number, title, groups, answers, keys, None, estimate, counts, counts[:, -1], weighted[:, -1],
        share="mean", rule=rule_for(sample), language=language_of(sample),
        left_out=left_out_of(sample, told, (name for banner in banners_of(by) for name in banner), rows),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _MeanCells:
    """Sums of 1, y and (y − shift)² in the cells of a table, with all answers together as a last column if `whole`."""

    sample: Sample
    table: TableAsked
    values: FloatArray
    shift: float
    whole: bool

    @cached_property
    def _entries(self) -> list[tuple[GroupBand, QuestionColumns, FloatArray | None]]:
        """The columns of each band with the sums of their answers; all answers together are those of the first."""
        counted: list[tuple[QuestionColumns, FloatArray | None]] = [(self.table.columns, self.table.sums)]
        if self.whole:
            counted.append((self.table.columns[:1], np.ones((1, self.table.columns[0].size))))
        return [(band, columns, sums) for band in self.table.bands for columns, sums in counted]

    def _totals(self, sample: Sample, values: FloatArray | None) -> list[CellTotals]:
        pairs = [(columns, band.slots) for band, columns, _ in self._entries]
        found = dict(cell_totals(sample, pairs, values=values, lines=True))
        return [found[place] for place in range(len(pairs))]

    @cached_property
    def _powers(self) -> tuple[list[CellTotals], list[CellTotals], list[CellTotals]]:
        ones, first = self._totals(self.sample, None), self._totals(self.sample, self.values)
        return ones, first, self._totals(self.sample, (self.values - self.shift) ** 2)

    def _laid(self, each: Iterable[FloatArray]) -> FloatArray:
        """(g, a) from what the columns have in each band, (C, A, W)."""
        zipped = zip(each, self._entries, strict=True)
        parts = [
            one[..., band.places + band.slots.outside].reshape(-1, len(band.places)).T for one, (band, _, _) in zipped
        ]
        width = len(parts) // len(self.table.bands)
        return np.vstack([np.hstack(parts[at : at + width]) for at in range(0, len(parts), width)])

    @cached_property
    def heads(self) -> FloatArray:
        sums = [own for _, _, own in self._entries]
        return self._laid(shown(one.heads, own) for one, own in zip(self._powers[0], sums, strict=True))

    @cached_property
    def moments(self) -> list[FloatArray]:
        """Sums of weights times 1, y and the square, each (g, a)."""
        sums = [own for _, _, own in self._entries]
        return [
            self._laid(shown(one.weighted, own) for one, own in zip(power, sums, strict=True)) for power in self._powers
        ]

    def estimate(self, labels: pd.DataFrame) -> Estimate:
        """The g × a means; on the basis "unweighted" with the error s²/n."""
        sample, (weighted, first, second) = self.sample, self.moments
        df = self._laid(
            one.freedom(own, "cell") for one, (_, _, own) in zip(self._powers[0], self._entries, strict=True)
        )
        with np.errstate(all="ignore"):
            value = first / weighted
        simple = variance_of_mean(weighted, first, second, self.shift, self.heads)
        unweighted = sample.basis == "unweighted"
        made = None if unweighted else self._factor(sample)
        # Of equal values the variance is 0, which rounding may put below.
        se = np.sqrt(np.maximum(simple, 0)).ravel() if made is None else standard_errors(made) + 0 * value.ravel()

        def factor() -> FloatArray:
            return scaled_to(self._factor(as_simple_random(sample)), se) if made is None else made

        return Estimate(
            value=value.ravel(),
            se=se,
            kind="mean",
            labels=labels,
            n=self.heads.ravel(),
            degrees_of_freedom=df.ravel(),
            basis=sample.basis,
            make_factor=factor,
            simple=simple.ravel(),
            population=weighted.ravel(),
            claimed=claims(sample),
        )

    def _factor(self, sample: Sample) -> FloatArray:
        """The centred factor (R, g·a) of the means."""
        ones, sums = self._lines(self._totals(sample, None)), self._lines(self._totals(sample, self.values))
        return quotient(sums, ones).factor

    def _lines(self, totals: list[CellTotals]) -> Statistic:
        parts = [
            share_of(one.statistic, own, "count")[..., band.places + band.slots.outside]
            for one, (band, _, own) in zip(totals, self._entries, strict=True)
        ]
        return laid_out(parts, len(self.table.bands))
