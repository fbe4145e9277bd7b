"""Whether two questions are independent: Rao–Scott, Wald and their kin, under the design."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import chi2_tail, f_tail
from kodoku_survey.design.stages import covariance_of
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.estimation.claimed import to_be_tested
from kodoku_survey.estimation.hypotheses import mixtures
from kodoku_survey.estimation.statistic import Statistic
from kodoku_survey.estimation.tally import as_simple_random, freedom_of_all, heads_of, tally, total_of
from kodoku_survey.media import Result

IndependenceStatistic = Literal["F", "chisq", "wald", "adjusted_wald", "exact", "saddlepoint"]
STATISTICS = ("F", "chisq", "wald", "adjusted_wald", "exact", "saddlepoint")


@dataclass(frozen=True, eq=False, repr=False)
class Test(Result):
    """A test: its statistic, degrees of freedom (numerator, denominator) and p-value."""

    statistic: float
    df: tuple[float, float]
    p_value: float

    def frame(self) -> pd.DataFrame:
        """One row: statistic, df, df_denominator, p."""
        told = {"statistic": self.statistic, "df": self.df[0], "df_denominator": self.df[1], "p": self.p_value}
        return pd.DataFrame([told])


def independence(sample: Sample, row: str, column: str, *, statistic: IndependenceStatistic = "F") -> Test:
    """Test that two questions are independent; rows with either missing are outside.

    statistic : "F" Rao–Scott second order with its F reference; "chisq" first order; "exact" and "saddlepoint" the Pearson
        statistic's own distribution; "wald" and "adjusted_wald" on the log-free residuals p − p₊p₊.

    Answers nobody gave are left out. Raises DesignError for an unknown statistic, a table of one row or column, or people
    nobody drew by chance.
    Source: Rao & Scott (1984), Annals of Statistics 12; F as in Thomas & Rao (1987); Wald as in Koch, Freeman & Freeman (1975).

    >>> round(ks.independence(own, "sex", "job").p_value, 3)
    0.987
    """
    expected(sample, Sample)
    to_be_tested(sample)
    if statistic not in STATISTICS:
        hint = DidYouMean(statistic, STATISTICS)
        raise DesignError(
            "estimation.unknown_option", "statistic", value=statistic, hint=hint, known=", ".join(STATISTICS)
        )
    use = as_simple_random(sample)
    a, b = use.categorical(row), use.categorical(column)
    columns = len(b.answers)
    cell = np.where((a.codes >= 0) & (b.codes >= 0), a.codes.astype(np.intp) * columns + b.codes, -1)
    counted = tally(use, cell, len(a.answers) * columns)
    totals = total_of(use, counted).reshape(len(a.answers), columns)
    kept = totals.value.sum(axis=1) > 0, totals.value.sum(axis=0) > 0
    totals = totals[np.ix_(*kept)]
    if min(totals.value.shape) < 2:
        raise DesignError("estimation.one_answer", f"{row} × {column}")
    df = freedom_of_all(use)
    if statistic in ("wald", "adjusted_wald"):
        return _wald(totals, df, adjusted=statistic == "adjusted_wald")
    heads = heads_of(use)
    size = len(use) if heads is None else int(heads.sum())
    return rao_scott(totals, df, size, statistic)


def rao_scott(totals: Statistic, df: float, n: int, statistic: str = "F") -> Test:
    """The Rao–Scott tests from the totals (r, c) of a table without empty rows or columns; X² is told for n persons."""
    table = totals.value
    p = table / table.sum()
    if totals.replicates is None:
        f = totals.factor.reshape(-1, *p.shape)
        f = (f - p * f.sum(axis=(1, 2), keepdims=True)) / table.sum()
    else:
        each = totals.lines / totals.lines.sum(axis=(1, 2), keepdims=True)
        f = Statistic(p, each, totals.replicates).factor.reshape(-1, *p.shape)
    f = f.reshape(len(f), -1)
    pearson, delta = float(distance(p)), design_effects(p, covariance_of(f))
    trace, square = float(np.trace(delta)), float((delta * delta.T).sum())
    freedoms = (p.shape[0] - 1) * (p.shape[1] - 1)
    if statistic == "F":
        value, numerator, denominator, p_value = map(float, second_order(pearson, trace, square, df))
        return Test(value, (numerator, denominator), p_value)
    numerator = trace**2 / square
    x = n * pearson
    if statistic == "chisq":
        first_order = pearson / (trace / freedoms)
        return Test(x, (float(freedoms), np.inf), float(chi2_tail(first_order, freedoms)))
    effects = np.asarray(np.linalg.eigvals(n * delta).real, dtype=float)
    # Replicates have no degrees of freedom to put in a denominator beyond those of their number: R takes none, nor do we.
    below = np.inf if totals.replicates is not None else numerator * df
    tail = mixtures.exact if statistic == "exact" else mixtures.saddlepoint
    return Test(x, (numerator, below), tail(x, effects, below))


def distance(p: FloatArray) -> FloatArray:
    """Pearson's distance from independence Σ (p − p₊p₊)² / p₊p₊ of tables of shares (…, r, c)."""
    expected = p.sum(axis=-1, keepdims=True) * p.sum(axis=-2, keepdims=True)
    return np.asarray(((p - expected) ** 2 / expected).sum(axis=(-2, -1)))


def design_effects(p: FloatArray, covariance: FloatArray) -> FloatArray:
    """Generalised design effects over n (…, f, f) of tables of shares (…, r, c) with their covariance (…, rc, rc).

    f = (r − 1)(c − 1). Only for tables full of answers may there be several at once: a table with empty cells may have fewer
    interactions than f, whose pseudo-inverse leaves them out.
    """
    contrast = interactions(*p.shape[-2:])
    share = p.reshape(*p.shape[:-2], -1, 1)
    scaled = np.divide(contrast, share, out=np.zeros((*share.shape[:-1], contrast.shape[1])), where=share > 0)
    multinomial = contrast.T @ scaled
    spread = np.swapaxes(scaled, -1, -2) @ (covariance @ scaled)
    if (p > 0).all():
        return np.asarray(np.linalg.solve(multinomial, spread), dtype=float)
    return np.asarray(np.linalg.pinv(multinomial, hermitian=True) @ spread, dtype=float)


def second_order_terms(p: FloatArray, covariance: FloatArray) -> FloatArray:
    """Pearson's distance, tr Δ and tr Δ², (q, 3), of q tables of shares (q, r, c) with their covariance (q, rc, rc).

    Whether the covariance holds the total fixed makes no difference to interactions.
    nan where fewer than two rows or columns hold anybody.
    """
    full = (p > 0).all(axis=(1, 2))
    terms = np.full((len(p), 3), np.nan)
    if min(p.shape[1:]) > 1 and full.any():
        delta = design_effects(p[full], covariance[full])
        square = (delta * delta.swapaxes(1, 2)).sum(axis=(1, 2))
        terms[full] = np.column_stack([distance(p[full]), np.trace(delta, axis1=1, axis2=2), square])
    for place in np.flatnonzero(~full):
        terms[place] = _with_empty_cells(p[place], covariance[place])
    return terms


def _with_empty_cells(p: FloatArray, covariance: FloatArray) -> list[float]:
    rows, columns = p.sum(axis=1) > 0, p.sum(axis=0) > 0
    kept = np.outer(rows, columns).ravel()
    p, covariance = p[np.ix_(rows, columns)], covariance[np.ix_(kept, kept)]
    if min(p.shape) < 2:
        return [np.nan] * 3
    still = np.eye(p.size) - np.outer(np.ones(p.size), p.ravel())  # the total held fixed
    delta = design_effects(p, still.T @ covariance @ still)
    return [float(distance(p)), float(np.trace(delta)), float((delta * delta.T).sum())]


def second_order(
    pearson: ArrayLike, trace: ArrayLike, square: ArrayLike, df: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """F, its degrees of freedom and p-values from Pearson's distance, tr Δ and tr Δ²."""
    pearson, trace, square = (np.asarray(one, dtype=float) for one in (pearson, trace, square))
    value, numerator = pearson / trace, trace**2 / square
    return value, numerator, numerator * df, f_tail(value, numerator, numerator * df)


def _wald(totals: Statistic, df: float, *, adjusted: bool) -> Test:
    """Wald test of the residuals N_rc − N_r N_c / N, with the covariance of their linearised form."""
    table, f = totals.value, totals.factor.reshape(-1, *totals.value.shape)
    total = table.sum()
    of_row, of_column = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    row, column, all_ = f.sum(axis=2, keepdims=True), f.sum(axis=1, keepdims=True), f.sum(axis=(1, 2), keepdims=True)
    residual = table - of_row * of_column / total
    linear = f - (row * of_column + of_row * column) / total + of_row * of_column / total**2 * all_
    y, z = residual[1:, 1:].ravel(), linear[:, 1:, 1:].reshape(len(f), -1)
    wald = float(y @ np.linalg.lstsq(z.T @ z, y, rcond=None)[0])
    freedoms = float(len(y))
    below = df - freedoms + 1 if adjusted else df
    value = wald * below / (freedoms * df) if adjusted else wald / freedoms
    return Test(value, (freedoms, below), float(f_tail(value, freedoms, below)) if below > 0 else np.nan)


@cache
def interactions(rows: int, columns: int) -> FloatArray:
    """Contrasts (r·c, (r−1)(c−1)) orthogonal to the main effects of a table."""
    main = np.hstack([np.repeat(np.eye(rows), columns, axis=0), np.tile(np.eye(columns), (rows, 1))])
    both = np.einsum("ij,kl->ikjl", np.eye(rows)[:, 1:], np.eye(columns)[:, 1:]).reshape(rows * columns, -1)
    return both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
