"""Calibration as a step: margins asked for, met, and recorded before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from kodoku_survey.arrays import AnyArray, FloatArray
from kodoku_survey.design.auxiliary import Auxiliary, Calibration, integrated
from kodoku_survey.design.calibration import DISTANCES, Bounds, solve
from kodoku_survey.design.chain import Move, move
from kodoku_survey.design.steps import Made, MarginRecord, Step
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.by_domain import DomainMargins, beside
from kodoku_survey.weighting.crossings import CodesOf
from kodoku_survey.weighting.feasibility import feasible
from kodoku_survey.weighting.margins import Groups, Margin, collapsed


def calibrated(
    domains: Sequence[DomainMargins],
    codes_of: CodesOf,
    weight: FloatArray,
    method: str,
    bounds: Bounds | None = None,
    *,
    collapse: Groups | None = None,
    households: AnyArray | None = None,
    label: Callable[[str, Any], str] = lambda _name, code: str(code),
) -> Made:
    """Calibrate (n,) weights to margins; `label` says what a code is called in the record.

    domains : one of everybody, or several that exclude each other; who is in none of them keeps the weight there is.
    Raises DesignError.
    """
    distance = "raking" if method == "poststratify" else method
    asked = [_asked(one, codes_of, weight, distance, bounds, collapse, households) for one in domains]
    auxiliary = beside([(one, own) for one, (_, own, _) in zip(domains, asked, strict=True)])
    totals = np.concatenate([wanted for _, _, wanted in asked])
    g = _factors(auxiliary, totals, weight, distance, bounds)
    after = g.take(auxiliary.index)
    after *= weight
    written = [("collapse", f"{n} {'+'.join(map(str, c))}") for n, lists in (collapse or {}).items() for c in lists]
    beyond = 0 if after.min(initial=1.0) > 0 else int((after <= 0).sum() - (weight == 0).sum())
    notes = (*written, *((("not_positive", str(beyond)),) if beyond > 0 else ()))
    calibration = Calibration(
        auxiliary, weight, after, distance, bounds=bounds if DISTANCES[distance].bounded else None
    )
    columns = [
        (one.named(margin.name), margin, category)
        for one, (margins, _, _) in zip(domains, asked, strict=True)
        for margin in margins
        for category in margin.categories or ((),)
    ]
    step = Step(method, weight, after, notes=notes, calibration=calibration, margins=_record(columns, totals, label))
    return Made(step, calibrating_again(auxiliary, totals, distance, bounds))


def _asked(
    domain: DomainMargins,
    codes_of: CodesOf,
    weight: FloatArray,
    distance: str,
    bounds: Bounds | None,
    collapse: Groups | None,
    households: AnyArray | None,
) -> tuple[list[Margin], Auxiliary, FloatArray]:
    """A domain's margins after `collapse`, the matrix of its rows and the totals it must meet. Raises DesignError."""
    margins, codes = collapsed(domain.given, domain.codes(codes_of), collapse or {})
    own = domain.of_rows(weight)
    auxiliary, totals = feasible(margins, codes, own, distance, bounds)
    if households is not None:
        auxiliary = integrated(auxiliary, domain.of_rows(households), own)
    return margins, auxiliary, totals


def calibrating_again(auxiliary: Auxiliary, totals: FloatArray, distance: str, bounds: Bounds | None) -> Move:
    """The move that meets the same totals from other weights."""
    return partial(met_again, auxiliary=auxiliary, totals=totals, distance=distance, bounds=bounds)


@move
def met_again(
    weight: FloatArray, *, auxiliary: Auxiliary, totals: FloatArray, distance: str, bounds: Bounds | None
) -> FloatArray:
    """The weights that meet the totals once more, as the step of a chain does it in a replicate."""
    return met(auxiliary, totals, weight, distance, bounds)


def met(
    auxiliary: Auxiliary, totals: FloatArray, weight: FloatArray, distance: str, bounds: Bounds | None
) -> FloatArray:
    """Weights (n,) calibrated to totals (p,). Raises DesignError."""
    return np.asarray(weight * _factors(auxiliary, totals, weight, distance, bounds).take(auxiliary.index))


def _factors(
    auxiliary: Auxiliary, totals: FloatArray, weight: FloatArray, distance: str, bounds: Bounds | None
) -> FloatArray:
    """(m,) what the weights of each distinct row are multiplied by."""
    mass = auxiliary.mass(weight)
    empty = np.flatnonzero((mass @ np.abs(auxiliary.rows) == 0) & (totals != 0))
    if len(empty):  # only in a replicate: the whole sample has been asked before
        name, value = auxiliary.names[empty[0]], f"{totals[empty[0]]:,.0f}"
        raise DesignError("design.empty_category", f"margins [{name}]", value=value, collapse="–")
    with np.errstate(over="ignore", invalid="ignore"):  # a first step too far is halved
        return solve(auxiliary.rows, mass, totals, distance=distance, names=auxiliary.names, bounds=bounds)


def _record(
    columns: Sequence[tuple[str, Margin, tuple[Any, ...]]], totals: FloatArray, label: Callable[[str, Any], str]
) -> MarginRecord:
    """Each category of each margin, the margin by its name in the record."""
    return MarginRecord(
        tuple(name for name, _, _ in columns),
        tuple(":".join(map(str, category)) for _, _, category in columns),
        tuple("・".join(label(n, c) for n, c in zip(m.variables, g, strict=False)) for _, m, g in columns),
        totals,
    )
