"""Parts of the system that move together, and the smallest programs that move them: scipy.optimize.milp (HiGHS)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.protection.system import System

WHOLE = 1e-6  # so near a whole number is whole


@dataclass(frozen=True, eq=False)
class Bound:
    """How far unknowns may move from their counts: low, high (m,)."""

    low: FloatArray
    high: FloatArray


def able_to_move(system: System, free: BoolArray) -> BoolArray:
    """Of the unknowns a reader does not know, those he cannot work out one after another."""
    left = free.copy()
    involved = abs(system.relations)
    while True:
        alone = (involved @ left.astype(np.int64)) == 1  # relations with one unknown left: it follows
        told = left & ((involved[alone].T @ np.ones(int(alone.sum()), dtype=np.int64)) > 0)
        if not told.any():
            return left
        left &= ~told


def labelled(system: System, free: BoolArray) -> IndexArray:
    """(m,) the number of the part each free unknown belongs to, −1 for the others."""
    places = np.flatnonzero(free)
    own = abs(system.relations[:, places])
    graph = sparse.block_array([[None, own], [own.T, None]]).tocsr()
    _, labels = connected_components(graph, directed=False)
    found = np.full(len(system), -1, dtype=np.intp)
    found[places] = labels[system.relations.shape[0] :]
    return found


def around(system: System, place: int, allowed: BoolArray, steps: int) -> IndexArray:
    """The unknowns within so many relations of one, sorted."""
    near, met = np.zeros(len(system), dtype=bool), np.zeros(system.relations.shape[0], dtype=bool)
    near[place] = True
    edge = np.array([place], dtype=np.intp)
    for _ in range(steps):
        touched = np.zeros_like(met)
        touched[system.turned[edge].indices] = True
        touched &= ~met
        met |= touched
        reached = np.zeros_like(near)
        reached[system.relations[np.flatnonzero(touched)].indices] = True
        reached &= allowed & ~near
        if not reached.any():
            break
        near |= reached
        edge = np.flatnonzero(reached)
    return np.flatnonzero(near)


def _relations_of(system: System, part: IndexArray) -> IndexArray:
    met = np.zeros(system.relations.shape[0], dtype=bool)
    met[system.turned[part].indices] = True
    return np.flatnonzero(met)


def moved(
    system: System, part: IndexArray, bound: Bound, *, cost: FloatArray, aim: int, need: int, reach: int
) -> IndexArray | None:
    """The cheapest integer change (m,) that moves the unknown `aim` by `need`, or None.

    cost : (m,) what it costs to move an unknown at all; 0 is free. reach : how far the others may go.
    """
    rows = _relations_of(system, part)
    own = system.relations[rows][:, part]
    low, high = np.maximum(bound.low[part], -reach), np.minimum(bound.high[part], reach)
    place = int(np.searchsorted(part, aim))
    if need > 0:
        low[place] = need
    else:
        high[place] = need
    if (low > high).any():
        return None
    if not cost.any():  # a linear program's corner is whole as a rule, and found at once
        corner = milp(np.zeros(len(part)), bounds=Bounds(low, high), constraints=LinearConstraint(own, 0, 0))
        if corner.status == 2:
            return None
        if corner.x is not None and np.abs(corner.x - np.rint(corner.x)).max() < WHOLE:
            return _change_of(system, part, corner.x)
    dear = np.flatnonzero(cost[part] > 0)
    dear = dear[dear != place]
    k, n = len(dear), len(part)
    near = np.minimum(np.abs(need) + (abs(need) == 1), reach)
    picks = sparse.csr_array((np.ones(k), (np.arange(k), dear)), shape=(k, n))
    limits = sparse.diags_array(np.full(k, float(near))) if k else sparse.csr_array((0, 0))
    blank = sparse.csr_array((len(rows), k))
    constraints = [LinearConstraint(sparse.hstack([own, blank]).tocsr(), 0, 0)]
    if k:
        both = [sparse.hstack([picks, -limits]), sparse.hstack([-picks, -limits])]
        constraints.append(LinearConstraint(sparse.vstack(both).tocsr(), -np.inf, 0))
    solved = milp(
        np.concatenate([np.zeros(n), cost[part][dear]]),
        integrality=np.ones(n + k),
        bounds=Bounds(np.concatenate([low, np.zeros(k)]), np.concatenate([high, np.ones(k)])),
        constraints=constraints,
        options={"mip_rel_gap": 0.05, "node_limit": 2000},
    )
    if solved.x is None:
        return None
    return _change_of(system, part, solved.x[:n])


def _change_of(system: System, part: IndexArray, values: FloatArray) -> IndexArray | None:
    change = np.zeros(len(system), dtype=np.intp)
    change[part] = np.rint(values).astype(np.intp)
    return None if (system.relations @ change).any() else change


def extreme(system: System, part: IndexArray, bound: Bound, aim: int, way: int) -> float:
    """How far an unknown can go down (way −1) or up (+1) while everything known stays: an integer, or infinite."""
    rows = _relations_of(system, part)
    own = system.relations[rows][:, part]
    goal = np.zeros(len(part))
    goal[np.searchsorted(part, aim)] = -way
    limits, kept = Bounds(bound.low[part], bound.high[part]), LinearConstraint(own, 0, 0)
    solved = milp(goal, bounds=limits, constraints=kept)
    if solved.x is None or np.abs(solved.x - np.rint(solved.x)).max() >= WHOLE:
        solved = milp(goal, integrality=np.ones(len(part)), bounds=limits, constraints=kept)
    if solved.status == 3:
        return way * np.inf
    if solved.x is None:
        return 0.0  # nothing but the truth
    return float(np.rint(solved.x[np.searchsorted(part, aim)]))
