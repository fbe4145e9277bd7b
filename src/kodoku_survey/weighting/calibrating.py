"""Calibration as a step: margins asked for, met, and recorded before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray
from kodoku_survey.design.auxiliary import Auxiliary, Calibration, weighted_counts
from kodoku_survey.design.calibration import DISTANCES, Bounds, solve
from kodoku_survey.design.chain import Move, move
from kodoku_survey.design.steps import Made, Step
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.feasibility import feasible
from kodoku_survey.weighting.households import integrated
from kodoku_survey.weighting.margins import CodesOf, Groups, Margin, collapsed


def calibrated(
    margins: list[Margin],
    codes_of: CodesOf,
    weight: FloatArray,
    method: str,
    bounds: Bounds | None = None,
    *,
    collapse: Groups | None = None,
    households: AnyArray | None = None,
    inside: BoolArray | None = None,
    label: Callable[[str, Any], str] = lambda _name, code: str(code),
) -> Made:
    """Calibrate (n,) weights to margins; `label` says what a code is called in the record.

    inside : (n,) the domain the margins are of; everybody else keeps the weight there is. Raises DesignError.
    """
    distance = "raking" if method == "poststratify" else method
    margins, codes_of = collapsed(margins, codes_of, collapse or {})
    rows = slice(None) if inside is None else inside
    auxiliary, totals = feasible(margins, lambda name: codes_of(name)[rows], weight[rows], distance, bounds)
    if households is not None:
        auxiliary = integrated(auxiliary, households[rows], weight[rows])
    if inside is not None:
        auxiliary = auxiliary.within(inside)
    after = met(auxiliary, totals, weight, distance, bounds)
    details = _margin_details(margins, auxiliary, weight, after, totals, label)
    written = [("collapse", f"{n} {'+'.join(map(str, c))}") for n, lists in (collapse or {}).items() for c in lists]
    beyond = int((after <= 0).sum() - (weight == 0).sum())
    notes = (*written, *((("not_positive", str(beyond)),) if beyond > 0 else ()))
    calibration = Calibration(
        auxiliary, weight, after, distance, bounds=bounds if DISTANCES[distance].bounded else None
    )
    step = Step(method, weight, after, details, notes, calibration)
    return Made(step, calibrating_again(auxiliary, totals, distance, bounds))


def calibrating_again(auxiliary: Auxiliary, totals: FloatArray, distance: str, bounds: Bounds | None) -> Move:
    """The move that meets the same totals from other weights."""
    return partial(met_again, auxiliary=auxiliary, totals=totals, distance=distance, bounds=bounds)


@move
def met_again(
    weight: FloatArray, *, auxiliary: Auxiliary, totals: FloatArray, distance: str, bounds: Bounds | None
) -> FloatArray:
    return met(auxiliary, totals, weight, distance, bounds)


def met(
    auxiliary: Auxiliary, totals: FloatArray, weight: FloatArray, distance: str, bounds: Bounds | None
) -> FloatArray:
    """Weights (n,) calibrated to totals (p,). Raises DesignError."""
    mass = weighted_counts(auxiliary.index, weight, len(auxiliary.rows))
    empty = np.flatnonzero((mass @ np.abs(auxiliary.rows) == 0) & (totals != 0))
    if len(empty):  # only in a replicate: the whole sample has been asked before
        name, value = auxiliary.names[empty[0]], f"{totals[empty[0]]:,.0f}"
        raise DesignError("design.empty_category", f"margins [{name}]", value=value, collapse="–")
    with np.errstate(over="ignore", invalid="ignore"):  # a first step too far is halved
        g = solve(auxiliary.rows, mass, totals, distance=distance, names=auxiliary.names, bounds=bounds)
    return np.asarray(weight * g[auxiliary.index])


def _margin_details(
    margins: Sequence[Margin],
    auxiliary: Auxiliary,
    before: FloatArray,
    after: FloatArray,
    totals: FloatArray,
    label: Callable[[str, Any], str],
) -> pd.DataFrame:
    """Each margin before and after, beside its target."""
    held = np.bincount(auxiliary.index[before > 0], minlength=len(auxiliary.rows)) @ (auxiliary.rows == 1)
    columns = [(margin, category) for margin in margins for category in margin.categories or ((),)]
    return pd.DataFrame(
        {
            "margin": [margin.name for margin, _ in columns],
            "code": [":".join(map(str, category)) for _, category in columns],
            "label": ["・".join(label(n, c) for n, c in zip(m.variables, g, strict=False)) for m, g in columns],
            "respondents": held.astype(int),
            "before": auxiliary.total(before),
            "after": auxiliary.total(after),
            "target": totals,
        }
    )
