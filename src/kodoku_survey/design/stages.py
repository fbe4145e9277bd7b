"""Stages of selection and the variance of totals under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kodoku_survey.design.auxiliary import FloatArray, IntArray
from kodoku_survey.errors import DesignError

LonelyPsu = Literal["fail", "centre", "average", "certainty", "remove"]


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage: units drawn within groups (strata; at later stages, strata within a unit of the stage before).

    unit : (n,) unit of each respondent, 0 … u−1. Units in which nobody answered have no respondent but are counted.
    group : (u,) group of each unit, 0 … g−1.
    fraction : (g,) share of the group's units that was drawn; 0 where drawing was with replacement or is unknown.
    above : (g,) product of the fractions of the stages before.
    names : (g,) of the groups, for messages.
    """

    unit: IntArray
    group: IntArray
    fraction: FloatArray
    above: FloatArray
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for array in (self.unit, self.group, self.fraction, self.above):
            array.setflags(write=False)

    @property
    def units(self) -> int:
        return len(self.group)


def factor(totals: Sequence[FloatArray], stages: Sequence[Stage], lonely_psu: LonelyPsu) -> FloatArray:
    """The centred factor F (R, k) of k estimated totals, whose covariance is F'F.

    totals : for each stage the weighted totals by unit, (u, k). Rows of F are the units of all stages, one stage under
    another; the stage's term is Σ_g above·(1 − f_g)·n_g/(n_g − 1)·Σ (t − t̄_g)².

    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, §4.3; with replacement at the first stage
    (fraction 0) later stages add nothing, their share being in the first stage's term already.
    """
    return np.concatenate(
        [_centred(t, stage, lonely_psu) for t, stage in zip(totals, stages, strict=True) if stage.above.any()]
    )


def _centred(totals: FloatArray, stage: Stage, lonely_psu: LonelyPsu) -> FloatArray:
    count = np.bincount(stage.group, minlength=len(stage.fraction))
    lonely = (count == 1) & (stage.fraction < 1)
    if lonely.any() and lonely_psu == "fail":
        named = ", ".join(stage.names[g] for g in np.flatnonzero(lonely)[:10])
        raise DesignError("design.lonely_psu", count=int(lonely.sum()), named=named)
    sums = _by_group(totals, stage.group, len(count))
    mean = (sums / np.maximum(count, 1)[:, None])[stage.group]
    scale = stage.above * (1 - stage.fraction) * np.where(count > 1, count / np.maximum(count - 1, 1), 0.0)
    if lonely_psu == "average" and lonely.any() and not lonely.all():
        scale = scale * len(count) / (~lonely).sum()
    if lonely_psu == "centre" and lonely.any():
        alone = lonely[stage.group]
        mean[alone] = totals.mean(axis=0)
        scale[lonely] = (stage.above * (1 - stage.fraction))[lonely]
    return (totals - mean) * np.sqrt(scale)[stage.group][:, None]


def _by_group(totals: FloatArray, group: IntArray, groups: int) -> FloatArray:
    """Sums (g, k) of rows by group; one pass, the groups being runs once sorted."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(groups))
    if len(totals) == 0 or (np.diff(np.append(starts, len(group))) == 0).any():
        sums = np.zeros((groups, totals.shape[1]))
        np.add.at(sums, group, totals)
        return sums
    return np.add.reduceat(totals[order], starts, axis=0)


def degrees_of_freedom(stage: Stage, present: IntArray | None = None) -> int:
    """Units minus groups of the first stage; with `present` (unit numbers), those of a domain only."""
    if present is None:
        return stage.units - len(np.unique(stage.group))
    units = np.unique(present)
    return len(units) - len(np.unique(stage.group[units]))
