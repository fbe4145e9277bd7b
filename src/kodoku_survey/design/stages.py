"""Stages of selection and the variance of totals under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray, IndexArray, StrArray
from kodoku_survey.errors import DesignError
from kodoku_survey.vocabulary import LonelyPsu

LonelyRule = LonelyPsu | Mapping[Any, LonelyPsu]  # one for all strata, or by stratum; that of None for those not named


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage: units drawn within groups (strata; at later stages, strata within a unit of the stage before).

    unit : (n,) unit of each respondent, 0 … u−1. Units in which nobody answered have no respondent but are counted.
    group : (u,) group of each unit, 0 … g−1.
    fraction : (g,) share of the group's units that was drawn; 0 where drawing was with replacement or is unknown.
    above : (g,) product of the fractions of the stages before.
    names : (g,) of the groups, for messages.
    chance : (u,) inclusion probabilities of units drawn with unequal probabilities without replacement (Brewer).
    root : (r, u) with root'root the weighted covariance of the units' selection, where joint probabilities are known; complex
        where that is not definite.
    """

    unit: IndexArray
    group: IndexArray
    fraction: FloatArray
    above: FloatArray
    names: tuple[str, ...]
    chance: FloatArray | None = None
    root: AnyArray | None = None

    def __post_init__(self) -> None:
        for array in (self.unit, self.group, self.fraction, self.above, self.chance, self.root):
            if array is not None:
                array.setflags(write=False)

    @property
    def units(self) -> int:
        """How many units were drawn, answered or not."""
        return len(self.group)

    @cached_property
    def count(self) -> IndexArray:
        """(g,) units of each group."""
        return np.bincount(self.group, minlength=len(self.fraction))

    @cached_property
    def membership(self) -> sparse.csr_array:
        """(g, u) 0/1: sums over the units of a group are products with it."""
        ones = np.ones(self.units)
        return sparse.csr_array((ones, (self.group, np.arange(self.units))), shape=(len(self.fraction), self.units))

    @cached_property
    def average(self) -> sparse.csr_array:
        """(g, u): means over the units of a group are products with it."""
        return (self.membership.T / self.count).T.tocsr()

    @cached_property
    def inflation(self) -> FloatArray:
        """(u, 1) √(above·n/(n − 1)·(1 − f)): what a unit's deviation from its group's mean counts for; 0 alone in a group."""
        scale = self.above * np.where(self.count > 1, self.count / np.maximum(self.count - 1, 1), 0.0)
        return np.sqrt(scale[self.group] * self.left)[:, None]

    @property
    def left(self) -> FloatArray:
        """(u,) 1 − f: what the finite population leaves of each unit's variance."""
        return 1 - (self.fraction[self.group] if self.chance is None else self.chance)

    @cached_property
    def lonely(self) -> BoolArray:
        """(g,) groups with a single unit that was not drawn for certain."""
        certain = np.zeros(len(self.fraction), dtype=bool)
        certain[self.group[self.left < 1e-7]] = True
        return (self.count == 1) & ~certain


def rules_of(stage: Stage, rule: LonelyRule) -> StrArray:
    """(g,) the rule of each group for a single unit: of a stratum not named, and of later stages, the rule of None, or "fail"."""
    if isinstance(rule, str):
        return np.full(len(stage.fraction), rule)
    named = {str(name): own for name, own in rule.items() if name is not None}
    return np.array([named.get(name, rule.get(None, "fail")) for name in stage.names])


def stopped_by(stage: Stage, rule: LonelyRule, *, centre: bool = True) -> IndexArray:
    """Groups of a single unit whose rule is to fail, or has nothing to compare the unit with; `centre`: it can be centred."""
    rules = rules_of(stage, rule)
    stops = (rules == "fail") | ((rules == "centre") & (not centre or stage.units == 1))
    if stage.lonely.all():
        stops |= rules == "average"
    return np.flatnonzero(stage.lonely & stops)


def raised_by(stage: Stage, rule: LonelyRule) -> float:
    """What the variance of the other strata is multiplied by: they stand for the lonely ones whose rule is "average" too."""
    averaged = int((stage.lonely & (rules_of(stage, rule) == "average")).sum())
    return 1 + averaged / float((~stage.lonely).sum()) if averaged else 1.0


def factor(totals: Sequence[FloatArray], stages: Sequence[Stage], lonely_psu: LonelyRule) -> FloatArray:
    """The centred factor F (R, k) of k estimated totals, whose covariance is F'F.

    totals : for each stage the weighted totals by unit, (u, k). Rows of F are the units of all stages, one stage under
    another; the stage's term is Σ_g above·n_g/(n_g − 1)·Σ (1 − f)(t − t̄_g)², or t'Δt where joint probabilities are known.

    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, 4.3; with replacement at the first stage
    (fraction 0) later stages add nothing, their share being in the first stage's term already. Unequal probabilities:
    Brewer (1975), Austral. J. Statist. 17; Berger (2004), Austral. N. Z. J. Statist. 46.
    """
    parts = [centred(t, stage, lonely_psu) for t, stage in zip(totals, stages, strict=True)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def centred(totals: FloatArray, stage: Stage, lonely_psu: LonelyRule) -> FloatArray:
    """One stage's rows of F: totals (u, k) about their group's mean, scaled. Raises DesignError."""
    if stage.root is not None:
        return stage.root @ totals
    lonely, scale = stage.lonely, stage.inflation
    deviation = totals - (stage.average @ totals).take(stage.group, axis=0)
    if lonely.any():
        stopped = stopped_by(stage, lonely_psu)
        if len(stopped):
            named = ", ".join(stage.names[g] for g in stopped[:10])
            raise DesignError("design.lonely_psu", count=len(stopped), named=named)
        scale = scale * np.sqrt(raised_by(stage, lonely_psu))
        alone = (lonely & (rules_of(stage, lonely_psu) == "centre"))[stage.group]
        if alone.any():
            deviation[alone] = totals[alone] - totals.mean(axis=0)
            scale = np.where(alone, np.sqrt(stage.above[stage.group] * stage.left), scale[:, 0])[:, None]
    deviation *= scale
    return deviation


def standard_errors(factor: AnyArray) -> FloatArray:
    """(k,) roots of the diagonal of F'F, for F (R, *k). Raises DesignError where a variance is negative.

    Horvitz–Thompson's estimate of a variance can be: F then is complex, its imaginary rows what is taken off.
    """
    variance = np.einsum("r...,r...->...", factor, factor)
    if np.iscomplexobj(factor):
        variance, size = variance.real, (np.abs(factor) ** 2).sum(axis=0)
        if (variance < -1e-9 * size).any():
            raise DesignError("design.negative_variance", count=int((variance < -1e-9 * size).sum()))
        variance = np.maximum(variance, 0.0)
    return np.asarray(np.sqrt(variance), dtype=np.float64)


def covariance_of(factor: AnyArray) -> FloatArray:
    """(k, k) F'F of a factor F (R, k)."""
    return np.asarray((factor.T @ factor).real)


def degrees_of_freedom(stage: Stage, present: BoolArray) -> FloatArray:
    """Units minus groups of the first stage that have a respondent in each of k domains. present : (u, k)."""
    there = present.astype(float)
    groups = (stage.membership @ there > 0).astype(float)
    return np.ones(stage.units) @ there - np.ones(len(groups)) @ groups
