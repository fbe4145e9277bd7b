"""A variable as a deprivation: who has it, who has not, and of whom it is not determined."""

from __future__ import annotations

from typing import Any

import numpy as np

from kodoku_survey.design import Categorical, Number, Sample
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.errors import DesignError, DidYouMean


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
