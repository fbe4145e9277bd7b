"""Weights of a domain: its rows alone are adjusted, and margins of everybody are refused with the order to use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.crossings import CodesOf, as_codes
from kodoku_survey.weighting.margins import Margin

NEAR = 1.25  # margins within a quarter of everybody's weight, and nearer to it than to the domain's, are of everybody


def refuse_margins_of_the_whole(
    margins: Sequence[Margin], codes_of: CodesOf, weight: FloatArray, inside: BoolArray
) -> None:
    """Raises DesignError where margins are of everybody although a domain has been taken.

    They are where their sum is that of all weights rather than of the domain's, or where they have persons in a category
    that only people outside the domain hold.
    """
    whole, part = float(weight.sum()), float(weight[inside].sum())
    for margin in (margin for margin in margins if margin.categories):
        persons = float(margin.values.sum())
        if persons > 0 and whole > 0 and part > 0:
            of_whole, of_part = (abs(float(np.log(persons / size))) for size in (whole, part))
            if of_whole < min(of_part, float(np.log(NEAR))):
                told = {"persons": f"{persons:,.6g}", "whole": f"{whole:,.6g}", "part": f"{part:,.6g}"}
                raise DesignError("design.margins_of_the_whole", f"margins [{margin.name}]", **told)
        held = _held(margin, codes_of, inside), _held(margin, codes_of, ~inside)
        for category, value in zip(margin.categories, margin.values, strict=True):
            if value > 0 and category not in held[0] and category in held[1]:
                raise DesignError(
                    "design.category_outside", f"margins [{margin.label(category)}]", value=f"{value:,.6g}"
                )


def _held(margin: Margin, codes_of: CodesOf, rows: BoolArray) -> set[tuple[object, ...]]:
    found = [as_codes(codes_of(name)[rows]) for name in margin.variables]
    people = pd.DataFrame({k: one.codes for k, one in enumerate(found)}).drop_duplicates().to_numpy()
    return {tuple(one.keys[code] for one, code in zip(found, row, strict=True)) for row in people}
