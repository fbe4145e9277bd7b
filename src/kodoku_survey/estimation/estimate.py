"""An estimate: values with their error, whatever was estimated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.design.sample import Basis
from kodoku_survey.estimation.intervals import Rare, interval

Kind = Literal[
    "proportion", "mean", "total", "ratio", "variance", "correlation", "quantile", "difference", "contrast", "coefficient",
    "margin", "reliability", "index",
]  # fmt: skip
Compared = Literal["with_replacement", "without_replacement"]


@dataclass(frozen=True, eq=False)
class Estimate:
    """k estimates with their error.

    value : (k,). labels : k rows saying what each is. n : (k,) unweighted bases.
    make_factor : gives the centred factor F (R, k), made when first asked for; covariance = F'F.
    se : (k,) standard errors. simple : (k,) variance of the same statistic under simple random sampling with replacement
        and the same n, for the design effect; nan where it has none.
    degrees_of_freedom : (k,) of the design in each domain. population : (k,) sum of the weights in each base.
    limits : gives (low, high) at a level for a statistic whose interval is not its se's (quantiles).
    """

    value: FloatArray
    se: FloatArray
    kind: Kind
    labels: pd.DataFrame
    n: FloatArray
    degrees_of_freedom: FloatArray
    basis: Basis
    make_factor: Callable[[], FloatArray]
    simple: FloatArray
    method: str = "logit"
    population: FloatArray | None = None
    limits: Callable[[float], tuple[FloatArray, FloatArray]] | None = None

    def __len__(self) -> int:
        return len(self.value)

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
        return self.factor.T @ self.factor

    def interval(
        self,
        level: float = 0.95,
        method: str | None = None,
        *,
        degrees_of_freedom: float | None = None,
        rare: Rare = "korn_graubard",
    ) -> tuple[FloatArray, FloatArray]:
        """Low and high limits (k,). Proportions: logit with t unless `method` says otherwise; other kinds: t.

        degrees_of_freedom : instead of the design's in each domain; inf takes the normal quantile.
        rare : "as_is" keeps the method at 0, 1 and few events, as R does.
        """
        if self.limits is not None:
            return self.limits(level)
        df = np.full(len(self), np.inf) if self.basis == "unweighted" else self.degrees_of_freedom
        if degrees_of_freedom is not None:
            df = np.full(len(self), degrees_of_freedom)
        return interval(
            self.value, self.se, df, self.n, kind=self.kind, level=level, method=method or self.method, rare=rare,
            design_df=self.degrees_of_freedom,
        )  # fmt: skip

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy: the labels, then value, se, low, high, cv, deff, df, n."""
        low, high = self.interval(level)
        numbers = {
            "value": self.value,
            "se": self.se,
            "low": low,
            "high": high,
            "cv": self.cv,
            "deff": self.deff,
            "df": self.degrees_of_freedom,
            "n": self.n.astype(int),
        }
        return self.labels.assign(**numbers)

    def to_markdown(self, level: float = 0.95) -> str:
        """The frame as a Markdown table, four significant digits."""
        frame = self.frame(level)
        lines = [list(map(str, frame.columns)), ["---"] * frame.shape[1]]
        lines += [[_shown(value) for value in row] for row in frame.itertuples(index=False)]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def _repr_html_(self) -> str:
        frame = self.frame()
        head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in frame.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(value))}</td>" for value in row) + "</tr>"
            for row in frame.itertuples(index=False)
        )
        return f"<table><caption>{self.kind} · {self.basis}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        return f"<Estimate: {len(self)} × {self.kind}, basis {self.basis}>\n{self.frame().to_string(index=False, max_rows=12)}"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.4g}"
    return str(value)
