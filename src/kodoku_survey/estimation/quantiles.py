"""Quantiles of a number: several rules for the point, several intervals around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import t_quantile
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.domains import By, domains, numbers
from kodoku_survey.estimation.estimate import Estimate, HeldFactor
from kodoku_survey.estimation.intervals import interval as limits_of
from kodoku_survey.estimation.quantile_rules import QUANTILE_RULES, OrderedWeights, QuantileRule
from kodoku_survey.estimation.stacking import stacks
from kodoku_survey.estimation.statistic import quotient
from kodoku_survey.estimation.tally import as_simple_random, freedom, tally, total_of

QuantileInterval = Literal["mean", "logit", "arcsine", "beta", "score", "replicates"]


@stacks
def quantiles(
    sample: Sample,
    name: str,
    probabilities: float | Sequence[float] = (0.25, 0.5, 0.75),
    *,
    by: By = None,
    rule: QuantileRule = "math",
    interval: QuantileInterval = "mean",
) -> Estimate:
    """Quantiles of a number in each domain of `by`, group by group, with intervals at any level.

    rule : "math" the inverse of the weighted distribution, "school" its midpoint at a step, "hf1" … "hf9" weighted forms of the
        nine rules of Hyndman & Fan (1996), "shahvaish" of Shah & Vaish (2006). "hf3" takes the nearest even order statistic
        at a step only, as R's survey does.
    interval : the limits of the share below the quantile, carried back to the number: by its mean, logit, arcsine or beta
        limits (Woodruff 1952), or by inverting the score test (Francisco & Fuller 1991). Of a sample with replicates also
        "replicates": the quantile under each, ± t·se (the jackknife's se of a quantile cannot be trusted); these have a
        covariance, for contrasts.

    The se is the interval's width over 2t. A limit is nan where that of the share lies outside 0 … 1 (only "mean" can).
    Raises DesignError for a share outside (0, 1), an unknown rule or interval.

    >>> ks.quantiles(own, "hours", [0.5]).value.round(3).tolist()
    [9.0]
    """
    expected(sample, Sample)
    _check(probabilities := _several(probabilities), rule, interval)
    if interval == "replicates" and sample.replicates is None:
        raise DesignError("estimation.no_replicates", "interval")
    use = as_simple_random(sample)
    values, has = numbers(use, name)
    member, groups = domains(use, by)
    # Who has no weight is at no place of the running sum: neither in n nor in the degrees of freedom of a quantile.
    member = np.where(has & (use.weight != 0), member, -1)
    df = freedom(use, member, len(groups))
    _refuse_negative(use, member)
    inside = [(member == g) & (use.within if use.within is not None else True) for g in range(len(groups))]
    ordered = [OrderedWeights.of(values[rows], use.weight[rows]) for rows in inside]
    point = QUANTILE_RULES[rule]
    value = np.array([[point(o, p) if len(o.x) else np.nan for p in probabilities] for o in ordered]).ravel()

    labels = [(name, g.attribute, g.label, p) for g in groups for p in probabilities]
    every = np.repeat(df, len(probabilities))
    sizes = np.repeat([len(o.x) for o in ordered], len(probabilities)).astype(float)
    made = Estimate(
        value=value,
        se=np.full(len(value), np.nan),
        kind="quantile",
        labels=pd.DataFrame(labels, columns=["variable", "attribute", "group", "probability"]),
        n=sizes,
        degrees_of_freedom=every,
        basis=sample.basis,
        make_factor=no_factor,
        simple=np.full(len(value), np.nan),
        method=interval if interval in ("score", "replicates") else f"woodruff_{interval}",
        claimed=claims(sample),
    )
    if interval == "replicates":
        factor = _replicated(use, values, inside, value, lambda held: [point(held, p) for p in probabilities])
        return replace(
            made, se=np.where(np.isnan(value), np.nan, standard_errors(factor)), make_factor=HeldFactor(factor)
        )
    limits = QuantileLimits(use, values, tuple(inside), tuple(ordered), df, value, tuple(probabilities), rule, interval)
    low, high = limits(0.95)
    return replace(made, se=(high - low) / (2 * t_quantile(0.975, every)), limits=limits)


def _replicated(
    sample: Sample,
    values: FloatArray,
    inside: Sequence[BoolArray],
    value: FloatArray,
    points: Callable[[OrderedWeights], list[float]],
) -> FloatArray:
    """The factor (R, k) of quantiles computed again under every replicate, nan where it has nobody in the domain."""
    assert sample.replicates is not None
    each = []
    for weight in sample.replicates.weights():
        held = [OrderedWeights.of(values[rows], weight[rows]) for rows in inside]
        each.append(
            [point for one in held for point in (points(one) if len(one.x) else [np.nan] * (len(value) // len(held)))]
        )
    return sample.replicates.factor(np.array(each, dtype=float), value)


@dataclass(frozen=True, eq=False)
class QuantileLimits:
    """The limits of quantiles at any level: those of the share below each, in its domain, carried back to the number."""

    sample: Sample
    values: FloatArray
    inside: tuple[BoolArray, ...]
    ordered: tuple[OrderedWeights, ...]
    df: FloatArray
    value: FloatArray
    probabilities: tuple[float, ...]
    rule: QuantileRule
    interval: QuantileInterval

    def __call__(self, level: float) -> tuple[FloatArray, FloatArray]:
        pairs = [
            self._pair(g, p, self.value[g * len(self.probabilities) + k], level)
            for g in range(len(self.inside))
            for k, p in enumerate(self.probabilities)
        ]
        low, high = np.array(pairs, dtype=float).reshape(-1, 2).T
        return low, high

    def _pair(self, g: int, p: float, at: float, level: float) -> list[float]:
        held = self.ordered[g]
        if not len(held.x):  # nobody in the domain
            return [np.nan, np.nan]
        share = _Share(self.sample, self.values, self.inside[g], self.df[g], len(held.x))
        by_score = self.interval == "score"
        ends = share.score_limits(p, level) if by_score else share.limits(at, level, self.interval)
        return [QUANTILE_RULES[self.rule](held, end) if 0 <= end <= 1 else np.nan for end in ends]


def no_factor() -> FloatArray:
    """A quantile is no smooth function of totals: it has no covariance to give. Raises DesignError."""
    raise DesignError("estimation.no_quantile_factor")


def _several(probabilities: float | Sequence[float]) -> Sequence[float]:
    return [probabilities] if isinstance(probabilities, float | int) else probabilities


def _check(probabilities: Sequence[float], rule: str, interval: str) -> None:
    for p in probabilities:
        if not 0 < p < 1:
            raise DesignError("estimation.bad_probability", value=p)
    for kind, given, known in (("rule", rule, tuple(QUANTILE_RULES)), ("interval", interval, QUANTILE_INTERVALS)):
        if given not in known:
            raise DesignError(
                "estimation.unknown_option", kind, value=given, hint=DidYouMean(given, known), known=", ".join(known)
            )


def _refuse_negative(sample: Sample, member: IndexArray) -> None:
    """With negative weights the share below a value falls in places, so that no one value is the quantile."""
    used = member >= 0 if sample.within is None else (member >= 0) & sample.within
    count = int((sample.weight[used] < 0).sum())
    if count:
        raise DesignError("estimation.negative_weights", count=count)


class _Share:
    """The share of a domain at or below a value, with its error."""

    def __init__(self, sample: Sample, values: FloatArray, rows: BoolArray, df: float, n: int) -> None:
        self.sample, self.values, self.rows, self.df, self.n = sample, values, rows, df, n
        self.base = total_of(sample, tally(sample, np.where(rows, 0, -1), 1))

    def below(self, at: float) -> tuple[FloatArray, FloatArray]:
        """The share (1,) and its standard error."""
        cell = np.where(self.rows & (self.values <= at), 0, -1)
        share = quotient(total_of(self.sample, tally(self.sample, cell, 1)), self.base)
        return share.value, standard_errors(share.factor)

    def limits(self, at: float, level: float, method: str) -> tuple[float, float]:
        p, se = self.below(at)
        n, df = np.array([float(self.n)]), np.array([self.df])
        low, high = limits_of(p, se, df, n, kind="proportion", level=level, method=method, convention="r_survey")
        return float(low[0]), float(high[0])

    def score_limits(self, p: float, level: float) -> tuple[float, float]:
        """Shares at the ends of the values whose score test does not reject p."""
        candidates = np.unique(self.values[self.rows])
        t = float(t_quantile((1 + level) / 2, self.df))
        if np.isnan(t):  # no degree of freedom: no interval
            return np.nan, np.nan

        def first(rejects: Callable[[float, float], bool]) -> float:
            """The share at the first candidate that is not rejected from below; the score falls with the value."""
            low, high = 0, len(candidates)
            while low < high:
                middle = (low + high) // 2
                share, se = self.below(candidates[middle])
                gap = float(p - share[0])
                if rejects(gap, float(se[0])):
                    low = middle + 1
                else:
                    high = middle
            return float(self.below(candidates[min(low, len(candidates) - 1)])[0][0])

        return first(lambda gap, se: gap > t * se), first(lambda gap, se: gap >= -t * se)


QUANTILE_INTERVALS = ("mean", "logit", "arcsine", "beta", "score", "replicates")
