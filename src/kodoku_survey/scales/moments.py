"""Means and covariances of the items of a scale, weighted, with their error, in every domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Categorical, Number, Sample
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.domains import covariance_in, no_number
from kodoku_survey.estimation.groups import Group
from kodoku_survey.estimation.propagation import totals_of
from kodoku_survey.estimation.statistic import Statistic, combine
from kodoku_survey.scales.score_items import items_of_score

ItemMissing = Literal["complete", "pairwise"]
Items = str | Sequence[str]


@dataclass(frozen=True, eq=False)
class Moments:
    """Means (k,) and covariances (k, k) of k items in one domain, and its unweighted count.

    Covariances are n/(n − 1)·Σ w (x − x̄)(y − ȳ)/Σ w, as R's cov() and svyvar(); the factor cancels in every coefficient.
    """

    mean: Statistic
    covariance: Statistic
    n: int


def item_values(
    sample: Sample,
    items: Items,
    *,
    reversed: Sequence[str] = (),
    codes: tuple[float, float] | None = None,
) -> tuple[tuple[str, ...], FloatArray]:
    """Names and answers (n, k) as numbers, nan where there is none; reversed items are turned: lowest + highest code − x.

    items : names, or one name: a score of the survey's folder, with its points.
    Raises DesignError: fewer than two items, an item that is no number, a reversed one that is no item, no range given.
    """
    if isinstance(items, str):
        return items_of_score(sample, items)
    if len(items) < 2:
        raise DesignError("estimation.few_items", count=len(items))
    for name in reversed:
        if name not in items:
            raise DesignError("estimation.not_an_item", value=name, known=", ".join(items))
    if len(reversed) and codes is None:
        raise DesignError("estimation.no_codes")
    values = np.column_stack([number_of(sample, name) for name in items])
    if codes is not None:
        low, high = codes
        for place, name in enumerate(items):
            if (wrong := values[:, place][(values[:, place] < low) | (values[:, place] > high)]).size:
                raise DesignError("estimation.code_beyond", name, value=float(wrong[0]), codes=f"{low:g}–{high:g}")
            if name in reversed:
                values[:, place] = low + high - values[:, place]
    return tuple(items), values


def complete_rows(values: FloatArray) -> BoolArray:
    """(n,) who answered every item."""
    return np.asarray(np.isfinite(values).all(axis=1), dtype=bool)


def domains_of_at_least(cell: IndexArray, groups: Sequence[Group], least: int) -> tuple[IndexArray, tuple[str, ...]]:
    """Domains with at least so many rows, renumbered (rows of the others −1), and their labels."""
    kept = np.flatnonzero(np.bincount(cell[cell >= 0], minlength=len(groups)) >= least)
    place = np.full(len(groups) + 1, -1, dtype=np.intp)
    place[kept] = np.arange(len(kept))
    return place[cell], tuple(groups[int(g)].label for g in kept)


def number_of(sample: Sample, name: str) -> FloatArray:
    """(n,) one variable as numbers, or codes that are numbers; nan where there is no answer. Raises DesignError."""
    column = sample.column(name)
    if isinstance(column, Number):
        return column.values.copy()
    if not isinstance(column, Categorical):
        raise no_number(sample, name)
    keys: list[Any] = [np.nan if place == column.nonanswer else key for place, key in enumerate(column.keys)]
    if any(isinstance(key, str) for key in keys):
        raise no_number(sample, name)
    return np.array([*keys, np.nan], dtype=float)[column.codes]


def moments(
    sample: Sample, values: FloatArray, member: IndexArray, groups: int, *, missing: ItemMissing = "complete"
) -> list[Moments]:
    """Moments of items (n, k) in each domain 0 … groups − 1 (−1: outside).

    missing : "complete" counts those who answered every item; "pairwise" takes for each pair those who answered both.
    """
    # About the mean of everybody, lest squares of large numbers cancel.
    centre = np.nanmean(values, axis=0)
    sums = _pairwise_sums if missing == "pairwise" else _complete_sums
    columns, at = sums(values, np.where(np.isfinite(values), values - centre, 0.0), member)
    counted = totals_of(sample, columns, groups)
    return [_of_domain(counted.totals[:, g], counted.counts[:, g], at, centre) for g in range(groups)]


MomentColumns = list[tuple[IndexArray, FloatArray | None]]


@dataclass(frozen=True, eq=False)
class _Places:
    """Where the sums of a pair stand among those counted, (k, k): of the weights, of either item, of the product.

    Of complete rows the weights are summed once, and the sums of an item serve all its pairs.
    """

    weight: IndexArray
    one: IndexArray
    other: IndexArray
    product: IndexArray


def _pairs(k: int) -> tuple[list[tuple[int, int]], IndexArray]:
    """Pairs of items, each with itself too, and the number (k, k) of each."""
    pairs = [(i, j) for i in range(k) for j in range(i, k)]
    place = np.zeros((k, k), dtype=np.intp)
    for at, (i, j) in enumerate(pairs):
        place[i, j] = place[j, i] = at
    return pairs, place


def _complete_sums(values: FloatArray, x: FloatArray, member: IndexArray) -> tuple[MomentColumns, _Places]:
    k = values.shape[1]
    pairs, place = _pairs(k)
    cell = np.where(complete_rows(values), member, -1)
    columns: MomentColumns = [(cell, None), *((cell, x[:, i]) for i in range(k))]
    columns += [(cell, x[:, i] * x[:, j]) for i, j in pairs]
    item = 1 + np.arange(k)[:, None]
    return columns, _Places(np.zeros((1, 1), dtype=np.intp), item, item.T, 1 + k + place)


def _pairwise_sums(values: FloatArray, x: FloatArray, member: IndexArray) -> tuple[MomentColumns, _Places]:
    k, answered = values.shape[1], np.isfinite(values)
    pairs, place = _pairs(k)
    columns: MomentColumns = []
    for i, j in pairs:
        both = np.where(answered[:, i] & answered[:, j], member, -1)
        columns += [(both, None), (both, x[:, i]), (both, x[:, j]), (both, x[:, i] * x[:, j])]
    upper = np.arange(k)[:, None] <= np.arange(k)
    return columns, _Places(
        4 * place, 4 * place + np.where(upper, 1, 2), 4 * place + np.where(upper, 2, 1), 4 * place + 3
    )


def _of_domain(totals: Statistic, counts: FloatArray, at: _Places, centre: FloatArray) -> Moments:
    n = counts[at.weight]
    weight, one, other = totals[at.weight], totals[at.one], totals[at.other]
    covariance = covariance_in(weight, one, other, totals[at.product], n)
    mean = combine(lambda x, w: x / w, one, weight)
    items = np.arange(len(centre))
    middle = mean[items, items if mean.value.shape[1] > 1 else 0]
    moved = 0 if middle.replicates is None else centre  # lines of replicates are values, not derivatives
    return Moments(
        Statistic(middle.value + centre, middle.lines + moved, middle.replicates),
        covariance,
        int(n.min()),
    )
