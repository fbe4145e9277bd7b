"""What is left of a calibration once some of its weights have been cut: the chain, linearised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design.auxiliary import Auxiliary, Calibration, weighted_counts


@dataclass(frozen=True, eq=False, kw_only=True)
class TrimmedCalibration(Calibration):
    """Calibrated weights of which some (`cut`, (n,)) stand at a limit, the excess spread over the others.

    A total Σ w y is then a function of everybody through the factors of the calibration and through what is spread. Its
    linear form is still w (y − r'β(y)): r are the rows of `auxiliary`, and β = `slopes` (p + 1, m) times the sums by row of y,
    weighted by `held`. The limits, and who stands at them, count as fixed.

    Source: the derivative of the chain (Deville 1999, Survey Methodology 25, 193–203); docs/weighting.md writes it out.
    """

    origin: Calibration
    cut: BoolArray
    held: FloatArray
    slopes: FloatArray

    @property
    def mass(self) -> FloatArray:
        """The weights (n,) the regression of a residual is weighted by."""
        return self.held

    def coefficients(self, totals: FloatArray) -> FloatArray:
        """Totals (p, k) of auxiliary × y → the coefficients (p, k) residuals are taken with."""
        return self.slopes @ totals


def origin_of(calibration: Calibration | None) -> Calibration | None:
    """The calibration itself, before anything was cut."""
    return calibration.origin if isinstance(calibration, TrimmedCalibration) else calibration


def cut_from(
    calibration: Calibration, after: FloatArray, at_limit: BoolArray, inside: BoolArray, *, proportional: bool
) -> Calibration:
    """The calibration of weights (n,) after a trimming of those `inside` (n,) that left those `at_limit` (n,) there.

    proportional : the excess went to the others in proportion to their weights, else the same amount to everyone.
    """
    before_cut = calibration.cut if isinstance(calibration, TrimmedCalibration) else np.zeros(len(after), dtype=bool)
    origin = origin_of(calibration)
    assert origin is not None
    cut = (at_limit | before_cut) & inside
    free = ~cut & (origin.weight != 0) & inside
    if not free.any():
        return calibration
    made = _proportional if proportional else _equal
    auxiliary, held, slopes = made(origin, after, cut, free, inside)
    return TrimmedCalibration(
        auxiliary=auxiliary,
        base=origin.base,
        weight=after,
        distance=origin.distance,
        bounds=origin.bounds,
        origin=origin,
        cut=cut,
        held=held,
        slopes=slopes,
    )


TrimmedParts = tuple[Auxiliary, FloatArray, FloatArray]


def _proportional(
    origin: Calibration, after: FloatArray, cut: BoolArray, free: BoolArray, inside: BoolArray
) -> TrimmedParts:
    """Free weights are c times the calibrated ones, c = (N − Σ limits)/Σ free.

    With ȳ the free mean, z = w (y − ȳ) + ȳ dN − c w₀ x'B, B the regression of the free (y − ȳ), dN = w₀ (1 − x'a) what a
    person adds to the calibrated sum N (nothing where the margins hold a sum of persons). Who is outside a domain adds
    −w₀ x'a, and is in no total.
    """
    rows, index, before = origin.auxiliary.rows, origin.auxiliary.index, origin.weight
    sums, base = _by_row(index, before, len(rows)), _by_row(index, origin.base, len(rows))
    inverse = origin.inverse_of(origin.base)
    constant = rows @ (inverse @ (rows.T @ _by_row(index, np.where(inside, origin.base, 0.0), len(rows))))
    c = float(after[free].sum() / before[free].sum())
    of_free = _by_row(index, np.where(free, origin.base, 0.0), len(rows))
    mean = np.divide(sums, base, out=np.zeros(len(rows)), where=base != 0) / before[free].sum()
    slopes = np.vstack([inverse @ (rows.T - np.outer(rows.T @ of_free, mean)), mean])
    at = np.flatnonzero(cut & (after != 0))
    share = (before[at] / after[at])[:, None]
    own = np.hstack([c * share * rows[index[at]], 1 - share * (1 - constant[index[at], None])])
    outside = np.column_stack([c * rows, constant]) if not inside.all() else np.zeros((0, rows.shape[1] + 1))
    joined = np.vstack([np.column_stack([rows, 1 - (1 - constant) / c]), own, outside])
    places = index.copy()
    places[at] = len(rows) + np.arange(len(at))
    places[~inside] = len(rows) + len(at) + index[~inside]
    slopes = np.hstack([slopes, np.zeros((len(slopes), len(joined) - len(rows)))])
    return Auxiliary(joined, places, (*origin.auxiliary.names, "trimmed")), np.where(free, origin.base, 0.0), slopes


def _equal(origin: Calibration, after: FloatArray, cut: BoolArray, free: BoolArray, _inside: BoolArray) -> TrimmedParts:
    """Free weights are the calibrated ones plus one amount, (Σ cut off)/n_free.

    With ȳ the free mean of y, each person once, z = w y − w₀ x'B − ȳ (w − w₀), B = A⁻(Σ_free d x y + ȳ Σ_cut d x).
    """
    rows, index, before = origin.auxiliary.rows, origin.auxiliary.index, origin.weight
    kinds, place = np.unique(np.column_stack([index, origin.base, before, after, free]), axis=0, return_inverse=True)
    x, base, own, now = rows[kinds[:, 0].astype(np.intp)], kinds[:, 1], kinds[:, 2], kinds[:, 3]
    inverse = origin.inverse_of(origin.base)
    of_cut = rows.T @ _by_row(index, np.where(cut, origin.base, 0.0), len(rows))
    mean = np.full(len(kinds), 1 / free.sum())
    slopes = np.vstack([inverse @ ((base[:, None] * x).T + np.outer(of_cut, mean)), mean])
    share = np.divide(own, now, out=np.zeros(len(kinds)), where=now != 0)[:, None]
    joined = np.hstack([share * x, 1 - share])
    return (
        Auxiliary(joined, place.reshape(-1).astype(np.intp), (*origin.auxiliary.names, "trimmed")),
        free.astype(float),
        slopes,
    )


def _by_row(index: IndexArray, weight: FloatArray, size: int) -> FloatArray:
    return weighted_counts(index, weight, size)
