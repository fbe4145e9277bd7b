"""Base weights: how many persons of the frame one selected person stands for before anybody answers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, TextArray
from kodoku_survey.errors import DesignError
from kodoku_survey.survey.settings import DesignSettings
from kodoku_survey.survey.settings.weights import WeightingSettings


def base_weights(selection: pd.DataFrame, weighting: WeightingSettings, design: DesignSettings) -> FloatArray:
    """Weights (s,) of everyone selected: given, 1 / the product of the selection probabilities, or from frame counts.

    Raises DesignError.
    """
    if weighting.draw:
        return _from_counts(selection, weighting, design)
    if weighting.probabilities:
        p = np.prod([selection[name].to_numpy(float) for name in weighting.probabilities], axis=0)
        _refuse_chance(p, "×".join(weighting.probabilities))
        return np.asarray(1 / p, dtype=float)
    name = weighting.given or weighting.base
    weights = selection[name].to_numpy(float)
    _refuse(weights, ~np.isfinite(weights) | (weights < 0), name)
    if not (weights > 0).any():
        raise DesignError("design.zero_weights", name)
    return weights


def one_stage(stratum: TextArray, persons: FloatArray) -> FloatArray:
    """N_h / n_h: persons of the stratum over those selected in it. Source: Cochran (1977), Sampling Techniques, 5.3."""
    code, _ = pd.factorize(stratum)
    return np.asarray(persons / np.bincount(code)[code])


def two_stage(
    stratum: TextArray, psu: TextArray, persons: FloatArray, size: FloatArray, listed: FloatArray | None = None
) -> FloatArray:
    """1 / (m_h M_i / M_h × b_i / L_i): m_h points drawn in stratum h with probability proportional to M_i, b_i persons in each.

    persons : M_h, persons of the stratum. size : M_i, measure of size of the person's point. listed : L_i, persons found
    there when it was listed; default M_i, so that every person of a stratum has one weight, M_h / (m_h b). All (s,).
    Raises DesignError where a point would be drawn for certain.
    Source: Särndal, Swensson & Wretman (1992), 3.6 and 4.3; a self-weighting design after Hansen & Hurwitz (1943).
    """
    group, _ = pd.factorize(stratum)
    points, _ = pd.factorize(pd.MultiIndex.from_arrays([stratum, psu]))
    group_of_point = group[np.unique(points, return_index=True)[1]]
    drawn = np.bincount(group_of_point)
    first = drawn[group] * size / persons
    _refuse_chance(first, "m_h·M_i / M_h")
    take = np.bincount(points)[points]
    second = take / (size if listed is None else listed)
    _refuse_chance(second, "b_i / L_i")
    return np.asarray(1 / (first * second))


def frame_check(
    selection: pd.DataFrame, base: FloatArray, weighting: WeightingSettings, design: DesignSettings
) -> pd.DataFrame:
    """Stratum by stratum: points, persons selected, Σ base weights, persons of the frame and their ratio.

    Frame counts are known where [weighting] stratum_size names them; a sum that misses one by more than frame_tolerance
    raises DesignError.
    """
    stratum = selection[design.stratum].astype(str) if design.stratum else pd.Series("", index=selection.index)
    psu = selection[design.psu] if design.psu else selection.index.to_series()
    table = pd.DataFrame({"stratum": stratum, "psu": psu, "base": base})
    counts = table.groupby("stratum", sort=True).agg(
        points=("psu", "nunique"), selected=("base", "size"), sum=("base", "sum")
    )
    if not design.psu:
        counts = counts.drop(columns="points")
    found = counts.reset_index()
    if weighting.stratum_size:
        persons = selection[weighting.stratum_size].to_numpy(float)
        given = pd.Series(persons).groupby(stratum.to_numpy()).agg(["min", "max"]).reindex(found["stratum"])
        differ = np.flatnonzero((given["min"] != given["max"]).to_numpy())
        if len(differ):
            name = str(found["stratum"].iloc[differ[0]])
            raise DesignError("design.two_frame_counts", f"{weighting.stratum_size} [{name}]", value=name)
        found = found.assign(frame=given["max"].to_numpy(), ratio=found["sum"].to_numpy() / given["max"].to_numpy())
        _within(found, weighting)
    return found


def _within(found: pd.DataFrame, weighting: WeightingSettings) -> None:
    off = (found["ratio"] - 1).abs().to_numpy()
    worst = int(np.nan_to_num(off, nan=np.inf).argmax())
    if not off[worst] <= weighting.frame_tolerance:
        row = found.iloc[worst]
        raise DesignError(
            "design.frame_count",
            f"{weighting.stratum_size} [{row['stratum']}]",
            sum=f"{row['sum']:,.0f}",
            frame=f"{row['frame']:,.0f}",
            tolerance=f"{100 * weighting.frame_tolerance:g}%",
        )


def _from_counts(selection: pd.DataFrame, weighting: WeightingSettings, design: DesignSettings) -> FloatArray:
    needed = ["stratum_size", *(["psu_size"] if weighting.draw == "two_stage" else [])]
    for key in needed:
        if not getattr(weighting, key):
            raise DesignError("design.missing_size", "survey.toml [weighting]", option=key, draw=weighting.draw)
    if weighting.draw == "two_stage" and not design.psu:
        raise DesignError("design.missing_size", "survey.toml [design]", option="psu", draw=weighting.draw)
    stratum = selection[design.stratum].to_numpy(object) if design.stratum else np.full(len(selection), "", object)
    persons = selection[weighting.stratum_size].to_numpy(float)
    _refuse(persons, ~(persons > 0), weighting.stratum_size)
    if weighting.draw == "one_stage":
        return one_stage(stratum, persons)
    listed = selection[weighting.listed].to_numpy(float) if weighting.listed else None
    size = selection[weighting.psu_size].to_numpy(float)
    return two_stage(stratum, selection[design.psu].to_numpy(object), persons, size, listed)


def _refuse(values: FloatArray, wrong: BoolArray, place: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DesignError("design.bad_weight", place, count=int(wrong.sum()), row=row + 1, value=float(values[row]))


def _refuse_chance(p: FloatArray, place: str) -> None:
    wrong = ~np.isfinite(p) | (p <= 0) | (p > 1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DesignError("design.bad_probability", place, count=int(wrong.sum()), row=row + 1, value=float(p[row]))
