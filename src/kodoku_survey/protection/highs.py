"""The solver: scipy.optimize.milp (HiGHS), kept from writing beside the program's own output; and programs of whole numbers made
small before it sees them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray

PASSES = 60  # over all relations; each pass leaves true bounds


def optimum(
    goal: FloatArray,
    *,
    bounds: Bounds,
    constraints: LinearConstraint | Sequence[LinearConstraint] = (),
    whole: bool | BoolArray = False,
    options: Mapping[str, Any] | None = None,
) -> Any:
    """What `milp` finds: the least goal·x within the bounds; whole : of integers x, or (n,) which of them are integers.

    As `scipy.optimize.OptimizeResult`.
    """
    if not np.any(whole):
        return milp(goal, bounds=bounds, constraints=constraints, options=options)
    with _silent():
        return milp(
            goal, integrality=np.ones(len(goal)) * whole, bounds=bounds, constraints=constraints, options=options
        )


@contextmanager
def _silent() -> Iterator[None]:
    """HiGHS 1.8 prints a line of its own where it mends an integer solution: nowhere instead of on the terminal."""
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except (OSError, ValueError, AttributeError):  # no terminal, nothing to keep quiet
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@dataclass(frozen=True, eq=False)
class SmallProgram:
    """Whole numbers x with rows (r, k) @ x = 0 and low ≤ x ≤ high (k,), where n numbers were: those that are each other, or each
    other's negative, are one. column, sign (n,) : which of the k, and ±1."""

    rows: sparse.csr_array
    low: FloatArray
    high: FloatArray
    column: IndexArray
    sign: IndexArray


def small_program(rows: sparse.csr_array, low: FloatArray, high: FloatArray) -> SmallProgram:
    """The program of n whole numbers without the numbers that a relation of two tells, and with the bounds that follow from
    single relations. Every solution is kept, and none is added."""
    n = rows.shape[1]
    column, sign = np.arange(n), np.ones(n, dtype=np.int64)
    while True:
        rows = _distinct(rows)
        one, same = _of_two(rows)
        kept, place = np.unique(one, return_inverse=True)
        if len(kept) == rows.shape[1]:
            break
        each = sparse.csr_array((same, (np.arange(len(one)), place)), shape=(len(one), len(kept)))
        rows, sign, column = sparse.csr_array(rows @ each), sign * same[column], place[column]
    least, most = np.where(sign > 0, low, -high), np.where(sign > 0, high, -low)
    small, large = np.full(rows.shape[1], -np.inf), np.full(rows.shape[1], np.inf)
    np.maximum.at(small, column, least)
    np.minimum.at(large, column, most)
    return SmallProgram(rows, *_tightened(rows, small, large), column, sign)


def _distinct(rows: sparse.csr_array) -> sparse.csr_array:
    """Relations without those that say nothing, or the same as another."""
    rows.eliminate_zeros()
    rows.sort_indices()
    found = dict[tuple[bytes, bytes], int]()
    for k, (first, end) in enumerate(zip(rows.indptr[:-1], rows.indptr[1:], strict=True)):
        if end > first:
            signs = rows.data[first:end] * np.sign(rows.data[first])
            found.setdefault((rows.indices[first:end].tobytes(), signs.tobytes()), k)
    return rows[list(found.values())]


def _of_two(rows: sparse.csr_array) -> tuple[IndexArray, IndexArray]:
    """(k,) the first of the numbers each is equal to, or the negative of, by relations of two alone; (k,) 1 or −1."""
    first, sign = np.arange(rows.shape[1]), np.ones(rows.shape[1], dtype=np.int64)
    near: dict[int, list[tuple[int, int]]] = {}
    for at in rows.indptr[:-1][np.diff(rows.indptr) == 2]:
        (a, b), (own, other) = rows.indices[at : at + 2].tolist(), rows.data[at : at + 2].tolist()
        if abs(own) == abs(other):
            same = -1 if own == other else 1
            near.setdefault(a, []).append((b, same))
            near.setdefault(b, []).append((a, same))
    seen = set()
    for root in sorted(near):
        left = [] if root in seen else [root]
        seen.add(root)
        while left:
            here = left.pop()
            for there, same in near[here]:
                if there not in seen:
                    seen.add(there)
                    first[there], sign[there] = root, sign[here] * same
                    left.append(there)
    return first, sign


def _tightened(rows: sparse.csr_array, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Bounds that follow from those of the others in each relation, as whole numbers."""
    both = sparse.coo_array(sparse.vstack([rows, -rows]))
    (row, at), times, r = both.coords, both.data.astype(float), both.shape[0]
    up = times > 0
    for _ in range(PASSES):
        least = np.where(up, times * low[at], times * high[at])
        endless = np.isinf(least)
        finite = np.where(endless, 0, least)
        others = np.bincount(row, finite, r)[row] - finite
        told = np.bincount(row, endless, r)[row] == endless  # times · x ≤ −others
        end = -others / times
        small, large = low.copy(), high.copy()
        np.minimum.at(large, at[up & told], np.floor(end[up & told] + 1e-9))
        np.maximum.at(small, at[~up & told], np.ceil(end[~up & told] - 1e-9))
        if (small == low).all() and (large == high).all():
            break
        low, high = small, large
    return low, high
