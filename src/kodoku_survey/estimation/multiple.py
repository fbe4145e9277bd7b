"""Multiple-answer questions of anyone's DataFrame: a column an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kodoku_survey.design import Multiple, Number, Sample
from kodoku_survey.errors import DesignError


def ticks_of(sample: Sample, names: Sequence[str]) -> Multiple:
    """Columns of 0 and 1 (or False and True) as one question; a person with any of them missing was not asked.

    Raises DesignError for a column with other values.
    """
    columns = []
    for name in names:
        found = sample.column(name)
        if isinstance(found, Number):
            values = found.values
        else:
            known = {False: 0.0, True: 1.0}
            values = np.array([known.get(key, 2.0) for key in getattr(found, "keys", ())] + [np.nan])
            values = values[getattr(found, "codes", np.zeros(len(sample), dtype=int))]
        if not np.isin(values[~np.isnan(values)], (0, 1)).all():
            raise DesignError("estimation.not_ticks", value=name)
        columns.append(values)
    ticks = np.stack(columns, axis=1)
    held = np.where(np.isnan(ticks).any(axis=1, keepdims=True), -1, np.nan_to_num(ticks)).astype(np.int8)
    return Multiple(" + ".join(names), "、".join(names), held, tuple(names), tuple(names))
