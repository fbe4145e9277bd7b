"""A variable as a deprivation: who has it, who has not, of whom it is not determined; and what each weighs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from kodoku_survey.arrays import FloatArray, IntArray
from kodoku_survey.design import Categorical, Number, Sample
from kodoku_survey.errors import DesignError, DidYouMean

ALL_PATTERNS = 6  # indicators up to which patterns nobody shows are kept, as zeros

Cutoff = int | str | Fraction


def deprived(sample: Sample, name: str, answer: Any) -> FloatArray:
    """(n,) 1 deprived, 0 not, nan undetermined.

    answer : the code, or codes, that mean deprived; None for a column of 0 and 1, or of false and true.
    Raises DesignError: other values, a code the variable has not.
    """
    column = sample.column(name)
    if isinstance(column, Number) and answer is None:
        wrong = np.isfinite(column.values) & (column.values != 0) & (column.values != 1)
        if wrong.any():
            raise DesignError("estimation.not_an_indicator", name, value=f"{column.values[wrong][0]:g}")
        return column.values
    if not isinstance(column, Categorical):
        column = sample.categorical(name)
    meant = {1} if answer is None else set(answer) if isinstance(answer, (list, tuple, set, frozenset)) else {answer}
    known = {key for place, key in enumerate(column.keys) if place != column.nonanswer}
    if answer is None and not known <= {0, 1}:
        raise DesignError(
            "estimation.not_an_indicator", name, value=", ".join(map(str, sorted(known - {0, 1}, key=str)))
        )
    if unknown := meant - known - ({1} if answer is None else set()):
        told = tuple(map(str, column.keys))
        raise DesignError(
            "estimation.unknown_code", name, value=sorted(map(str, unknown))[0], known=", ".join(told),
            hint=DidYouMean(sorted(map(str, unknown))[0], told),
        )  # fmt: skip
    worth = [np.nan if place == column.nonanswer else float(key in meant) for place, key in enumerate(column.keys)]
    return np.array([*worth, np.nan])[column.codes]


def whole_weights(weights: Sequence[int], names: Sequence[str]) -> IntArray:
    """(d,) positive whole numbers, one an indicator. Raises DesignError."""
    given = np.asarray(weights, dtype=float)
    if len(given) != len(names) or (given <= 0).any() or (given != np.floor(given)).any():
        raise DesignError("estimation.bad_weights", value=", ".join(f"{w:g}" for w in given), count=len(names))
    return given.astype(np.int64)


def checked_cutoff(cutoff: Cutoff, weights: IntArray) -> int:
    """A whole number the weights can reach: floats would miss a third three times. A share of them is rounded up.

    cutoff : a count, or a share as a Fraction or as text ("2/3"). Raises DesignError.
    """
    if isinstance(cutoff, (str, Fraction)):
        try:
            cutoff = ceil(Fraction(cutoff) * int(weights.sum()))
        except (ValueError, ZeroDivisionError):
            raise DesignError("estimation.bad_cutoff", value=cutoff, most=int(weights.sum())) from None
    if not (cutoff == int(cutoff) and 1 <= cutoff <= weights.sum()):
        raise DesignError("estimation.bad_cutoff", value=cutoff, most=int(weights.sum()))
    return int(cutoff)


def patterns_of(shown: IntArray) -> tuple[IntArray, IntArray]:
    """Patterns (P, d) of deprivations, and whose (n,) each person's is; all there can be where they are few."""
    if shown.shape[1] <= ALL_PATTERNS:
        every = np.array(list(np.ndindex(*[2] * shown.shape[1])), dtype=np.int64)
        return every, shown @ (2 ** np.arange(shown.shape[1])[::-1])
    patterns, place = np.unique(shown, axis=0, return_inverse=True)
    return patterns, place.ravel()
