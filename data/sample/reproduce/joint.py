"""The joint table of two questions that nearly every figure is broken down by, such that all these figures can hold at once.

Every question V is published by the direct question D and by the classes of the score U, never by both. A table T = D × U is
feasible for V if non-negative blocks B[v, d, u] exist that sum to T over v and meet the figures of V by D and of V by U. One
linear program asks this of all questions together and takes the T nearest an ordinal seed.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.stats import multivariate_normal, norm

from kodoku_survey.arrays import FloatArray
from reproduce.published import Bound, Where, both


def joint_table(
    bounds: tuple[Bound, ...],
    axes: tuple[str, str],
    orders: tuple[tuple[int, ...], tuple[int, ...]],
    correlation: float,
    blocks: dict[str, tuple[tuple[int, ...], Where]],
    leeway: int = 1,
) -> tuple[Bound, ...]:
    """Bounds on every cell of the joint table of `axes`, near what the program found.

    orders : codes of each axis from low to high, 無回答 last. blocks : further variables, with their codes and whom they
    were asked of. Raises ValueError where no table meets all figures.
    """
    d, u = orders
    cells = len(d) * len(u)
    seed = _seed(bounds, axes, orders, correlation)
    names = list(blocks)
    start = {name: cells * (1 + sum(len(blocks[n][0]) for n in names[:i])) for i, name in enumerate(names)}
    size = cells * (1 + sum(len(codes) for codes, _ in blocks.values()))
    program = _Program(size + cells)  # the last `cells` columns: distance of T from the seed
    for cell in range(cells):
        program.at_most([(cell, 1.0), (size + cell, -1.0)], seed.ravel()[cell])
        program.at_most([(cell, -1.0), (size + cell, -1.0)], -seed.ravel()[cell])
    for name, (codes, base) in blocks.items():
        for cell in range(cells):
            own = [(start[name] + k * cells + cell, 1.0) for k in range(len(codes))]
            program.equal([*own, *((column, -1.0) for column in _columns(base, cell, blocks, start, cells))], 0.0)
    for bound in bounds:
        found = _terms(bound, axes, orders, blocks, start, cells)
        if found is not None:
            program.between([(column, 1.0) for column in found], bound.low, bound.high)
    cost = np.zeros(size + cells)
    cost[size:] = 1 / np.sqrt(seed.ravel() + 1)
    solved = program.solve(cost)
    table = solved[:cells]
    return tuple(
        Bound(
            frozenset([(axes[0], frozenset([d[i // len(u)]])), (axes[1], frozenset([u[i % len(u)]]))]),
            max(int(np.floor(value)) - leeway, 0),
            int(np.ceil(value)) + leeway,
            ("joint table",),
        )
        for i, value in enumerate(table)
    )


def _seed(
    bounds: tuple[Bound, ...], axes: tuple[str, str], orders: tuple[tuple[int, ...], tuple[int, ...]], rho: float
) -> FloatArray:
    """Two cut normal scales with this correlation; blanks fall independently of everything."""
    shares = [_shares(bounds, axis, order) for axis, order in zip(axes, orders, strict=True)]
    total = shares[0].sum()
    cuts = [np.concatenate([[-8.0], norm.ppf(np.cumsum(s[:-1] / s[:-1].sum())[:-1]), [8.0]]) for s in shares]
    both_normal = multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    corner = np.array([[both_normal.cdf([a, b]) for b in cuts[1]] for a in cuts[0]])
    core = np.diff(np.diff(corner, axis=0), axis=1)
    p, q = (s / total for s in shares)
    table = np.outer(p, q)
    table[:-1, :-1] = core * p[:-1].sum() * q[:-1].sum()
    found: FloatArray = table * total
    return found


def _shares(bounds: tuple[Bound, ...], axis: str, order: tuple[int, ...]) -> FloatArray:
    known = {bound.where: (bound.low + bound.high) / 2 for bound in bounds}
    return np.array([known[frozenset([(axis, frozenset([code]))])] for code in order])


def _columns(
    where: Where, cell: int, blocks: dict[str, tuple[tuple[int, ...], Where]], start: dict[str, int], cells: int
) -> list[int]:
    """The columns that hold the persons of one cell of T to whom a condition on one block applies (none: T itself)."""
    if not where:
        return [cell]
    # A base names its parent; the parent's own base is implied by it.
    ((name, codes),) = [atom for atom in where if atom[0] in blocks][-1:]
    return [start[name] + k * cells + cell for k, code in enumerate(blocks[name][0]) if code in codes]


def _terms(
    bound: Bound,
    axes: tuple[str, str],
    orders: tuple[tuple[int, ...], tuple[int, ...]],
    blocks: dict[str, tuple[tuple[int, ...], Where]],
    start: dict[str, int],
    cells: int,
) -> list[int] | None:
    """The columns a bound sums, or None if it speaks of anything but the axes and one block."""
    where = dict(bound.where)
    chosen = [where.pop(axis, None) for axis in axes]
    inside = [
        i
        for i in range(cells)
        if (chosen[0] is None or orders[0][i // len(orders[1])] in chosen[0])
        and (chosen[1] is None or orders[1][i % len(orders[1])] in chosen[1])
    ]
    rest = frozenset(where.items())
    if not rest:
        return inside
    for name, (_, base) in blocks.items():
        if name in where and all(atom[0] == name or atom in base for atom in rest) and both(rest, base) == rest:
            wanted = frozenset([(name, where[name])])
            return [column for cell in inside for column in _columns(wanted, cell, blocks, start, cells)]
    return None


class _Program:
    """A linear program row by row."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.parts: dict[str, list[tuple[int, int, float]]] = {"ub": [], "eq": []}
        self.right: dict[str, list[float]] = {"ub": [], "eq": []}

    def _add(self, kind: str, terms: list[tuple[int, float]], right: float) -> None:
        self.parts[kind] += [(len(self.right[kind]), column, value) for column, value in terms]
        self.right[kind].append(right)

    def at_most(self, terms: list[tuple[int, float]], right: float) -> None:
        self._add("ub", terms, right)

    def equal(self, terms: list[tuple[int, float]], right: float) -> None:
        self._add("eq", terms, right)

    def between(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        if low == high:
            self.equal(terms, low)
        else:
            self.at_most(terms, high)
            self.at_most([(column, -value) for column, value in terms], -low)

    def solve(self, cost: FloatArray) -> FloatArray:
        def matrix(kind: str) -> coo_array:
            row, column, value = (np.array(part) for part in zip(*self.parts[kind], strict=True))
            return coo_array((value, (row, column)), shape=(len(self.right[kind]), self.size)).tocsr()

        solved = linprog(
            cost, A_ub=matrix("ub"), b_ub=self.right["ub"], A_eq=matrix("eq"), b_eq=self.right["eq"], method="highs-ipm"
        )
        if solved.x is None:
            raise ValueError("no joint table meets all figures")
        found: FloatArray = solved.x
        return found
