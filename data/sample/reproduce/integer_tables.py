"""Integer tables within bounds: the table of greatest entropy near a prior, rounded so that every bound holds.

A table has g groups of persons and k categories; its cells are x[g, k] ≥ 0, its rows sum to the sizes of the groups, and
further rows bound sums of cells. Iterative proportional fitting finds the real table; a mixed integer program rounds each
cell up or down at least cost, with slack variables, so that the rounding itself can never be infeasible: where slack
remains the cells may move further.

Source: Deming & Stephan (1940) for the fitting; controlled rounding after Cox (1987), JASA 82.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, IntArray

WINDOWS = (0, 1, 3, 500)  # how far beyond rounding a cell may move, tried in turn
SLACK_COST = 1000.0
GAP = 0.2  # any table that meets the rows will do; how near it is to the fitted one matters little


@dataclass(frozen=True, eq=False)
class Row:
    """A sum of cells (flat indices into the table) between low and high; `name` says whose figure it is."""

    cells: IndexArray
    low: int
    high: int
    name: str = ""


@dataclass(frozen=True, eq=False)
class Rounded:
    """An integer table and the rows it misses, with the amount of each: none where the bounds can be met."""

    table: IntArray
    missed: tuple[tuple[str, int], ...]


def integer_table(prior: FloatArray, sizes: IntArray, rows: Sequence[Row], *, open_sums: bool = False) -> Rounded:
    """The integer table (g, k) nearest the prior (0 = impossible) that meets sizes and rows.

    open_sums : rows of the table need not sum to the sizes; a cell is at most its group's size (options ticked).
    """
    fitted = fit(prior, sizes, rows, open_sums=open_sums)
    found = Rounded(np.zeros(prior.shape, dtype=np.int64), ())
    for window in WINDOWS:
        found = _rounded(fitted, prior > 0, sizes, rows, window, open_sums=open_sums)
        if not found.missed:
            break
    return found


def fit(
    prior: FloatArray, sizes: IntArray, rows: Sequence[Row], *, open_sums: bool = False, rounds: int = 150
) -> FloatArray:
    """Iterative proportional fitting: sizes, then each row pulled inside its bounds, over and over."""
    x = (
        prior * sizes[:, None]
        if open_sums
        else prior / np.maximum(prior.sum(axis=1, keepdims=True), 1e-300) * sizes[:, None]
    )
    flat = x.ravel()
    for _ in range(rounds):
        moved = 0.0
        for row in rows:
            total = flat[row.cells].sum()
            # A quarter inside the bounds, so that rounding has room on both sides.
            inside = min(0.25, (row.high - row.low) / 2)
            wanted = min(max(total, row.low + inside), row.high - inside)
            if total > 0 and wanted != total:
                flat[row.cells] *= wanted / total
                moved = max(moved, abs(wanted - total))
        if open_sums:
            np.minimum(x, sizes[:, None], out=x)
        else:
            sums = x.sum(axis=1)
            x *= (sizes / np.where(sums > 0, sums, 1.0))[:, None]
        if moved < 0.02:
            break
    return x


def _rounded(
    fitted: FloatArray,
    possible: BoolArray,
    sizes: IntArray,
    rows: Sequence[Row],
    window: int,
    *,
    open_sums: bool,
) -> Rounded:
    """Round up or down (window 0), or move each cell by up to `window` from its nearest integer, at least cost."""
    groups, kinds = fitted.shape
    value = np.where(possible, fitted, 0.0).ravel()
    whole = np.floor(value + 1e-9) if window == 0 else np.rint(value)
    rest = value - whole
    # A cell of next to nothing stays empty unless the wider window is needed.
    free = possible.ravel() & ((rest > 0.002) if window == 0 else True)
    up = np.flatnonzero(free)
    down = up[whole[up] > 0] if window else up[:0]
    limit = np.repeat(sizes, kinds).astype(float)
    high_up = np.minimum(1.0 if window == 0 else float(window), np.maximum(limit - whole, 0))[up]
    high_down = np.minimum(float(window), whole)[down]
    cost = np.concatenate([1 - 2 * rest[up], 1 + 2 * rest[down], np.full(2 * len(rows), SLACK_COST)])
    matrix = _matrix(rows, groups, kinds, open_sums=open_sums)
    slack = csr_array((len(rows), len(rows)), dtype=float)
    slack.setdiag(1.0)
    slack = slack if open_sums else vstack([slack, csr_array((groups, len(rows)), dtype=float)]).tocsr()
    whole_matrix = hstack([matrix[:, up], -matrix[:, down], slack, -slack]).tocsr()
    held = matrix @ whole
    low = np.array([row.low for row in rows], dtype=float)
    high = np.array([row.high for row in rows], dtype=float)
    if not open_sums:
        low, high = np.concatenate([low, sizes]), np.concatenate([high, sizes])
    count = len(up) + len(down)
    constraints = LinearConstraint(whole_matrix, low - held, high - held)
    limits = Bounds(0, np.concatenate([high_up, high_down, np.full(2 * len(rows), np.inf)]))
    if window != WINDOWS[-1]:
        # If not even fractions of the moves meet every row, whole ones cannot: the wider window comes at once.
        relaxed = milp(cost, constraints=constraints, bounds=limits)
        if relaxed.x is None or relaxed.x[count:].sum() > 1e-6:
            return Rounded(whole.reshape(groups, kinds).astype(np.int64), (("rounding", 1),))
    solved = milp(
        cost,
        constraints=constraints,
        bounds=limits,
        integrality=np.concatenate([np.ones(count), np.zeros(2 * len(rows))]),
        options={"mip_rel_gap": GAP, "node_limit": 3000},
    )
    if solved.x is None:
        return Rounded(whole.reshape(groups, kinds).astype(np.int64), (("no solution", groups),))
    table = whole.copy()
    table[up] += np.rint(solved.x[: len(up)])
    table[down] -= np.rint(solved.x[len(up) : count])
    table = table.reshape(groups, kinds).astype(np.int64)
    return Rounded(table, _missed(table, sizes, rows, open_sums=open_sums))


def _matrix(rows: Sequence[Row], groups: int, kinds: int, *, open_sums: bool) -> csr_array:
    lengths = [len(row.cells) for row in rows]
    cells = np.concatenate([row.cells for row in rows]) if rows else np.zeros(0, dtype=np.intp)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    matrix = csr_array((np.ones(len(cells)), cells, start), shape=(len(rows), groups * kinds))
    if open_sums:
        return matrix
    every = csr_array(
        (np.ones(groups * kinds), np.arange(groups * kinds), np.arange(groups + 1) * kinds),
        shape=(groups, groups * kinds),
    )
    return vstack([matrix, every]).tocsr()


def _missed(table: IntArray, sizes: IntArray, rows: Sequence[Row], *, open_sums: bool) -> tuple[tuple[str, int], ...]:
    flat = table.ravel()
    missed = []
    for row in rows:
        total = int(flat[row.cells].sum())
        if total < row.low:
            missed.append((row.name, total - row.low))
        elif total > row.high:
            missed.append((row.name, total - row.high))
    if not open_sums:
        wrong = int(np.abs(table.sum(axis=1) - sizes).sum())
        missed += [("group sizes", wrong)] if wrong else []
    return tuple(missed)
