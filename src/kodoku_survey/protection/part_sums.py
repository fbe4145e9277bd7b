"""Parts of the system that move together, and the smallest programs that move them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse.csgraph import connected_components

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.protection.highs import optimum
from kodoku_survey.protection.system import System

WHOLE = 1e-6  # so near a whole number is whole
PRICINGS = 3  # linear programs with prices made anew
GOLDEN = 0.6180339887498949  # its multiples fall everywhere, the same on every machine


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
    """An integer change (m,) that moves the unknown `aim` by `need`, as cheap as found, or None.

    cost : (m,) what it costs to move an unknown at all; 0 is free. reach : how far the others may go.
    """
    own = system.relations[_relations_of(system, part)][:, part]
    low, high = np.maximum(bound.low[part], -reach), np.minimum(bound.high[part], reach)
    place = int(np.searchsorted(part, aim))
    if need > 0:
        low[place] = need
    else:
        high[place] = need
    if (low > high).any():
        return None
    price = cost[part].copy()
    price[place] = 0
    program = _Program(own, low, high, price, abs(need))
    found = program.by_lines()
    if found is None and program.possible:
        found = program.by_steps()
    if found is None:
        return None
    return _change_of(system, part, found)


@dataclass(eq=False)
class _Program:
    """Σ δ = 0 along each relation, low ≤ δ ≤ high, and a price for each unknown that moves."""

    own: sparse.csr_array
    low: FloatArray
    high: FloatArray
    price: FloatArray
    need: int
    possible: bool = True

    def by_lines(self) -> FloatArray | None:
        """Linear programs: the price by how far an unknown moves. Where all moves are of one size it is the cheapest of all;
        else those that moved become cheaper, and again. A corner that is not whole is left for another. None: none is whole."""
        dear = np.flatnonzero(self.price > 0)
        n = len(self.low)
        weight, best, least = self.price[dear].copy(), None, np.inf
        low, high = self.low.copy(), self.high.copy()
        low[dear], high[dear] = 0, np.minimum(high[dear], self._near)
        down = np.minimum(-self.low[dear], self._near)
        bounds = Bounds(np.concatenate([low, np.zeros(len(dear))]), np.concatenate([high, down]))
        kept = LinearConstraint(sparse.hstack([self.own, -self.own[:, dear]]).tocsc(), 0, 0)
        goal = np.zeros(n + len(dear))
        for turn in range(PRICINGS if len(dear) else 1):
            goal[dear] = goal[n:] = weight / self.need
            solved = optimum(goal, bounds=bounds, constraints=kept)
            if solved.x is None:
                self.possible = self.possible and solved.status != 2
                break
            moves = solved.x[:n].copy()
            moves[dear] -= solved.x[n:]
            if np.abs(moves - np.rint(moves)).max() >= WHOLE:
                weight = self.price[dear] * (1 + np.modf((turn + 1) * GOLDEN * np.arange(len(dear)))[0])
                continue
            moves = np.rint(moves)
            spent = float(self.price[dear][moves[dear] != 0].sum())
            if spent < least:
                best, least = moves, spent
            if spent <= float(goal @ solved.x) + WHOLE:
                break
            weight = self.price[dear] / (np.abs(moves[dear]) / self.need + 0.3)
        return best

    @property
    def _near(self) -> float:
        return float(self.need + (self.need == 1))

    def by_steps(self) -> FloatArray | None:
        """An integer program: the price whether an unknown moves."""
        dear = np.flatnonzero(self.price > 0)
        k, n = len(dear), len(self.low)
        picks = sparse.csr_array((np.ones(k), (np.arange(k), dear)), shape=(k, n))
        constraints = [
            LinearConstraint(sparse.hstack([self.own, sparse.csr_array((self.own.shape[0], k))]).tocsr(), 0, 0)
        ]
        if k:
            limits = sparse.diags_array(np.full(k, self._near))
            both = [sparse.hstack([picks, -limits]), sparse.hstack([-picks, -limits])]
            constraints.append(LinearConstraint(sparse.vstack(both).tocsr(), -np.inf, 0))
        solved = optimum(
            np.concatenate([np.zeros(n), self.price[dear]]),
            whole=True,
            bounds=Bounds(np.concatenate([self.low, np.zeros(k)]), np.concatenate([self.high, np.ones(k)])),
            constraints=constraints,
            options={"mip_rel_gap": 0.05, "node_limit": 2000},
        )
        return None if solved.x is None else solved.x[:n]


def _change_of(system: System, part: IndexArray, values: FloatArray) -> IndexArray | None:
    change = np.zeros(len(system), dtype=np.intp)
    change[part] = np.rint(values).astype(np.intp)
    return None if (system.relations @ change).any() else change
