"""Trimming as a step: a rule turned into limits, applied, and made to agree with the margins again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design.auxiliary import Calibration
from kodoku_survey.design.chain import move
from kodoku_survey.design.columns import Multiple, Number
from kodoku_survey.design.sample import Sample
from kodoku_survey.design.steps import Made, Step
from kodoku_survey.design.trimmed_calibration import cut_from, origin_of
from kodoku_survey.design.trimming import Redistribute, least_error, median_limit, quantile_limits, trimmed
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.calibrating import met

CYCLES = 100  # of trimming and calibrating again
WITHIN = 1e-3  # how far above a limit calibrating again may leave a weight
TrimLimits = Callable[[FloatArray], tuple[Any, Any]]


def trimmed_step(
    weight: FloatArray,
    limits: TrimLimits,
    *,
    redistribute: Redistribute = "proportional",
    rounds: int | None = None,
    calibration: Calibration | None = None,
    recalibrate: bool = False,
    inside: BoolArray | None = None,
    details: pd.DataFrame | None = None,
    notes: tuple[tuple[str, str], ...] = (),
) -> Made:
    """Trim (n,) weights to `limits` (of the weights: least, most), those `inside` a domain alone.

    rounds : passes of spreading what is cut off; default until nobody is outside.
    calibration : what the weights have been through. It stays where nothing is cut; otherwise the chain of the two is
    linearised, or, to `recalibrate`, its margins are met again: trimming and calibrating take turns until no weight is more
    than a thousandth outside. Raises DesignError.
    """
    origin = origin_of(calibration)
    if recalibrate and origin is None:
        raise DesignError("design.nothing_to_recalibrate")
    if redistribute not in ("proportional", "equal"):
        raise DesignError("design.bad_option", option="redistribute", value=redistribute)
    told_again: dict[str, Any] = {"limits": limits, "redistribute": redistribute, "rounds": rounds, "inside": inside}
    told_again["origin"] = origin if recalibrate else None
    cut, after = _cut_again(weight, **told_again)
    least, most = limits(_of_domain(weight, inside))
    kept = calibration
    if recalibrate and origin is not None:
        kept = replace(origin, base=cut, weight=after)
    elif calibration is not None and not np.array_equal(after, weight):
        own = _of_domain(after, inside)
        # With few rounds some weights end above the limit, having grown: they are not held at it.
        at_most = np.abs(own - np.asarray(most)) <= 1e-9 * np.asarray(most)
        at_least = (own > 0) & (np.abs(own - np.asarray(least)) <= 1e-9 * np.asarray(least))
        whom = np.ones(len(after), dtype=bool) if inside is None else inside
        kept = cut_from(calibration, after, at_most | at_least, whom, proportional=redistribute == "proportional")
    held = _of_domain(weight, inside)
    count = int(((held > np.asarray(most) * (1 + 1e-9)) | ((held < np.asarray(least) * (1 - 1e-9)) & (held > 0))).sum())
    told = (*notes, ("most", f"{float(np.max(most)):,.4g}"), ("trimmed_weights", str(count)))
    return Made(
        Step("trim", weight, after, pd.DataFrame() if details is None else details, told, kept),
        partial(trimmed_again, **told_again),
    )


@move
def trimmed_again(
    weight: FloatArray,
    *,
    limits: TrimLimits,
    redistribute: Redistribute,
    rounds: int | None,
    inside: BoolArray | None,
    origin: Calibration | None,
) -> FloatArray:
    """The weights cut again and, with `origin`, calibrated again in turns."""
    return _cut_again(weight, limits, redistribute, rounds, inside, origin)[1]


def _of_domain(weight: FloatArray, inside: BoolArray | None) -> FloatArray:
    return weight if inside is None else np.where(inside, weight, 0.0)


def _cut_again(
    weight: FloatArray,
    limits: TrimLimits,
    redistribute: Redistribute,
    rounds: int | None,
    inside: BoolArray | None,
    origin: Calibration | None,
) -> tuple[FloatArray, FloatArray]:
    """The weights cut, and after their calibration. Raises DesignError."""
    least, most = limits(_of_domain(weight, inside))

    def trim_all(w: FloatArray) -> FloatArray:
        cut = trimmed(_of_domain(w, inside), most, least, redistribute=redistribute, rounds=rounds)
        return cut if inside is None else np.where(inside, cut, w)

    cut = trim_all(weight)
    if origin is None:
        return cut, cut
    totals = origin.auxiliary.total(origin.weight)
    for _ in range(CYCLES):
        after = met(origin.auxiliary, totals, cut, origin.distance, origin.bounds)
        own = _of_domain(after, inside)
        beyond = (own > np.asarray(most) * (1 + WITHIN)) | (own < np.asarray(least) * (1 - WITHIN))
        if not beyond[_of_domain(weight, inside) > 0].any():
            return cut, after
        cut = trim_all(after)
    raise DesignError("design.trim_against_margins", most=f"{float(np.max(most)):,.6g}", rounds=CYCLES)


@move
def of_median(weight: FloatArray, *, multiple: float) -> tuple[Any, Any]:
    """Limits at a multiple of the median, of the weights a replicate has."""
    return 0.0, median_limit(weight, multiple)


@move
def of_quantiles(weight: FloatArray, *, low: float, high: float) -> tuple[Any, Any]:
    """Limits at two quantiles, of the weights a replicate has."""
    return quantile_limits(weight, low, high)


@move
def fixed_limits(weight: FloatArray, *, least: Any, most: Any) -> tuple[Any, Any]:  # noqa: ARG001
    """The same limits under every replicate."""
    return least, most


def limits_of(
    rule: Mapping[str, Any], sample: Sample, base: FloatArray
) -> tuple[TrimLimits, pd.DataFrame, tuple[tuple[str, str], ...]]:
    """A trimming rule as limits on the weights; the table behind it, if any. Raises DesignError."""
    known = ("multiple_of_median", "quantile", "bounds", "mse_of", "multiple_of_base")
    if len(rule) != 1 or next(iter(rule)) not in known:
        raise DesignError("design.one_trimming_rule", value=", ".join(rule) or "–", known=", ".join(known))
    ((name, value),) = rule.items()
    none = pd.DataFrame()
    if name == "multiple_of_median":
        multiple = _number(name, value, 1.0)
        return partial(of_median, multiple=multiple), none, ()
    if name == "mse_of":
        keys = [key for variable in value for key in indicators(sample, variable)]
        multiple, table = least_error(sample.weight, keys, sample.stages[0])
        return partial(of_median, multiple=multiple), table, (("multiple", f"{multiple:g}"),)
    pair = [0.0, value] if isinstance(value, (int, float)) and name != "bounds" else value
    if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not 0 <= pair[0] < pair[1]:
        raise DesignError("design.bad_option", option=name, value=value)
    low, high = float(pair[0]), float(pair[1])
    if name == "quantile":
        if high > 1:
            raise DesignError("design.bad_option", option=name, value=value)
        return partial(of_quantiles, low=low, high=high), none, ()
    if name == "multiple_of_base":
        return partial(fixed_limits, least=base * low, most=base * high), none, ()
    return partial(fixed_limits, least=low, most=high), none, ()


def _number(option: str, value: Any, above: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= above:
        raise DesignError("design.bad_option", option=option, value=value)
    return float(value)


def indicators(sample: Sample, name: str) -> list[FloatArray]:
    """A variable as numbers (n,): itself, or a 0/1 column an answer, nan outside."""
    column = sample.column(name)
    if isinstance(column, Number):
        return [column.values]
    if isinstance(column, Multiple):
        return [np.where(t < 0, np.nan, t.astype(float)) for t in column.ticks.T]
    return [np.where(column.codes < 0, np.nan, (column.codes == k).astype(float)) for k in range(len(column.keys))]
