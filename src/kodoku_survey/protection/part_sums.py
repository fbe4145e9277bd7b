"""Parts of the system that move together, and the smallest programs that move them: scipy.optimize.milp (HiGHS)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.protection.system import System


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
    near = np.array([place], dtype=np.intp)
    for _ in range(steps):
        rows = np.unique(system.turned[near].indices)
        further = np.unique(system.relations[rows].indices)
        further = further[allowed[further]]
        if len(further) == len(near):
            break
        near = further
    return near


def moved(
    system: System, part: IndexArray, bound: Bound, *, cost: FloatArray, aim: int, need: int, reach: int
) -> IndexArray | None:
    """The cheapest integer change (m,) that moves the unknown `aim` by `need`, or None.

    cost : (m,) what it costs to move an unknown at all; 0 is free. reach : how far the others may go.
    """
    rows = np.unique(system.turned[part].indices)
    own = system.relations[rows][:, part]
    low, high = np.maximum(bound.low[part], -reach), np.minimum(bound.high[part], reach)
    place = int(np.searchsorted(part, aim))
    if need > 0:
        low[place] = need
    else:
        high[place] = need
    if (low > high).any():
        return None
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
    change = np.zeros(len(system), dtype=np.intp)
    change[part] = np.rint(solved.x[:n]).astype(np.intp)
    return None if (system.relations @ change).any() else change


def extreme(system: System, part: IndexArray, bound: Bound, aim: int, way: int) -> float:
    """How far an unknown can go down (way −1) or up (+1) while everything known stays: an integer, or infinite."""
    rows = np.unique(system.turned[part].indices)
    own = system.relations[rows][:, part]
    goal = np.zeros(len(part))
    goal[np.searchsorted(part, aim)] = -way
    solved = milp(
        goal,
        integrality=np.ones(len(part)),
        bounds=Bounds(bound.low[part], bound.high[part]),
        constraints=LinearConstraint(own, 0, 0),
    )
    if solved.status == 3:
        return way * np.inf
    if solved.x is None:
        return 0.0  # nothing but the truth
    return float(np.rint(solved.x[np.searchsorted(part, aim)]))
