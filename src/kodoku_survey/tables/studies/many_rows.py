"""Rows of many surveys beside one benchmark: each area's figure and difference, then all areas of one answer together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.benchmark.ranks import rank_limits
from kodoku_survey.benchmark.small_areas import FayHerriot, fay_herriot
from kodoku_survey.benchmark.standardisation import StandardFigure
from kodoku_survey.errors import DesignError, SurveyError
from kodoku_survey.estimation.hypotheses.adjustment import adjusted
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.tables.studies.making_benchmark import HeldQuestion, MakingBenchmark
from kodoku_survey.tables.studies.standard_rows import without_error
from kodoku_survey.tables.words import Said

AnswerModels = dict[tuple[str, str, int], FayHerriot]  # by question, statistic and answer


def area_rows(
    place: int, making: Mapping[str, MakingBenchmark], said: Said
) -> tuple[pd.DataFrame, list[tuple[str, Refusal]]]:
    """A row an area for each answer the reference's table at a place speaks of; and the areas that cannot be compared in it."""
    rows, refused = list[dict[str, object]](), list[tuple[str, Refusal]]()
    for name, one in making.items():
        entry = one.beside.first.survey.plan.tables[place]
        held = one.held(entry)
        if isinstance(held, Refusal):
            refused.append((name, held))
        elif min(side.n for side in held.sides) >= 2:
            try:
                rows += _rows(name, one, held, said)
            except DesignError as error:
                if error.key != "benchmark.empty_cell":
                    raise
                label = one.beside.first.survey.variables[entry.question].label
                refused.append((name, Refusal(entry.question, label, "empty", {"cells": error.fields["value"]})))
    return pd.DataFrame(rows), refused


def _spoken_of(entry: TablePlan, held: HeldQuestion, one: MakingBenchmark) -> list[int]:
    """Where in the keys the answers stand that the table speaks of: its focus, its answers, or the first."""
    if entry.statistic != "share":
        return [0]
    options = one.beside.first.survey.variables[entry.question].options
    wanted = entry.focus or entry.answers or tuple(code.code for code in options[:1])
    return [held.keys.index(key) for key in wanted if key in held.keys]


def _rows(name: str, one: MakingBenchmark, held: HeldQuestion, said: Said) -> list[dict[str, object]]:
    entry, (nation, area) = held.entry, held.sides
    variable, of_share = one.beside.first.survey.variables[entry.question], entry.statistic == "share"
    found = one.number(area, nation, entry, places=(1, 0))
    over = bool(one.terms)
    unsure = without_error(found, adjusted=over, of_share=of_share)
    value, difference = (found.standard, found.difference) if over else (found.first, found.raw)
    times = 100 if of_share else 1
    rows = []
    for k in _spoken_of(entry, held, one):
        key, known = held.keys[k], not unsure[k]
        row: dict[str, Any] = {
            "table": entry.id, "question": entry.question, "label": variable.label, "statistic": entry.statistic,
            "unit": "%" if of_share else variable.unit, "code": key,
            "answer": variable.code(key).text if of_share else said[f"statistic_{entry.statistic}"],
            "area": name, "n": area.n,
        }  # fmt: skip
        row |= _columns(found.first, k, "share", "", times, known) | {"reference": times * found.reference.value[k]}
        if over:
            row |= _columns(found.standard, k, "standardized", "standardized_", times, known)
            row |= {"standardized_reference": times * found.reference_standard.value[k]}
        row |= _columns(difference, k, "difference", "difference_", times, known)
        p, se = value.value[k], value.se[k]
        row |= {"p_value": difference.p_value[k] if known else np.nan}
        row |= {"effective_n": p * (1 - p) / se**2 if known and of_share and se > 0 else np.nan}
        rows.append(row)
    return rows


def _columns(number: StandardFigure, k: int, called: str, prefix: str, times: float, known: bool) -> dict[str, Any]:
    low, high = number.interval()
    ends = {f"{prefix}se": number.se[k], f"{prefix}low": low[k], f"{prefix}high": high[k]}
    return {called: times * number.value[k]} | {name: times * x if known else np.nan for name, x in ends.items()}


def together(frame: pd.DataFrame) -> tuple[pd.DataFrame, AnswerModels]:
    """Each answer's areas taken together: tests held at one level, ranks with limits, shrunken figures."""
    parts, models = [], AnswerModels()
    compared = "standardized" if "standardized" in frame else "share"
    error = "standardized_se" if "standardized" in frame else "se"
    for (question, statistic, code), part in frame.groupby(["question", "statistic", "code"], sort=False):
        known = part[error].notna().to_numpy()
        p = np.full(len(part), np.nan)
        p[known] = adjusted(part["p_value"].to_numpy(float)[known], "holm") if known.any() else p[known]
        sign = np.sign(part["difference"].to_numpy(float))
        verdict = np.where(p < 0.05, np.where(sign > 0, "higher", "lower"), np.where(known, "none", ""))
        limits = np.full((5, len(part)), np.nan)
        value, se = part[compared].to_numpy(float)[known], part[error].to_numpy(float)[known]
        if len(value) > 1:
            limits[:3, known] = rank_limits(value, se)
        try:
            model = fay_herriot(value, se**2)
            limits[3, known], limits[4, known] = model.value, np.sqrt(model.mse)
            models[question, statistic, code] = model
        except SurveyError:  # too few areas of this answer to be shrunken: the column stays empty
            pass
        names = ("rank", "rank_best", "rank_worst", "shrunken", "shrunken_rmse")
        parts.append(part.assign(p_adjusted=p, verdict=verdict, **dict(zip(names, limits, strict=True))))
    return pd.concat(parts, ignore_index=True), models
