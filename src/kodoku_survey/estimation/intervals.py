"""Confidence intervals by the kind of the estimate: logit with t for proportions, t for the rest; never a NaN at 0 or 1.

docs/intervals.md says which is taken when, and how to have R's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, StrArray
from kodoku_survey.design.distributions import clopper_pearson, logit_limits, t_quantile
from kodoku_survey.errors import DidYouMean, UsageError
from kodoku_survey.vocabulary import IntervalMethod

Limits = tuple[FloatArray, FloatArray]
Convention = Literal["kodoku", "r_survey"]
METHODS: tuple[IntervalMethod, ...] = get_args(IntervalMethod)
CONVENTIONS = ("kodoku", "r_survey")
FEW_EVENTS = 10
EVENTS_AT_ALL = 1e-9
SAME_COUNT = 1e-6  # of a number of events: 50 − 40 of 50 and 10 of 50 are the same ten


@dataclass(frozen=True, eq=False)
class _Proportion:
    """k proportions as the methods need them; t is the quantile of the degrees of freedom asked for, own the design's."""

    p: FloatArray
    se: FloatArray
    n: FloatArray
    t: FloatArray
    own: FloatArray
    level: float

    def part(self, at: BoolArray) -> _Proportion:
        return _Proportion(self.p[at], self.se[at], self.n[at], self.t[at], self.own[at], self.level)

    @property
    def freedom(self) -> FloatArray:
        """The factor of n* for few degrees of freedom, (t of n − 1 / t of the design)², as Korn & Graubard have it."""
        return (t_quantile((1 + self.level) / 2, np.maximum(self.n - 1, 1)) / self.own) ** 2

    @property
    def effective(self) -> FloatArray:
        """n* = p(1−p)/se² before any cap."""
        return self.p * (1 - self.p) / self.se**2


def interval(
    value: FloatArray,
    se: FloatArray,
    df: FloatArray,
    n: FloatArray,
    *,
    kind: str,
    level: float = 0.95,
    method: str = "logit",
    convention: Convention = "kodoku",
    design_df: FloatArray | None = None,
) -> Limits:
    """Low and high limits (k,) of k estimates with standard errors, degrees of freedom and unweighted bases n.

    Each takes the method `methods_used` names; nan only where nobody is in the base.
    design_df : the design's own, where `df` is something else (inf for the normal quantile). Raises UsageError.
    """
    upper = (1 + level) / 2
    t = t_quantile(upper, df)
    used = methods_used(value, n, df, kind=kind, method=method, convention=convention)
    if kind != "proportion":
        return value - t * se, value + t * se
    own = t_quantile(upper, np.maximum(df if design_df is None else design_df, 1))
    given = _Proportion(value, se, n, t, own, level)
    low, high = np.full(len(value), np.nan), np.full(len(value), np.nan)
    with np.errstate(all="ignore"):
        for name in {method, "kg"}:
            at = used == name
            low[at], high[at] = _BY_METHOD[name](given.part(at))
    none = np.isnan(t)  # no degree of freedom: no interval, whatever the method
    return np.where(none, np.nan, low), np.where(none, np.nan, high)


def methods_used(
    value: FloatArray,
    n: FloatArray,
    df: FloatArray,
    *,
    kind: str,
    method: str = "logit",
    convention: Convention = "kodoku",
) -> StrArray:
    """(k,) the method of each interval: "t" or "normal", and of proportions `method`; "" where nobody is in the base.

    At 0 and 1, and for fewer than ten events (answers given or not given), Korn–Graubard's limits ("kg") stand in for the
    others, whose approximation fails there. "beta" is exact and stays for few events. The convention "r_survey" keeps the
    method throughout. Raises UsageError.
    """
    check_option("convention", convention, CONVENTIONS)
    if kind != "proportion":
        return np.where(np.isinf(df), "normal", "t")
    check_option("interval", method, METHODS)
    used = np.full(len(value), method, dtype="U12")
    if convention == "kodoku":
        events = np.minimum(value * n, n - value * n)
        used[events < (FEW_EVENTS - SAME_COUNT if method != "beta" else EVENTS_AT_ALL)] = "kg"
    used[(n <= 0) | np.isnan(value)] = ""
    return used


def t_ratio(value: FloatArray, se: FloatArray) -> FloatArray:
    """value / se, of one shape: the test that a number is 0; nan where there is no error."""
    with np.errstate(all="ignore"):
        return np.where(se > 0, value / se, np.nan)


def check_level(level: object) -> None:
    """Raises UsageError for a level of confidence that is no share between 0 and 1."""
    if not isinstance(level, float | int | np.number) or not 0 < level < 1:
        raise UsageError("estimation.bad_level", "level", value=level)


def check_option(option: str, value: str, known: tuple[str, ...]) -> None:
    """Raises UsageError where an option has another value than those known."""
    if value not in known:
        hint = DidYouMean(value, known)
        raise UsageError("estimation.unknown_option", option, value=value, hint=hint, known=", ".join(known))


def _logit(g: _Proportion) -> Limits:
    return logit_limits(g.p, g.t * g.se)


def _korn_graubard(g: _Proportion) -> Limits:
    """Clopper–Pearson limits at the effective sample size, adjusted for degrees of freedom; n* capped at n.

    Where p is 0 or 1, or has no error, n* is n. Source: Korn & Graubard (1998), Survey Methodology 24(2); Parker et al.
    (2017), NCHS SR 2-175.
    """
    size = np.where((g.se > 0) & np.isfinite(g.effective), np.minimum(g.effective, g.n), g.n)
    size = np.minimum(size * g.freedom, g.n)
    return clopper_pearson(g.p * size, size, g.level)


def _beta(g: _Proportion) -> Limits:
    """As Korn–Graubard, n* not capped: R's svyciprop(method = "beta"). Certain where p has no error."""
    size = g.effective * g.freedom
    low, high = clopper_pearson(g.p * size, size, g.level)
    return np.where(g.se > 0, low, g.p), np.where(g.se > 0, high, g.p)


def _wilson(g: _Proportion) -> Limits:
    size = g.effective
    centre = (g.p + g.t**2 / (2 * size)) / (1 + g.t**2 / size)
    half = g.t / (1 + g.t**2 / size) * np.sqrt(g.p * (1 - g.p) / size + g.t**2 / (4 * size**2))
    return centre - half, centre + half


def _arcsine(g: _Proportion) -> Limits:
    centre, half = np.arcsin(np.sqrt(g.p)), g.t * g.se / (2 * np.sqrt(g.p * (1 - g.p)))
    return np.sin(np.clip(centre - half, 0, np.pi / 2)) ** 2, np.sin(np.clip(centre + half, 0, np.pi / 2)) ** 2


def _likelihood(g: _Proportion) -> Limits:
    """Where the binomial deviance at the effective sample size, 2n*·KL(p‖π), reaches t². Source: Rao & Scott (1984)."""
    size = g.effective
    limit = g.t**2 / (2 * size)

    def root(outer: float) -> FloatArray:
        near, far = np.array(g.p, dtype=float), np.full_like(g.p, outer)
        for _ in range(100):  # halving: the deviance is monotone on either side of p
            middle = (near + far) / 2
            divergence = g.p * np.log(g.p / middle) + (1 - g.p) * np.log((1 - g.p) / (1 - middle))
            near, far = np.where(divergence < limit, middle, near), np.where(divergence < limit, far, middle)
        return near

    return root(0.0), root(1.0)


def _mean(g: _Proportion) -> Limits:
    return g.p - g.t * g.se, g.p + g.t * g.se


_BY_METHOD = {
    "logit": _logit,
    "kg": _korn_graubard,
    "beta": _beta,
    "wilson": _wilson,
    "arcsine": _arcsine,
    "likelihood": _likelihood,
    "mean": _mean,
}
