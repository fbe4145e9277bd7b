"""A weighting step as a record: what came in, what went out, and what a methodologist asks of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.design.auxiliary import FloatArray


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the weight of n respondents.

    kind : base, given, nonresponse, raking … . before, after : (n,) weights.
    details : classes with their factors (nonresponse) or margins with before, after and target (calibration).
    notes : collapses and other decisions, as data: (what, value) pairs.
    """

    kind: str
    before: FloatArray
    after: FloatArray
    details: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def factor(self) -> FloatArray:
        """(n,) what each weight was multiplied by."""
        return self.after / np.where(self.before == 0, 1, self.before)

    def summary(self) -> dict[str, Any]:
        """Sum, extremes and coefficient of variation of the weights, Kish's design effect and effective sample size."""
        w = self.after
        cv = float(w.std() / w.mean())
        return {
            "step": self.kind,
            "sum": float(w.sum()),
            "min": float(w.min()),
            "median": float(np.median(w)),
            "max": float(w.max()),
            "cv": cv,
            "kish_deff": 1 + cv**2,
            "effective_n": len(w) / (1 + cv**2),
            "min_factor": float(self.factor.min()),
            "max_factor": float(self.factor.max()),
        }
