"""Response rates RR1–RR6 with confidence intervals that know the design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design.distributions import clopper_pearson, logit_limits, t_quantile
from kodoku_survey.design.stages import LonelyRule, Stage, centred, degrees_of_freedom, standard_errors
from kodoku_survey.weighting.dispositions import DISPOSITIONS, Dispositions

RATES = ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6")


def outcome_rates(totals: npt.NDArray[np.inexact], eligibility: float | None = None) -> npt.NDArray[np.inexact]:
    """RR1–RR6 (6,) from totals of I complete, P partial, N other known eligible, U unknown eligibility, X ineligible (5,).

    RR1, RR2 count all the unknown as eligible, RR5, RR6 none, RR3, RR4 the share e; even ones count partial returns as
    responses. e : given, or that of the known cases, (I + P + N) / (I + P + N + X).
    Source: AAPOR (2023), Standard Definitions, 10th edition.
    """
    complete, partial, other, unknown, outside = totals
    eligible = complete + partial + other
    e = eligible / (eligible + outside) if eligibility is None else eligibility
    shares = []
    for counted in (1.0, e, 0.0):
        base = eligible + counted * unknown
        shares += [complete / base, (complete + partial) / base]
    return np.array(shares)


def response_rates(
    found: Dispositions,
    base: FloatArray,
    stage: Stage,
    groups: Mapping[str, Mapping[str, BoolArray]],
    *,
    unknown: Sequence[str] = ("undeliverable", "no_answer"),
    eligibility: float | None = None,
    level: float = 0.95,
    lonely_psu: LonelyRule = "centre",
) -> pd.DataFrame:
    """Tidy: attribute, group, rate, selected, value, se, low, high (weighted by `base`) and unweighted.

    groups : attribute → group → (s,) rows of the selection; under "mode" the rows are who answered that way, and the rate
    is their share among all. stage : of everyone selected. Intervals are logit ones with the design's degrees of freedom,
    exact binomial ones at 0 and 1.
    """
    kinds = _kinds(found, unknown)
    records = []
    for attribute, own in {"": {"": np.ones(len(base), dtype=bool)}, **groups}.items():
        for group, rows in own.items():
            inside = np.ones(len(base), dtype=bool) if attribute == "mode" else rows
            # Of those who answered some other way, everything but their answer counts.
            held = kinds.copy()
            if attribute == "mode":
                held[:, 2] += held[:, :2].sum(axis=1) * ~rows
                held[:, :2] *= rows[:, None]
            told = _estimates(held * inside[:, None], base, stage, eligibility, lonely_psu)
            df = max(float(degrees_of_freedom(stage, _present(stage, inside))[0]), 1.0)
            counts = (held * inside[:, None]).sum(axis=0)
            plain = _quiet(counts, eligibility)
            for rate, value, se, share in zip(RATES, *told, plain, strict=True):
                low, high = _interval(float(value), float(se), df, int(inside.sum()), level)
                records.append((attribute, group, rate, int(inside.sum()), value, se, low, high, share))
    columns = ["attribute", "group", "rate", "selected", "value", "se", "low", "high", "unweighted"]
    return pd.DataFrame(records, columns=columns)


def disposition_counts(
    found: Dispositions, base: FloatArray, groups: Mapping[str, Mapping[str, BoolArray]]
) -> pd.DataFrame:
    """Attribute, group, a column of persons a disposition, Σ base weights of all; the modes of those who answered aside."""
    records = []
    for attribute, own in {"": {"": np.ones(len(base), dtype=bool)}, **groups}.items():
        for group, rows in own.items() if attribute != "mode" else ():
            counts = np.bincount(found.code[rows], minlength=len(DISPOSITIONS))
            records.append((attribute, group, int(rows.sum()), *map(int, counts), float(base[rows].sum())))
    return pd.DataFrame(records, columns=["attribute", "group", "selected", *DISPOSITIONS, "weighted"])


def _kinds(found: Dispositions, unknown: Sequence[str]) -> FloatArray:
    """(s, 5) indicators of I, P, N, U, X."""
    unclear = found.are(*unknown)
    outside, complete, partial = found.are("ineligible"), found.are("valid"), found.are("partial")
    other = ~(unclear | outside | complete | partial)
    return np.stack([complete, partial, other, unclear, outside], axis=1).astype(float)


def _estimates(
    kinds: FloatArray, base: FloatArray, stage: Stage, eligibility: float | None, lonely_psu: LonelyRule
) -> tuple[FloatArray, FloatArray]:
    """Six rates and their standard errors, by linearising them in the five weighted totals."""
    totals = base @ kinds
    value = _quiet(totals, eligibility).real
    # Derivatives by a complex step: exact to the last digit, and the formula stands in one place.
    step = 1e-30 * max(float(totals.sum()), 1.0)
    slopes = np.stack([_quiet(totals + 1j * step * unit, eligibility).imag / step for unit in np.eye(5)])
    by_unit = np.zeros((stage.units, 5))
    np.add.at(by_unit, stage.unit, base[:, None] * kinds)
    factor = centred(by_unit, stage, lonely_psu) @ np.nan_to_num(slopes)
    return value, standard_errors(factor)


def _quiet(totals: npt.NDArray[np.inexact], eligibility: float | None) -> npt.NDArray[np.inexact]:
    with np.errstate(all="ignore"):
        return outcome_rates(totals, eligibility)


def _present(stage: Stage, inside: BoolArray) -> BoolArray:
    present = np.zeros((stage.units, 1), dtype=bool)
    present[stage.unit[inside]] = True
    return present


def _interval(value: float, se: float, df: float, n: int, level: float) -> tuple[float, float]:
    if not np.isfinite(value):
        return np.nan, np.nan
    if 0 < value < 1:
        low, high = logit_limits(value, float(t_quantile((1 + level) / 2, df)) * se)
    else:
        low, high = clopper_pearson(float(n) if value >= 1 else 0.0, n, level)
    return float(low), float(high)
