"""Replicate weights made from a design: jackknife, balanced half-samples, bootstrap, successive differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from kodoku_survey.design.hadamard import hadamard
from kodoku_survey.design.lonely import Resampled, centred_units, check_lonely, drawn, left_out, tossed
from kodoku_survey.design.replicate_weights import Replicates
from kodoku_survey.design.sample import Sample
from kodoku_survey.design.stages import LonelyRule, Stage, raised_by
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.vocabulary import ReplicateMethod

DRAWN_TOGETHER = 1 << 16  # draws of a bootstrap made at once, about: they stay in the cache


def replicates(
    sample: Sample,
    *,
    method: ReplicateMethod = "jkn",
    count: int = 500,
    fay: float = 0.3,
    seed: int = 1,
    mse: bool = False,
    scale: float | None = None,
    degrees_of_freedom: float | None = None,
) -> Sample:
    """The sample with replicate weights, on which every estimator then works.

    method : jk1 (no strata), jkn (strata), brr and fay (two PSUs a stratum; fay with factor `fay`), bootstrap (Rao–Wu, n − 1
        PSUs of each stratum with replacement), bootstrap_with_replacement (Canty–Davison), bootstrap_multistage (Preston,
        fpc at every stage), sdr (systematic samples, PSUs in the order of the list). count, seed : of the random ones.
    scale, degrees_of_freedom : of the variance, in the place of the method's own; domains have at most these.

    A calibrated sample has each replicate calibrated again from the weights that entered the calibration; a sample that
    knows its chain of weights has the whole chain done again, from the base weights of everyone selected. Strata of a single
    PSU follow the sample's lonely_psu (jkn and the bootstraps; of later stages all rules but "centre").
    Raises DesignError. Source: at each method below.

    >>> ks.replicates(own, method="jkn")
    <Sample: n=48, basis design, 2 strata, 12 PSUs, 12 replicates (jkn), weights sum to 573, steps: none>
    """
    expected(sample, Sample)
    known = (*_MAKERS, "bootstrap_multistage")
    if method not in known:
        raise DesignError("design.unknown_replicates", value=method, hint=DidYouMean(method, known))
    if count < 2:  # one replicate has no spread
        raise DesignError("design.bad_count", "count", value=count)
    if sample.replicates is not None:
        raise DesignError("design.has_replicates", value=sample.replicates.method)
    chain = sample.chain
    stage = sample.stages[0] if chain is None else chain.stage
    stages = sample.stages if chain is None and method == "bootstrap_multistage" else (stage,)
    unit, rule = stages[-1].unit, sample.lonely_psu
    if method == "jkn" or "bootstrap" in method:
        check_lonely(stages, rule)
    _check_positive(scale=scale, degrees_of_freedom=degrees_of_freedom)
    multiplier, usual, rscales = _made(method, stages, rule, count, fay, np.random.default_rng(seed))
    free = stage.units - len(np.unique(stage.group))
    if "bootstrap" in method:
        free = min(free, multiplier.shape[1] - 1)
    base = sample.weight if sample.calibration is None else sample.calibration.base
    if chain is not None:
        multiplier, unit, base = chain.replayed(multiplier), np.arange(len(sample)), np.ones(len(sample))
    made = Replicates(
        multiplier=multiplier,
        unit=unit,
        base=base,
        scale=usual if scale is None else float(scale),
        rscales=rscales,
        method=method,
        degrees_of_freedom=float(degrees_of_freedom or free),
        # A lonely PSU's replicate is off to one side: about the mean of the replicates it would count for less.
        mse=mse or method == "sdr" or (method == "jkn" and len(centred_units(stage, rule)) > 0),
    )
    if sample.calibration is not None and chain is None:
        calibration = sample.calibration
        totals = calibration.auxiliary.total(calibration.weight)
        made = made.recalibrated(
            calibration.auxiliary, totals, distance=calibration.distance, bounds=calibration.bounds
        )
    return replace(sample, replicates=made)


def _check_positive(**options: float | None) -> None:
    for option, value in options.items():
        if value is not None and not (np.isfinite(value) and value > 0):
            raise DesignError("design.bad_option", option=option, value=value)


def _made(
    method: str, stages: tuple[Stage, ...], rule: LonelyRule, count: int, fay: float, rng: np.random.Generator
) -> Resampled:
    if method == "bootstrap_multistage":
        made = _multistage(stages, rule, count, rng)
        # Every unit of the last stage moves as its PSU does.
        parents = np.arange(stages[-1].units)
        for stage in reversed(stages[1:]):
            parents = stage.group[parents]
        alone = tossed((np.ones((stages[0].units, count)), *made[1:]), stages[0], rule, rng)
        return made[0] * alone[parents], *made[1:]
    made = _MAKERS[method](stages[0], count, fay, rng)
    if method == "jkn":
        return left_out(made, stages[0], rule)
    return drawn(made, stages[0], rule, rng) if "bootstrap" in method else made


def _jk1(stage: Stage, _count: int, _fay: float, _rng: np.random.Generator) -> Resampled:
    """Each PSU left out once, the others raised. Source: Wolter (2007) 4.2."""
    if len(stage.fraction) > 1:
        raise DesignError("design.strata_for_jk1", count=len(stage.fraction))
    if stage.units < 2:
        raise DesignError("design.one_psu")
    n = stage.units
    multiplier = np.full((n, n), n / (n - 1))
    np.fill_diagonal(multiplier, 0.0)
    return multiplier, float((1 - stage.fraction[0]) * (n - 1) / n), np.ones(n)


def _jkn(stage: Stage, _count: int, _fay: float, _rng: np.random.Generator) -> Resampled:
    """Each PSU left out once, the others of its stratum raised. Source: Wolter (2007) 4.5."""
    n = stage.count[stage.group].astype(float)
    same = stage.group[:, None] == stage.group
    multiplier = np.where(same, (n / np.maximum(n - 1, 1))[:, None], 1.0)
    np.fill_diagonal(multiplier, 0.0)
    rscales = (1 - stage.fraction[stage.group]) * (n - 1) / n
    return multiplier, 1.0, rscales


def _brr(stage: Stage, _count: int, _fay: float, _rng: np.random.Generator) -> Resampled:
    return _half_samples(stage, 0.0)


def _fay(stage: Stage, _count: int, fay: float, _rng: np.random.Generator) -> Resampled:
    if not 0 <= fay < 1:
        raise DesignError("design.bad_option", option="fay", value=fay)
    return _half_samples(stage, fay)


def _half_samples(stage: Stage, fay: float) -> Resampled:
    """Balanced half-samples, the left-out half keeping the share `fay`. Source: McCarthy (1969); Judkins (1990)."""
    if (stage.count != 2).any():
        wrong = np.flatnonzero(stage.count != 2)
        raise DesignError("design.pairs_for_brr", count=len(wrong), named=", ".join(stage.names[g] for g in wrong[:10]))
    strata = len(stage.count)
    signs = hadamard(strata + 1)[1 : strata + 1]
    side = np.full(stage.units, -1.0)
    side[np.unique(stage.group, return_index=True)[1]] = 1.0  # the first PSU of each stratum
    chosen = side[:, None] * signs[stage.group] > 0
    count = signs.shape[1]
    return np.where(chosen, 2 - fay, fay), 1 / (count * (1 - fay) ** 2), np.ones(count)


def _rao_wu(stage: Stage, count: int, _fay: float, rng: np.random.Generator) -> Resampled:
    """n − 1 of the n PSUs of each stratum with replacement. Source: Rao, Wu & Yue (1992), Survey Methodology 18."""
    n, order = stage.count, np.argsort(stage.group, kind="stable")
    first, replicate = np.cumsum(n) - n, np.arange(count, dtype=np.int64)
    multiplier = np.ones((stage.units, count))  # a PSU taken for certain stays
    for strata in np.array_split(np.arange(len(n)), min(len(n), 1 + stage.units * count // DRAWN_TOGETHER)):
        of = np.repeat(strata, n[strata] - 1)[:, None]  # the stratum of each draw
        drawn = (rng.random((len(of), count)) * n[of]).astype(np.int64) + (first[of] - first[strata[0]])
        drawn *= count
        drawn += replicate
        held = np.repeat(strata, n[strata])
        times = np.bincount(drawn.ravel(), minlength=len(held) * count).reshape(len(held), count)
        scale = n[held] / np.maximum(n[held] - 1, 1)
        several = n[held] > 1
        multiplier[order[first[strata[0]] + np.flatnonzero(several)]] = times[several] * scale[several, None]
    return multiplier, 1 / (count - 1), np.ones(count)


def _canty_davison(stage: Stage, count: int, _fay: float, rng: np.random.Generator) -> Resampled:
    """n of the n PSUs of each stratum from a population of copies of them; from an infinite one without an fpc.

    One scale for all strata, by the harmonic mean of their sizes. Source: Canty & Davison (1999), The Statistician 48.
    """
    multiplier = np.ones((stage.units, count))
    for g, n in enumerate(stage.count):
        of = np.flatnonzero(stage.group == g)
        if n == 1:  # taken for certain, or as the rule for a lonely PSU has it
            continue
        if stage.fraction[g] > 0:
            copies = rng.permutation(np.resize(rng.permutation(n), round(n / stage.fraction[g])))
            drawn = [np.bincount(rng.choice(copies, n, replace=False), minlength=n) for _ in range(count)]
            multiplier[of] = np.stack(drawn, axis=1)
        else:
            multiplier[of] = rng.multinomial(n, np.full(n, 1 / n), count).T
    several = stage.count[stage.count > 1]
    if not len(several):
        return multiplier, 1 / (count - 1), np.ones(count)
    harmonic = 1 / np.mean(1 / several)
    return multiplier, float(harmonic / ((harmonic - 1) * (count - 1))), np.ones(count)


def _multistage(stages: tuple[Stage, ...], rule: LonelyRule, count: int, rng: np.random.Generator) -> Resampled:
    """Half of the units of every stage, rescaled, with the fpc of every stage, (units of the last stage, R).

    Source: Preston (2009), Survey Methodology 35(2), eq. 4.
    """
    last = stages[-1]
    multiplier = np.ones((last.units, count))
    parents = [np.arange(last.units)]
    for stage in reversed(stages[1:]):
        parents.insert(0, stage.group[parents[0]])
    inside = np.ones((last.units, count))  # √(n/n*) of the stages above, 0 where a unit above was not kept
    for stage, of in zip(stages, parents, strict=True):
        kept = np.zeros((stage.units, count))
        for g, n in enumerate(stage.count):
            members = np.flatnonzero(stage.group == g)
            if n == 1:  # nothing to draw from: it stays, and what is drawn within it still varies
                kept[members] = 1.0
                continue
            for r in range(count):
                kept[rng.permutation(members)[: n // 2], r] = 1.0
        n = stage.count[stage.group].astype(float)
        half = np.where(n > 1, np.floor(n / 2), 1.0)
        left = stage.above[stage.group] * stage.left * raised_by(stage, rule)
        scale = np.where(n > 1, np.sqrt(half * left / np.maximum(n - half, 1)), 0.0)
        multiplier += inside * (scale[:, None] * ((n / half)[:, None] * kept - 1))[of]
        inside = inside * (np.sqrt(n / half)[:, None] * kept)[of]
    return multiplier, 1.0, np.full(count, 1 / (count - 1))


def _sdr(stage: Stage, count: int, _fay: float, _rng: np.random.Generator) -> Resampled:
    """Successive differences: each PSU against its neighbour in the list. Source: Fay & Train (1995), Ash (2014)."""
    matrix = hadamard(max(count, stage.units + 2))
    size = len(matrix)
    first = 1 + np.arange(stage.units) % (size - 1)
    second = 1 + (np.arange(stage.units) + 1) % (size - 1)
    multiplier = 1 + 2**-1.5 * (matrix[first] - matrix[second])
    return multiplier, 4 / size, np.full(size, 1 - stage.fraction.mean())


_MAKERS: dict[str, Callable[[Stage, int, float, np.random.Generator], Resampled]] = {
    "jk1": _jk1,
    "jkn": _jkn,
    "brr": _brr,
    "fay": _fay,
    "bootstrap": _rao_wu,
    "bootstrap_with_replacement": _canty_davison,
    "sdr": _sdr,
}
