"""Direct standardisation and the decomposition of a difference: what is composition, and what is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.composed import Composed
from kodoku_survey.crosstabs.two_samples import welch
from kodoku_survey.design.distributions import t_quantile, two_sided
from kodoku_survey.errors import DesignError


@dataclass(frozen=True, eq=False)
class StandardFigure:
    """k numbers made of one survey or both, with their error and degrees of freedom (k,)."""

    value: FloatArray
    se: FloatArray
    df: FloatArray

    def interval(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Limits (k,), by t."""
        reach = t_quantile((1 + level) / 2, self.df) * self.se
        return self.value - reach, self.value + reach

    @property
    def p_value(self) -> FloatArray:
        """(k,) two-sided, of the hypothesis that the number is 0."""
        with np.errstate(all="ignore"):
            return two_sided(self.value / self.se, self.df)


def number_of(
    value: FloatArray, first: Composed, of_first: FloatArray, second: Composed, of_second: FloatArray
) -> StandardFigure:
    """A number with the error both surveys give it, each by its own design; they are independent.

    Source: Welch (1947), Biometrika 34, for the degrees of freedom.
    """
    freedom = [np.full(len(value), side.freedom) for side in (first, second)]
    se, df = welch(first.error(of_first), freedom[0], second.error(of_second), freedom[1])
    return StandardFigure(value, se, df)


@dataclass(frozen=True, eq=False)
class Standardised:
    """k shares of two surveys, as they are and over one composition.

    first, reference : the raw means. raw : their difference. standard : the first over the composition aimed at (the
    reference's, or that of a margins file). reference_standard : the reference over it. difference : of the two standardised.
    as_ours : the reference over the first's composition. against_ours : the first less that.
    composition, rate : the two parts of the raw difference; explained : the share composition has in it, nan where the
    difference is not told from 0.
    """

    first: StandardFigure
    reference: StandardFigure
    raw: StandardFigure
    standard: StandardFigure
    reference_standard: StandardFigure
    difference: StandardFigure
    as_ours: StandardFigure
    against_ours: StandardFigure
    composition: StandardFigure
    rate: StandardFigure
    explained: StandardFigure


def standardised(first: Composed, reference: Composed, target: FloatArray | None = None) -> Standardised:
    """Direct standardisation by cells, its error through both surveys.

    target : (C,) population shares without error of their own; None takes the reference's, as estimates.
    The first over shares τ is Σ τ p: what calibration of its weights to τ gives, and its error that of the residuals.
    Source: Kitagawa (1955), J. Amer. Statist. Assoc. 50, 1168–1194, for the two parts; Särndal, Swensson & Wretman (1992),
    7.6, for poststratified means. Raises DesignError for a cell somebody is wanted of and nobody is in.
    """
    first.check_held(np.maximum(reference.shares if target is None else target, 0), "A")
    reference.check_held(first.shares if target is None else np.maximum(first.shares, target), "B")
    if target is not None and not np.isclose(target.sum(), 1):
        raise DesignError("benchmark.shares_sum", "--standardize", value=f"{target.sum():.6g}")
    p, q = np.nan_to_num(first.rates), np.nan_to_num(reference.rates)
    none_first, none_second = np.zeros_like(first.y), np.zeros_like(reference.y)
    tau = reference.shares if target is None else target

    def both(value: FloatArray, of_first: FloatArray, of_second: FloatArray) -> StandardFigure:
        return number_of(value, first, of_first, reference, of_second)

    from_target = reference.of_shares(p) if target is None else none_second
    standard, of_standard = tau @ p, first.of_rates(tau)
    own, of_own = (reference.mean, reference.of_mean) if target is None else (tau @ q, reference.of_rates(tau))
    ours, of_ours_first, of_ours_second = first.shares @ q, first.of_shares(q), reference.of_rates(first.shares)
    parts = _kitagawa(first, reference, p, q)
    raw = both(first.mean - reference.mean, first.of_mean, -reference.of_mean)
    composition = both(*parts[0])
    return Standardised(
        first=_single(first, first.mean, first.of_mean),
        reference=_single(reference, reference.mean, reference.of_mean),
        raw=raw,
        standard=both(standard, of_standard, from_target),
        reference_standard=both(own, none_first, of_own),
        difference=both(standard - own, of_standard, from_target - of_own),
        as_ours=both(ours, of_ours_first, of_ours_second),
        against_ours=both(first.mean - ours, first.of_mean - of_ours_first, -of_ours_second),
        composition=composition,
        rate=both(*parts[1]),
        explained=explained_by(first, reference, raw, parts[0]),
    )


def _single(side: Composed, value: FloatArray, parts: FloatArray) -> StandardFigure:
    return StandardFigure(value, side.error(parts), np.full(len(value), side.freedom))


Parts = tuple[FloatArray, FloatArray, FloatArray]  # value (k,), parts of the first (n, k), of the second (m, k)


def _kitagawa(first: Composed, reference: Composed, p: FloatArray, q: FloatArray) -> tuple[Parts, Parts]:
    """Composition Σ (π₁ − π₂)(p + q)/2 and rates Σ (p − q)(π₁ + π₂)/2, which add up to the raw difference."""
    apart, mean_share = (first.shares - reference.shares) / 2, (first.shares + reference.shares) / 2
    middle, gap = (p + q) / 2, p - q
    composition = (
        2 * apart @ middle,
        first.of_shares(middle) + first.of_rates(apart),
        -reference.of_shares(middle) + reference.of_rates(apart),
    )
    rate = (
        mean_share @ gap,
        first.of_shares(gap / 2) + first.of_rates(mean_share),
        reference.of_shares(gap / 2) - reference.of_rates(mean_share),
    )
    return composition, rate


def explained_by(first: Composed, reference: Composed, raw: StandardFigure, part: Parts) -> StandardFigure:
    """The share of a raw difference one of its parts makes up; nan where the difference is not told from 0 at 5%.

    A share of a difference that may be nothing has no limits (Fieller), so none is given.
    """
    value, of_first, of_second = part
    with np.errstate(all="ignore"):
        share = value / raw.value
        made = number_of(
            share,
            first,
            (of_first - share * first.of_mean) / raw.value,
            reference,
            (of_second + share * reference.of_mean) / raw.value,
        )
    told = raw.p_value < 0.05
    return StandardFigure(np.where(told, share, np.nan), np.where(told, made.se, np.nan), made.df)
