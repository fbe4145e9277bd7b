"""Between what limits a share may lie where the answer itself may decide who is in the sample."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.benchmark.reference_adjustment import Adjusted
from kodoku_survey.errors import UsageError


def worst_case(share: FloatArray, observed: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """Limits of k shares where nothing is known of those not observed: all of them, or none, gave the answer.

    observed : the share of the population that was observed; where only it is not (classes without a respondent), the rest.
    Source: Manski (1989), J. Human Resources 24, 343–360, for an answer between 0 and 1.
    """
    return observed * share, observed * share + (1 - observed)


def worst_case_of_domain(share: FloatArray, size: float, observed: float) -> tuple[FloatArray, FloatArray]:
    """The same of a domain `size` of those observed belong to; of the others nobody knows who belongs, nor their answer."""
    there = observed * size
    beside = 1 - observed
    return share * there / (there + beside), (share * there + beside) / (there + beside)


def odds_bounds(share: FloatArray, gamma: float) -> tuple[FloatArray, FloatArray]:
    """Limits of k shares where two people alike in what is adjusted for may differ in their odds of inclusion by a factor Γ.

    A true share p gives p/(1 − p) · ρ among the adjusted, 1/Γ ≤ ρ ≤ Γ. They are the extremes of Σ w v y / Σ w v over
    1 ≤ v ≤ Γ for answers of 0 and 1, at a small sampling fraction. Γ = 1: inclusion is ignorable; Γ → ∞: nothing is known.
    Source: Aronow & Lee (2013), Biometrika 100, 235–240; Rosenbaum (2002), Observational Studies, ch. 4, for Γ; Zhao, Small &
    Bhattacharya (2019), J. Roy. Statist. Soc. B 81, 735–761, of weights. Raises UsageError for a factor below 1.
    """
    if not gamma >= 1:
        raise UsageError("benchmark.gamma_below_one", "--gamma", value=f"{gamma:g}")
    return share / (share + gamma * (1 - share)), gamma * share / (gamma * share + 1 - share)


def bounds_of_numbers(weight: FloatArray, number: FloatArray, gamma: float) -> tuple[float, float]:
    """The extremes of Σ w v y / Σ w v over 1 ≤ v ≤ Γ, for numbers of any kind (n,): the highest (lowest) count Γ times.

    Source: Aronow & Lee (2013), as above: the extremes are at weights that step once along the sorted numbers.
    """
    order = np.argsort(number, kind="stable")
    w, y = weight[order], number[order]
    # Everybody from a place on counts Γ times: cumulated from below.
    below_w, below_y = (np.concatenate([[0.0], np.cumsum(one)]) for one in (w, w * y))
    high = (below_y + gamma * (below_y[-1] - below_y)) / (below_w + gamma * (below_w[-1] - below_w))
    low = (gamma * below_y + below_y[-1] - below_y) / (gamma * below_w + below_w[-1] - below_w)
    return float(low.min()), float(high.max())


def inclusion_odds(found: Adjusted, share: FloatArray, parts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """ρ (k,) = odds of the adjusted share over those of the reference's own, and the standard error of its logarithm.

    It is by how much the odds of inclusion of those who gave the answer differ from others' alike in what is adjusted for, were
    that the whole of the difference. share (k,), parts (m, k) : the reference's own, and its respondents' parts in it.
    """
    with np.errstate(all="ignore"):
        ours, theirs = found.value * (1 - found.value), share * (1 - share)
        odds = found.value / (1 - found.value) * (1 - share) / share
        of_a = np.sqrt(((found.of_a / ours) ** 2).sum(axis=0))
        of_b = found.shared.error_in_b(np.nan_to_num(found.of_b / ours - parts / theirs))
        return odds, np.hypot(of_a, of_b)
