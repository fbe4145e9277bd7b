"""An estimate: values with their error, whatever was estimated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kodoku_survey.arrays import FloatArray, StrArray
from kodoku_survey.design.distributions import ALTERNATIVES, Alternative, tail_of, two_sided
from kodoku_survey.design.stages import covariance_of
from kodoku_survey.errors import Spoken, SurveyError
from kodoku_survey.estimation.intervals import Convention, check_level, check_option, interval, methods_used, t_ratio
from kodoku_survey.media import Result
from kodoku_survey.vocabulary import Basis

EstimateKind = Literal[
    "proportion", "mean", "total", "ratio", "variance", "correlation", "quantile", "difference", "contrast", "coefficient",
    "margin", "prediction", "covariance", "reliability", "index",
]  # fmt: skip
Compared = Literal["with_replacement", "without_replacement"]
COMPARED = ("with_replacement", "without_replacement")
AGAINST_NOTHING = ("difference", "contrast", "coefficient")  # kinds whose test that they are 0 is of interest


@dataclass(frozen=True, eq=False)
class HeldFactor:
    """A factor (R, k) that has been made."""

    factor: FloatArray

    def __call__(self) -> FloatArray:
        return self.factor


@dataclass(frozen=True, eq=False, repr=False)
class Estimate(Result):
    """k estimates with their error.

    value : (k,). labels : k rows saying what each is. n : (k,) unweighted bases.
    make_factor : gives the centred factor F (R, k), made when first asked for; covariance = F'F (complex rows take off).
    se : (k,) standard errors. simple : (k,) variance of the same statistic under simple random sampling with replacement
        and the same n, for the design effect; nan where it has none.
    degrees_of_freedom : (k,) of the design in each domain. population : (k,) sum of the weights in each base.
    method : how intervals of proportions are made, or what `limits` does.
    limits : gives (low, high) at a level for a statistic whose interval is not its se's (quantiles).
    of : of a difference or contrast, the kind of the numbers it is made of, whose unit it has.
    claimed : whether there is an error to be told; of people nobody drew by chance se, limits and p are nan ([design] sample).

    >>> found = ks.means(own, "hours")
    >>> found.value.round(3).tolist(), found.se.round(3).tolist()
    ([8.817], [1.193])
    """

    value: FloatArray
    se: FloatArray
    kind: EstimateKind
    labels: pd.DataFrame
    n: FloatArray
    degrees_of_freedom: FloatArray
    basis: Basis
    make_factor: Callable[[], FloatArray]
    simple: FloatArray
    method: str = "logit"
    population: FloatArray | None = None
    limits: Callable[[float], tuple[FloatArray, FloatArray]] | None = None
    reasons: Mapping[int, Spoken] = field(default_factory=dict)  # place → why there is no number
    of: EstimateKind | None = None
    claimed: bool = True

    def __post_init__(self) -> None:
        if not self.claimed:
            object.__setattr__(self, "se", np.full(len(self.value), np.nan))

    def __getstate__(self) -> dict[str, Any]:
        """For pickling: the factor itself, where there is one, in the place of what makes it."""
        state = {name: value for name, value in self.__dict__.items() if name != "factor"}
        try:
            return state | {"make_factor": HeldFactor(self.factor)}
        except SurveyError:  # quantiles have none, and say so when asked
            return state

    def __len__(self) -> int:
        return len(self.value)

    def __float__(self) -> float:
        """The value of a single number."""
        return float(self.value.item())

    @cached_property
    def factor(self) -> FloatArray:
        """The centred factor F (R, k): any covariance or contrast follows from it."""
        return self.make_factor()

    @property
    def cv(self) -> FloatArray:
        """標準誤差率: se / |value|; nan where the value is 0."""
        with np.errstate(all="ignore"):
            return np.where(self.value == 0, np.nan, self.se / np.abs(self.value))

    @property
    def deff(self) -> FloatArray:
        """Design effect against simple random sampling with replacement of the same n; nan where that has no error."""
        with np.errstate(all="ignore"):
            return np.where(self.simple > 0, self.se**2 / self.simple, np.nan)

    def design_effect(self, compared: Compared = "with_replacement") -> FloatArray:
        """Design effect against simple random sampling with replacement, as `.deff`, or without: × 1/(1 − n/N)."""
        if compared == "with_replacement" or self.population is None:
            return self.deff
        with np.errstate(all="ignore"):
            return np.where(self.population >= self.n, self.deff / (1 - self.n / self.population), np.nan)

    @property
    def covariance(self) -> FloatArray:
        """(k, k), between all the estimates, domains included."""
        return covariance_of(self.factor)

    @property
    def t(self) -> FloatArray:
        """(k,) value / se: the test that the number is 0; nan where there is no error."""
        return t_ratio(self.value, self.se)

    @property
    def p_value(self) -> FloatArray:
        """(k,) two-sided, t with the degrees of freedom in each domain; normal on the basis "unweighted"."""
        return two_sided(self.t, self._df)

    def p_values(
        self,
        null: float | ArrayLike = 0.0,
        *,
        alternative: Alternative = "two_sided",
        degrees_of_freedom: float | None = None,
    ) -> FloatArray:
        """(k,) of the tests that the numbers are `null` (one for all, or one each): a share of 0.5, a ratio of 1, …

        alternative : "two_sided", or the side they may be on: "greater" or "less". Student's t with the degrees of freedom in
        each domain, or with those given (inf: normal). nan where there is no error. Raises UsageError.
        """
        check_option("alternative", alternative, ALTERNATIVES)
        df = self._df if degrees_of_freedom is None else np.full(len(self), float(degrees_of_freedom))
        return tail_of(t_ratio(self.value - np.asarray(null, dtype=float), self.se), df, alternative)

    @property
    def _df(self) -> FloatArray:
        return np.full(len(self), np.inf) if self.basis == "unweighted" else self.degrees_of_freedom

    def interval(
        self,
        level: float = 0.95,
        method: str | None = None,
        *,
        degrees_of_freedom: float | None = None,
        convention: Convention = "kodoku",
    ) -> tuple[FloatArray, FloatArray]:
        """Low and high limits (k,). Proportions: logit with t unless `method` says otherwise; other kinds: t.

        degrees_of_freedom : instead of the design's in each domain; inf takes the normal quantile.
        convention : "r_survey" gives what R's survey prints: proportions keep their method at 0, 1 and few events, be it a
            nan, and other kinds take the normal quantile.
        """
        check_level(level)
        if not self.claimed:
            return np.full(len(self), np.nan), np.full(len(self), np.nan)
        if self.limits is not None:
            return self.limits(level)
        return interval(
            self.value, self.se, self._quantile_df(degrees_of_freedom, convention), self.n, kind=self.kind, level=level,
            method=method or self.method, convention=convention, design_df=self.degrees_of_freedom,
        )  # fmt: skip

    def interval_methods(self, method: str | None = None, *, convention: Convention = "kodoku") -> StrArray:
        """(k,) by which method each interval is made: `method`, "kg" where it would fail, "t" or "normal" for other kinds."""
        if self.limits is not None:
            return np.full(len(self), self.method)
        df = self._quantile_df(None, convention)
        return methods_used(self.value, self.n, df, kind=self.kind, method=method or self.method, convention=convention)

    def _quantile_df(self, given: float | None, convention: Convention) -> FloatArray:
        if given is not None:
            return np.full(len(self), given)
        if convention == "r_survey" and self.kind not in ("proportion", "coefficient"):
            return np.full(len(self), np.inf)
        return self._df

    @property
    def column(self) -> Literal["percent", "points", "value"]:
        """What a frame calls the numbers: shares "percent", their differences "points", others (in their own unit) "value"."""
        return "percent" if self.kind == "proportion" else "points" if self.of == "proportion" else "value"

    def frame(self, level: float = 0.95, *, compared: Compared = "with_replacement") -> pd.DataFrame:
        """Tidy: the labels, then value, se, low, high, interval (its method), cv, deff, df, n; of differences t and p as well.

        Shares are in per cent, as a page has them, and called `percent` (their differences `points`), with se, low and high
        in the same unit; the attributes `.value`, `.se`, `.interval()` are shares of 1.
        compared : what the design effect is against; "without_replacement" names the column deff_without_replacement.
        """
        check_option("compared", compared, COMPARED)
        low, high = self.interval(level)
        unit = 1.0 if self.column == "value" else 100.0
        numbers: dict[str, Any] = {
            self.column: unit * self.value,
            "se": unit * self.se,
            "low": unit * low,
            "high": unit * high,
        }
        numbers["interval"] = self.interval_methods()
        if self.kind in AGAINST_NOTHING:
            numbers |= {"t": self.t, "p": self.p_value}
        numbers["cv"] = self.cv
        numbers["deff" if compared == "with_replacement" else f"deff_{compared}"] = self.design_effect(compared)
        numbers["df"] = self.degrees_of_freedom
        if not self.claimed:
            numbers |= {name: "" if name == "interval" else np.nan for name in numbers if name != self.column}
        told = self.labels.assign(**numbers, n=self.n.astype(int))
        if self.reasons:
            told["reason"] = [self.reasons[k].text() if k in self.reasons else "" for k in range(len(self))]
        return told
