"""The audit (秘匿インターバル検査): between which integers every hidden count is held by what is printed; and what a checker
works out of single figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import sparse, stats
from scipy.optimize import Bounds, LinearConstraint

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.errors import DisclosureError
from kodoku_survey.protection.hiding import freedom, parts_of
from kodoku_survey.protection.highs import optimum, small_program
from kodoku_survey.protection.part_sums import GOLDEN, WHOLE
from kodoku_survey.protection.system import System

Interval = tuple[float, float]  # whole numbers; inf where nothing bounds it
Relation = tuple[Mapping[str, float], float, float]
FEW_LEFT = 3  # ends that one program for many must show


def intervals(system: System, hidden: BoolArray, places: Iterable[int]) -> dict[int, Interval]:
    """The exact integer interval of some counts, by the part of the system each belongs to."""
    bound, part_of, asked = freedom(system, hidden), parts_of(system, hidden), [int(place) for place in places]
    free = np.flatnonzero(part_of >= 0)
    small = small_program(sparse.csr_array(system.relations[:, free]), bound.low[free], bound.high[free])
    own, part = np.full(len(system), -1, dtype=np.intp), np.zeros(len(small.low), dtype=np.intp)
    own[free], part[small.column] = small.column, part_of[free]
    row_part = part[small.rows.indices[small.rows.indptr[:-1]]]
    wanted = np.unique(own[asked])
    least, most = np.zeros(len(part) + 1), np.zeros(len(part) + 1)  # the last one is of whatever is known
    for number in np.unique(part[wanted[wanted >= 0]]):
        here = np.flatnonzero((part == number) & (small.low < small.high))
        ends = _Ends(small.rows[row_part == number][:, here], small.low[here], small.high[here])
        ends.reach(np.flatnonzero(np.isin(here, wanted)))
        least[here], most[here] = ends.least, ends.most
    sign = np.ones(len(system))
    sign[free] = small.sign
    found = {}
    for place in asked:
        ends_of = sorted(float(sign[place] * end) for end in (least[own[place]], most[own[place]]))
        found[place] = (float(system.counts[place]) + ends_of[0], float(system.counts[place]) + ends_of[1])
    return found


@dataclass(eq=False)
class _Ends:
    """How far the counts of a part move, each way: least, most (k,), each reached by a change that fits, the last of them exact.

    A change found for one is kept for all it moves, and what single relations tell is no further: a count that has been seen
    there needs no program.
    """

    rows: sparse.csr_array
    low: FloatArray
    high: FloatArray
    least: FloatArray = field(init=False)
    most: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.least, self.most = np.zeros(len(self.low)), np.zeros(len(self.low))

    def reach(self, asked: IndexArray) -> None:
        """The ends of some counts (their places)."""
        for way in (1, -1):
            self._together(asked, way)
        for way in (1, -1):
            for place in self._left(asked, way):
                self._alone(int(place), way)

    def _left(self, asked: IndexArray, way: int) -> IndexArray:
        """Those that have not been seen as far as single relations let them go."""
        seen, end = (self.most, self.high) if way > 0 else (self.least, self.low)
        return asked[seen[asked] != end[asked]]

    def _together(self, asked: IndexArray, way: int) -> None:
        """Many at a time, as far as they go with each other, while that shows the end of several."""
        end = self.high if way > 0 else self.low
        left, turn = self._left(asked, way), 0
        left = left[np.isfinite(end[left])]
        while len(left) > FEW_LEFT:
            turn += 1
            goal = np.zeros(len(self.low))
            goal[left] = -way * (1 + np.modf(turn * GOLDEN * np.arange(len(left)))[0])
            self._solved(goal)
            before, left = len(left), self._left(left, way)
            if before - len(left) < FEW_LEFT:
                return

    def _alone(self, place: int, way: int) -> None:
        goal = np.zeros(len(self.low))
        goal[place] = -way
        seen, end = (self.most, self.high) if way > 0 else (self.least, self.low)
        if seen[place] == end[place]:  # by a change found for another
            return
        solved = self._solved(goal)
        if solved.status == 3:
            seen[place] = way * np.inf
        elif solved.x is not None and np.floor(WHOLE - solved.fun) > way * seen[place]:
            solved = self._solved(goal, whole=True)
            if solved.x is not None:
                seen[place] = np.rint(solved.x[place])

    def _solved(self, goal: FloatArray, *, whole: bool = False) -> Any:
        """The optimum; the change it is, where it is one of whole numbers, counts for everything it moves."""
        limits, kept = Bounds(self.low, self.high), LinearConstraint(self.rows, 0, 0)
        options = None if whole else {"presolve": False}
        solved = optimum(goal, bounds=limits, constraints=kept, whole=whole, options=options)
        if solved.x is not None:
            change = np.rint(solved.x)
            fits = not (self.rows @ change).any() and (change >= self.low).all() and (change <= self.high).all()
            if fits:
                np.minimum(self.least, change, out=self.least)
                np.maximum(self.most, change, out=self.most)
        return solved


@dataclass(frozen=True)
class Attack:
    """What a reader works out of explicit cells and relations: integer intervals; None: without bound."""

    intervals: Mapping[str, tuple[int | None, int | None]]
    recoverable: tuple[str, ...]


def attack(
    cells: Mapping[str, int],
    relations: Sequence[Relation],
    suppressed: Sequence[str],
    prior: Mapping[str, tuple[float | None, float | None]],
    *,
    whole: bool = True,
) -> Attack:
    """The intervals of suppressed cells: everything else is known; low ≤ Σ c·y ≤ high for each relation.

    prior : bounds a reader has beforehand, by cell, or under "default". whole : counts are integers.
    Raises DisclosureError for printed figures that contradict each other.
    """
    names = list(suppressed)
    place = {name: k for k, name in enumerate(names)}
    table = sparse.lil_array((len(relations), len(names)))
    low, high = np.empty(len(relations)), np.empty(len(relations))
    for row, (terms, least, most) in enumerate(relations):
        known = sum(weight * cells[name] for name, weight in terms.items() if name not in place)
        low[row], high[row] = least - known, most - known
        for name, weight in terms.items():
            if name in place:
                table[row, place[name]] = weight
    limits = [prior.get(name, prior.get("default", (0, None))) for name in names]
    bounds = Bounds(
        [a if a is not None else -np.inf for a, _ in limits], [b if b is not None else np.inf for _, b in limits]
    )
    kept = LinearConstraint(table.tocsr(), low, high) if len(relations) else ()
    if not names:
        possible = bool((low <= 0).all() and (high >= 0).all())
    else:
        possible = optimum(np.zeros(len(names)), bounds=bounds, constraints=kept, whole=whole).x is not None
    if not possible:
        raise DisclosureError("protection.contradiction", cells=", ".join(names) or ", ".join(cells))
    found: dict[str, tuple[int | None, int | None]] = {}
    for name in names:
        ends = []
        for way in (1, -1):
            goal = np.zeros(len(names))
            goal[place[name]] = way
            solved = optimum(goal, bounds=bounds, constraints=kept, whole=whole)
            ends.append(None if solved.x is None else float(solved.x[place[name]]))
        found[name] = tuple(None if end is None else round(end) if whole else end for end in ends)  # type: ignore[assignment]
    return Attack(found, tuple(n for n, (a, b) in found.items() if a is not None and a == b))


# What a checker works out of one published figure: reliability.md §2.2, the handbook of statistical disclosure control.


def persons_of_weight(weighted: float, weight: float) -> int:
    """The respondents of a cell all of whom carry one weight: the weighted count tells them, whatever is done to n."""
    return round(weighted / weight)


def persons_of_interval(share: float, low: float, high: float, level: float = 0.95) -> int:
    """The base of a share with a printed interval of simple random sampling: n = p(1 − p)·(z / half-width)²."""
    z = float(stats.norm.ppf(0.5 + level / 2))
    return round(share * (1 - share) * (2 * z / (high - low)) ** 2)


def dominated(values: Sequence[float], percent: float, largest: int = 1) -> tuple[bool, float]:
    """The (n, k) rule of a sum: whether its n largest make up more than k per cent, and what a reader's upper bound must exceed.

    Source: Handbook on Statistical Disclosure Control, 4.2: x₁ + … + xₙ > k/100·X; bound 100/k·(x₁ + … + xₙ).
    """
    top = sum(sorted(values, reverse=True)[:largest])
    return top > percent / 100 * sum(values), 100 / percent * top


def guessed(values: Sequence[float], percent: float) -> tuple[bool, float]:
    """The p% rule of a sum: whether the second largest can tell the largest to p per cent, and what an upper bound must exceed.

    Source: the same: X − x₁ − x₂ < p/100·x₁; protection level p/100·x₁ − (X − x₁ − x₂).
    """
    first, second = [*sorted(values, reverse=True), 0.0, 0.0][:2]
    rest = sum(values) - first - second
    return rest < percent / 100 * first, sum(values) + percent / 100 * first - rest


def rounding_of(count: int, base: int) -> dict[int, Fraction]:
    """Unbiased random rounding: the multiples of a base a count may become, with their probabilities."""
    down, over = count - count % base, Fraction(count % base, base)
    return {value: share for value, share in ((down, 1 - over), (down + base, over)) if share}


def presentable(size: float, share: float, low: float, high: float, freedom: float) -> tuple[bool, str]:
    """The NCHS standard for proportions: whether one may be shown, and "complement" or "review" where it needs a footnote.

    size : effective, capped at n. It is of reliability: its mark is never that of a hidden cell.
    Source: Parker et al. (2017), Vital and Health Statistics 2(175).
    """
    width = high - low
    narrow = width <= 0.05 + 1e-12
    shown = size >= 30 and (narrow or (width < 0.30 - 1e-12 and width <= 1.30 * share))
    if not shown:
        return False, ""
    if freedom < 8 or share in (0, 1):
        return True, "review"
    return True, "complement" if not narrow and width > 1.30 * (1 - share) else ""
