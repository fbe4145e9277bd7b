"""Unequal probabilities without replacement: what stands for the joint inclusion probabilities."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from kodoku_survey.arrays import AnyArray, FloatArray
from kodoku_survey.design.stages import Stage
from kodoku_survey.errors import DesignError, DidYouMean

PpsMethod = Literal["brewer", "overton", "hartley_rao"]
PpsVariance = Literal["horvitz_thompson", "yates_grundy"]
PPS_METHODS = ("brewer", "overton", "hartley_rao")


def pps_stage(
    stage: Stage,
    chance: FloatArray,
    *,
    method: PpsMethod | FloatArray = "brewer",
    variance: PpsVariance = "horvitz_thompson",
    squares: float | None = None,
) -> Stage:
    """A first stage whose units were drawn with unequal probabilities without replacement.

    chance : (u,) inclusion probabilities. method : an approximation by name, or the (u, u) joint inclusion probabilities.
    squares : Σ π² / n over the population, for Hartley–Rao; estimated by the sample mean of π where unknown.

    Source: Brewer (1975), Austral. J. Statist. 17 (from the probabilities alone); Overton (1985), EPA/600/4-85/008 as given
    by Stehman & Overton (1994), Survey Methodology 20; Hartley & Rao (1962), Ann. Math. Statist. 33, first terms.

    Raises
    ------
    DesignError
        Probabilities outside (0, 1]; an unknown method; joint probabilities of another shape, or of 0.
    """
    wrong = np.flatnonzero(~((chance > 0) & (chance <= 1)))
    if len(wrong):
        raise DesignError("design.bad_chance", value=float(chance[wrong[0]]), row=int(wrong[0]) + 1)
    if isinstance(method, str) and method == "brewer":
        return replace(stage, chance=chance)
    if isinstance(method, str):
        if method not in PPS_METHODS:
            raise DesignError("design.unknown_pps", value=method, hint=DidYouMean(method, PPS_METHODS))
        delta = _overton(stage, chance) if method == "overton" else _hartley_rao(stage, chance, squares)
    else:
        joint = np.asarray(method, dtype=float)
        if joint.shape != (stage.units, stage.units) or not (joint > 0).all():
            raise DesignError("design.bad_joint", value=joint.shape, units=stage.units)
        own = np.diag(joint)
        delta = (joint - np.outer(own, own)) / joint
    if variance == "yates_grundy":
        delta = delta - np.diag(delta.sum(axis=1))
    return replace(stage, chance=chance, root=_root(delta))


def _overton(stage: Stage, chance: FloatArray) -> FloatArray:
    mean = (chance[:, None] + chance) / 2
    n = stage.count[stage.group][:, None]
    return _assembled(stage, np.where(mean == 1, 0.0, 1 - (n - mean) / np.maximum(n - 1, 1)), chance)


def _hartley_rao(stage: Stage, chance: FloatArray, squares: float | None) -> FloatArray:
    n = stage.count[stage.group][:, None]
    known = np.bincount(stage.group, chance) / stage.count if squares is None else np.full(len(stage.count), squares)
    both = chance[:, None] + chance
    return _assembled(stage, 1 - (n - both + known[stage.group][:, None]) / np.maximum(n - 1, 1), chance)


def _assembled(stage: Stage, pairs: FloatArray, chance: FloatArray) -> FloatArray:
    delta = np.where(stage.group[:, None] == stage.group, pairs, 0.0)
    np.fill_diagonal(delta, 1 - chance)
    return delta


def _root(delta: FloatArray) -> AnyArray:
    """R with R'R = Δ. Where Δ is not definite, as a Horvitz–Thompson form often is, R is complex: i times a real row takes off.

    The variance of most totals is positive all the same; one that is not is refused when asked for (`standard_errors`).
    """
    values, vectors = np.linalg.eigh((delta + delta.T) / 2)
    size = np.abs(values)
    keep = size > size.max() * 1e-14
    root = np.sqrt(size[keep])[:, None] * vectors[:, keep].T
    if values.min() < -1e-12 * size.max():
        return np.where(values[keep] < 0, 1j, 1.0)[:, None] * root
    return root[values[keep] > 0]
