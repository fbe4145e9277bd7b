"""Medians of two surveys as they are and over one composition, with the error both surveys give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.composed import Composed
from kodoku_survey.benchmark.standardisation import Pieces, Shifted, StandardFigure, Standardised, number_of
from kodoku_survey.design.distributions import t_quantile
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.quantile_rules import QUANTILE_RULES, OrderedWeights

Shifting = Callable[[Composed, Composed], Shifted]  # of two sides: one of them over some composition
Pieced = Callable[[Composed, Composed], Pieces]  # the means over each other's composition, by cells or by margins
INVERSE = QUANTILE_RULES["math"]


@dataclass(frozen=True, eq=False)
class _Middle:
    """A median, and each respondent's part in it: its share below, carried to the number by the width of its limits."""

    value: float
    figure: StandardFigure
    of_first: FloatArray
    of_second: FloatArray


def standardised_medians(first: Composed, reference: Composed, pieced: Pieced) -> Standardised:
    """Medians of y (n, 1) as they are and over one composition. They have no two parts that add up: those are nan.

    A standardised median is that of the standardised distribution; its limits are those of the share below it, carried back
    to the number, and two medians covary as these shares do. The rule is that of `quantiles`: the inverse of the
    distribution. Source: Woodruff (1952), J. Amer. Statist. Assoc. 47, for the limits; DiNardo, Fortin & Lemieux (1996),
    Econometrica 64, for the distribution over another composition.
    Raises DesignError for negative weights, and as the standardisation does.
    """
    for side in (first, reference):
        if (below := int((side.sample.weight[side.inside] < 0).sum())) > 0:
            raise DesignError("estimation.negative_weights", count=below)

    def middle(made: Shifting, side: Composed) -> _Middle:
        return _middle(made, side, first, reference)

    ours, theirs = middle(_first_alone, first), middle(_second_alone, reference)
    standard = middle(lambda one, other: pieced(one, other).standard, first)
    own = middle(lambda one, other: pieced(one, other).own, reference)
    as_ours = middle(lambda one, other: pieced(one, other).ours, reference)

    def apart(one: _Middle, other: _Middle) -> StandardFigure:
        parts = one.of_first - other.of_first, one.of_second - other.of_second
        return number_of(np.array([one.value - other.value]), first, parts[0], reference, parts[1])

    unknown = np.full(1, np.nan)
    nothing = StandardFigure(unknown, unknown, unknown)
    return Standardised(
        first=ours.figure,
        reference=theirs.figure,
        raw=apart(ours, theirs),
        standard=standard.figure,
        reference_standard=own.figure,
        difference=apart(standard, own),
        as_ours=as_ours.figure,
        against_ours=apart(ours, as_ours),
        composition=nothing,
        rate=nothing,
        explained=nothing,
    )


def _middle(made: Shifting, side: Composed, first: Composed, reference: Composed) -> _Middle:
    """The median of what is made of one side."""
    weight = made(first, reference).weight
    assert weight is not None
    ordered = OrderedWeights.of(side.y[:, 0], weight)
    value = INVERSE(ordered, 0.5)
    below = made(_below(first, value), _below(reference, value))
    share = number_of(below.value, first, below.of_first, reference, below.of_second)
    reach = t_quantile(0.975, share.df) * share.se
    shares = float((below.value - reach)[0]), float((below.value + reach)[0])
    ends = [INVERSE(ordered, p) if 0 <= p <= 1 else np.nan for p in shares]
    low, high = (np.array([end]) for end in ends)
    se = (high - low) / (2 * t_quantile(0.975, share.df))
    with np.errstate(all="ignore"):
        scale = np.where(share.se > 0, se / share.se, np.nan)
    figure = StandardFigure(np.array([value]), se, share.df, (low, high))
    return _Middle(value, figure, scale * below.of_first, scale * below.of_second)


def _first_alone(first: Composed, reference: Composed) -> Shifted:
    return Shifted(first.mean, first.of_mean, reference.nothing, first.sample.weight * first.inside)


def _second_alone(first: Composed, reference: Composed) -> Shifted:
    return Shifted(reference.mean, first.nothing, reference.of_mean, reference.sample.weight * reference.inside)


def _below(side: Composed, at: float) -> Composed:
    """The side asked who is at or below a number."""
    return replace(side, y=(side.y <= at).astype(float))
