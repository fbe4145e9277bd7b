"""What a stratum of a single PSU adds to replicate weights, by the rule the sample has for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design.stages import LonelyRule, Stage, raised_by, rules_of, stopped_by
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.vocabulary import LONELY_PSU

Resampled = tuple[FloatArray, float, FloatArray]  # multiplier (u, R), scale, rscales (R,)


def check_lonely_rule(rule: LonelyRule, first: Stage) -> None:
    """Raises DesignError for a rule, or a stratum it is for, that nobody knows."""
    for stratum, own in ({None: rule} if isinstance(rule, str) or rule is None else dict(rule)).items():
        if own not in LONELY_PSU:
            raise DesignError(
                "design.unknown_lonely_psu", "lonely_psu", value=own, hint=DidYouMean(str(own), LONELY_PSU)
            )
        if stratum is not None and str(stratum) not in first.names:
            hint = DidYouMean(str(stratum), first.names)
            raise DesignError("design.no_stratum", "lonely_psu", value=stratum, hint=hint)


def check_lonely(stages: Sequence[Stage], rule: LonelyRule) -> None:
    """Raises DesignError where the rule is to fail, or has nothing to compare a lonely PSU with."""
    for number, stage in enumerate(stages):
        stopped = stopped_by(stage, rule, centre=number == 0)
        if len(stopped):
            named = ", ".join(stage.names[g] for g in stopped[:10])
            raise DesignError("design.lonely_psu", count=len(stopped), named=named)


def centred_units(stage: Stage, rule: LonelyRule) -> IndexArray:
    """The single units of strata whose rule is "centre"."""
    return np.flatnonzero((stage.lonely & (rules_of(stage, rule) == "centre"))[stage.group])


def left_out(made: Resampled, stage: Stage, rule: LonelyRule) -> Resampled:
    """A jackknife whose lonely PSUs follow the rule.

    Kept throughout under "certainty", "remove" and "average"; under "centre" each is set against the mean of all PSU totals:
    its replicate weighs it 1/u and every other 1 + 1/u, so that the total is off by exactly t̄ − t.
    """
    multiplier, scale, rscales = made
    alone = np.flatnonzero(stage.count[stage.group] == 1)
    multiplier, rscales = multiplier.copy(), rscales * raised_by(stage, rule)
    multiplier[:, alone], rscales[alone] = 1.0, 0.0
    centred = centred_units(stage, rule)
    multiplier[:, centred] = 1 + 1 / stage.units
    multiplier[centred, centred] = 1 / stage.units
    rscales[centred] = stage.left[centred]
    return multiplier, scale, rscales


def drawn(made: Resampled, stage: Stage, rule: LonelyRule, rng: np.random.Generator) -> Resampled:
    """A bootstrap whose lonely PSUs follow the rule."""
    multiplier, scale, rscales = made[0], made[1] * raised_by(stage, rule), made[2]
    return tossed((multiplier, scale, rscales), stage, rule, rng), scale, rscales


def tossed(made: Resampled, stage: Stage, rule: LonelyRule, rng: np.random.Generator) -> FloatArray:
    """The multiplier (u, R) with every PSU that is to be centred going up or down against all others by a coin.

    Source: the wild bootstrap with signs of Davidson & Flachaire (2008), J. Econometrics 146, on t − t̄.
    """
    multiplier, (scale, rscales) = made[0].copy(), made[1:]
    count = multiplier.shape[1]
    for unit in centred_units(stage, rule):
        step = rng.choice([-1.0, 1.0], count) * np.sqrt(stage.left[unit] / (scale * rscales * (count - 1)))
        own = multiplier[unit] * (1 + step * (1 - 1 / stage.units))
        multiplier *= 1 - step / stage.units
        multiplier[unit] = own
    return multiplier
