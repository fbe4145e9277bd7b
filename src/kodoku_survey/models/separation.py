"""Answers that predictors part perfectly: their likelihood has no maximum."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError

VANISHING = 1e-9  # of a person's information: predictions that are certain in some direction have no finite coefficient
ROUNDS = 100  # of Newton's method, at most


def check_determined(information: FloatArray, x: FloatArray, weight: FloatArray, name: str) -> None:
    """Raises DesignError where in some direction everybody's information has vanished: all of a group answered the same.

    The smallest eigenvalue of the information relative to Σ w x x'.
    """
    if not x.shape[1]:
        return
    try:
        root = np.linalg.cholesky((x * weight[:, None]).T @ x)
    except np.linalg.LinAlgError as fault:  # a replicate without anybody of some group
        raise DesignError("estimation.not_fitted", name) from fault
    relative = np.linalg.solve(root, np.linalg.solve(root, information).T)
    if np.linalg.eigvalsh((relative + relative.T) / 2)[0] < VANISHING:
        raise DesignError("estimation.not_fitted", name)
