"""Calibration: the smallest change of the weights, by some distance, that meets known totals. One solver, many distances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError

Bounds = tuple[float, float]


@dataclass(frozen=True)
class Distance:
    """A distance by its inverse derivative F (the factor g as a function of u = x'λ) and F'; F(0) = F'(0) = 1."""

    name: str
    factor: Callable[[FloatArray, Bounds], FloatArray]
    slope: Callable[[FloatArray, Bounds], FloatArray]
    bounded: bool = False


def _logit(u: FloatArray, bounds: Bounds) -> FloatArray:
    low, high = bounds
    a = (high - low) / ((1 - low) * (high - 1))
    e = np.exp(np.clip(a * u, -700, 700))
    return (low * (high - 1) + high * (1 - low) * e) / (high - 1 + (1 - low) * e)


def _logit_slope(u: FloatArray, bounds: Bounds) -> FloatArray:
    low, high = bounds
    a, g = (high - low) / ((1 - low) * (high - 1)), _logit(u, bounds)
    return a * (g - low) * (high - g) / (high - low)


def _sinh(u: FloatArray, _: Bounds) -> FloatArray:
    s = np.arcsinh(2 * u)
    return s / 2 + np.sqrt(s**2 / 4 + 1)


def _sinh_slope(u: FloatArray, bounds: Bounds) -> FloatArray:
    g = _sinh(u, bounds)
    return 2 * g**2 / (1 + g**2) / np.sqrt(1 + 4 * u**2)


# Source: Deville & Särndal (1992), table 1 (linear, raking, logit, truncated linear); Deville, Särndal & Sautory (1993)
# for the hyperbolic sine.
DISTANCES: Mapping[str, Distance] = MappingProxyType(
    {
        "linear": Distance("linear", lambda u, _: 1 + u, lambda u, _: np.ones_like(u)),
        "raking": Distance("raking", lambda u, _: np.exp(u), lambda u, _: np.exp(u)),
        "logit": Distance("logit", _logit, _logit_slope, bounded=True),
        "truncated": Distance(
            "truncated",
            lambda u, b: np.clip(1 + u, *b),
            lambda u, b: ((1 + u > b[0]) & (1 + u < b[1])).astype(float),
            bounded=True,
        ),
        "sinh": Distance("sinh", _sinh, _sinh_slope),
    }
)


def solve(
    rows: FloatArray,
    mass: FloatArray,
    totals: FloatArray,
    *,
    distance: str,
    names: tuple[str, ...],
    bounds: Bounds | None = None,
    tolerance: float = 1e-12,
    rounds: int = 100,
) -> FloatArray:
    """Factors g (m,) with Σ mass·g·rows = totals, one for each distinct row of the auxiliary matrix.

    rows (m, p), mass (m,) base weight on each row, totals (p,). Newton with halved steps, every column brought to a largest
    value of 1, so that persons and yen are of one size; `tolerance` is relative to the largest total so scaled. The gram
    matrix of margins that share a total is singular; any of its solutions gives the same g. Rows of no mass keep the factor 1.

    Raises
    ------
    DesignError
        Bounds that do not enclose 1, or between which a total cannot lie; no convergence: names the worst margin, its gap and
        the remedy.
    """
    kind = DISTANCES[distance]
    limits = _limits(kind, bounds)
    there = mass != 0
    if there.any() and not there.all():
        g = np.ones(len(mass))
        g[there] = solve(
            rows[there],
            mass[there],
            totals,
            distance=distance,
            names=names,
            bounds=bounds,
            tolerance=tolerance,
            rounds=rounds,
        )
        return g
    _check_bounds(rows, mass, totals, limits, names)
    unit = units_of(rows)
    rows, totals = rows / unit, totals / unit
    scale = np.abs(totals).max()
    g, gap = _newton(kind, limits, rows, mass, totals, tolerance * scale, rounds)
    if np.abs(gap).max() <= 100 * tolerance * scale:  # at the floor of the arithmetic
        return g
    worst = int(np.abs(gap).argmax())
    left = f"{gap[worst] * unit[worst]:,.1f}"
    raise DesignError("design.not_converged", f"margins [{names[worst]}]", rounds=rounds, margin=names[worst], gap=left)


def _newton(
    kind: Distance,
    limits: Bounds,
    rows: FloatArray,
    mass: FloatArray,
    totals: FloatArray,
    tolerance: float,
    rounds: int,
) -> tuple[FloatArray, FloatArray]:
    """Factors (m,) and the gaps (p,) they leave, after so many rounds or when no gap is above the tolerance."""
    lam = np.zeros(rows.shape[1])
    g = kind.factor(rows @ lam, limits)
    gap = totals - (mass * g) @ rows
    for _ in range(rounds):
        size = np.abs(gap).max()
        if size <= tolerance:
            break
        slope = mass * kind.slope(rows @ lam, limits)
        step = solution_of(rows.T @ (slope[:, None] * rows), gap)
        for _halving in range(30):
            moved = kind.factor(rows @ (lam + step), limits)
            left = totals - (mass * moved) @ rows
            if np.isfinite(moved).all() and np.abs(left).max() < size:
                break
            step = step / 2
        else:
            break
        lam, g, gap = lam + step, moved, left
    return g, gap


def solution_of(gram: FloatArray, gap: FloatArray) -> FloatArray:
    """A solution of gram·x = gap for a gram matrix that may be singular; the least squares one where there is none.

    A ridge of 1e-13 of its size is five times as quick as least squares and, where there is a solution, as good.
    """
    size = float(gram.trace())
    if size > 0:
        ridge = gram.copy()
        ridge.flat[:: len(gram) + 1] += 1e-13 * size
        found = np.linalg.solve(ridge, gap)
        if np.abs(gram @ found - gap).max() <= 1e-7 * np.abs(gap).max():
            return np.asarray(found, dtype=np.float64)
    return np.asarray(np.linalg.lstsq(gram, gap, rcond=1e-13)[0])


def units_of(rows: FloatArray) -> FloatArray:
    """(p,) the largest value of each column, 1 where it has none: what brings persons and yen to one size."""
    largest = np.abs(rows).max(axis=0, initial=0.0)
    return np.where(largest > 0, largest, 1.0)


def _limits(kind: Distance, bounds: Bounds | None) -> Bounds:
    if not kind.bounded:
        return (-np.inf, np.inf)
    low, high = bounds or (0.0, 10.0)
    if not low < 1 < high:
        raise DesignError("design.bad_bounds", bounds=f"[{low}, {high}]")
    return (float(low), float(high))


def _check_bounds(
    rows: FloatArray, mass: FloatArray, totals: FloatArray, limits: Bounds, names: tuple[str, ...]
) -> None:
    """A total must lie within the bounds times what is held of it; seen before any iteration."""
    if not np.isfinite(limits).all():
        return
    held = mass @ rows
    with np.errstate(all="ignore"):
        needed = np.where((rows >= 0).all(axis=0) & (held > 0), totals / held, 1.0)
    beyond = np.maximum(limits[0] - needed, needed - limits[1])
    worst = int(beyond.argmax())
    if beyond[worst] > 1e-12:
        raise DesignError(
            "design.bounds_cannot_hold",
            f"margins [{names[worst]}]",
            bounds=f"[{limits[0]:g}, {limits[1]:g}]",
            margin=names[worst],
            needed=float(needed[worst]),
        )
