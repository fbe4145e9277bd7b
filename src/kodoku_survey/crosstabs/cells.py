"""From respondents to the figures of tables: what is counted under each design, and how errors come of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np

from kodoku_survey.arrays import BoolArray, CodeArray, FloatArray
from kodoku_survey.crosstabs.counting import Counter, Rows, Slots, rows_by
from kodoku_survey.crosstabs.shares import Shares, gram_of_persons, linearised, replicated, simple
from kodoku_survey.design import Sample
from kodoku_survey.design.stages import degrees_of_freedom, factor
from kodoku_survey.estimation.independence import second_order_terms
from kodoku_survey.estimation.tally import freedom, unit_totals

TOGETHER = 1 << 16  # numbers in the covariances of tables taken together, at most: they stay in the cache
Totals = dict[str, FloatArray]


@dataclass(frozen=True, eq=False)
class Cells:
    """One column by one attribute, (K, L): weighted totals, respondents, shares and se, degrees of freedom (L,), terms (3,)."""

    weighted: FloatArray
    counts: FloatArray
    value: FloatArray
    se: FloatArray
    freedom: FloatArray
    terms: FloatArray


@dataclass(frozen=True, eq=False)
class Counting:
    """Columns by their numbers of answers, and what counts them by what the totals are for.

    counters : heads of everybody; and, but for the basis "unweighted", weights by "unit 0", "unit 1" … (a stage each; with
    replicates their units), by "row" of a calibration's auxiliary matrix, "weight" of everybody where the units do not add up
    to it, "present" heads by PSU where weights do not tell who is there. Persons drawn one by one: weights by "group" of the
    stage, and their scaled "square" of everybody, instead.
    inside : (n,) who is in each column, for replicates whose PSUs nobody knows.
    """

    sample: Sample
    sizes: tuple[int, ...]
    counters: dict[str, Counter]
    inside: tuple[BoolArray, ...] = ()

    def cells(self, attribute: Slots) -> Iterator[Cells]:
        """Each column in turn; the algebra is done for neighbours of as many answers together."""
        streams = {name: one.totals(attribute) for name, one in self.counters.items()}
        for size, same in groupby(range(len(self.sizes)), key=lambda place: self.sizes[place]):
            while several := list(islice(same, max(1, TOGETHER // (size * attribute.size) ** 2))):
                totals = ({name: next(stream) for name, stream in streams.items()} for _ in several)
                yield from _Block(self, attribute, several).cells(totals)

    def again(self, attribute: Slots, place: int) -> Totals:
        return {name: one.again(attribute, place) for name, one in self.counters.items()}


@dataclass(frozen=True, eq=False)
class _Block:
    """Some columns of as many answers by one attribute."""

    counting: Counting
    attribute: Slots
    places: list[int]

    @property
    def size(self) -> int:
        return self.counting.sizes[self.places[0]]

    def shaped(self, lines: FloatArray) -> FloatArray:
        """(R, K, L), without those outside the attribute."""
        return lines.reshape(len(lines), self.size, self.attribute.width)[:, :, self.attribute.outside :]

    def cells(self, each: Iterator[Totals]) -> Iterator[Cells]:
        sample = self.counting.sample
        if sample.basis == "unweighted":
            counts = np.concatenate([self.shaped(totals["heads"]) for totals in each]).astype(float)
            weighted, shares, free = counts, simple(counts, len(sample)), counts.sum(axis=1) - 1
        else:
            counts, weighted, shares, free = self._designed(each)
        terms = second_order_terms(shares.p, shares.covariance)
        for at in range(len(self.places)):
            yield Cells(weighted[at], counts[at], shares.value[at], shares.se[at], free[at], terms[at])

    def _designed(self, each: Iterator[Totals]) -> tuple[FloatArray, FloatArray, Shares, FloatArray]:
        """Totals are let go as soon as their covariance is taken: the next table finds the cache its own."""
        made = self.counting.sample.replicates
        counts, weighted, held, errors = [], [], [], []
        add = np.tile(np.eye(self.attribute.width)[:, self.attribute.outside :], (self.size, 1))
        for totals in each:
            by_unit = totals["group"] if "group" in totals else totals["unit 0"]
            counts.append(self.shaped(totals["heads"]))
            weighted.append(self.shaped(totals.get("weight", np.ones((1, len(by_unit))) @ by_unit)))
            held.append(totals.get("present", by_unit) @ add > 0)
            if made is None:
                errors.append(self._gram(totals))
            else:
                errors.append(by_unit)
        whole = np.concatenate(weighted)
        if made is None:
            again = None if "group" in self.counting.counters else self._factor_again
            shares = linearised(whole, np.stack(errors), again)
        else:
            lines = np.split(made.totals(np.concatenate(errors, axis=1)), len(errors), axis=1)
            shares = replicated(whole, [self.shaped(line) for line in lines], made)
        heads = np.concatenate(counts).astype(float)
        return heads, whole, shares, self._freedom(heads, held)

    def _gram(self, totals: Totals) -> FloatArray:
        if "group" in totals:
            squares, by_group = (
                self.shaped(totals[name]).reshape(len(totals[name]), -1) for name in ("square", "group")
            )
            return gram_of_persons(squares[0], by_group, self.counting.sample.stages[0])
        line = self._factor(totals)
        return line.T @ line

    def _factor(self, totals: Totals) -> FloatArray:
        """The centred factor (R, K·L) of a column's totals, residuals of the calibration first."""
        sample = self.counting.sample
        stages = tuple(totals[f"unit {stage}"] for stage in range(len(sample.stages)))
        if sample.calibration is not None:
            beta = sample.calibration.coefficients(totals["row"])
            stages = tuple(own - unit_totals(sample, stage) @ beta for stage, own in enumerate(stages))
        line = self.shaped(factor(stages, sample.stages, sample.lonely_psu))
        return line.reshape(len(line), -1)

    def _factor_again(self, at: int) -> FloatArray:
        return self._factor(self.counting.again(self.attribute, self.places[at]))

    def _freedom(self, heads: FloatArray, held: list[BoolArray]) -> FloatArray:
        """(q, L) degrees of freedom: of the PSUs that hold somebody, or the rank of replicates nobody knows the PSUs of."""
        sample, attribute, groups = self.counting.sample, self.attribute, self.attribute.size
        if sample.replicates is not None and not sample.replicates.designed:
            of = attribute.at.astype(np.intp) - attribute.outside
            inside = [self.counting.inside[place] for place in self.places]
            return np.stack([freedom(sample, np.where(one, of, -1), groups) for one in inside])
        if "group" in self.counting.counters:
            return heads.sum(axis=1) - np.stack(held).sum(axis=1)
        return degrees_of_freedom(sample.stages[0], np.concatenate(held, axis=1)).reshape(-1, groups)


def counting_of(sample: Sample, columns: Sequence[Slots], widest: int) -> Counting:
    """What the columns are counted by under the sample's design, for attributes of up to `widest` groups."""

    def by(name: str, unit: CodeArray | None, units: int, weight: FloatArray | None) -> Counter:
        key = f"rows by {name}"
        if key not in sample.kept:
            sample.kept[key] = rows_by(unit, units, sample.within, len(sample))
        rows: Rows = sample.kept[key]
        return Counter.of(columns, rows, weight, widest=widest)

    counters = {"heads": by("everybody", None, 1, None)}
    sizes = tuple(column.size for column in columns)
    if sample.basis == "unweighted":
        return Counting(sample, sizes, counters)
    made, first = sample.replicates, sample.stages[0]
    if _of_persons(sample):
        counters["group"] = by("group", first.group[first.unit], len(first.count), sample.weight)
        counters["square"] = by("everybody", None, 1, (first.inflation[first.unit, 0] * sample.weight) ** 2)
        return Counting(sample, sizes, counters)
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
    if not own or sample.weight.min() <= 0:
        counters["present"] = by("unit of stage 0", first.unit, first.units, None)
    known = made is None or made.designed
    inside = () if known else tuple(column.at >= column.outside for column in columns)
    return Counting(sample, sizes, counters, inside)


def _of_persons(sample: Sample) -> bool:
    """Whether totals by unit would be totals by person, and what they are needed for has a shorter way (`gram_of_persons`)."""
    first = sample.stages[0]
    plain = len(sample.stages) == 1 and sample.replicates is None and sample.calibration is None
    equal = first.root is None and first.chance is None and not first.lonely.any()
    if not plain or not equal or first.units < len(sample) or sample.weight.min() <= 0:
        return False
    return bool((np.bincount(first.unit, minlength=first.units) <= 1).all())
