"""From respondents to cells: what is counted under each design, and the totals whose errors everything is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from kodoku_survey.arrays import CodeArray, FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.design.stages import covariance_of, factor
from kodoku_survey.estimation.counting.passes import ByUnit, Counter, Slots, by_unit
from kodoku_survey.estimation.counting.shares_of import BaseOf, base_of, covariance_of_all, gram_of_persons
from kodoku_survey.estimation.statistic import Statistic
from kodoku_survey.estimation.tally import freedom, freedom_of_units, heads_of, unit_totals


@dataclass(frozen=True, eq=False)
class CellTotals:
    """The C columns of a question, of K answers each, by W groups, whoever is in none first: heads and weights (C, K, W).

    raw : by what they were counted by, see `counters_of`.
    """

    sample: Sample
    columns: tuple[Slots, ...]
    banding: Slots
    raw: dict[str, FloatArray]

    def _shaped(self, lines: FloatArray) -> FloatArray:
        return lines.reshape(len(lines), len(self.columns), self.columns[0].size, self.banding.width)

    @cached_property
    def heads(self) -> FloatArray:
        """Respondents by cell, unweighted."""
        return self._shaped(self.raw["heads"])[0].astype(float)

    @cached_property
    def weighted(self) -> FloatArray:
        """Heads on the basis "unweighted", unless numbers are added up."""
        for name in ("weight", "group", "unit 0"):
            if name in self.raw:
                held = self.raw[name]
                return self._shaped(np.ones((1, len(held))) @ held)[0]
        return self.heads

    @property
    def of_persons(self) -> bool:
        """Whether every respondent is a unit of their own, so that totals by group are all that is kept."""
        return "group" in self.raw

    @cached_property
    def statistic(self) -> Statistic:
        """Residuals of the calibration first, then the stages; or the replicates."""
        made = self.sample.replicates
        if made is not None:
            return Statistic(self.weighted, self._shaped(made.totals(self.raw["unit 0"])), made)
        stages = tuple(self.raw[f"unit {stage}"] for stage in range(len(self.sample.stages)))
        if self.sample.calibration is not None:
            beta = self.sample.calibration.coefficients(self.raw["row"])
            stages = tuple(own - unit_totals(self.sample, stage) @ beta for stage, own in enumerate(stages))
        return Statistic(self.weighted, self._shaped(factor(stages, self.sample.stages, self.sample.lonely_psu)))

    @cached_property
    def covariance(self) -> FloatArray:
        """Of a single answer F'F (KL, KL) of the totals of everybody in a group, linearised: for tests and errors alike."""
        return covariance_of(
            self.statistic.lines[:, 0, :, self.banding.outside :].reshape(len(self.statistic.lines), -1)
        )

    def gram(self, column: int, first: int) -> tuple[FloatArray, FloatArray]:
        """Covariance (m, m) of a column's totals from group `first` on, and the first term (m,), where units are persons."""
        squares, by_group = (
            self._shaped(self.raw[name])[:, column, :, first:].reshape(len(self.raw[name]), -1)
            for name in ("square", "group")
        )
        return gram_of_persons(squares[0], by_group, self.sample.stages[0]), squares[0]

    @property
    def of_all(self) -> tuple[FloatArray, FloatArray]:
        """Of a single answer the shares (K, L) of everybody in a group, and their covariance (KL, KL), for tests."""
        first = self.banding.outside
        weighted = self.weighted[0, :, first:]
        total = weighted.sum()
        p = weighted / total
        if self.sample.basis == "unweighted":  # a simple random sample of all, of whom some are here
            n, flat = len(self.sample), p.ravel()
            return p, n / (n - 1) * (np.diag(flat) - np.outer(flat, flat)) / total
        if self.of_persons:
            return p, self.gram(0, first)[0] / total**2
        if self.sample.replicates is not None:
            return p, covariance_of_all(self.statistic[0, :, first:])
        return p, self.covariance / total**2  # the total is not held fixed: no interaction notices

    def freedom(self, sums: FloatArray | None, share: BaseOf) -> FloatArray:
        """Degrees of freedom of each base, of the shape of `base_of`: PSUs less strata that hold somebody of it.

        Replicates nobody knows the PSUs of have the rank of the base's weights less one.
        """
        heads = base_of(self.heads, sums, share)
        if self.sample.basis == "unweighted":
            return np.asarray(heads - 1)
        if self.sample.replicates is not None and not self.sample.replicates.designed:
            return self._ranks(sums, share).reshape(heads.shape)
        by = self.raw.get("present", self.raw["group" if self.of_persons else "unit 0"])
        held = base_of(self._shaped(by), sums, share).reshape(len(by), -1) > 0
        if self.of_persons:
            return np.asarray(heads - held.sum(axis=0).reshape(heads.shape))
        return freedom_of_units(self.sample, held).reshape(heads.shape)

    def _ranks(self, sums: FloatArray | None, share: BaseOf) -> FloatArray:
        group = self.banding.at.astype(np.intp)
        of, size = (group, self.banding.width) if share in ("row", "cell") else (np.zeros_like(group), 1)
        each = []
        for column in self.columns:
            answer = column.at.astype(np.intp) - column.outside
            rows = [answer >= 0]
            if share in ("column", "cell"):
                rows = [np.isin(answer, np.flatnonzero(row)) for row in (np.eye(column.size) if sums is None else sums)]
            each += [freedom(self.sample, np.where(those, of, -1), size) for those in rows]
        return np.concatenate(each)


QuestionColumns = tuple[Slots, ...]  # of a question


def cell_totals(
    sample: Sample,
    pairs: Sequence[tuple[QuestionColumns, Slots]],
    *,
    values: FloatArray | None = None,
    lines: bool = False,
) -> Iterator[tuple[int, CellTotals]]:
    """The place and totals of each pair of a question's columns and a banding; all questions of a banding in one pass.

    values : (n,) numbers to add up instead of heads. lines : their error will be asked for line by line.
    """
    of_banding: dict[Slots, list[int]] = {}
    for place, (_, banding) in enumerate(pairs):
        of_banding.setdefault(banding, []).append(place)
    together: dict[tuple[QuestionColumns, ...], list[Slots]] = {}
    for banding, places in of_banding.items():
        together.setdefault(tuple(pairs[place][0] for place in places), []).append(banding)
    for questions, bandings in together.items():
        widest = max(banding.width for banding in bandings)
        every = [column for columns in questions for column in columns]
        counters = counters_of(sample, every, widest, values=values, lines=lines)
        for banding in bandings:
            streams = {name: counter.totals(banding) for name, counter in counters.items()}
            for place, columns in zip(of_banding[banding], questions, strict=True):
                yield (
                    place,
                    CellTotals(
                        sample,
                        columns,
                        banding,
                        {n: _joint(list(islice(each, len(columns)))) for n, each in streams.items()},
                    ),
                )


def _joint(parts: list[FloatArray]) -> FloatArray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def counters_of(
    sample: Sample, columns: Sequence[Slots], widest: int, *, values: FloatArray | None = None, lines: bool = False
) -> dict[str, Counter]:
    """What counts the columns by what their totals are for under the sample's design, in bandings of up to `widest` groups.

    heads of everybody who has a weight. But for the basis "unweighted" also weights by "unit 0", "unit 1" … (a stage each;
    with replicates their units), by "row" of a calibration's auxiliary matrix, "weight" of everybody where the units do not
    add up to it, "present" heads by PSU where weights do not tell who is there. Persons drawn one by one: weights by "group"
    of the stage, and their scaled "square" of everybody, instead.
    """

    heads = heads_of(sample)

    def by(name: str, unit: CodeArray | None, units: int, weight: FloatArray | None) -> Counter:
        within = heads if weight is None else sample.within
        key = f"rows by {name}" if within is sample.within else f"heads by {name}"
        if key not in sample.kept:
            sample.kept[key] = by_unit(unit, units, within, len(sample))
        rows: ByUnit = sample.kept[key]
        raised = weight if weight is None or values is None else weight * values
        return Counter.of(columns, rows, raised, widest=widest)

    counters = {"heads": by("everybody", None, 1, None)}
    if sample.basis == "unweighted":
        return counters if values is None else counters | {"weight": by("everybody", None, 1, np.ones(len(sample)))}
    made, first = sample.replicates, sample.stages[0]
    if not lines and values is None and _of_persons(sample):
        counters["group"] = by("group", first.group[first.unit], len(first.count), sample.weight)
        counters["square"] = by("everybody", None, 1, (first.inflation[first.unit, 0] * sample.weight) ** 2)
        return counters
    own = made is None or (made.unit is first.unit and made.base is sample.weight)  # units of weights, and PSUs
    if made is not None:
        name = "unit of stage 0" if own else "unit of replicates"
        counters["unit 0"] = by(name, made.unit, len(made.multiplier), made.base)
    else:
        for stage, one in enumerate(sample.stages):
            counters[f"unit {stage}"] = by(f"unit of stage {stage}", one.unit, one.units, sample.weight)
        if sample.calibration is not None:
            auxiliary, mass = sample.calibration.auxiliary, sample.calibration.mass
            counters["row"] = by("auxiliary row", auxiliary.index, len(auxiliary.rows), mass)
    if not own:
        counters["weight"] = by("everybody", None, 1, sample.weight)
    if not own or sample.weight.min() <= 0 or values is not None:
        counters["present"] = by("unit of stage 0", first.unit, first.units, None)
    return counters


def _of_persons(sample: Sample) -> bool:
    """Whether totals by unit would be totals by person, and what they are needed for has a shorter way (`gram_of_persons`)."""
    first = sample.stages[0]
    plain = len(sample.stages) == 1 and sample.replicates is None and sample.calibration is None
    equal = first.root is None and first.chance is None and not first.lonely.any()
    if not plain or not equal or first.units < len(sample) or sample.weight.min() <= 0:
        return False
    return bool((np.bincount(first.unit, minlength=first.units) <= 1).all())
