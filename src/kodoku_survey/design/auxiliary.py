"""What a weight was calibrated to, kept in the compact form the variance needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, CodeArray, FloatArray, IndexArray
from kodoku_survey.errors import DesignError

Residuals = Literal["weighted", "unweighted"]


def weighted_counts(index: IndexArray, weight: FloatArray, size: int) -> FloatArray:
    """Σ weight by index 0 … size−1: the one counting pass everything else is algebra on."""
    found = np.bincount(as_read(index), weights=as_read(weight), minlength=size)
    return found.astype(np.float64, copy=False)


class _Read:
    """An array's memory as if it could be written to."""

    def __init__(self, array: AnyArray) -> None:
        self.array = array  # kept alive by what is made of it
        self.__array_interface__ = {**array.__array_interface__, "data": (array.ctypes.data, False)}


def as_read(array: AnyArray) -> AnyArray:
    """The same array for `np.bincount`, which copies what it may not write to although it writes to nothing.

    Arrays of the package are read-only: without this, counting a million people copies two times 8 MB.
    """
    return array if array.flags.writeable or not array.flags.c_contiguous else np.asarray(_Read(array))


def crossed(columns: Sequence[CodeArray], sizes: Sequence[int]) -> tuple[IndexArray, IndexArray]:
    """The combinations (m, c) that occur in c columns (n,) of numbers 0 … size−1, ascending, and the place (n,) of each row's."""
    return counted_crossing(columns, sizes)[:2]


def counted_crossing(columns: Sequence[CodeArray], sizes: Sequence[int]) -> tuple[IndexArray, IndexArray, IndexArray]:
    """As `crossed`, and how many rows (m,) each combination has.

    By counting all there could be, unless these are far more than rows: then by sorting.
    """
    count = prod(sizes)
    if count > np.iinfo(np.int64).max:
        half = len(sizes) // 2
        parts = crossed(columns[:half], sizes[:half]), crossed(columns[half:], sizes[half:])
        both, place, rows = counted_crossing([own for _, own in parts], [len(found) for found, _ in parts])
        return np.hstack([found[of] for (found, _), of in zip(parts, both.T, strict=True)]), place, rows
    joint: AnyArray = columns[0].astype(np.int32 if count < 2**31 else np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        joint *= size
        joint += column
    if count > 4 * len(joint) + 1024:
        distinct, place, rows = np.unique(joint, return_inverse=True, return_counts=True)
    else:
        held = np.bincount(joint, minlength=count)
        distinct, rows = np.flatnonzero(held), held[held > 0]
        # Where every combination occurs, its number is its place.
        place = joint if len(distinct) == count else (np.cumsum(held > 0) - 1).take(joint)
    people = np.stack(np.unravel_index(distinct, tuple(sizes)), axis=1)
    return people, place.astype(np.intp, copy=False), rows


def every_crossing(columns: Sequence[CodeArray], sizes: Sequence[int]) -> tuple[IndexArray, IndexArray]:
    """All combinations (Π sizes, c) there could be, ascending, and the place (n,) of each row's: where few are possible,
    nobody need be counted to tell which occur."""
    count = prod(sizes)
    joint: AnyArray = columns[0].astype(np.int16 if count < 2**15 else np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        joint *= size
        joint += column
    people = np.stack(np.unravel_index(np.arange(count), tuple(sizes)), axis=1)
    return people, joint.astype(np.intp)


@dataclass(frozen=True, eq=False)
class Auxiliary:
    """The matrix X (n, p) of auxiliary values by its m distinct rows: X = rows[index].

    Categorical margins have few distinct rows, so that every sum over respondents is one over m; a continuous total makes
    m = n. `names` (p,) say what each column is. `counts` (m,) persons of each row, where they have been counted.
    """

    rows: FloatArray
    index: IndexArray
    names: tuple[str, ...]
    counts: IndexArray | None = None
    _last: dict[str, FloatArray] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or self.rows.shape[1] != len(self.names):
            raise ValueError(f"rows {self.rows.shape} do not have a column for each of {len(self.names)} names")
        for array in (self.rows, self.index):
            array.setflags(write=False)

    def total(self, weight: FloatArray) -> FloatArray:
        """Weighted totals Σ w x, (p,)."""
        return self.mass(weight) @ self.rows

    def mass(self, weight: FloatArray) -> FloatArray:
        """Σ weight (n,) by row (m,); of the weights asked for last it is known."""
        if self._last.get("weight") is not weight:
            self._last.update(weight=weight, mass=weighted_counts(self.index, weight, len(self.rows)))
        return self._last["mass"]

    def persons(self, held: BoolArray) -> IndexArray:
        """How many of those `held` (n,) have each row, (m,)."""
        if self.counts is not None and held.all():
            return self.counts
        return np.bincount(self.index[held], minlength=len(self.rows))

    def beside(self, rows: FloatArray, index: IndexArray, names: tuple[str, ...]) -> Auxiliary:
        """This matrix with further columns, given by their own distinct rows (d, q) and the row of each respondent (n,)."""
        pairs, joint = np.unique(self.index * len(rows) + index, return_inverse=True)
        joined = np.hstack([self.rows[pairs // len(rows)], rows[pairs % len(rows)]])
        return Auxiliary(joined, joint.astype(np.intp), (*self.names, *names))


@dataclass(frozen=True, eq=False)
class Calibration:
    """A calibration a weight has been through: (n,) weights that entered, (n,) that left, by which distance.

    bounds : on the factor, where the distance has them.
    residuals : of the regression weighted by `base`; "unweighted" gives those R's rake() takes, whose variance is too large
        when weights are related to the answers (docs/variance-after-raking.md).
    """

    auxiliary: Auxiliary
    base: FloatArray
    weight: FloatArray
    distance: str = "raking"
    residuals: Residuals = "weighted"
    bounds: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for array in (self.base, self.weight):
            array.setflags(write=False)

    @property
    def mass(self) -> FloatArray:
        """(n,) weights of the regression the residuals are of."""
        return self.base if self.residuals == "weighted" else np.ones(len(self.base))

    def coefficients(self, totals: FloatArray) -> FloatArray:
        """β (p, k) of the regression of k variables on X, weighted by `mass`, from their sums by row, so weighted (m, k).

        Margins that share a total make X'DX singular; the least-squares solution gives the same residuals.
        Source: Deville & Särndal (1992), J. Amer. Statist. Assoc. 87, eq. 3.4.
        """
        return self._inverse @ (self.auxiliary.rows.T @ totals)

    @cached_property
    def _inverse(self) -> FloatArray:
        return self.inverse_of(self.mass)

    def inverse_of(self, weight: FloatArray) -> FloatArray:
        """(p, p) pseudo-inverse of X'DX weighted by (n,), the same for every variable."""
        rows = self.auxiliary.rows
        mass = weighted_counts(self.auxiliary.index, weight, len(rows))
        gram = rows.T @ (mass[:, None] * rows)
        scale = 1 / np.sqrt(np.maximum(np.diag(gram), np.finfo(float).tiny))
        values, vectors = np.linalg.eigh(gram * scale[:, None] * scale)
        keep = values > values.max() * len(values) * 1e-12
        return scale[:, None] * ((vectors[:, keep] / values[keep]) @ vectors[:, keep].T) * scale


def integrated(auxiliary: Auxiliary, household: AnyArray, weight: FloatArray) -> Auxiliary:
    """The auxiliary matrix with each member's row replaced by the mean of the household's rows.

    Members share one base weight, so totals are what they were and members share one factor, whatever the distance.
    household : (n,) labels. Raises DesignError where members' weights differ.
    Source: Lemaître & Dufour (1987), Survey Methodology 13, 199–207.
    """
    code, _ = pd.factorize(household)
    if (code < 0).any():
        raise DesignError(
            "design.missing_unit", "households", count=int((code < 0).sum()), row=int(np.argmin(code)) + 1
        )
    size = np.bincount(code)
    first = np.unique(code, return_index=True)[1]
    apart = np.flatnonzero(np.abs(weight - weight[first][code]) > 1e-9 * np.abs(weight))
    if len(apart):
        raise DesignError("design.household_weights", "households", count=len(np.unique(code[apart])))
    sums = np.zeros((len(size), auxiliary.rows.shape[1]))
    np.add.at(sums, code, auxiliary.rows[auxiliary.index])
    rows, index = np.unique(np.round(sums / size[:, None], 12), axis=0, return_inverse=True)
    return Auxiliary(rows, index.reshape(-1)[code].astype(np.intp), auxiliary.names)
