"""Multiple-answer questions of anyone's DataFrame: a column an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Categorical, Multiple, Number, Sample
from kodoku_survey.errors import DesignError


def ticks_of(sample: Sample, names: Sequence[str]) -> Multiple:
    """Columns of 0 and 1 (or False and True) as one question; a blank is no tick.

    Where the columns know a 0, a person with blanks alone was not asked; where they hold ticks and blanks only, a blank is
    how a 0 was written, and everybody was. Raises DesignError for a column with other values.
    """
    ticks = np.stack([_ticks(sample, name) for name in names], axis=1)
    asked = (~np.isnan(ticks)).any(axis=1, keepdims=True) | ~(ticks == 0).any()
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
