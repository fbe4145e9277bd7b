"""Control limits of a funnel plot for shares of small numbers."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from kodoku_survey.arrays import FloatArray


def control_limits(centre: float, size: FloatArray, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Limits (k,) within which shares of `size` (k,) respondents fall with this probability if all share one `centre`.

    Exact binomial limits, interpolated between whole numbers of events so that they fall smoothly.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185–1202, appendix A.1.1.
    """
    size = np.asarray(size, dtype=float)
    return _limit(centre, size, (1 - level) / 2), _limit(centre, size, (1 + level) / 2)


def _limit(centre: float, size: FloatArray, p: float) -> FloatArray:
    n = np.maximum(size, 1.0)
    r = binom.ppf(p, np.round(n), centre)
    above, below = binom.cdf(r, np.round(n), centre), binom.pmf(r, np.round(n), centre)
    with np.errstate(all="ignore"):
        part = np.where(below > 0, (above - p) / below, 0.0)
    return np.clip((r - part) / n, 0.0, 1.0)
