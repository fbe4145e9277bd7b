"""Direct standardisation and the decomposition of a difference: what is composition, and what is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.composed import Composed
from kodoku_survey.benchmark.composed_rates import ComposedRates
from kodoku_survey.crosstabs.two_samples import welch
from kodoku_survey.design.distributions import t_quantile, two_sided
from kodoku_survey.errors import DesignError

ComposedSide = Composed | ComposedRates
Parts = tuple[FloatArray, FloatArray, FloatArray]  # value (k,), parts of the first (n, k), of the second (m, k)


@dataclass(frozen=True, eq=False)
class StandardFigure:
    """k numbers made of one survey or both, with their error and degrees of freedom (k,).

    ends : limits (k,) at 95% where they are others than ± t standard errors (of a median).
    """

    value: FloatArray
    se: FloatArray
    df: FloatArray
    ends: tuple[FloatArray, FloatArray] | None = None

    def interval(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Limits (k,), by t."""
        if self.ends is not None and level == 0.95:
            return self.ends
        reach = t_quantile((1 + level) / 2, self.df) * self.se
        return self.value - reach, self.value + reach

    @property
    def p_value(self) -> FloatArray:
        """(k,) two-sided, of the hypothesis that the number is 0."""
        with np.errstate(all="ignore"):
            return two_sided(self.value / self.se, self.df)


def number_of(
    value: FloatArray, first: ComposedSide, of_first: FloatArray, second: ComposedSide, of_second: FloatArray
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


@dataclass(frozen=True, eq=False)
class Shifted:
    """k means of one survey over a composition that is not its own, and each respondent's part in them, of both surveys.

    weight : (n,) what its respondents then count for; None of published figures.
    """

    value: FloatArray
    of_first: FloatArray
    of_second: FloatArray
    weight: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Pieces:
    """The first over the composition aimed at, the reference over it, and the reference over the first's own."""

    standard: Shifted
    own: Shifted
    ours: Shifted


def standardised(first: ComposedSide, reference: ComposedSide, target: FloatArray | None = None) -> Standardised:
    """Direct standardisation by cells, its error through both surveys.

    target : (C,) population shares without error of their own; None takes the reference's, as estimates.
    The first over shares τ is Σ τ p: what calibration of its weights to τ gives, and its error that of the residuals.
    Source: Kitagawa (1955), J. Amer. Statist. Assoc. 50, 1168–1194, for the two parts; Särndal, Swensson & Wretman (1992),
    7.6, for poststratified means. Raises DesignError for a cell somebody is wanted of and nobody is in.
    """
    pieces = direct_pieces(first, reference, target)
    parts = _kitagawa(first, reference, np.nan_to_num(first.rates), np.nan_to_num(reference.rates))
    return assembled(first, reference, pieces, *parts)


def direct_pieces(first: ComposedSide, reference: ComposedSide, target: FloatArray | None = None) -> Pieces:
    """The means over each other's shares of cells. Raises DesignError, as `standardised`."""
    first.check_held(np.maximum(reference.shares if target is None else target, 0), "A")
    reference.check_held(first.shares if target is None else np.maximum(first.shares, target), "B")
    if target is not None and not np.isclose(target.sum(), 1):
        raise DesignError("benchmark.shares_sum", "--standardize", value=f"{target.sum():.6g}")
    p, q = np.nan_to_num(first.rates), np.nan_to_num(reference.rates)
    tau = reference.shares if target is None else target
    from_target = reference.of_shares(p) if target is None else reference.nothing
    return Pieces(
        Shifted(tau @ p, first.of_rates(tau), from_target, first.over(tau)),
        Shifted(reference.mean, first.nothing, reference.of_mean, reference.over(reference.shares))
        if target is None
        else Shifted(tau @ q, first.nothing, reference.of_rates(tau), reference.over(tau)),
        Shifted(first.shares @ q, first.of_shares(q), reference.of_rates(first.shares), reference.over(first.shares)),
    )


def assembled(
    first: ComposedSide, reference: ComposedSide, pieces: Pieces, composition: Parts, rate: Parts
) -> Standardised:
    """Every number of a comparison from its pieces and the two parts of the raw difference."""

    def both(value: FloatArray, of_first: FloatArray, of_second: FloatArray) -> StandardFigure:
        return number_of(value, first, of_first, reference, of_second)

    def single(side: ComposedSide) -> StandardFigure:
        return StandardFigure(side.mean, side.error(side.of_mean), np.full(len(side.mean), side.freedom))

    standard, own, ours = pieces.standard, pieces.own, pieces.ours
    raw = both(first.mean - reference.mean, first.of_mean, -reference.of_mean)
    return Standardised(
        first=single(first),
        reference=single(reference),
        raw=raw,
        standard=both(standard.value, standard.of_first, standard.of_second),
        reference_standard=both(own.value, own.of_first, own.of_second),
        difference=both(
            standard.value - own.value, standard.of_first - own.of_first, standard.of_second - own.of_second
        ),
        as_ours=both(ours.value, ours.of_first, ours.of_second),
        against_ours=both(first.mean - ours.value, first.of_mean - ours.of_first, -ours.of_second),
        composition=both(*composition),
        rate=both(*rate),
        explained=explained_by(first, reference, raw, composition),
    )


def _kitagawa(first: ComposedSide, reference: ComposedSide, p: FloatArray, q: FloatArray) -> tuple[Parts, Parts]:
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


def explained_by(first: ComposedSide, reference: ComposedSide, raw: StandardFigure, part: Parts) -> StandardFigure:
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
