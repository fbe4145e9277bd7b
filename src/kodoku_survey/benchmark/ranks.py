"""Many areas at once: tests held at one level over all of them, and ranks with the limits the data allow."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from kodoku_survey.arrays import FloatArray, IntArray


def rank_limits(value: FloatArray, se: FloatArray, level: float = 0.95) -> tuple[IntArray, IntArray, IntArray]:
    """Ranks (m,), 1 the highest, and their limits, which hold for all areas together with this probability.

    An area's best rank is one more than the areas surely above it, its worst m less those surely below; two areas are told
    apart by the difference of independent estimates at a level divided by the number of pairs (Bonferroni).
    Source: Mogstad, Romano, Shaikh & Wilhelm (2024), Review of Economic Studies 91; Klein, Wright & Wieczorek (2020),
    J. Royal Statist. Soc. A 183.
    """
    m = len(value)
    reach = float(norm.ppf(1 - (1 - level) / (m * (m - 1)))) if m > 1 else 0.0
    apart = value[:, None] - value[None, :]
    error = np.sqrt(se[:, None] ** 2 + se[None, :] ** 2)
    above = -apart > reach * error  # [i, j]: j is surely above i
    below = apart > reach * error
    rank = 1 + (value[None, :] > value[:, None]).sum(axis=1)
    return rank.astype(np.int64), (1 + above.sum(axis=1)).astype(np.int64), (m - below.sum(axis=1)).astype(np.int64)
