"""p-values of a family adjusted for their number."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kodoku_survey.arrays import FloatArray

Adjustment = Literal["holm", "bonferroni", "fdr", "none"]
ADJUSTMENTS = ("holm", "bonferroni", "fdr", "none")
_CALLED = {"holm": "holm", "bonferroni": "bonferroni", "fdr": "fdr_bh"}


def adjusted(p: FloatArray, adjustment: Adjustment) -> FloatArray:
    """p-values (m,) of a family adjusted for their number; nan is not compared and does not count.

    Source: Holm (1979), Scand. J. Statist. 6; "fdr": Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57.
    """
    there, out = np.isfinite(p), p.copy()
    if adjustment != "none" and there.any():
        from statsmodels.stats.multitest import multipletests  # takes most of a second to load

        out[there] = multipletests(p[there], method=_CALLED[adjustment])[1]
    return out
