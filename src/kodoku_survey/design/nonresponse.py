"""Nonresponse adjustment by weighting class: respondents carry the weight of those of their class who did not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design.auxiliary import FloatArray, weighted_counts
from kodoku_survey.errors import DesignError

Key = tuple[int, ...]


def adjust(
    classes: Sequence[npt.NDArray[Any]],
    base: FloatArray,
    responded: npt.NDArray[np.bool_],
    *,
    minimum_size: int = 1,
    maximum_factor: float = np.inf,
) -> tuple[FloatArray, pd.DataFrame]:
    """Factors (n selected; 0 for who did not answer) and a record of the classes.

    classes : the codes (n,) of each frame attribute, the last varying fastest. A class with fewer than `minimum_size`
        respondents, or a factor above `maximum_factor`, is merged with the neighbour in that order which shares most of
        its leading attributes (of two alike, the one whose response rate is nearer), until every class holds.

    The sum of base weights is kept in every class. Raises DesignError where even one class of all fails.
    Source: Kalton & Flores-Cervantes (2003), J. Official Statistics 19(2), §2.
    """
    keys = pd.MultiIndex.from_arrays([np.asarray(codes) for codes in classes])
    index, distinct = pd.factorize(keys, sort=True)
    selected = weighted_counts(index, base, len(distinct))
    answered = weighted_counts(index, base * responded, len(distinct))
    count = np.bincount(index[responded], minlength=len(distinct))
    merged = _merge([tuple(map(int, key)) for key in distinct], selected, answered, count, minimum_size, maximum_factor)
    group = np.empty(len(distinct), dtype=np.intp)
    records: list[Mapping[str, Any]] = []
    factor = np.empty(len(merged))
    for number, members in enumerate(merged):
        group[members] = number
        total, held = selected[members].sum(), answered[members].sum()
        factor[number] = total / held
        records.append(
            {
                "class": "+".join(":".join(map(str, distinct[m])) for m in members),
                "cells": len(members),
                "selected": int(np.isin(index, members).sum()),
                "respondents": int(count[members].sum()),
                "response_rate": float(held / total),
                "factor": float(factor[number]),
            }
        )
    return np.where(responded, factor[group][index], 0.0), pd.DataFrame(records)


def _merge(
    keys: list[Key], selected: FloatArray, answered: FloatArray, count: npt.NDArray[np.intp], least: int, most: float
) -> list[list[int]]:
    groups = [[i] for i in range(len(keys))]

    def rate(group: list[int]) -> float:
        return float(answered[group].sum() / selected[group].sum())

    def shared(a: list[int], b: list[int]) -> int:
        """Leading attributes in which two groups are one."""
        both = [keys[i] for i in (*a, *b)]
        return next((d for d in range(len(both[0])) if len({key[d] for key in both}) > 1), len(both[0]))

    def fails(group: list[int]) -> bool:
        r = rate(group)
        return count[group].sum() < max(least, 1) or r <= 0 or 1 / r > most

    while True:
        failing = [i for i, group in enumerate(groups) if fails(group)]
        if not failing:
            return groups
        if len(groups) == 1:
            raise DesignError("design.empty_class")
        i = min(failing, key=lambda j: (int(count[groups[j]].sum()), j))
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(groups)]
        own = groups[i]
        j = min(beside, key=lambda b: (-shared(own, groups[b]), abs(rate(groups[b]) - rate(own)), b))
        low, high = min(i, j), max(i, j)
        groups[low : high + 1] = [groups[low] + groups[high]]
