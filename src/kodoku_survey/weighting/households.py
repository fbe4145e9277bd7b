"""Integrated weights: every member of a household has the household's weight."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, FloatArray
from kodoku_survey.design.auxiliary import Auxiliary
from kodoku_survey.errors import DesignError


def integrated(auxiliary: Auxiliary, household: AnyArray, weight: FloatArray) -> Auxiliary:
    """The auxiliary matrix with each member's row replaced by the mean of the household's rows.

    Members share one base weight, so totals are what they were and members share one factor, whatever the distance.
    household : (n,) labels. Raises DesignError where members' weights differ.
    Source: Lemaître & Dufour (1987), Survey Methodology 13, 199–207.
    """
    code, _ = pd.factorize(household)
    if (code < 0).any():
        raise DesignError(
            "design.missing_unit", "households", count=int((code < 0).sum()), row=int(np.argmin(code)) + 1
        )
    size = np.bincount(code)
    first = np.unique(code, return_index=True)[1]
    apart = np.flatnonzero(np.abs(weight - weight[first][code]) > 1e-9 * np.abs(weight))
    if len(apart):
        raise DesignError("design.household_weights", "households", count=len(np.unique(code[apart])))
    sums = np.zeros((len(size), auxiliary.rows.shape[1]))
    np.add.at(sums, code, auxiliary.rows[auxiliary.index])
    rows, index = np.unique(np.round(sums / size[:, None], 12), axis=0, return_inverse=True)
    return Auxiliary(rows, index.reshape(-1)[code].astype(np.intp), auxiliary.names)
