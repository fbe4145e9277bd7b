"""Rows and sentences of a sample adjusted to a reference, in percent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.benchmark.reference_adjustment import Adjusted
from kodoku_survey.benchmark.selection_bounds import inclusion_odds, odds_bounds, worst_case_of_domain
from kodoku_survey.crosstabs.two_samples import welch
from kodoku_survey.design.distributions import t_quantile
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.studies.standard_rows import ONLY_ARITHMETIC, signed
from kodoku_survey.tables.words import Said

# In the order they stand, the last being the one spoken of.
METHODS = ("calibrated", "pseudo_weights", "propensity", "doubly_robust")
REACH = 0.975  # of limits on both sides at 95%


@dataclass(frozen=True, eq=False)
class OfOneQuestion:
    """k shares of one question: raw and by method over `size` (a share) of the sample; the reference's own, nan if not asked.

    reference, parts : (k,) and (m, k). freedom : degrees of freedom of the sample and of the reference.
    """

    n: int
    raw: FloatArray
    size: float
    by_method: Mapping[str, Adjusted]
    reference: FloatArray
    parts: FloatArray
    freedom: tuple[float, float]


def adjusted_rows(
    found: OfOneQuestion,
    entry: TablePlan,
    keys: Sequence[int],
    survey: Survey,
    *,
    gammas: Sequence[float],
    withheld: bool,
    observed: float,
    covered: float,
) -> pd.DataFrame:
    """A row an answer. observed : the share of the population that answered; covered : the share whose classes are held."""
    variable = survey.variables[entry.question]
    columns: dict[str, Any] = {
        "table": entry.id, "question": entry.question, "label": variable.label, "code": list(keys),
        "answer": [variable.code(key).text for key in keys], "n": found.n, "raw": 100 * found.raw,
    }  # fmt: skip
    # A share of exactly 0 or 1 has no error anybody knows.
    sure = (found.raw < ONLY_ARITHMETIC) | (found.raw > 1 - ONLY_ARITHMETIC)
    base = list(found.by_method.values())[-1]
    for method in METHODS:
        if method in found.by_method:
            columns |= _of_method(method, found.by_method[method], found.freedom, sure, withheld=withheld)
    columns |= _of_reference(base, found, sure, withheld=withheld)
    inclusion = found.by_method.get("propensity", found.by_method.get("pseudo_weights", base))
    low, high = _limits(inclusion, found.freedom)
    for gamma in gammas:
        ends = odds_bounds(np.clip(inclusion.value, 0, 1), gamma)
        reach = odds_bounds(low, gamma)[0], odds_bounds(high, gamma)[1]
        for end, value, outer in zip(("low", "high"), ends, reach, strict=True):
            columns[f"{gamma_column(gamma)}_{end}"] = np.where(sure, np.nan, 100 * value)
            columns[f"{gamma_column(gamma)}_{end}_95"] = np.where(sure, np.nan, 100 * outer)
        low_at, high_at = ends
    worst = worst_case_of_domain(found.raw, found.size, observed)
    inner = (low_at, high_at) if withheld else (base.value, base.value)
    everybody = [worst_case_of_domain(np.clip(one, 0, 1), found.size, covered) for one in inner]
    columns |= {"worst_low": 100 * worst[0], "worst_high": 100 * worst[1]}
    # Where every class is held, everybody is who the figures are of.
    told = np.where(sure | (covered >= 1), np.nan, 100.0)
    columns |= {"everybody_low": told * everybody[0][0], "everybody_high": told * everybody[1][1]}
    columns["note"] = "reference" if found.n < survey.settings.publication.reference_base else ""
    return pd.DataFrame(columns)


def _limits(one: Adjusted, freedom: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """Limits (k,) at 95%, by t, never outside 0 and 1."""
    own = [np.full(len(one.value), df) for df in freedom]
    se, df = welch(one.se_of_a, own[0], one.se_of_b, own[1])
    reach = t_quantile(REACH, df) * se
    return np.clip(one.value - reach, 0, 1), np.clip(one.value + reach, 0, 1)


def _of_method(
    method: str, one: Adjusted, freedom: tuple[float, float], sure: BoolArray, *, withheld: bool
) -> dict[str, FloatArray]:
    low, high = _limits(one, freedom)
    told = {method: one.value, f"{method}_se": one.se, f"{method}_low": low, f"{method}_high": high}
    blank = {name: np.zeros(len(sure), dtype=bool) | withheld | (name != method) & sure for name in told}
    return {name: np.where(blank[name], np.nan, 100 * value) for name, value in told.items()}


def _of_reference(base: Adjusted, found: OfOneQuestion, sure: BoolArray, *, withheld: bool) -> dict[str, FloatArray]:
    """The reference's own share, the difference from it, and the odds of inclusion that would be the whole of it."""
    q = found.reference
    apart = sure | ~(q > ONLY_ARITHMETIC) | (q > 1 - ONLY_ARITHMETIC)
    known = np.where(np.isnan(q), 0.5, q)
    se = np.where(np.isnan(q), np.nan, base.shared.error_in_b(np.nan_to_num(found.parts)))
    reach = t_quantile(REACH, np.full(len(q), found.freedom[1])) * se
    told = {"reference": q, "reference_low": np.clip(q - reach, 0, 1), "reference_high": np.clip(q + reach, 0, 1)}
    of_b = base.shared.error_in_b(base.of_b - np.nan_to_num(found.parts))
    own = [np.full(len(q), df) for df in found.freedom]
    both, df = welch(base.se_of_a, own[0], of_b, own[1])
    wide = np.where(apart | withheld, np.nan, t_quantile(REACH, df) * both)
    difference = np.where(withheld, np.nan, base.value - q)
    told |= {"difference": difference, "difference_low": difference - wide, "difference_high": difference + wide}
    odds, log_se = inclusion_odds(base, known, np.nan_to_num(found.parts))
    beyond = np.exp(t_quantile(REACH, df) * log_se)
    ratio = {"inclusion_odds": odds, "inclusion_odds_low": odds / beyond, "inclusion_odds_high": odds * beyond}
    of_points = {name: 100 * value for name, value in told.items()}
    return of_points | {name: np.where(apart, np.nan, value) for name, value in ratio.items()}


def limits_in_words(row: Any, name: str) -> str:
    """3.1～12.0 (percent), "" where there are none."""
    low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
    return "" if np.isnan(low) else f"{half_up(low, 1)}～{half_up(high, 1)}"


def in_hundredths(value: float) -> str:
    """0.12, 0.00 without a sign; "" where there is none."""
    text = "" if np.isnan(value) else half_up(value, 2)
    return text.removeprefix("-") if text and float(text) == 0 else text


def adjusted_sentence(row: Any, names: tuple[str, str], said: Said, *, withheld: bool, gammas: Sequence[float]) -> str:
    """One row in words: the point with its limits under the model, or the bounds; and whether the reference's own agrees."""
    if "reference" in row.note:
        return ""
    told = {
        "label": row.label,
        "answer": row.answer,
        "first": names[0],
        "reference": names[1],
        "raw": half_up(row.raw, 1),
    }
    if withheld:
        spans = said["listing"].join(
            said["adjust_span"].format(gamma=f"{gamma:g}", limits=limits_in_words(row, gamma_column(gamma)))
            for gamma in gammas
        )
        text = said["adjust_sentence_bounds"].format(**told, spans=spans)
    else:
        method = next((name for name in reversed(METHODS) if not np.isnan(getattr(row, name, np.nan))), "")
        if not method or np.isnan(getattr(row, f"{method}_low")):
            return ""
        limits = limits_in_words(row, method)
        point = half_up(getattr(row, method), 1)
        text = said["adjust_sentence_point"].format(**told, point=point, limits=limits, method=said[f"method_{method}"])
    if np.isnan(row.inclusion_odds):
        return text
    odds = {
        "odds": half_up(row.inclusion_odds, 1),
        "low": half_up(row.inclusion_odds_low, 1),
        "high": half_up(row.inclusion_odds_high, 1),
    }
    own = {**told, **odds, "own": half_up(row.reference, 1)}
    if withheld:
        return text + said["adjust_sentence_odds"].format(**own)
    apart = row.difference_low > 0 or row.difference_high < 0
    key = "adjust_sentence_apart" if apart else "adjust_sentence_agrees"
    return text + said[key].format(**own, difference=signed(row.difference))


def gamma_column(gamma: float) -> str:
    """What the columns of bounds at Γ are called, without their end: gamma_2, gamma_1_5."""
    return f"gamma_{gamma:g}".replace(".", "_")
