"""Whether weights exist that meet the margins, asked before any iteration; and what would have to give if not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.auxiliary import Auxiliary
from kodoku_survey.design.calibration import DISTANCES, Bounds, solution_of, units_of
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.crossings import CodesOf
from kodoku_survey.weighting.margins import Groups, Margin, auxiliary_of, collapsed


@dataclass(frozen=True)
class Fault:
    """Why margins cannot be met: a key of messages.toml, the worst column's name and what the message tells."""

    key: str
    name: str
    told: dict[str, Any]
    gap: float  # how far from feasible, in units of the totals


def feasible(
    margins: Sequence[Margin], codes_of: CodesOf, weight: FloatArray, method: str, bounds: Bounds | None
) -> tuple[Auxiliary, FloatArray]:
    """The auxiliary matrix and its totals, after asking whether `method` can meet them.

    Raises
    ------
    DesignError
        A category without a respondent, or of 0 persons with respondents; margins that contradict one another; bounds, or
        positive weights, between which no solution lies. Each names the smallest collapse under which there is one.
    """
    auxiliary, totals = auxiliary_of(margins, codes_of)
    fault = _fault(margins, auxiliary, totals, weight, _limits(method, bounds))
    if fault is None:
        return auxiliary, totals
    way_out = smallest_collapse(margins, codes_of, weight, method, bounds)
    collapse = "; ".join(f"{name} = {[list(codes) for codes in lists]}" for name, lists in (way_out or {}).items())
    raise DesignError(f"design.{fault.key}", f"margins [{fault.name}]", **fault.told, collapse=collapse or "–")


def smallest_collapse(
    margins: Sequence[Margin],
    codes_of: CodesOf,
    weight: FloatArray,
    method: str,
    bounds: Bounds | None,
    *,
    most: int = 12,
) -> Groups | None:
    """The fewest merges of neighbouring codes under which the margins can be met, and of these the fewest persons merged.

    One merge is tried of every kind; where none is enough, the one that comes nearest is made and the search goes on, up to
    `most` merges; variables that turn out not to be needed are left as they were. None where that does not help.
    """

    def fault_under(groups: Groups) -> Fault | None:
        merged, codes = collapsed(margins, codes_of, groups)
        return _fault(merged, *auxiliary_of(merged, codes), weight, _limits(method, bounds))

    done: dict[str, list[list[Any]]] = {}
    for _ in range(most):
        nearest: tuple[float, float, dict[str, list[list[Any]]]] | None = None
        for persons, groups in sorted(_merges(margins, done), key=lambda pair: pair[0]):
            fault = fault_under(groups)
            if fault is None:
                for name in list(groups):
                    fewer = {other: lists for other, lists in groups.items() if other != name}
                    groups = fewer if fewer and fault_under(fewer) is None else groups
                return groups
            if nearest is None or (fault.gap, persons) < nearest[:2]:
                nearest = (fault.gap, persons, groups)
        if nearest is None:
            return None
        done = nearest[2]
    return None


def _merges(
    margins: Sequence[Margin], done: dict[str, list[list[Any]]]
) -> Iterator[tuple[float, dict[str, list[list[Any]]]]]:
    """Every merge of two neighbouring codes (or groups) of one variable, with the persons it merges."""
    for name in dict.fromkeys(v for m in margins if m.categories for v in m.variables):
        margin = next(m for m in margins if name in m.variables and m.categories)
        place = margin.variables.index(name)
        persons: dict[Any, float] = {}
        for category, value in zip(margin.categories, margin.values, strict=True):
            persons[category[place]] = persons.get(category[place], 0.0) + float(value)
        groups = [[code] for code in persons]
        for codes in done.get(name, []):
            groups = [g for g in groups if g[0] not in codes[1:]]
            groups = [codes if g[0] == codes[0] else g for g in groups]
        for left, right in pairwise(groups):
            joined = [g for g in groups if g is not left and g is not right and len(g) > 1] + [[*left, *right]]
            yield sum(persons[code] for code in (*left, *right)) / sum(persons.values()), {**done, name: joined}


def _limits(method: str, bounds: Bounds | None) -> Bounds:
    if not DISTANCES[method].bounded:
        return (-np.inf, np.inf) if method == "linear" else (0.0, np.inf)
    low, high = bounds or (0.0, 10.0)
    if not low < 1 < high:
        raise DesignError("design.bad_bounds", bounds=f"[{low}, {high}]")
    return float(low), float(high)


def _fault(
    margins: Sequence[Margin],
    auxiliary: Auxiliary,
    totals: FloatArray,
    weight: FloatArray,
    limits: Bounds,
) -> Fault | None:
    unit = units_of(auxiliary.rows)  # persons and yen on one scale
    scaled = replace(auxiliary, rows=auxiliary.rows / unit)
    mass = auxiliary.mass(weight)
    unheld = _unheld(margins, auxiliary, totals, mass, limits)
    if unheld is not None:
        return unheld
    if _linear_within(scaled.rows, totals / unit, mass, limits):
        return None
    return _contradiction(scaled, totals / unit, mass, unit) or _beyond(scaled, totals / unit, mass, limits, unit)


def _linear_within(rows: FloatArray, totals: FloatArray, mass: FloatArray, limits: Bounds) -> bool:
    """Whether a linear calibration meets the totals with factors between the limits: proof that nothing is amiss."""
    gram, gap = rows.T @ (mass[:, None] * rows), totals - mass @ rows
    lam = solution_of(gram, gap)
    if np.abs(gram @ lam - gap).max() > 1e-7 * np.abs(totals).max():
        return False
    g = (1 + rows @ lam)[mass > 0]
    return bool(limits[0] < g.min(initial=1.0) and g.max(initial=1.0) < limits[1])


def _unheld(
    margins: Sequence[Margin], auxiliary: Auxiliary, totals: FloatArray, mass: FloatArray, limits: Bounds
) -> Fault | None:
    """A category of some persons that no respondent of any weight holds, or the reverse."""
    held = ((auxiliary.rows == 1) & (mass > 0)[:, None]).any(axis=0)
    counted = np.concatenate([np.full(max(len(m.categories), 1), bool(m.categories)) for m in margins])
    empty = counted & (totals > 0) & ~held
    if empty.any():
        worst = int(np.where(empty, totals, 0).argmax())
        told = {"value": f"{totals[worst]:,.0f}"}
        return Fault("empty_category", auxiliary.names[worst], told, float(totals[empty].sum()))
    of_nobody = np.flatnonzero(counted & (totals <= 0) & held)
    if len(of_nobody) and limits[0] >= 0:
        return Fault("zero_category", auxiliary.names[of_nobody[0]], {}, 0.0)
    return None


def _contradiction(auxiliary: Auxiliary, totals: FloatArray, mass: FloatArray, unit: FloatArray) -> Fault | None:
    """Combinations of columns that are 0 for everybody must be 0 of the totals: a margin against the crossed one it is in."""
    rows = auxiliary.rows[mass != 0]
    gram = rows.T @ rows
    scale = 1 / np.sqrt(np.maximum(np.diag(gram), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(gram * scale[:, None] * scale)
    empty = vectors[:, values < values.max() * 1e-10]
    gap = (empty @ (empty.T @ (totals * scale))) / scale
    worst = int(np.abs(gap).argmax())
    if abs(gap[worst]) <= 1e-6 * np.abs(totals).max():
        return None
    name = auxiliary.names[worst]
    told = {"gap": f"{abs(gap[worst]) * unit[worst]:,.0f}"}
    return Fault("contradicting_margins", name, told, float(np.abs(gap).sum()))


def _beyond(
    auxiliary: Auxiliary, totals: FloatArray, mass: FloatArray, limits: Bounds, unit: FloatArray
) -> Fault | None:
    """No factor between the limits meets the totals."""
    if not np.isfinite(limits).any():
        return None
    there = mass > 0
    rows, mass = auxiliary.rows[there], mass[there]
    from scipy import optimize  # loaded where there is doubt

    size = np.abs(totals).max()
    matrix = sparse.csc_array((rows * mass[:, None]).T / size)
    p = len(totals)
    # Least sum of gaps: factors within the limits, and what is missing or too much of each total.
    cost = np.concatenate([np.zeros(len(mass)), np.ones(2 * p)])
    equal = sparse.hstack([matrix, sparse.eye_array(p), -sparse.eye_array(p)], format="csc")
    bounds = [limits] * len(mass) + [(0, None)] * (2 * p)
    found = optimize.linprog(cost, A_eq=equal, b_eq=totals / size, bounds=bounds, method="highs")
    if found.fun <= 1e-7:
        return None
    gap = (found.x[len(mass) : len(mass) + p] - found.x[len(mass) + p :]) * size
    worst = int(np.abs(gap).argmax())
    told = {"margin": auxiliary.names[worst], "gap": f"{abs(gap[worst]) * unit[worst]:,.0f}"}
    key = "no_positive_weights"
    if np.isfinite(limits[1]):
        key, needed = "bounds_infeasible", _needed(matrix, totals / size, limits)
        told |= {"bounds": f"[{limits[0]:g}, {limits[1]:g}]", "needed": needed}
    return Fault(key, auxiliary.names[worst], told, float(found.fun))


def _needed(matrix: sparse.csc_array, totals: FloatArray, limits: Bounds) -> str:
    """The bounds, widened in proportion about 1, between which there is a solution."""
    from scipy import optimize

    m = matrix.shape[1]
    low, high = limits
    widen = sparse.vstack(
        [
            sparse.hstack([sparse.eye_array(m), np.full((m, 1), -(high - 1))]),
            sparse.hstack([-sparse.eye_array(m), np.full((m, 1), -(1 - low))]),
        ],
        format="csc",
    )
    cost = np.concatenate([np.zeros(m), [1.0]])
    equal = sparse.hstack([matrix, np.zeros((matrix.shape[0], 1))], format="csc")
    found = optimize.linprog(
        cost,
        A_ub=widen,
        b_ub=np.concatenate([np.ones(m), -np.ones(m)]),
        A_eq=equal,
        b_eq=totals,
        bounds=[(0, None)] * (m + 1),
        method="highs",
    )
    if found.status != 0:
        return "–"
    z = float(found.x[-1]) * 1.01  # a hair wider, since the limits themselves leave no room
    return f"[{max(1 - z * (1 - low), 0):.2f}, {1 + z * (high - 1):.2f}]"
