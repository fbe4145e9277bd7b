"""Polychoric correlations of ordered answers, two-step and weighted, with their error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.propagation import totals_of
from kodoku_survey.estimation.statistic import Statistic, quotient
from kodoku_survey.scales.moments import complete_rows

FAR = 9.0  # a threshold nobody is beyond: Φ(9) is 1 to the last digit
MANY = 20  # answers beyond which an item is no ordered category


@dataclass(frozen=True, eq=False)
class Ordered:
    """Items as ordered categories in one domain: shares below each threshold (k, C − 1), and of each pair's cells (pairs, C, C).

    codes : (C,) the answers, in order, of all items. pairs : (i, j), i < j, in the order of the tables.
    """

    below: Statistic
    tables: Statistic
    codes: FloatArray
    pairs: tuple[tuple[int, int], ...]


def ordered(sample: Sample, values: FloatArray, member: IndexArray, groups: int) -> list[Ordered]:
    """Items (n, k), complete rows, in each domain. Raises DesignError for items of too many answers."""
    k = values.shape[1]
    complete = complete_rows(values) & (member >= 0)
    codes = np.unique(values[complete])
    if len(codes) > MANY:
        raise DesignError("estimation.not_ordered", count=len(codes), most=MANY)
    c = len(codes)
    place = np.searchsorted(codes, np.where(complete[:, None], values, codes[0]))
    pairs = tuple((i, j) for i in range(k) for j in range(i + 1, k))
    columns: list[tuple[IndexArray, FloatArray | None]] = []
    for i, j in pairs:
        cell = (member * c + place[:, i]) * c + place[:, j]
        columns.append((np.where(complete, cell, -1).astype(np.intp), None))
    totals = totals_of(sample, columns, groups * c * c).totals.reshape(len(pairs), groups, c, c)
    found = []
    for g in range(groups):
        cells = totals[:, g]
        everybody = Statistic(
            cells.value.sum(axis=(1, 2), keepdims=True), cells.lines.sum(axis=(2, 3), keepdims=True), cells.replicates
        )
        tables = quotient(cells, everybody)
        found.append(Ordered(_below(tables, pairs, k), tables, codes, pairs))
    return found


def _below(tables: Statistic, pairs: tuple[tuple[int, int], ...], k: int) -> Statistic:
    """Each item's share at or below every answer but the last, from the first table it stands in."""
    first = [
        next((p, axis) for p, pair in enumerate(pairs) for axis in (0, 1) if pair[axis] == item) for item in range(k)
    ]

    def shares(array: FloatArray) -> FloatArray:
        each = [array[..., p, :, :].sum(axis=-1 if axis == 0 else -2) for p, axis in first]
        return np.stack(each, axis=-2).cumsum(axis=-1)[..., :-1]

    return Statistic(shares(tables.value), shares(tables.lines), tables.replicates)


def thresholds(items: Ordered) -> Statistic:
    """(k, C − 1) normal quantiles of the shares below."""
    value = _quantile(items.below.value)
    if items.below.replicates is not None:
        return Statistic(value, _quantile(items.below.lines), items.below.replicates)
    return Statistic(value, items.below.lines * _per_density(value), None)


def polychorics(items: Ordered) -> Statistic:
    """(pairs,) the correlation of two normal variables that makes each table likeliest, given the thresholds of its margins.

    Source: Olsson (1979), Psychometrika 44, two-step. The error is that of the two steps together.
    """
    rho = correlation_of(items.tables.value)
    if items.tables.replicates is not None:
        return Statistic(rho, correlation_of(items.tables.lines), items.tables.replicates)
    slope = _slope(items.tables.value, rho)
    return Statistic(rho, (items.tables.lines * slope).sum(axis=(-2, -1)))


def correlation_of(p: FloatArray) -> FloatArray:
    """ρ of tables (…, C, C) of shares, by scoring steps that stay between the signs of the score."""
    row, column = _quantile(p.sum(-1).cumsum(-1)[..., :-1]), _quantile(p.sum(-2).cumsum(-1)[..., :-1])
    low, high = np.full(p.shape[:-2], -1.0), np.full(p.shape[:-2], 1.0)
    rho = np.zeros(p.shape[:-2])
    for _ in range(100):
        score, information = _score(p, row, column, rho)
        low, high = np.where(score > 0, rho, low), np.where(score > 0, high, rho)
        with np.errstate(all="ignore"):
            moved = rho + score / information
        moved = np.where((moved > low) & (moved < high), moved, (low + high) / 2)
        step, rho = np.abs(moved - rho).max(initial=0), moved
        if step < 1e-13:
            break
    return rho


def _score(p: FloatArray, row: FloatArray, column: FloatArray, rho: Any) -> tuple[Any, Any]:
    """Derivative in ρ of Σ p log π, and its information Σ (∂π/∂ρ)²/π."""
    pi, slope = cells(row, column, rho), density_cells(row, column, rho)
    pi = np.maximum(pi, 1e-15)
    held = np.where(p > 0, p * slope / pi, 0.0)
    return held.sum((-2, -1)), (slope**2 / pi).sum((-2, -1))


def _slope(p: FloatArray, rho: FloatArray) -> FloatArray:
    """∂ρ/∂p (…, C, C): the score's derivatives, through the thresholds too, over minus its derivative in ρ."""
    row, column = _quantile(p.sum(-1).cumsum(-1)[..., :-1]), _quantile(p.sum(-2).cumsum(-1)[..., :-1])
    step = 1e-5

    def moved(array: FloatArray, at: int) -> tuple[FloatArray, FloatArray]:
        change = step * (np.arange(array.shape[-1]) == at)
        return array + change, array - change

    of_rho = (_score(p, row, column, rho + step)[0] - _score(p, row, column, rho - step)[0]) / (2 * step)
    pi = np.maximum(cells(row, column, rho), 1e-15)
    slope = density_cells(row, column, rho) / pi
    answers = np.arange(p.shape[-1])
    for at in range(p.shape[-1] - 1):
        ahead, behind = moved(row, at)
        of_row = (_score(p, ahead, column, rho)[0] - _score(p, behind, column, rho)[0]) / (2 * step)
        slope = slope + (of_row * _per_density(row[..., at]))[..., None, None] * (answers <= at)[:, None]
        ahead, behind = moved(column, at)
        of_column = (_score(p, row, ahead, rho)[0] - _score(p, row, behind, rho)[0]) / (2 * step)
        slope = slope + (of_column * _per_density(column[..., at]))[..., None, None] * (answers <= at)[None, :]
    return -slope / of_rho[..., None, None]


def cells(row: FloatArray, column: FloatArray, rho: Any) -> FloatArray:
    """(…, C, C) probability of each cell between the thresholds (…, C − 1) of two normal variables with correlation ρ."""
    inner = bivariate_normal(row[..., :, None], column[..., None, :], np.asarray(rho)[..., None, None])
    edge = np.zeros((*inner.shape[:-2], inner.shape[-2] + 2, inner.shape[-1] + 2))
    edge[..., 1:-1, 1:-1] = inner
    edge[..., 1:-1, -1], edge[..., -1, 1:-1], edge[..., -1, -1] = special.ndtr(row), special.ndtr(column), 1.0
    return np.diff(np.diff(edge, axis=-1), axis=-2)


def density_cells(row: FloatArray, column: FloatArray, rho: Any) -> FloatArray:
    """(…, C, C) derivative of `cells` in ρ: second differences of the bivariate density."""
    h, k, r = row[..., :, None], column[..., None, :], np.asarray(rho)[..., None, None]
    left = 1 - r**2
    density = np.exp(-(h**2 - 2 * r * h * k + k**2) / (2 * left)) / (2 * np.pi * np.sqrt(left))
    edge = np.zeros((*density.shape[:-2], density.shape[-2] + 2, density.shape[-1] + 2))
    edge[..., 1:-1, 1:-1] = density
    return np.diff(np.diff(edge, axis=-1), axis=-2)


def bivariate_normal(h: Any, k: Any, rho: Any) -> FloatArray:
    """P(X ≤ h, Y ≤ k) of standard normal X and Y with correlation ρ, by Owen's T. Source: Owen (1956), Ann. Math. Statist. 27."""
    h, k, rho = np.broadcast_arrays(h, k, rho)
    tiny = 1e-13  # the formula divides by h and k; P moves by less than 1e-13
    h, k = np.where(np.abs(h) < tiny, tiny, h), np.where(np.abs(k) < tiny, tiny, k)
    with np.errstate(all="ignore"):
        root = np.sqrt((1 - rho) * (1 + rho))
        of_h, of_k = (k / h - rho) / root, (h / k - rho) / root
    both = (special.ndtr(h) + special.ndtr(k)) / 2 - np.where(h * k < 0, 0.5, 0.0)
    return both - special.owens_t(h, of_h) - special.owens_t(k, of_k)


def _quantile(share: FloatArray) -> FloatArray:
    return np.clip(special.ndtri(np.clip(share, 0, 1)), -FAR, FAR)


def _per_density(threshold: FloatArray) -> FloatArray:
    """1/φ(τ); nothing at a threshold nobody is beyond, which no share moves."""
    there = np.abs(threshold) < FAR
    return np.where(there, np.sqrt(2 * np.pi) * np.exp(np.where(there, threshold, 0.0) ** 2 / 2), 0.0)
