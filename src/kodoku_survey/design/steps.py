"""A weighting step as a record: what came in, what went out, and what a methodologist asks of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.auxiliary import Calibration


@dataclass(frozen=True, eq=False)
class MarginRecord:
    """What the columns of a calibration are called, and the totals (p,) they were to meet."""

    margins: tuple[str, ...]
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    target: FloatArray


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the weight of n respondents.

    kind : base, given, nonresponse, raking … . before, after : (n,) weights.
    table : strata (base), classes with their factors (nonresponse), levels with their error (trimming by mean squared error).
    margins : of a calibration, which `details` sets before and after beside their target.
    notes : collapses and other decisions, as data: (what, value) pairs.
    calibration : what the weights are calibrated to after this step, if they are.
    """

    kind: str
    before: FloatArray
    after: FloatArray
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[tuple[str, str], ...] = ()
    calibration: Calibration | None = None
    margins: MarginRecord | None = None

    @cached_property
    def details(self) -> pd.DataFrame:
        """The table of the step; of a calibration every margin before and after it, beside its target."""
        if self.margins is None or self.calibration is None:
            return self.table
        auxiliary, told = self.calibration.auxiliary, self.margins
        return pd.DataFrame(
            {
                "margin": list(told.margins),
                "code": list(told.codes),
                "label": list(told.labels),
                "respondents": (auxiliary.persons(self.before > 0) @ (auxiliary.rows == 1)).astype(int),
                "before": auxiliary.total(self.before),
                "after": auxiliary.total(self.after),
                "target": told.target,
            }
        )

    def __repr__(self) -> str:
        return f"<Step {self.kind}: weights sum to {self.after.sum():,.0f}, Kish deff {kish_deff(self.after):.3f}>"

    @property
    def factor(self) -> FloatArray:
        """(n,) what each weight was multiplied by."""
        return self.after / np.where(self.before == 0, 1, self.before)

    def summary(self) -> dict[str, Any]:
        """Sum, extremes and coefficient of variation of the weights, Kish's design effect and effective sample size.

        Of those who have a weight.
        """
        held = self.after != 0
        w, factor = self.after[held], self.factor[held]
        deff = kish_deff(w)
        return {
            "step": self.kind,
            "sum": float(w.sum()),
            "min": float(w.min()),
            "median": float(np.median(w)),
            "max": float(w.max()),
            "cv": float(w.std() / w.mean()),
            "kish_deff": deff,
            "effective_n": len(w) / deff,
            "min_factor": float(factor.min()),
            "max_factor": float(factor.max()),
            "not_positive": int((w < 0).sum()),
        }


def kish_deff(weight: FloatArray) -> float:
    """n Σ w²/(Σ w)² = 1 + cv² of those who have a weight; nan where nobody has.

    Source: Kish (1992), J. Official Statistics 8, 183–200.
    """
    held = weight[weight != 0]
    return 1 + float(held.std() / held.mean()) ** 2 if held.size else float("nan")


@dataclass(frozen=True, eq=False)
class Made:
    """A step, and how to make it again from other weights: those of a replicate."""

    step: Step
    move: Callable[[FloatArray], FloatArray]
