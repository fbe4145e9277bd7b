"""The same people in two surveys: what of their answers covaries, so that a difference has the error of a paired sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.design import Categorical, Sample
from kodoku_survey.estimation.counting.answers import inside_of, question_of


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows (m,) of the people in both, pair by pair; and of the weighted factors, the rows that are one unit in both.

    units : None where the units of the two designs cannot be matched one to one.
    """

    first: IndexArray
    second: IndexArray
    units: tuple[IndexArray, IndexArray] | None = None

    def covariance(self, first: FloatArray, second: FloatArray) -> float:
        """Between two sums over persons, from each person's part (n,) in each.

        Source: Kish (1965), Survey Sampling, 12.4: overlapping samples.
        """
        return float(first[self.first] @ second[self.second])

    def of_lines(self, first: FloatArray, second: FloatArray) -> float:
        """Between two weighted estimates, from their columns of the centred factor; nan where units cannot be matched."""
        if self.units is None:
            return float("nan")
        return float(first[self.units[0]] @ second[self.units[1]])


def matched_units(
    first: Sample, second: Sample, rows: tuple[IndexArray, IndexArray]
) -> tuple[IndexArray, IndexArray] | None:
    """The units that hold the same people in both designs, one to one; None where one unit is in two, or stages differ."""
    if len(first.stages) != 1 or len(second.stages) != 1 or first.replicates or second.replicates:
        return None
    pairs = np.unique(np.stack([first.stages[0].unit[rows[0]], second.stages[0].unit[rows[1]]], axis=1), axis=0)
    if any(len(np.unique(pairs[:, side])) < len(pairs) for side in (0, 1)):
        return None
    return pairs[:, 0], pairs[:, 1]


def parts_of(sample: Sample, tab: CrossTab, base: BoolArray | None, nonanswer: str) -> Callable[[int, int], FloatArray]:
    """What gives the part (n,) each respondent has in the unweighted share of a group and an answer: (y − p) / n within it."""
    asked = question_of(sample, tab.question)
    inside = inside_of(asked, base, nonanswer)  # type: ignore[arg-type]
    answered = asked.codes >= 0 if isinstance(asked, Categorical) else asked.ticks[:, 0] >= 0
    held = answered if inside is None else answered & inside
    if sample.within is not None:
        held = held & sample.within

    def parts(group: int, answer: int) -> FloatArray:
        found, member = tab.groups[group], held.copy()
        for name, key in zip(found.attribute.split(":") if found.attribute else (), found.keys, strict=True):
            column = sample.categorical(name)
            member &= column.codes == column.keys.index(key)
        gave = asked.codes == answer if isinstance(asked, Categorical) else asked.ticks[:, answer] == 1
        n = max(int(member.sum()), 1)
        share = float((gave & member).sum()) / n
        return np.where(member, gave - share, 0.0) / n

    return parts
