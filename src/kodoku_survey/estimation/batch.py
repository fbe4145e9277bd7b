"""A whole publication at once: every question by every attribute, with errors, intervals and tests.

All a table needs of the respondents are totals by unit and cell. An attribute and all questions are counted in one pass
(`counting`); what follows is algebra on the totals (`shares`), free of the number of respondents; intervals and p-values are
taken for all tables in one call. Nothing of the size respondents × answers is ever made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kodoku_survey.design import Categorical, Multiple, Sample
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.design.stages import degrees_of_freedom, factor
from kodoku_survey.estimation.counting import Counter, Slots, counter, slots
from kodoku_survey.estimation.crosstab import Group, groups_of
from kodoku_survey.estimation.independence import second_order_terms
from kodoku_survey.estimation.publication import CrossTabs, Tabulated
from kodoku_survey.estimation.shares import Shares, linearised, replicated, simple
from kodoku_survey.estimation.tally import freedom, unit_totals

Question = Categorical | Multiple


def crosstabs(
    sample: Sample,
    questions: Sequence[str],
    *,
    by: str | Sequence[str | Sequence[str]],
    nonanswer: Literal["in", "out"] = "in",
    interval: str = "logit",
) -> CrossTabs:
    """Shares of each answer to every question within the groups of every attribute, and whether the two are independent.

    by : names; a tuple of names is a nested banner, tested as one attribute of its groups. nonanswer, interval : as in `crosstab`.
    Each table equals that of `crosstab` without its line of everybody, each test that of `independence`. Raises DesignError.
    """
    banners = [(by,)] if isinstance(by, str) else [(b,) if isinstance(b, str) else tuple(b) for b in by]
    attributes = [_attribute(sample, banner) for banner in banners]
    asked = [_asked(sample, name) for name in questions]
    coded = [_columns(question, nonanswer) for question in asked]
    tables: list[Tabulated] = []
    if asked and attributes:
        columns = [column for several in coded for column in several]
        counting = _counting(sample, columns, max(attribute.slots.width for attribute in attributes))
        with np.errstate(all="ignore"):  # a group nobody belongs to has no share
            for attribute in attributes:
                cells = counting.cells(attribute.slots)
                for question, several in zip(asked, coded, strict=True):
                    tables.append(_tabulated(question, attribute, [next(cells) for _ in several]))
    everybody = freedom(sample, np.zeros(len(sample), dtype=np.intp), 1)
    return CrossTabs(sample, interval, tuple(tables), float(everybody[0]))


@dataclass(frozen=True, eq=False)
class _Attribute:
    """A banner: all its codes, which the test is of, and the positions of those shown as groups."""

    banner: tuple[str, ...]
    slots: Slots
    shown: npt.NDArray[np.intp]
    groups: tuple[Group, ...]


def _attribute(sample: Sample, banner: tuple[str, ...]) -> _Attribute:
    if len(banner) > 1:
        member, found = groups_of(sample, banner)
        return _Attribute(banner, slots(member, len(found)), np.arange(len(found)), tuple(found))
    (name,) = banner
    column = sample.categorical(name)
    size = len(column.answers)
    shown = [i for i in range(size) if i != column.nonanswer and i not in column.hidden]
    groups = tuple(Group(name, column.label, (column.keys[i],), column.answers[i]) for i in shown)
    return _Attribute(banner, slots(column.codes, size), np.array(shown, dtype=np.intp), groups)


def _asked(sample: Sample, name: str) -> Question:
    found = sample.column(name)
    return found if isinstance(found, Multiple) else sample.categorical(name)


def _columns(question: Question, nonanswer: str) -> list[Slots]:
    """A single answer is one column; of several answers each is one, of the slots no and yes."""
    last = question.nonanswer if nonanswer == "out" else None
    if isinstance(question, Categorical):
        codes = question.codes if last is None else np.where(question.codes == last, -1, question.codes)
        return [slots(codes, len(question.answers))]
    ticks = question.ticks if last is None else np.where(question.ticks[:, [last]] == 1, -1, question.ticks)
    return [slots(np.ascontiguousarray(tick), 2) for tick in ticks.T]


@dataclass(frozen=True, eq=False)
class _Cells:
    """One column by one attribute, (K, L): weighted totals, respondents, shares with their error, degrees of freedom (L,)."""

    weighted: FloatArray
    counts: FloatArray
    shares: Shares
    freedom: FloatArray


def _tabulated(question: Question, attribute: _Attribute, cells: Sequence[_Cells]) -> Tabulated:
    """A table of groups × answers from its column, or from the "yes" of each of its columns."""
    shown, first = attribute.shown, cells[0]
    single = isinstance(question, Categorical)

    def table(parts: Sequence[FloatArray]) -> FloatArray:
        return parts[0][:, shown].T if single else np.stack([part[1, shown] for part in parts], axis=1)

    return Tabulated(
        question=question,
        banner=attribute.banner,
        groups=attribute.groups,
        value=table([one.shares.value for one in cells]),
        se=table([one.shares.se for one in cells]),
        counts=table([one.counts for one in cells]).astype(np.int64),
        n=first.counts.sum(axis=0)[shown].astype(np.int64),
        weighted_n=first.weighted.sum(axis=0)[shown],
        freedom=first.freedom[shown],
        terms=second_order_terms(first.shares.p, first.shares.covariance) if single else (np.nan, np.nan, np.nan),
    )


@dataclass(frozen=True, eq=False)
class _Counting:
    """The columns, and what counts them: heads and weights of everybody, and by the units the errors come from."""

    sample: Sample
    columns: tuple[Slots, ...]
    heads: Counter
    weights: Counter | None  # of everybody, where the units do not add up to them
    units: tuple[Counter, ...]  # a stage each; with replicates, their units
    rows: Counter | None  # of the auxiliary matrix of a calibration
    present: Counter | None  # heads by PSU, where the weights do not tell who is there

    def cells(self, attribute: Slots) -> Iterator[_Cells]:
        """Each column in turn."""
        streams = {name: one.totals(attribute) for name, one in self._named.items()}
        for column in self.columns:
            totals = {name: next(stream) for name, stream in streams.items()}
            yield self._of_column(column, attribute, totals)

    @property
    def _named(self) -> dict[str, Counter]:
        stages = {f"units {stage}": one for stage, one in enumerate(self.units)}
        others = {"weights": self.weights, "rows": self.rows, "present": self.present}
        return {"heads": self.heads, **stages, **{name: one for name, one in others.items() if one is not None}}

    def _of_column(self, column: Slots, attribute: Slots, totals: dict[str, FloatArray]) -> _Cells:
        sample = self.sample

        def shaped(lines: FloatArray) -> FloatArray:
            """(·, K, L), without those outside the attribute."""
            return lines.reshape(len(lines), column.size, attribute.width)[:, :, : attribute.size]

        counts = shaped(totals["heads"])[0].astype(float)
        if sample.basis == "unweighted":
            return _Cells(counts, counts, simple(counts, len(sample)), counts.sum(axis=0) - 1)
        by_unit = tuple(totals[f"units {stage}"] for stage in range(len(self.units)))
        if sample.replicates is not None:
            weighted = shaped(totals["weights"])[0]
            line = shaped(sample.replicates.totals(by_unit[0]))
            shares = replicated(weighted, line, sample.replicates)
        else:
            if "rows" in totals and sample.calibration is not None:
                beta = sample.calibration.coefficients(totals["rows"])
                by_unit = tuple(own - unit_totals(sample, stage) @ beta for stage, own in enumerate(by_unit))
            weighted = shaped(totals["units 0"].sum(axis=0, keepdims=True))[0]
            line = shaped(factor(by_unit, sample.stages, sample.lonely_psu))
            shares = linearised(weighted, line.reshape(len(line), -1))
        if sample.replicates is not None and not sample.replicates.designed:
            member = np.where(column.at < column.size, attribute.at.astype(np.intp), attribute.size)
            member[member == attribute.size] = -1
            return _Cells(weighted, counts, shares, freedom(sample, member, attribute.size))
        held = shaped(totals.get("present", totals["units 0"])).sum(axis=1) > 0
        return _Cells(weighted, counts, shares, degrees_of_freedom(sample.stages[0], held))


def _counting(sample: Sample, columns: Sequence[Slots], widest: int) -> _Counting:
    def by(unit: npt.NDArray[np.integer] | None, units: int, weight: FloatArray | None) -> Counter:
        return counter(columns, unit, units, weight, sample.within, widest=widest)

    heads, weight, first = by(None, 1, None), sample.weight, sample.stages[0]
    weights = rows = present = None
    units: tuple[Counter, ...] = ()
    if sample.basis == "design":
        units = tuple(by(stage.unit, stage.units, weight) for stage in sample.stages)
        if sample.calibration is not None:
            auxiliary = sample.calibration.auxiliary
            rows = by(auxiliary.index, len(auxiliary.rows), sample.calibration.mass)
        if (weight <= 0).any():
            present = by(first.unit, first.units, None)
        if sample.replicates is not None:
            made = sample.replicates
            units = (by(made.unit, len(made.multiplier), made.base),)
            weights, rows = by(None, 1, weight), None
            present = by(first.unit, first.units, None) if made.designed else None
    return _Counting(sample, tuple(columns), heads, weights, units, rows, present)
