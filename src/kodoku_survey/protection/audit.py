"""The audit (秘匿インターバル検査): between which integers every hidden count is held by what is printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
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
