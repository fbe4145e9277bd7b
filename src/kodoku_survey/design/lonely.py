"""What a stratum of a single PSU adds to replicate weights, by the rule the sample has for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.stages import Stage
from kodoku_survey.errors import DesignError
from kodoku_survey.vocabulary import LonelyPsu

Resampled = tuple[FloatArray, float, FloatArray]  # multiplier (u, R), scale, rscales (R,)


def check_lonely(stages: Sequence[Stage], rule: LonelyPsu) -> None:
    """Raises DesignError where the rule is to fail, or has nothing to compare a lonely PSU with."""
    for number, stage in enumerate(stages):
        lonely = stage.lonely
        nothing = (rule == "average" and lonely.all()) or (rule == "centre" and (stage.units == 1 or number > 0))
        if lonely.any() and (rule == "fail" or nothing):
            named = ", ".join(stage.names[g] for g in np.flatnonzero(lonely)[:10])
            raise DesignError("design.lonely_psu", count=int(lonely.sum()), named=named)


def raised_by(stage: Stage, rule: LonelyPsu) -> float:
    """What the variance of the other strata is multiplied by: under "average" they stand for the lonely ones too."""
    lonely = stage.lonely
    return len(lonely) / float((~lonely).sum()) if rule == "average" and lonely.any() else 1.0


def left_out(made: Resampled, stage: Stage, rule: LonelyPsu) -> Resampled:
    """A jackknife whose lonely PSUs follow the rule.

    Kept throughout under "certainty", "remove" and "average"; under "centre" each is set against the mean of all PSU totals:
    its replicate weighs it 1/u and every other 1 + 1/u, so that the total is off by exactly t̄ − t.
    """
    multiplier, scale, rscales = made
    alone = np.flatnonzero(stage.count[stage.group] == 1)
    multiplier, rscales = multiplier.copy(), rscales * raised_by(stage, rule)
    multiplier[:, alone], rscales[alone] = 1.0, 0.0
    if rule == "centre":
        centred = np.flatnonzero(stage.lonely[stage.group])
        multiplier[:, centred] = 1 + 1 / stage.units
        multiplier[centred, centred] = 1 / stage.units
        rscales[centred] = stage.left[centred]
    return multiplier, scale, rscales


def drawn(made: Resampled, stage: Stage, rule: LonelyPsu, rng: np.random.Generator) -> Resampled:
    """A bootstrap whose lonely PSUs follow the rule: under "centre" each goes up or down against all others by a coin.

    Source: the wild bootstrap with signs of Davidson & Flachaire (2008), J. Econometrics 146, on t − t̄.
    """
    multiplier, scale, rscales = made
    if rule == "centre":
        multiplier = multiplier.copy()
        count = multiplier.shape[1]
        for unit in np.flatnonzero(stage.lonely[stage.group]):
            step = rng.choice([-1.0, 1.0], count) * np.sqrt(stage.left[unit] / (scale * rscales * (count - 1)))
            own = multiplier[unit] * (1 + step * (1 - 1 / stage.units))
            multiplier *= 1 - step / stage.units
            multiplier[unit] = own
    return multiplier, scale * raised_by(stage, rule), rscales
