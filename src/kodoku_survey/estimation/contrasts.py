"""Contrasts: any function of the numbers of an estimate, with the full covariance between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.estimation.estimate import Estimate, EstimateKind
from kodoku_survey.estimation.statistic import COMPLEX_STEP

Values = Mapping[str, Any]
ContrastRule = Mapping[str, float] | Callable[[Values], Any]


class Tabulated(Protocol):
    """A table that holds its numbers as one estimate."""

    @property
    def estimate(self) -> Estimate:
        """The numbers of the table with their error."""
        ...


def names_of(estimate: Estimate) -> list[str]:
    """What contrasts call each number: its labels that are not empty, joined by ":"; those all numbers share left out."""
    labels = estimate.labels.astype(str)
    told = [column for column in labels if labels[column].nunique() > 1] or list(labels.columns)
    return [":".join(part for part in row if part) for row in labels[told].itertuples(index=False)]


def contrast(estimate: Estimate | Tabulated, comparisons: Mapping[str, ContrastRule]) -> Estimate:
    """Contrasts of an estimate or a cross-tab: {name: {number: coefficient}} or {name: function of {number: value}}.

    A function may use arithmetic and numpy functions that take complex numbers, e.g. lambda v: v["H"] / v["E"] - 1; its error
    is by its derivative. Degrees of freedom: the smallest of the numbers used.
    Raises DesignError for a number the estimate has not or that has no value (nobody is in it), a comparison of no number,
    or where there is no covariance (quantiles).

    >>> by_sex = ks.means(own, "hours", by="sex")
    >>> ks.contrast(by_sex, {"gap": {"m": 1, "f": -1}}).value.round(3).tolist()
    [1.204]
    """
    estimate = estimate if isinstance(estimate, Estimate) else estimate.estimate
    names = names_of(estimate)
    gradient = np.zeros((len(comparisons), len(names)))
    used = np.zeros(gradient.shape, dtype=bool)
    value = np.zeros(len(comparisons))
    for row, (label, comparison) in enumerate(comparisons.items()):
        if isinstance(comparison, Mapping):
            for name, coefficient in comparison.items():
                place = _place(names, name)
                gradient[row, place], used[row, place] = coefficient, True
            _check_used(label, used[row], names, estimate)
            value[row] = gradient[row] @ np.nan_to_num(estimate.value)
        else:
            asked = _Named(zip(names, estimate.value, strict=True))
            with np.errstate(all="ignore"):
                value[row] = float(comparison(asked))
            used[row] = [name in asked.asked for name in names]
            _check_used(label, used[row], names, estimate)
            gradient[row] = _derivative(comparison, names, estimate.value)
    with np.errstate(all="ignore"):
        df = np.where(used, estimate.degrees_of_freedom, np.inf).min(axis=1, initial=np.inf)
        n = np.where(used, estimate.n, np.inf).min(axis=1, initial=np.inf)
    linear = all(isinstance(one, Mapping) for one in comparisons.values())  # else nobody knows the unit
    of = (estimate.of or estimate.kind) if linear else None
    return _of(value, estimate.factor @ gradient.T, "contrast", list(comparisons), replace(estimate, of=of), df, n)


def side_by_side(estimates: Mapping[str, Estimate]) -> Estimate:
    """Estimates of independent samples (waves, prefectures) as one, for contrasts between them: numbers named "wave:number".

    Samples that overlap belong in one Sample with the wave as a domain (`by=`), which has their covariance.
    Raises DesignError where bases of estimation are mixed.

    >>> both = ks.side_by_side({"hours": ks.means(own, "hours"), "age": ks.means(own, "age")})
    >>> both.value.round(3).tolist()
    [8.817, 48.36]
    """
    given = list(estimates.values())
    if len({one.basis for one in given}) > 1:
        raise DesignError("estimation.mixed_bases", value=", ".join(one.basis for one in given))
    rows, columns = np.cumsum([0] + [len(e.factor) for e in given]), np.cumsum([0] + [len(e) for e in given])
    factor = np.zeros((rows[-1], columns[-1]))
    for place, one in enumerate(given):
        factor[rows[place] : rows[place + 1], columns[place] : columns[place + 1]] = one.factor
    labels = pd.DataFrame(
        {
            "sample": np.repeat(list(estimates), [len(e) for e in given]),
            "number": [name for one in given for name in names_of(one)],
        }
    )
    return Estimate(
        value=np.concatenate([e.value for e in given]),
        se=np.concatenate([e.se for e in given]),
        kind=given[0].kind,
        labels=labels,
        n=np.concatenate([e.n for e in given]),
        degrees_of_freedom=np.concatenate([e.degrees_of_freedom for e in given]),
        basis=given[0].basis,
        make_factor=lambda: factor,
        simple=np.concatenate([e.simple for e in given]),
        of=given[0].of,
        claimed=all(e.claimed for e in given),
    )


def _of(
    value: FloatArray,
    factor: FloatArray,
    kind: EstimateKind,
    names: list[str],
    source: Estimate,
    df: FloatArray,
    n: FloatArray,
) -> Estimate:
    return Estimate(
        value=value,
        se=standard_errors(factor),
        kind=kind,
        labels=pd.DataFrame({"contrast": names}),
        n=n,
        degrees_of_freedom=df,
        basis=source.basis,
        make_factor=lambda: factor,
        simple=np.full(len(value), np.nan),
        of=source.of,
        claimed=source.claimed,
    )


def _place(names: list[str], name: str) -> int:
    if names.count(name) != 1:
        raise DesignError(
            "estimation.no_number", value=name, hint=DidYouMean(name, tuple(names)), known=", ".join(names)
        )
    return names.index(name)


def _check_used(label: str, used: BoolArray, names: list[str], estimate: Estimate) -> None:
    """Raises DesignError for a comparison of no number, or of one that is none."""
    if not used.any():
        raise DesignError("estimation.no_comparison", label)
    empty = [names[k] for k in np.flatnonzero(used & np.isnan(estimate.value))]
    if empty:
        raise DesignError("estimation.empty_number", label, value=", ".join(empty))


class _Named(dict[str, Any]):
    """Values by name, which remembers the names asked for."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def __missing__(self, name: str) -> Any:
        raise DesignError("estimation.no_number", value=name, hint=DidYouMean(name, tuple(self)), known=", ".join(self))


def _derivative(function: Callable[[Values], Any], names: list[str], value: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        gradient = np.zeros(len(names))
        for k in range(len(names)):
            moved = value.astype(complex)
            moved[k] += 1j * COMPLEX_STEP
            gradient[k] = np.imag(function(_Named(zip(names, moved, strict=True)))) / COMPLEX_STEP
    return gradient
