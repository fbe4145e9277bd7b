"""Questions as answers to count: one or several a person, who was asked, who gave which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design import Categorical, Multiple, Number, Sample
from kodoku_survey.errors import DesignError

Question = Categorical | Multiple


def question_of(sample: Sample, name: str | Sequence[str]) -> Question:
    """A question by its name, or by the 0/1 columns of its answers. Raises DesignError."""
    if not isinstance(name, str):
        return ticks_of(sample, name)
    column = sample.column(name)
    return column if isinstance(column, (Categorical, Multiple)) else sample.categorical(name)


def inside_of(question: Question, base: BoolArray | None, nonanswer: Literal["in", "out"]) -> BoolArray | None:
    """(n,) who counts beyond having been asked: within `base`, without 無回答 where it is out; None for everybody."""
    at = question.nonanswer
    if nonanswer == "in" or at is None:
        return base
    spoke = question.codes != at if isinstance(question, Categorical) else question.ticks[:, at] != 1
    return np.asarray(spoke if base is None else spoke & base)


def ticks_of(sample: Sample, names: Sequence[str]) -> Multiple:
    """Columns of 0 and 1 (or False and True) as one question; a person with any of them missing was not asked.

    A column that holds ticks and blanks and never a 0 writes the 0 as a blank: there a blank is no tick, and everybody counts.
    Raises DesignError for a column with other values.
    """
    if not isinstance(names, (list, tuple)):
        raise DesignError("design.name_wanted", value=names)
    ticks = np.stack([_ticks(sample, name) for name in names], axis=1)
    ticks = np.where(np.isnan(ticks) & ~(ticks == 0).any(axis=0), 0.0, ticks)
    asked = ~np.isnan(ticks).any(axis=1, keepdims=True)
    held = np.where(asked, np.nan_to_num(ticks), -1).astype(np.int8)
    return Multiple(" + ".join(names), "、".join(names), held, tuple(names), tuple(names))


def _ticks(sample: Sample, name: str) -> FloatArray:
    """(n,) 0, 1 or nan."""
    found = sample.column(name)
    if isinstance(found, Number):
        if np.isin(found.values[~np.isnan(found.values)], (0, 1)).all():
            return found.values
    elif isinstance(found, Categorical) and set(found.keys) <= {False, True}:
        return np.array([*map(float, found.keys), np.nan])[found.codes]  # last: code −1
    raise DesignError("estimation.not_ticks", value=name)
