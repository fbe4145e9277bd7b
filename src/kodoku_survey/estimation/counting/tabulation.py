"""Tables counted, as many as are asked for in a pass: shares of every cell with their error, and the covariance on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design import Categorical, Sample
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.counting.answers import Question, inside_of, question_of
from kodoku_survey.estimation.counting.by_design import CellTotals, QuestionColumns, cell_totals
from kodoku_survey.estimation.counting.passes import Slots, slots
from kodoku_survey.estimation.counting.shares_of import (
    ShareOf,
    base_of,
    errors_from,
    errors_of,
    errors_of_persons,
    share_of,
    shown,
)
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import Banners, GroupBand, bands_of, banners_of, groups_in
from kodoku_survey.estimation.hypotheses.independence import second_order_terms
from kodoku_survey.estimation.intervals import METHODS, check_option
from kodoku_survey.estimation.statistic import Statistic, joined, scaled_to
from kodoku_survey.estimation.tally import as_simple_random

TESTED_TOGETHER = 1 << 16  # numbers in the covariances of tests made together, at most: they stay in the cache


@dataclass(frozen=True, eq=False)
class TableAsked:
    """A question by bands of groups, and shares of what.

    columns : what is counted: a single answer is one column; of several answers each is one, of the slots no and yes.
    sums : (A, K) what each answer shown adds up of a column's; None where each is itself.
    """

    question: Question
    bands: tuple[GroupBand, ...]
    columns: QuestionColumns
    sums: FloatArray | None
    share: ShareOf

    @property
    def pairs(self) -> list[tuple[QuestionColumns, Slots]]:
        """What is to be counted: the columns in every band."""
        return [(self.columns, band.slots) for band in self.bands]


def table_asked(
    question: Question,
    bands: Sequence[GroupBand],
    inside: BoolArray | None = None,
    *,
    share: ShareOf = "row",
    nets: Mapping[int, tuple[int, ...]] | None = None,
) -> TableAsked:
    """A question with its nets {place: places put together} by bands, of those inside (n,), None for everybody."""
    single = isinstance(question, Categorical)
    own = len(question.answers) - len(nets or {})
    each = (
        [question.codes] if isinstance(question, Categorical) else [np.ascontiguousarray(t) for t in question.ticks.T]
    )
    counted = each if inside is None else [np.where(inside, codes, -1) for codes in each]
    columns = tuple(slots(codes, own if single else 2) for codes in counted)
    sums = None if single else np.array([[0.0, 1.0]])
    if single and nets:
        sums = np.vstack([np.eye(own), np.zeros((len(nets), own))])
        for place, parts in nets.items():
            sums[place, list(parts)] = 1
    return TableAsked(question, tuple(bands), columns, sums, share)


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of a table, (g, a): value, se, heads, base in heads and in weights, degrees of freedom; of the groups (g, 1).

    terms : (1, 3) what the test of independence is made of, see `second_order_terms`; nan where nothing was to be tested.
    shares : the cells with the lines of their error, where these were to be kept.
    """

    value: FloatArray
    se: FloatArray
    counts: FloatArray
    n: FloatArray
    base: FloatArray
    freedom: FloatArray
    group_n: FloatArray
    group_weight: FloatArray
    terms: FloatArray
    shares: Statistic | None = None


def tabulated(sample: Sample, tables: Sequence[TableAsked], *, tests: bool = False, keep: int = 0) -> list[Figures]:
    """The figures of every table, all counted together; with the terms of their tests where these are wanted.

    keep : bytes of lines that may be kept for covariances, which are then had without counting again.
    """
    asked = [(table, band) for table in tables for band in table.bands]
    found: dict[int, Figures] = {}
    kept = 0
    terms = _Terms(np.full((len(asked), 3), np.nan))
    with np.errstate(all="ignore"):  # a group nobody belongs to has no shares
        for place, cells in cell_totals(sample, [pair for table in tables for pair in table.pairs]):
            tested = tests and asked[place][0].sums is None
            lines = kept < keep and sample.basis != "unweighted" and not cells.of_persons
            found[place] = made = _figures(
                cells, *asked[place], terms.of[place : place + 1], tested=tested, lines=lines
            )
            kept += 0 if made.shares is None else made.shares.lines.nbytes
            if tested:
                terms.take(place, cells)
            del cells  # let go before the next is counted: it finds the cache its own
        terms.flush()
    each = iter(found[place] for place in range(len(asked)))
    return [_stacked([next(each) for _ in table.bands]) for table in tables]


def _figures(
    cells: CellTotals, table: TableAsked, band: GroupBand, terms: FloatArray, *, tested: bool, lines: bool
) -> Figures:
    """A question in the groups of a band. tested : the covariance of its totals is made anyway. lines : are kept."""
    sums, share, outside = table.sums, table.share, cells.banding.outside
    first = outside if share == "row" else 0  # shares of everybody are of those in no group as well
    heads, weighted = cells.heads[..., first:], cells.weighted[..., first:]
    top, base = shown(weighted, sums), base_of(weighted, sums, share)
    n, df = base_of(heads, sums, share), cells.freedom(sums, share)
    value = top if share == "count" else top / base
    shares = share_of(cells.statistic[..., first:], sums, share) if lines else None
    if cells.sample.basis == "unweighted":
        se = np.sqrt(value * (1 - value) / n)  # as in the published table of sampling errors: n, not n − 1
    elif cells.of_persons:
        each = (errors_of_persons(*cells.gram(c, first), one, sums, share) for c, one in enumerate(weighted))
        se = np.stack(list(each))
    elif shares is not None:
        se = standard_errors(shares.factor).reshape(value.shape) + 0 * value
    elif tested and share == "row" and cells.sample.replicates is None and not np.iscomplexobj(cells.statistic.lines):
        se = errors_from(cells.covariance, cells.statistic[0, :, first:])[None]
    else:
        se = errors_of(cells.statistic[..., first:], sums, share)
    given = (value, se, shown(heads, sums), n, base, df[..., first:] if share == "row" else df)
    laid = np.empty((len(given), *top.shape))
    for place, one in enumerate(given):
        laid[place] = one
    laid = laid[..., band.places + (outside - first)]
    group_n, weight = (one[0][:, band.places + outside].sum(axis=0)[:, None] for one in (cells.heads, cells.weighted))
    value, se, counts, n, base, df = laid.reshape(len(given), -1, len(band.places)).swapaxes(1, 2)
    if shares is not None:
        shares = laid_out([shares[..., band.places + (outside - first)]], 1)
    return Figures(value, se, counts, n, base, df, group_n, weight, terms, shares)


def _stacked(parts: Sequence[Figures]) -> Figures:
    """Bands under one another."""
    if len(parts) == 1:
        return parts[0]
    held = [part.shares for part in parts if part.shares is not None]
    figures = [one.name for one in fields(Figures) if one.name != "shares"]
    laid = {name: np.vstack([getattr(part, name) for part in parts]) for name in figures}
    return Figures(**laid, shares=joined(held) if len(held) == len(parts) else None)


@dataclass(frozen=True, eq=False)
class _Terms:
    """Terms (m, 3) of tests, made for neighbours of one shape together."""

    of: FloatArray
    waiting: list[tuple[int, FloatArray, FloatArray]] = field(default_factory=list)

    def take(self, place: int, cells: CellTotals) -> None:
        """Set aside a table for its test: its shares of everybody and their covariance."""
        p, covariance = cells.of_all
        if self.waiting:
            shape, several = self.waiting[0][1].shape, len(self.waiting) + 1
            if shape != p.shape or several * covariance.size > TESTED_TOGETHER:
                self.flush()
        self.waiting.append((place, p, covariance))

    def flush(self) -> None:
        """Make the terms of those set aside."""
        if self.waiting:
            places, p, covariance = zip(*self.waiting, strict=True)
            self.of[list(places)] = second_order_terms(np.stack(p), np.stack(covariance))
            self.waiting.clear()


def factor_of(sample: Sample, table: TableAsked) -> FloatArray:
    """The centred factor (R, g·a) of a table's shares; on the basis "unweighted" that of simple random sampling.

    Covariances between cells are seldom asked for: the table is counted again for them.
    """
    use = as_simple_random(sample)
    parts: dict[int, Statistic] = {}
    with np.errstate(all="ignore"):
        for place, cells in cell_totals(use, table.pairs, lines=True):
            kept = table.bands[place].places + cells.banding.outside
            parts[place] = share_of(cells.statistic, table.sums, table.share)[..., kept]
    return laid_out([parts[place] for place in range(len(parts))], len(table.bands)).factor


def laid_out(parts: Sequence[Statistic], bands: int) -> Statistic:
    """A table (g, a) from its columns (C, A, L), band by band."""
    flat = [one.reshape(-1, one.value.shape[-1]) for one in parts]
    turned = [Statistic(one.value.T, one.lines.swapaxes(1, 2), one.replicates) for one in flat]
    width = len(parts) // bands
    return joined([joined(turned[at : at + width], axis=1) for at in range(0, len(parts), width)])


def estimate_of(sample: Sample, table: TableAsked, made: Figures, interval: str) -> Estimate:
    """The g × a estimates of a table, group by group."""
    counted, p = table.share == "count", made.value / made.base if table.share == "count" else made.value
    with np.errstate(all="ignore"):
        of_design = (made.base**2 if counted else 1.0) * p * (1 - p) / np.maximum(made.n - 1, 1)
    simple = made.se**2 if sample.basis == "unweighted" else of_design
    rows = [(g.attribute, g.label, answer) for g in groups_in(table.bands) for answer in table.question.answers]

    def factor() -> FloatArray:
        found = factor_of(sample, table) if made.shares is None else made.shares.factor
        return scaled_to(found, made.se.ravel()) if sample.basis == "unweighted" else found

    return Estimate(
        value=made.value.ravel(),
        se=made.se.ravel(),
        kind="total" if counted else "proportion",
        labels=pd.DataFrame(rows, columns=["attribute", "group", "answer"]),
        n=made.n.ravel(),
        degrees_of_freedom=made.freedom.ravel(),
        basis=sample.basis,
        make_factor=factor,
        simple=simple.ravel(),
        method=interval,
        population=made.base.ravel(),
        claimed=claims(sample),
    )


def answers_of(sample: Sample, name: str, by: Banners, *, share: ShareOf = "row", interval: str = "logit") -> Estimate:
    """Shares of each answer, or how many gave it, within the groups of every banner; of everybody without one."""
    check_option("interval", interval, METHODS)
    bands = tuple(bands_of(sample, by, total="" if banners_of(by) else "total"))
    question = question_of(sample, name)
    table = table_asked(question, bands, inside_of(question, None, "in"), share=share)
    return estimate_of(sample, table, tabulated(sample, [table])[0], interval)
