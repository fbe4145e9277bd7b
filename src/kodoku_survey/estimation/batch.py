"""A whole publication at once: every question by every attribute, with errors, intervals and tests.

All a table needs of the respondents are totals by unit and cell. An attribute and all questions are counted in one pass
(`counting`); what follows is algebra on the totals (`shares`), free of the number of respondents; intervals and p-values are
taken for all tables in one call. Nothing of the size respondents × answers is ever made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
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
from kodoku_survey.estimation.shares import linearised, replicated, simple
from kodoku_survey.estimation.tally import freedom, unit_totals

Question = Categorical | Multiple
TOGETHER = 1 << 16  # covariances of tables taken together, at most: they fit the second-level cache


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
    """One column by one attribute, (K, L): weighted totals, respondents, shares and their se, degrees of freedom (L,), test."""

    weighted: FloatArray
    counts: FloatArray
    value: FloatArray
    se: FloatArray
    freedom: FloatArray
    terms: tuple[float, float, float]


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
        value=table([one.value for one in cells]),
        se=table([one.se for one in cells]),
        counts=table([one.counts for one in cells]).astype(np.int64),
        n=first.counts.sum(axis=0)[shown].astype(np.int64),
        weighted_n=first.weighted.sum(axis=0)[shown],
        freedom=first.freedom[shown],
        terms=first.terms if single else (np.nan, np.nan, np.nan),
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
        """Each column in turn; the algebra is done for neighbours of as many answers together."""
        streams = {name: one.totals(attribute) for name, one in self._named.items()}
        places = iter(range(len(self.columns)))
        for size, same in groupby(self.columns, key=lambda column: column.size):
            while several := list(islice(same, max(1, TOGETHER // (size * attribute.size) ** 2))):
                yield from self._of_columns(list(islice(places, len(several))), attribute, streams)

    @property
    def _named(self) -> dict[str, Counter]:
        stages = {f"units {stage}": one for stage, one in enumerate(self.units)}
        others = {"weights": self.weights, "rows": self.rows, "present": self.present}
        return {"heads": self.heads, **stages, **{name: one for name, one in others.items() if one is not None}}

    def _of_columns(
        self, places: list[int], attribute: Slots, streams: dict[str, Iterator[FloatArray]]
    ) -> Iterator[_Cells]:
        sample, size, groups = self.sample, self.columns[places[0]].size, attribute.size

        def shaped(line: FloatArray) -> FloatArray:
            """(R, K, L), without those outside the attribute."""
            return line.reshape(len(line), size, attribute.width)[:, :, :groups]

        def line(totals: dict[str, FloatArray]) -> FloatArray:
            return shaped(self._line(totals)).reshape(-1, size * groups)

        each: dict[str, list[FloatArray]] = {"counts": [], "weighted": [], "error": [], "held": []}
        add = np.tile(np.eye(attribute.width, groups), (size, 1))
        for _ in places:
            totals = {name: next(stream) for name, stream in streams.items()}
            each["counts"].append(shaped(totals["heads"])[0])
            if self.units:
                first = totals["units 0"]
                each["weighted"].append(shaped(totals.get("weights", np.ones((1, len(first))) @ first))[0])
                each["held"].append(totals.get("present", first) @ add > 0)
                own = line(totals)
                each["error"].append(own.T @ own if sample.replicates is None else own)

        counts = np.stack(each["counts"]).astype(float)
        if sample.basis == "unweighted":
            weighted, shares, free = counts, simple(counts, len(sample)), counts.sum(axis=1) - 1
        else:
            weighted = np.stack(each["weighted"])
            if sample.replicates is None:
                shares = linearised(weighted, np.stack(each["error"]), lambda place: line(self._again(attribute, places[place])))
            else:
                shares = replicated(weighted, each["error"], sample.replicates)
            free = self._freedom(places, attribute, each["held"])
        terms = second_order_terms(shares.p, shares.covariance)
        for place in range(len(places)):
            own = weighted[place], counts[place], shares.value[place], shares.se[place], free[place]
            yield _Cells(*own, terms=terms[place])

    def _again(self, attribute: Slots, place: int) -> dict[str, FloatArray]:
        return {name: one.again(attribute, place) for name, one in self._named.items()}

    def _line(self, totals: dict[str, FloatArray]) -> FloatArray:
        """What the errors of a column's totals are made of: centred residuals, or the totals of every replicate."""
        sample = self.sample
        stages = tuple(totals[f"units {stage}"] for stage in range(len(self.units)))
        if sample.replicates is not None:
            return sample.replicates.totals(stages[0])
        if sample.calibration is not None:
            beta = sample.calibration.coefficients(totals["rows"])
            stages = tuple(own - unit_totals(sample, stage) @ beta for stage, own in enumerate(stages))
        return factor(stages, sample.stages, sample.lonely_psu)

    def _freedom(self, places: list[int], attribute: Slots, held: list[FloatArray]) -> FloatArray:
        """(q, L) degrees of freedom: of the PSUs that hold somebody, or the rank of replicates nobody knows the PSUs of."""
        sample, groups = self.sample, attribute.size
        if sample.replicates is not None and not sample.replicates.designed:
            of = np.where(attribute.at < groups, attribute.at.astype(np.intp), -1)
            inside = [self.columns[place].at < self.columns[place].size for place in places]
            return np.stack([freedom(sample, np.where(one, of, -1), groups) for one in inside])
        return degrees_of_freedom(sample.stages[0], np.concatenate(held, axis=1)).reshape(len(places), groups)


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
