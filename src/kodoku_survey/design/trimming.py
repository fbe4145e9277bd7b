"""Trimming: weights brought within limits, what is cut off given to the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.stages import LonelyRule, Stage, centred
from kodoku_survey.errors import DesignError

Redistribute = Literal["proportional", "equal"]
Limit = float | FloatArray


def trimmed(
    weight: FloatArray,
    most: Limit,
    least: Limit = 0.0,
    *,
    redistribute: Redistribute = "proportional",
    rounds: int | None = None,
) -> FloatArray:
    """Weights (n,) within [least, most], the excess spread over the weights not cut: the sum is kept.

    most, least : one limit, or one a person (individual bounds). redistribute : in proportion to the weights, or the same
    amount for everyone (R survey's trimWeights). rounds : passes; default until nobody is outside. Weights of 0 stay 0.

    Raises DesignError where the limits leave no room for the sum.
    """
    high = np.broadcast_to(np.asarray(most, dtype=float), weight.shape)
    low = np.where(weight > 0, np.broadcast_to(np.asarray(least, dtype=float), weight.shape), 0.0)
    total, positive = weight.sum(), weight > 0
    if not low.sum() <= total * (1 + 1e-12) <= np.where(positive, high, 0.0).sum() * (1 + 1e-9):
        raise DesignError("design.no_room", least=f"{low.min():,.6g}", most=f"{high.max():,.6g}")
    after, cut, done = weight, ~positive, 0
    while rounds is None or done < rounds:
        outside = ~cut & ((after > high * (1 + 1e-12)) | (after < low * (1 - 1e-12)))
        if not outside.any():
            break
        cut = cut | outside
        after = np.where(cut, np.clip(after, low, high), after)
        left, free = total - after[cut].sum(), ~cut
        if not free.any() or left < 0:
            # Everyone stands at a limit: let go of those on the side that has room.
            return _by_level(weight, low, high, total)
        if redistribute == "equal":
            after = np.where(free, after + (left - after[free].sum()) / free.sum(), after)
        else:
            after = np.where(free, after * left / after[free].sum(), after)
        done += 1
    return after


def _by_level(weight: FloatArray, low: FloatArray, high: FloatArray, total: float) -> FloatArray:
    """The one multiple of the weights that, cut to the limits, has the sum: by bisection."""
    few, many = 0.0, 1.0
    while np.clip(weight * many, low, high).sum() < total and many < 1e12:
        many *= 2
    for _ in range(200):
        level = (few + many) / 2
        few, many = (level, many) if np.clip(weight * level, low, high).sum() < total else (few, level)
    return np.clip(weight * many, low, high)


def median_limit(weight: FloatArray, multiple: float) -> float:
    """A multiple of the median of the weights that are not 0."""
    return multiple * float(np.median(weight[weight > 0]))


def quantile_limits(weight: FloatArray, low: float, high: float) -> tuple[float, float]:
    """Two quantiles (Hyndman & Fan's type 7) of the weights that are not 0."""
    least, most = np.quantile(weight[weight > 0], [low, high])
    return float(least), float(most)


def least_error(
    weight: FloatArray,
    values: Sequence[FloatArray],
    stage: Stage,
    *,
    lonely_psu: LonelyRule = "centre",
    multiples: Sequence[float] = tuple(np.arange(1.5, 10.25, 0.25)),
) -> tuple[float, pd.DataFrame]:
    """The multiple of the median at which means of key variables have the least mean squared error, and the errors.

    values : (n,) a key variable, nan for who is outside. For each level t, MSE = max((θ_t − θ)² − V(θ_t − θ), 0) + V(θ_t):
    the squared difference less what chance alone gives it, plus the variance. Variables count alike, each by its MSE over
    that of the untrimmed mean.

    Source: Potter (1990), Proc. Survey Research Methods Section ASA, 225–230; Cox & McGrath (1981).
    """
    levels = [m for m in multiples if median_limit(weight, m) * (weight > 0).sum() > weight.sum()]
    whole = [_mean(weight, y, stage, lonely_psu) for y in values]
    records = []
    for multiple in (*levels, np.inf):
        cut = weight if np.isinf(multiple) else trimmed(weight, median_limit(weight, multiple))
        relative = 0.0
        for y, (theta, factor) in zip(values, whole, strict=True):
            moved, own = _mean(cut, y, stage, lonely_psu)
            variance, chance = float((factor @ factor).real), float(((own - factor) @ (own - factor)).real)
            error = max((moved - theta) ** 2 - chance, 0.0) + float((own @ own).real)
            relative += error / variance if variance > 0 else 1.0
        records.append((multiple, int((weight > cut * (1 + 1e-12)).sum()), relative / len(values)))
    table = pd.DataFrame(records, columns=["multiple", "cut", "relative_mse"])
    return float(table["multiple"].iloc[int(table["relative_mse"].to_numpy().argmin())]), table


def _mean(weight: FloatArray, y: FloatArray, stage: Stage, lonely_psu: LonelyRule) -> tuple[float, FloatArray]:
    """A weighted mean and the factor F (R,) of its linearised variance F'F."""
    there = ~np.isnan(y)
    w, held = np.where(there, weight, 0.0), np.where(there, y, 0.0)
    mean = float(w @ held / w.sum())
    by_unit = np.bincount(stage.unit, weights=w * (held - mean) / w.sum(), minlength=stage.units).astype(float)
    return mean, centred(by_unit[:, None], stage, lonely_psu)[:, 0]
