"""The audit (秘匿インターバル検査): between which integers every hidden count is held by what is printed; and what a checker
works out of single figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import sparse, stats
from scipy.optimize import Bounds, LinearConstraint

from kodoku_survey.arrays import BoolArray
from kodoku_survey.errors import DisclosureError
from kodoku_survey.protection.hiding import freedom, parts_of
from kodoku_survey.protection.highs import optimum
from kodoku_survey.protection.part_sums import extreme
from kodoku_survey.protection.system import System

Interval = tuple[float, float]  # whole numbers; inf where nothing bounds it
Relation = tuple[Mapping[str, float], float, float]


def intervals(system: System, hidden: BoolArray, places: Iterable[int]) -> dict[int, Interval]:
    """The exact integer interval of some counts, by the part of the system each belongs to."""
    bound, part_of = freedom(system, hidden), parts_of(system, hidden)
    parts = {int(part): np.flatnonzero(part_of == part) for part in np.unique(part_of) if part >= 0}
    found = {}
    for place in places:
        count = float(system.counts[place])
        if part_of[place] < 0:
            found[place] = (count, count)
            continue
        part = parts[int(part_of[place])]
        found[place] = (
            count + extreme(system, part, bound, place, -1),
            count + extreme(system, part, bound, place, 1),
        )
    return found


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
