"""From columns that say how people were selected to the stages of the variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, FloatArray, IndexArray
from kodoku_survey.design.stages import Stage
from kodoku_survey.errors import DesignError, DidYouMean


def stages_of(
    units: Sequence[AnyArray],
    stratum: AnyArray,
    fpc: Sequence[FloatArray],
    selected: pd.DataFrame | None = None,
    *,
    collapse: Mapping[Any, Any] | None = None,
) -> tuple[Stage, ...]:
    """Stages from the unit of each respondent at each stage, strata of the first, and fpc a stage.

    units : (n,) labels a stage, nested in those before: unit 1 of one stratum is not unit 1 of another.
    fpc : (n,) a stage: units in the population group, or the share drawn. Fewer than stages: the rest with replacement.
    selected : stratum, psu of every selected PSU, answered or not; default: those of the respondents.
    collapse : stratum → the neighbour it is merged with, for strata with a single PSU.
    """
    table = pd.DataFrame({"stratum": stratum, "psu": units[0]}, copy=False) if selected is None else selected
    strata, psus = _numbered(table["stratum"], "stratum"), _numbered(table["psu"], "psu")
    key = strata.codes.astype(np.int64) * max(len(psus.categories), 1) + psus.codes
    if selected is None:
        unit, keys = pd.factorize(key, sort=True)
    else:
        keys = np.unique(key)
        unit = _known_units(stratum, units[0], strata, psus, keys)
        doubled = pd.Series(keys % max(len(psus.categories), 1))
        if doubled.duplicated().any():
            value = str(psus.categories[int(doubled[doubled.duplicated()].iloc[0])])
            raise DesignError("design.psu_in_two_strata", value=value)
    group, names = keys // max(len(psus.categories), 1), tuple(map(str, strata.categories))
    first = _stage(unit, group, names, np.ones(len(names)), fpc[0] if fpc else None)
    stages = [collapsed(first, strata.categories, collapse) if collapse else first]
    for number, ids in enumerate(units[1:], start=1):
        below = _below(stages[-1], ids, fpc[number] if number < len(fpc) else None)
        if not below.above.any():  # with replacement above: nothing is added below
            break
        stages.append(below)
    return tuple(stages)


def collapsed(stage: Stage, strata: pd.Index, into: Mapping[Any, Any]) -> Stage:
    """A first stage whose strata are merged with the neighbours named: units stay themselves, populations add up.

    strata : (g,) labels. The variance then takes the difference between merged strata for variance within them, so it errs
    on the large side. Source: Wolter (2007), Introduction to Variance Estimation, 2.5. Raises DesignError.
    """
    known = _as_labelled(strata, into)
    target = np.array([strata.get_loc(_neighbour(name, known)) for name in strata])
    kept, place = np.unique(target, return_inverse=True)
    with np.errstate(divide="ignore"):
        population = np.bincount(place, stage.count / stage.fraction)  # infinite where drawn with replacement
    names = tuple(
        "+".join(name for name, at in zip(stage.names, place, strict=True) if at == g) for g in range(len(kept))
    )
    count = np.bincount(place, stage.count)
    return replace(stage, group=place[stage.group], fraction=count / population, above=np.ones(len(kept)), names=names)


def _neighbour(name: Any, into: Mapping[Any, Any]) -> Any:
    """The stratum one ends in, however many steps away. Raises DesignError for a circle."""
    seen = [name]
    while seen[-1] in into:
        seen.append(into[seen[-1]])
        if seen[-1] in seen[:-1]:
            raise DesignError("design.collapse_circle", "collapse", value=" → ".join(map(str, seen)))
    return seen[-1]


def _as_labelled(strata: pd.Index, into: Mapping[Any, Any]) -> dict[Any, Any]:
    """The merges with strata as the data have them: 7 is "7" where the column holds text. Raises DesignError."""
    by_text = {str(name): name for name in strata}

    def label(one: Any) -> Any:
        if one in strata:
            return one
        if str(one) not in by_text:
            raise DesignError("design.no_stratum", "collapse", value=one, hint=DidYouMean(str(one), tuple(by_text)))
        return by_text[str(one)]

    return {label(one): label(other) for one, other in into.items()}


def _numbered(labels: pd.Series, name: str) -> pd.Categorical:
    if isinstance(labels.dtype, pd.CategoricalDtype):
        labels = labels.cat.remove_unused_categories()
    numbered = labels.array if isinstance(labels.dtype, pd.CategoricalDtype) else pd.Categorical(labels)
    missing = np.flatnonzero(numbered.codes < 0)
    if len(missing):
        raise DesignError("design.missing_unit", name, count=len(missing), row=int(missing[0]) + 1)
    return numbered


def _known_units(
    stratum: AnyArray, psu: AnyArray, strata: pd.Categorical, psus: pd.Categorical, keys: IndexArray
) -> IndexArray:
    """The number of each respondent's PSU among the selected ones."""
    s, p = strata.categories.get_indexer(stratum), psus.categories.get_indexer(psu)
    key = s.astype(np.int64) * len(psus.categories) + p
    unit = np.clip(np.searchsorted(keys, key), 0, len(keys) - 1)
    unknown = np.flatnonzero((s < 0) | (p < 0) | (keys[unit] != key))
    if len(unknown):
        raise DesignError("design.unselected_psu", value=str(psu[int(unknown[0])]))
    return unit.astype(np.intp)


def _below(before: Stage, ids: AnyArray, fpc: FloatArray | None) -> Stage:
    """The next stage: units within each unit of the stage before."""
    own = _numbered(pd.Series(ids), "psu").codes.astype(np.int64)
    nested, keys = pd.factorize(before.unit * (own.max(initial=0) + 1) + own)
    parent = np.asarray(keys // (own.max(initial=0) + 1), dtype=np.intp)
    reach = ((1 - before.left) * before.above[before.group]).astype(float)
    return _stage(nested, parent, tuple(f"unit {i + 1}" for i in range(before.units)), reach, fpc)


def _stage(unit: AnyArray, group: AnyArray, names: tuple[str, ...], above: FloatArray, fpc: FloatArray | None) -> Stage:
    fraction = np.zeros(len(names))
    if fpc is not None:
        count = np.bincount(group, minlength=len(names))
        of_group = np.zeros(len(names))
        of_row = group[unit]
        of_group[of_row] = fpc
        wrong = np.flatnonzero(~np.isfinite(fpc) | (fpc <= 0) | (of_group[of_row] != fpc))
        if len(wrong):
            raise DesignError("design.bad_fpc", names[of_row[wrong[0]]], value=float(fpc[wrong[0]]))
        fraction = np.where(of_group > 1, count / np.maximum(of_group, 1), of_group)
        beyond = np.flatnonzero((of_group > 1) & (count > of_group))
        if len(beyond):
            g = int(beyond[0])
            raise DesignError("design.fpc_below_sample", names[g], fpc=float(of_group[g]), drawn=int(count[g]))
    return Stage(np.asarray(unit, np.intp), np.asarray(group, np.intp), fraction, np.asarray(above, float), names)


def inclusion_weights(stages: Sequence[Stage], count: int) -> FloatArray:
    """(n,) weights 1/π from the first `count` stages, for a sample without a weight column."""
    return np.prod([1 / (1 - stage.left)[stage.unit] for stage in stages[:count]], axis=0)
