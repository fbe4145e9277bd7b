"""Rows and sentences of a survey beside its benchmark: in percent and points, or a number's own unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray
from kodoku_survey.benchmark.standardisation import StandardFigure, Standardised
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.words import Said, is_everybody, words

# What the columns of a number are called, in the order they stand.
NUMBERS = (
    ("first", "first"), ("reference", "reference"), ("raw", "difference"), ("standard", "standardized_first"),
    ("reference_standard", "standardized_reference"), ("difference", "standardized_difference"),
    ("as_ours", "reference_as_first"), ("against_ours", "difference_as_first"), ("composition", "composition"),
    ("rate", "not_composition"), ("explained", "explained"),
)  # fmt: skip
ADJUSTED = NUMBERS[3:]
ONLY_ARITHMETIC = 1e-9  # a difference of which only the arithmetic is left


def rows_of(
    found: Standardised,
    n: tuple[int, int],
    entry: TablePlan,
    keys: Sequence[int],
    group: str,
    survey: Survey,
    *,
    adjusted: bool,
    tested: bool = True,
) -> pd.DataFrame:
    """A row an answer, or the number itself in its own unit.

    The verdict is on the standardised difference where there is one, else on the raw one; t at 5%.
    """
    said, variable = words(survey.settings.identity.lang), survey.variables[entry.question]
    of_share = entry.statistic == "share"
    columns: dict[str, Any] = {
        "table": entry.id,
        "question": entry.question,
        "label": variable.label,
        "statistic": entry.statistic,
        "unit": "%" if of_share else variable.unit,
        "group": group or said["total"],
        "code": list(keys),
        "answer": [variable.code(key).text if of_share else said[f"statistic_{entry.statistic}"] for key in keys],
        "n_first": n[0],
        "n_reference": n[1],
    }
    unsure = without_error(found, adjusted=adjusted, of_share=of_share) | (not tested)
    for name, called in NUMBERS:
        if not adjusted and (name, called) in ADJUSTED:
            continue
        columns |= _columns(getattr(found, name), called, unsure, 100 if of_share or name == "explained" else 1)
    decided = found.difference if adjusted else found.raw
    p = np.where(unsure, np.nan, np.nan_to_num(decided.p_value, nan=1.0))
    verdict = np.where((p < 0.05) & (np.abs(decided.value) > ONLY_ARITHMETIC), np.sign(decided.value), 0).astype(int)
    named = {1: "higher", 0: "none", -1: "lower"}
    columns["p_value"] = p
    columns["verdict"] = ["" if not_tested else named[int(v)] for v, not_tested in zip(verdict, unsure, strict=True)]
    columns["word"] = [
        said[f"change_{verdict}"] if verdict else said["change_untested"] for verdict in columns["verdict"]
    ]
    least = survey.settings.publication.reference_base
    columns["note"] = "reference" if min(n) < least else ""
    return pd.DataFrame(columns)


def without_error(found: Standardised, *, adjusted: bool, of_share: bool) -> BoolArray:
    """(k,) whose difference has no error to test by: it has no limits either.

    A share of exactly 0 or 1 has no error anybody knows; no more has a number all have given, or a median among ties.
    """
    if of_share:
        shares = np.stack([found.first.value, found.reference.value])
        return np.asarray(((shares < ONLY_ARITHMETIC) | (shares > 1 - ONLY_ARITHMETIC)).any(axis=0)).reshape(-1)
    used = [found.first, found.reference, found.raw, *([found.standard, found.difference] if adjusted else [])]
    known = [np.isfinite(one.value) & np.isfinite(one.se) & (one.se > 0) for one in used]
    return np.asarray(~np.all(known, axis=0)).reshape(-1)


def _columns(number: StandardFigure, called: str, unsure: BoolArray, times: float) -> dict[str, Any]:
    ends = dict(zip(("se", "low", "high"), (number.se, *number.interval()), strict=True))
    told = {f"{called}_{name}": np.where(unsure, np.nan, times * value) for name, value in ends.items()}
    return {called: times * number.value, **told}


def sentence_of(row: Any, names: tuple[str, str], said: Said, *, adjusted: bool) -> str:
    """One row in words: the shares, and the difference as it is or, where it was made, over one composition; "" untested."""
    if not row.verdict or "reference" in row.note:
        return ""
    of_share = row.statistic == "share"
    digits, unit = (1, said["benchmark_points"]) if of_share else (2, row.unit)
    told = {
        "subject": said["benchmark_share_of" if of_share else "benchmark_number_of"].format(
            label=row.label, answer=row.answer
        ),
        "group": "" if is_everybody(row.group) else said["benchmark_of_group"].format(group=row.group),
        "first": names[0],
        "reference": names[1],
        "share": half_up(row.first, digits),
        "other": half_up(row.reference, digits),
        "word": said[f"benchmark_{row.verdict}"],
        "unit": said["benchmark_percent"] if of_share else row.unit,
        "points": unit,
    }
    if not adjusted:
        ends = {"difference": row.difference, "low": row.difference_low, "high": row.difference_high}
        return said["benchmark_sentence"].format(**told, **{name: signed(x, digits) for name, x in ends.items()})
    ends = {
        "difference": row.standardized_difference,
        "low": row.standardized_difference_low,
        "high": row.standardized_difference_high,
        "ours": row.difference_as_first,
        "ours_low": row.difference_as_first_low,
        "ours_high": row.difference_as_first_high,
    }
    values = {
        "standard": row.standardized_first, "own": row.standardized_reference, "as_ours": row.reference_as_first,
    }  # fmt: skip
    return said["benchmark_sentence_standard"].format(
        **told,
        **{name: signed(x, digits) for name, x in ends.items()},
        **{name: half_up(x, digits) for name, x in values.items()},
    )


def signed(points: float, digits: int = 1) -> str:
    """Points with their sign, one decimal; 0.0 without; … where nothing is known."""
    if np.isnan(points):
        return "…"
    text = half_up(points, digits)
    if float(text) == 0:
        return f"{0:.{digits}f}"
    return text if text.startswith("-") else f"+{text}"
