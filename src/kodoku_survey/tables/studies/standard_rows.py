"""Rows and sentences of a survey beside its benchmark, in percent and points."""

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
from kodoku_survey.tables.words import Said, words

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
    """A row an answer. The verdict is on the standardised difference where there is one, else on the raw one; t at 5%."""
    said, variable = words(survey.settings.identity.lang), survey.variables[entry.question]
    columns: dict[str, Any] = {
        "table": entry.id,
        "question": entry.question,
        "label": variable.label,
        "group": group or said["total"],
        "code": list(keys),
        "answer": [variable.code(key).text for key in keys],
        "n_first": n[0],
        "n_reference": n[1],
    }
    # A share of exactly 0 or 1 has no error anybody knows: its difference is not tested, and has no limits.
    shares = np.stack([found.first.value, found.reference.value])
    sure = ((shares < ONLY_ARITHMETIC) | (shares > 1 - ONLY_ARITHMETIC)).any(axis=0)
    sure = np.asarray(sure, dtype=bool).reshape(-1) | (not tested)
    for name, called in NUMBERS:
        if not adjusted and (name, called) in ADJUSTED:
            continue
        columns |= _columns(getattr(found, name), called, sure)
    decided = found.difference if adjusted else found.raw
    p = np.where(sure, np.nan, np.nan_to_num(decided.p_value, nan=1.0))
    verdict = np.where((p < 0.05) & (np.abs(decided.value) > ONLY_ARITHMETIC), np.sign(decided.value), 0).astype(int)
    named = {1: "higher", 0: "none", -1: "lower"}
    columns["p_value"] = p
    columns["verdict"] = ["" if not_tested else named[int(v)] for v, not_tested in zip(verdict, sure, strict=True)]
    columns["word"] = [
        said[f"change_{verdict}"] if verdict else said["change_untested"] for verdict in columns["verdict"]
    ]
    least = survey.settings.publication.reference_base
    columns["note"] = "reference" if min(n) < least else ""
    return pd.DataFrame(columns)


def _columns(number: StandardFigure, called: str, sure: BoolArray) -> dict[str, Any]:
    ends = dict(zip(("se", "low", "high"), (number.se, *number.interval()), strict=True))
    told = {f"{called}_{name}": np.where(sure, np.nan, 100 * value) for name, value in ends.items()}
    return {called: 100 * number.value, **told}


def sentence_of(row: Any, names: tuple[str, str], said: Said, *, adjusted: bool) -> str:
    """One row in words: the shares, and the difference as it is or, where it was made, over one composition; "" untested."""
    if not row.verdict or "reference" in row.note:
        return ""
    told = {
        "label": row.label,
        "answer": row.answer,
        "group": "" if row.group == said["total"] else said["benchmark_of_group"].format(group=row.group),
        "first": names[0],
        "reference": names[1],
        "share": half_up(row.first, 1),
        "other": half_up(row.reference, 1),
        "word": said[f"benchmark_{row.verdict}"],
    }
    if not adjusted:
        difference = signed(row.difference)
        return said["benchmark_sentence"].format(
            **told, difference=difference, low=signed(row.difference_low), high=signed(row.difference_high)
        )
    return said["benchmark_sentence_standard"].format(
        **told,
        standard=half_up(row.standardized_first, 1),
        own=half_up(row.standardized_reference, 1),
        difference=signed(row.standardized_difference),
        low=signed(row.standardized_difference_low),
        high=signed(row.standardized_difference_high),
        as_ours=half_up(row.reference_as_first, 1),
        ours=signed(row.difference_as_first),
        ours_low=signed(row.difference_as_first_low),
        ours_high=signed(row.difference_as_first_high),
    )


def signed(points: float) -> str:
    """Points with their sign, one decimal; 0.0 without."""
    text = half_up(points, 1)
    if float(text) == 0:
        return "0.0"
    return text if text.startswith("-") else f"+{text}"
