"""Means and covariances of the items of a scale, weighted, with their error, in every domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Categorical, Number, Sample
from kodoku_survey.errors import DesignError
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
        raise DesignError("estimation.not_a_number", value=name)
    keys: list[Any] = [np.nan if place == column.nonanswer else key for place, key in enumerate(column.keys)]
    if any(isinstance(key, str) for key in keys):
        raise DesignError("estimation.not_a_number", value=name)
    return np.array([*keys, np.nan], dtype=float)[column.codes]


def moments(
    sample: Sample, values: FloatArray, member: IndexArray, groups: int, *, missing: ItemMissing = "complete"
) -> list[Moments]:
    """Moments of items (n, k) in each domain 0 … groups − 1 (−1: outside).

    missing : "complete" counts those who answered every item; "pairwise" takes for each pair those who answered both.
    """
    k = values.shape[1]
    answered = np.isfinite(values)
    # About the mean of everybody, lest squares of large numbers cancel.
    centre = np.nanmean(values, axis=0)
    x = np.where(answered, values - centre, 0.0)
    cell = np.where(complete_rows(values), member, -1)
    pairs = [(i, j) for i in range(k) for j in range(i, k)]
    own = dict.fromkeys(pairs, cell)
    if missing == "pairwise":
        own = {(i, j): np.where(answered[:, i] & answered[:, j], member, -1) for i, j in pairs}
    columns: list[tuple[IndexArray, FloatArray | None]] = []
    for i, j in pairs if missing == "pairwise" else []:
        columns += [(own[i, j], None), (own[i, j], x[:, i]), (own[i, j], x[:, j])]
    if missing == "complete":
        columns += [(cell, None), *((cell, x[:, i]) for i in range(k))]
    first = len(columns)
    columns += [(own[i, j], x[:, i] * x[:, j]) for i, j in pairs]
    counted = totals_of(sample, columns, groups)
    place = np.zeros((k, k), dtype=int)
    for at, (i, j) in enumerate(pairs):
        place[i, j] = place[j, i] = at
    if missing == "complete":
        count_at, x_at = np.zeros((1, 1), dtype=int), 1 + np.arange(k)[:, None]
        y_at = x_at.T
    else:
        upper = np.arange(k)[:, None] <= np.arange(k)
        count_at = 3 * place
        x_at, y_at = count_at + np.where(upper, 1, 2), count_at + np.where(upper, 2, 1)
    found = []
    for g in range(groups):
        totals, n = counted.totals[:, g], counted.counts[count_at, g]
        weight, one, other = totals[count_at], totals[x_at], totals[y_at]
        with np.errstate(all="ignore"):
            raised = n / (n - 1)
        covariance = combine(_covariance, weight, one, other, totals[first + place])
        mean = combine(lambda x, w: x / w, one, weight)
        diagonal = (np.arange(k), np.arange(k) if missing == "pairwise" else 0)
        middle = mean[diagonal]
        found.append(
            Moments(
                Statistic(
                    middle.value + centre,
                    middle.lines + (0 if middle.replicates is None else centre),
                    middle.replicates,
                ),
                Statistic(covariance.value * raised, covariance.lines * raised, covariance.replicates),
                int(n.min()),
            )
        )
    return found


def _covariance(w: Any, x: Any, y: Any, xy: Any) -> Any:
    return xy / w - (x / w) * (y / w)
