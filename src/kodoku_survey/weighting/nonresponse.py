"""Nonresponse adjustment by weighting class: respondents carry the weight of those of their class who did not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray, IndexArray
from kodoku_survey.design.auxiliary import weighted_counts
from kodoku_survey.errors import DesignError

CellKey = tuple[Any, ...]


def adjust(
    classes: Sequence[AnyArray],
    base: FloatArray,
    responded: BoolArray,
    *,
    minimum_size: int = 1,
    maximum_factor: float = np.inf,
    named: Sequence[Mapping[int, str]] = (),
) -> tuple[FloatArray, pd.DataFrame]:
    """Factors (s selected; 0 for who did not answer) and a record of the classes, formed as in `form_classes`.

    The sum of base weights is kept in every class. named : what to call the codes of each attribute in the record.
    """
    index, members = form_classes(
        classes, base, responded, minimum_size=minimum_size, maximum_factor=maximum_factor, named=named
    )
    return class_factors(index, base, responded), class_record(index, members, base, responded)


def form_classes(
    classes: Sequence[AnyArray],
    base: FloatArray,
    responded: BoolArray,
    *,
    minimum_size: int = 1,
    maximum_factor: float = np.inf,
    named: Sequence[Mapping[int, str]] = (),
) -> tuple[IndexArray, list[list[str]]]:
    """The class of everyone selected (s,), and the names of the cells each class was merged from.

    classes : the codes (s,) of each frame attribute, the last varying fastest. A class with fewer than `minimum_size`
        respondents, or a factor above `maximum_factor`, is merged with the neighbour in that order which shares most of
        its leading attributes (of two alike, the one whose response rate is nearer), until every class holds.

    Raises DesignError where even one class of all fails.
    Source: Kalton & Flores-Cervantes (2003), J. Official Statistics 19(2), 2.
    """
    keys = pd.MultiIndex.from_arrays([np.asarray(codes) for codes in classes])
    cell, distinct = pd.factorize(keys, sort=True)
    selected = weighted_counts(cell, base, len(distinct))
    answered = weighted_counts(cell, base * responded, len(distinct))
    count = np.bincount(cell[responded & (base > 0)], minlength=len(distinct))
    merged = _merge(
        [key if isinstance(key, tuple) else (key,) for key in distinct],
        selected,
        answered,
        count,
        minimum_size,
        maximum_factor,
    )
    group = np.empty(len(distinct), dtype=np.intp)
    for number, members in enumerate(merged):
        group[members] = number
    names = [_named(key, named) for key in distinct]
    return group[cell], [[names[m] for m in members] for members in merged]


def class_factors(index: IndexArray, weight: FloatArray, responded: BoolArray) -> FloatArray:
    """Factors (s,): Σ weight of the class / Σ weight of its respondents; 0 for who did not answer."""
    total = weighted_counts(index, weight, int(index.max(initial=0)) + 1)
    held = weighted_counts(index, weight * responded, len(total))
    if ((held <= 0) & (total > 0)).any():
        raise DesignError("design.empty_class")
    factor = np.divide(total, held, out=np.zeros_like(total), where=held > 0)
    return np.where(responded, factor[index], 0.0)


def class_record(
    index: IndexArray, members: Sequence[Sequence[str]], weight: FloatArray, responded: BoolArray
) -> pd.DataFrame:
    """A line a class: its cells, persons selected and answered (those of no weight aside), response rate and factor."""
    there = weight > 0
    count = len(members)
    total, held = weighted_counts(index, weight, count), weighted_counts(index, weight * responded, count)
    return pd.DataFrame(
        {
            "class": ["+".join(cells) for cells in members],
            "cells": [len(cells) for cells in members],
            "selected": np.bincount(index[there], minlength=count),
            "respondents": np.bincount(index[there & responded], minlength=count),
            "response_rate": held / total,
            "factor": total / held,
        }
    )


def too_few(respondents: int, selected: float, answered: float) -> DesignError:
    """Even one class of everybody does not hold what was asked of every class."""
    factor = f"{selected / answered:.2f}" if answered > 0 else "∞"
    return DesignError("design.classes_cannot_hold", count=respondents, factor=factor)


def _named(key: Any, named: Sequence[Mapping[int, str]]) -> str:
    codes = key if isinstance(key, tuple) else (key,)
    return "・".join(named[i].get(code, str(code)) if i < len(named) else str(code) for i, code in enumerate(codes))


def _merge(
    keys: list[CellKey], selected: FloatArray, answered: FloatArray, count: IndexArray, least: int, most: float
) -> list[list[int]]:
    groups = [[i] for i in range(len(keys))]

    def rate(group: list[int]) -> float:
        total = float(selected[group].sum())
        return float(answered[group].sum()) / total if total > 0 else 0.0

    def shared(a: list[int], b: list[int]) -> int:
        """Leading attributes in which two groups are one."""
        both = [keys[i] for i in (*a, *b)]
        return next((d for d in range(len(both[0])) if len({key[d] for key in both}) > 1), len(both[0]))

    def fails(group: list[int]) -> bool:
        r = rate(group)
        return count[group].sum() < max(least, 1) or r <= 0 or 1 / r > most * (1 + 1e-12)

    while True:
        failing = [i for i, group in enumerate(groups) if fails(group)]
        if not failing:
            return groups
        if len(groups) == 1:
            raise too_few(int(count.sum()), float(selected.sum()), float(answered.sum()))
        i = min(failing, key=lambda j: (int(count[groups[j]].sum()), j))
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(groups)]
        own = groups[i]
        j = min(beside, key=lambda b: (-shared(own, groups[b]), abs(rate(groups[b]) - rate(own)), b))
        low, high = min(i, j), max(i, j)
        groups[low : high + 1] = [groups[low] + groups[high]]
