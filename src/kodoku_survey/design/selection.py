"""From columns that say how people were selected to the stages of the variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design.auxiliary import FloatArray, IntArray
from kodoku_survey.design.stages import Stage
from kodoku_survey.errors import DesignError, DidYouMean

Labels = npt.NDArray[Any]


def stages_of(
    units: Sequence[Labels],
    stratum: Labels,
    fpc: Sequence[FloatArray],
    selected: pd.DataFrame | None = None,
    *,
    collapse: Mapping[Any, Any] | None = None,
) -> tuple[Stage, ...]:
    """Stages from the unit of each respondent at each stage, strata of the first, and fpc a stage.

    units : (n,) labels a stage, nested in those before: unit 1 of one stratum is not unit 1 of another.
    fpc : (n,) a stage: units in the population group, or the share drawn. Fewer than stages: the rest with replacement.
    selected : stratum, psu of every selected PSU, answered or not; default: those of the respondents.
    collapse : stratum → the neighbour it is merged with.
    """
    merged = _merged(stratum, collapse or {})
    table = pd.DataFrame({"stratum": merged, "psu": units[0]}, copy=False) if selected is None else selected
    if selected is not None and collapse:
        table = table.assign(stratum=_merged(table["stratum"].to_numpy(), collapse))
    strata, psus = _numbered(table["stratum"], "stratum"), _numbered(table["psu"], "psu")
    key = strata.codes.astype(np.int64) * max(len(psus.categories), 1) + psus.codes
    if selected is None:
        unit, keys = pd.factorize(key, sort=True)
    else:
        keys = np.unique(key)
        unit = _known_units(merged, units[0], strata, psus, keys)
        doubled = pd.Series(keys % max(len(psus.categories), 1))
        if doubled.duplicated().any():
            value = str(psus.categories[int(doubled[doubled.duplicated()].iloc[0])])
            raise DesignError("design.psu_in_two_strata", value=value)
    group, names = keys // max(len(psus.categories), 1), tuple(map(str, strata.categories))
    above = np.ones(len(names))
    stages = [_stage(unit, group, names, above, fpc[0] if fpc else None)]
    for number, ids in enumerate(units[1:], start=1):
        below = _below(stages[-1], ids, fpc[number] if number < len(fpc) else None)
        if not below.above.any():  # with replacement above: nothing is added below
            break
        stages.append(below)
    return tuple(stages)


def _merged(stratum: Labels, collapse: Mapping[Any, Any]) -> Labels:
    if not collapse:
        return stratum
    known = tuple(pd.unique(pd.Series(stratum)))
    for name in (*collapse, *collapse.values()):
        if name not in known:
            hint = DidYouMean(str(name), tuple(map(str, known)))
            raise DesignError("design.no_stratum", "collapse", value=name, hint=hint)
    return pd.Series(stratum).map(lambda label: collapse.get(label, label)).to_numpy()


def _numbered(labels: pd.Series, name: str) -> pd.Categorical:
    if isinstance(labels.dtype, pd.CategoricalDtype):
        labels = labels.cat.remove_unused_categories()
    numbered = labels.array if isinstance(labels.dtype, pd.CategoricalDtype) else pd.Categorical(labels)
    missing = np.flatnonzero(numbered.codes < 0)
    if len(missing):
        raise DesignError("design.missing_unit", name, count=len(missing), row=int(missing[0]) + 1)
    return numbered


def _known_units(
    stratum: Labels, psu: Labels, strata: pd.Categorical, psus: pd.Categorical, keys: npt.NDArray[np.int64]
) -> IntArray:
    """The number of each respondent's PSU among the selected ones."""
    s, p = strata.categories.get_indexer(stratum), psus.categories.get_indexer(psu)
    key = s.astype(np.int64) * len(psus.categories) + p
    unit = np.clip(np.searchsorted(keys, key), 0, len(keys) - 1)
    unknown = np.flatnonzero((s < 0) | (p < 0) | (keys[unit] != key))
    if len(unknown):
        raise DesignError("design.unselected_psu", value=str(psu[int(unknown[0])]))
    return unit.astype(np.intp)


def _below(before: Stage, ids: Labels, fpc: FloatArray | None) -> Stage:
    """The next stage: units within each unit of the stage before."""
    own = _numbered(pd.Series(ids), "psu").codes.astype(np.int64)
    nested, keys = pd.factorize(before.unit * (own.max(initial=0) + 1) + own)
    parent = np.asarray(keys // (own.max(initial=0) + 1), dtype=np.intp)
    reach = ((1 - before.left) * before.above[before.group]).astype(float)
    return _stage(nested, parent, tuple(f"unit {i + 1}" for i in range(before.units)), reach, fpc)


def _stage(unit: Labels, group: Labels, names: tuple[str, ...], above: FloatArray, fpc: FloatArray | None) -> Stage:
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
