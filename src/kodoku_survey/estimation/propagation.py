"""Functions of many statistics at once, explicit or by equations, that carry their error along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import logit_limits, t_quantile
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.estimation.estimate import Estimate, EstimateKind
from kodoku_survey.estimation.intervals import Limits, interval
from kodoku_survey.estimation.statistic import COMPLEX_STEP, Statistic, joined
from kodoku_survey.estimation.tally import Tally, tally, total_of
from kodoku_survey.vocabulary import Basis


@dataclass(frozen=True)
class Limiting:
    """A way to make limits, by its name: (value, se, df, level) → (low, high)."""

    method: str
    limits: Callable[[FloatArray, FloatArray, FloatArray, float], Limits]

    def __call__(self, value: FloatArray, se: FloatArray, df: FloatArray, level: float) -> Limits:
        return self.limits(value, se, df, level)


@dataclass(frozen=True, eq=False)
class LimitsOf:
    """The limits of k numbers at any level."""

    limiting: Limiting
    value: FloatArray
    se: FloatArray
    df: FloatArray

    def __call__(self, level: float) -> Limits:
        with np.errstate(all="ignore"):
            return self.limiting(self.value, self.se, self.df, level)


@dataclass(frozen=True, eq=False)
class RatesOr:
    """The interval of a proportion for those (k,) that are shares of n persons, another for the rest."""

    other: Limiting
    of_persons: BoolArray
    n: FloatArray

    def __call__(self, value: FloatArray, se: FloatArray, df: FloatArray, level: float) -> Limits:
        share = interval(value, se, df, self.n, kind="proportion", level=level)
        rest = self.other(value, se, df, level)
        return np.where(self.of_persons, share[0], rest[0]), np.where(self.of_persons, share[1], rest[1])


@dataclass(frozen=True, eq=False)
class Counted:
    """Totals (q, g) of q numbers in each of g domains, with their error, and the unweighted counts (q, g)."""

    totals: Statistic
    counts: FloatArray


def totals_of(sample: Sample, columns: Sequence[tuple[IndexArray, FloatArray | None]], cells: int) -> Counted:
    """Totals of q numbers, each (cell (n,), values (n,) or None for 1), over 0 … cells − 1; the calibration's residuals once."""
    several = [tally(sample, cell, cells, values=values) for cell, values in columns]
    one = Tally(
        np.concatenate([t.weighted for t in several]),
        np.concatenate([t.counts for t in several]),
        tuple(np.concatenate(parts, axis=1) for parts in zip(*(t.by_unit for t in several), strict=True)),
        None
        if several[0].by_row is None
        else np.concatenate([t.by_row for t in several if t.by_row is not None], axis=1),
    )
    shape = len(several), cells
    return Counted(total_of(sample, one).reshape(*shape), one.counts.reshape(shape).astype(float))


def packed(*parts: Statistic) -> Statistic:
    """The numbers of several statistics in one row (m,)."""
    return joined([part.reshape(-1) for part in parts])


def applied(function: Callable[[Any], Any], given: Statistic, *, analytic: bool = True) -> Statistic:
    """q numbers as a function of all the numbers of a statistic.

    function : (…, *S) → (…, q). analytic : it takes complex numbers and batches, so that its derivative is exact (Squire &
    Trapp 1998); otherwise it is called with one S at a time and differentiated by central differences, to about 1e-9.
    """
    with np.errstate(all="ignore"):
        value = np.asarray(function(given.value), dtype=float)
        if given.replicates is not None:
            each = function(given.lines) if analytic else np.stack([function(line) for line in given.lines])
            return Statistic(value, np.asarray(each, dtype=float), given.replicates)
        slope = _slopes(function, given.value) if analytic else _differences(function, given.value)
    lines = given.lines.reshape(len(given.lines), -1) @ slope.reshape(given.value.size, -1)
    return Statistic(value, lines.reshape(len(lines), *value.shape))


def solved(
    equations: Callable[[Any, Any], Any], solve: Callable[[FloatArray, FloatArray | None], FloatArray], given: Statistic
) -> Statistic:
    """Numbers θ (p,) for which equations(θ, m) = 0 at the numbers m of a statistic, by the implicit function theorem.

    equations : (…, p), (…, *S) → (…, p), of complex numbers. solve : m and a start (None: its own) → θ, nan where there is none.
    """
    value = solve(given.value, None)
    if given.replicates is not None:
        return Statistic(value, np.stack([solve(line, value) for line in given.lines]), given.replicates)
    of_solution = _slopes(lambda theta: equations(theta, given.value), value)  # (p, p): row = θ moved
    of_given = _slopes(lambda m: equations(value, m), given.value)  # (m, p)
    slope = -np.linalg.solve(of_solution.T, of_given.T).T
    return Statistic(value, given.lines.reshape(len(given.lines), -1) @ slope)


def _slopes(function: Callable[[Any], Any], at: FloatArray) -> FloatArray:
    """Derivatives (m, q) by the complex step, all in one batch."""
    moved = at + 1j * COMPLEX_STEP * np.eye(at.size).reshape(at.size, *at.shape)
    return np.imag(function(moved)) / COMPLEX_STEP


def _differences(function: Callable[[Any], Any], at: FloatArray) -> FloatArray:
    slopes = []
    for place in range(at.size):
        step = np.zeros(at.size)
        step[place] = 1e-5 * max(1.0, abs(at.ravel()[place]))
        ahead, behind = at + step.reshape(at.shape), at - step.reshape(at.shape)
        slopes.append((function(ahead) - function(behind)) / (2 * step[place]))
    return np.stack(slopes)


@dataclass(frozen=True, eq=False)
class Base:
    """What an estimate says beside its numbers: who it is of, in g domains.

    groups : their labels, ("",) for everybody. n, degrees_of_freedom : (g,). claimed : as of `Estimate`.
    """

    groups: tuple[str, ...]
    n: FloatArray
    degrees_of_freedom: FloatArray
    basis: Basis
    claimed: bool


def carried(
    parts: Sequence[Statistic],
    kind: EstimateKind,
    base: Base,
    labels: pd.DataFrame,
    *,
    limits: Limiting | None = None,
    n: FloatArray | None = None,
) -> Estimate:
    """An estimate of the same q numbers in each domain; labels (q rows) say what they are.

    limits : default value ± t·se. n : (g·q,) where the bases differ.
    """
    statistic = joined([part.reshape(-1) for part in parts])
    factor = statistic.factor
    size = len(labels)
    told = pd.concat([labels.assign(group=group) for group in base.groups], ignore_index=True)
    df = np.repeat(base.degrees_of_freedom, size)
    se = np.where(np.isfinite(statistic.value), standard_errors(factor), np.nan)
    made = LimitsOf(limits or symmetric, statistic.value, se, df)

    return Estimate(
        value=statistic.value,
        se=se,
        kind=kind,
        labels=told,
        n=np.repeat(base.n, size) if n is None else n,
        degrees_of_freedom=df,
        basis=base.basis,
        claimed=base.claimed,
        make_factor=lambda: factor,
        simple=np.full(len(told), np.nan),
        limits=made,
        method=made.limiting.method,
    )


def _symmetric(value: FloatArray, se: FloatArray, df: FloatArray, level: float) -> Limits:
    """value ± t·se."""
    half = t_quantile((1 + level) / 2, df) * se
    return value - half, value + half


def _below_one(value: FloatArray, se: FloatArray, df: FloatArray, level: float) -> Limits:
    """On log(1 − value), for coefficients that cannot pass 1."""
    half = np.exp(t_quantile((1 + level) / 2, df) * se / (1 - value))
    return 1 - (1 - value) * half, 1 - (1 - value) / half


def _within_one(value: FloatArray, se: FloatArray, df: FloatArray, level: float) -> Limits:
    """On Fisher's z, for correlations."""
    centre, half = np.arctanh(value), t_quantile((1 + level) / 2, df) * se / (1 - value**2)
    return np.tanh(centre - half), np.tanh(centre + half)


def _within_share(value: FloatArray, se: FloatArray, df: FloatArray, level: float) -> Limits:
    """On the log odds, for shares; a share without an error is itself."""
    low, high = logit_limits(value, t_quantile((1 + level) / 2, df) * se)
    return np.where(se > 0, low, value), np.where(se > 0, high, value)


def rates_or(other: Limiting, of_persons: BoolArray, n: FloatArray) -> Limiting:
    """The interval of a proportion for those (k,) that are shares of n persons, another for the rest."""
    return Limiting(f"logit/{other.method}", RatesOr(other, of_persons, n))


symmetric = Limiting("t", _symmetric)
below_one = Limiting("log", _below_one)
within_one = Limiting("fisher_z", _within_one)
within_share = Limiting("logit", _within_share)
