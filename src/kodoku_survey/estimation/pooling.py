"""Estimates of several completions of one data set as one: Rubin's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError, UsageError
from kodoku_survey.estimation.contrasts import Tabulated
from kodoku_survey.estimation.estimate import Compared, Estimate
from kodoku_survey.estimation.intervals import interval


class HoldsCoefficients(Protocol):
    """A model that holds its coefficients as one estimate."""

    @property
    def coefficients(self) -> Estimate:
        """The coefficients of the model with their error."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class Pooled(Estimate):
    """m estimates as one; covariance Ū + (1 + 1/m) B.

    between : (k,) variance B of the m values. completions : m. missing_information : (k,) share λ of the variance that the
    missing values are to blame for.

    >>> ks.pool([ks.means(own, "hours"), ks.means(own, "hours")]).value.round(3).tolist()
    [8.817]
    """

    completions: int = 0
    between: FloatArray | None = None
    missing_information: FloatArray | None = None

    @property
    def _df(self) -> FloatArray:
        return self.degrees_of_freedom

    def frame(self, level: float = 0.95, *, compared: Compared = "with_replacement") -> pd.DataFrame:
        """As of any estimate, with missing_information."""
        return super().frame(level, compared=compared).assign(missing_information=self.missing_information)


@dataclass(frozen=True, eq=False)
class PooledLimits:
    """Limits by t with the pooled degrees of freedom: of proportions on the log odds, of the rest about the value."""

    value: FloatArray
    se: FloatArray
    df: FloatArray
    n: FloatArray
    kind: str

    def __call__(self, level: float) -> tuple[FloatArray, FloatArray]:
        return interval(self.value, self.se, self.df, self.n, kind=self.kind, level=level, design_df=self.df)


def pool(estimates: Sequence[Estimate | HoldsCoefficients | Tabulated]) -> Pooled:
    """The estimates of m completed data sets (multiple imputation) as one, by Rubin's rules.

    estimates : two or more of the same numbers: of any estimator, cross-tabs, or regressions (their coefficients are pooled).

    Degrees of freedom by Barnard & Rubin, the complete data's being the smallest of the m.
    Raises UsageError for fewer than two, DesignError where they are not of the same numbers.
    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, ch. 3; Barnard & Rubin (1999), Biometrika 86.

    >>> twice = [ks.means(own, "hours"), ks.means(own, "hours")]  # of two imputations
    >>> ks.pool(twice).frame()[["variable", "value"]].round(3).to_dict("list")
    {'variable': ['hours'], 'value': [8.817]}
    """
    given = [_estimate_of(one) for one in estimates]
    if len(given) < 2:
        raise UsageError("estimation.few_completions", count=len(given))
    first, count = given[0], len(given)
    for number, other in enumerate(given[1:], start=2):
        if not (other.kind == first.kind and other.basis == first.basis and other.labels.equals(first.labels)):
            raise DesignError("estimation.other_numbers", value=number)
    values = np.stack([one.value for one in given])
    value, within = values.mean(axis=0), np.mean([one.se**2 for one in given], axis=0)
    between = values.var(axis=0, ddof=1)
    total = within + (1 + 1 / count) * between
    with np.errstate(all="ignore"):
        missing = np.where(total > 0, (1 + 1 / count) * between / total, 0.0)
    df = _freedom(missing, np.min([one.degrees_of_freedom for one in given], axis=0), count)
    n, se = np.min([one.n for one in given], axis=0), np.sqrt(total)

    def factor() -> FloatArray:
        """(R, k): its square is Ū + (1 + 1/m) B, with every covariance."""
        spread = np.sqrt((1 + 1 / count) / (count - 1)) * (values - value)
        return np.concatenate([*(one.factor / np.sqrt(count) for one in given), spread])

    return Pooled(
        value=value,
        se=se,
        kind=first.kind,
        labels=first.labels,
        n=n,
        degrees_of_freedom=df,
        basis=first.basis,
        make_factor=factor,
        simple=np.mean([one.simple for one in given], axis=0),
        method=first.method if first.kind == "proportion" else "t",
        limits=PooledLimits(value, se, df, n, first.kind),
        completions=count,
        between=between,
        missing_information=missing,
    )


def _freedom(missing: FloatArray, complete: FloatArray, count: int) -> FloatArray:
    """Barnard & Rubin's degrees of freedom: those of m completions and of the data that were observed, together."""
    with np.errstate(all="ignore"):
        of_completions = (count - 1) / missing**2
        observed = np.where(np.isinf(complete), np.inf, (complete + 1) / (complete + 3) * complete * (1 - missing))
        return np.asarray(1 / (1 / of_completions + 1 / observed))


def _estimate_of(given: Any) -> Estimate:
    if isinstance(given, Estimate):
        return given
    found = getattr(given, "coefficients", None) or getattr(given, "estimate", None)
    if not isinstance(found, Estimate):
        raise UsageError("estimation.no_estimate", value=type(given).__name__)
    return found
