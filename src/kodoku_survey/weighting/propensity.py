"""Response propensities: the chance of answering, by logistic regression on what the register knows of everyone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design.auxiliary import weighted_counts
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.attributes import attribute_of


def design_matrix(
    terms: Sequence[tuple[str, Any]],
) -> tuple[FloatArray, IndexArray, tuple[str, ...]]:
    """Distinct rows (m, p) of an intercept and 0/1 columns, the row of each person (s,), and the columns' names.

    terms : (name, codes (s,)); the first code of each term is the reference. Crossed terms come as codes of their own.
    Raises DesignError for a code that is missing.
    """
    found = [attribute_of(name, codes, np.ones(len(codes), dtype=bool)) for name, codes in terms]
    coded = [(one.positions, one.codes) for one in found]
    index, rows = np.zeros(len(coded[0][0]), dtype=np.intp), np.zeros((1, 0), dtype=np.intp)
    for code, keys in coded:
        pairs, index = np.unique(index * len(keys) + code, return_inverse=True)
        rows = np.hstack([rows[pairs // len(keys)], (pairs % len(keys))[:, None]])
    columns, names = [np.ones(len(rows))], ["(Intercept)"]
    for place, ((name, _), (_, keys)) in enumerate(zip(terms, coded, strict=True)):
        for level, key in enumerate(keys[1:], start=1):
            columns.append((rows[:, place] == level).astype(float))
            names.append(f"{name}={key}")
    return np.stack(columns, axis=1), index.astype(np.intp), tuple(names)


def propensities(
    rows: FloatArray,
    index: IndexArray,
    names: tuple[str, ...],
    responded: BoolArray,
    weight: FloatArray,
    rounds: int = 50,
) -> FloatArray:
    """Fitted chances (s,) of answering: the logistic regression weighted by `weight`, by Newton's method.

    Raises DesignError where a category has no respondent or no nonrespondent, or the model does not settle.
    Source: Little (1986), International Statistical Review 54, 139–157.
    """
    total = weighted_counts(index, weight, len(rows))
    held = weighted_counts(index, weight * responded, len(rows))
    _check_separation(rows, total, held, names)
    beta = np.zeros(rows.shape[1])
    p = np.full(len(rows), 0.5)
    for _ in range(rounds):
        slope = total * p * (1 - p)
        step = np.linalg.lstsq(rows.T @ (slope[:, None] * rows), rows.T @ (held - total * p), rcond=1e-13)[0]
        beta = beta + step
        p = 1 / (1 + np.exp(-np.clip(rows @ beta, -700, 700)))
        if np.abs(step).max() < 1e-11 * max(1.0, float(np.abs(beta).max())):
            return p[index]
    raise DesignError("design.propensity_not_settled", rounds=rounds)


def _check_separation(rows: FloatArray, total: FloatArray, held: FloatArray, names: tuple[str, ...]) -> None:
    with np.errstate(all="ignore"):
        rate = (held @ rows) / (total @ rows)
    wrong = np.flatnonzero((rate <= 0) | (rate >= 1))
    if len(wrong):
        raise DesignError("design.separated", names[int(wrong[0])], value=f"{100 * rate[wrong[0]]:.0f}%")


def propensity_classes(chance: FloatArray, count: int) -> IndexArray:
    """Classes 0 … count − 1 (s,) by the quantiles of the propensities of everyone selected, each closed above."""
    inner = np.quantile(chance, np.arange(1, count) / count)
    return np.searchsorted(inner, chance, side="left").astype(np.intp)
