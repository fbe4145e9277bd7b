"""What a methodologist asks of weights: distributions, margins met, extremes with their causes, decisions taken."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.design.sample import Sample

QUANTILES = {
    "min": 0.0,
    "p1": 0.01,
    "p5": 0.05,
    "p25": 0.25,
    "median": 0.5,
    "p75": 0.75,
    "p95": 0.95,
    "p99": 0.99,
    "max": 1.0,
}


def distributions(sample: Sample, *, of: str) -> pd.DataFrame:
    """A line a step: n and quantiles of the weights ("after") or of the factor ("factor") of those who have a weight."""
    records = []
    for step in sample.steps:
        values = (step.after if of == "after" else step.factor)[step.after != 0]
        told = np.quantile(values, list(QUANTILES.values()))
        records.append((step.kind, len(values), *map(float, told)))
    return pd.DataFrame(records, columns=["step", "n", *QUANTILES])


def margins_met(sample: Sample) -> pd.DataFrame:
    """Every margin of every calibration: before, after, target, and what the step did to it."""
    found = [
        step.details.assign(step=step.kind, factor=step.details["after"] / step.details["before"])
        for step in sample.steps
        if "target" in step.details
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def extremes(sample: Sample, count: int = 10) -> pd.DataFrame:
    """The weights furthest from the median, by ratio, and the step that did most to put them there.

    persons : respondents of the same stratum with the same weight; row : place of the first among the respondents, no
    serial number. A column a step: its factor relative to the median one; cause : the step that moved the weight furthest
    in its direction; margin : for a calibration, the margin most in want.
    """
    if not sample.steps:
        return pd.DataFrame()
    weight = sample.weight
    held = np.flatnonzero(weight > 0)
    ratio = weight / np.median(weight[held])
    stage = sample.stages[0]
    group = stage.group[stage.unit]
    alike = pd.MultiIndex.from_arrays([group[held], np.round(ratio[held], 9)])
    own, distinct = pd.factorize(alike)
    first = held[np.unique(own, return_index=True)[1]]
    furthest = np.argsort(-np.abs(np.log(ratio[first])), kind="stable")[:count]
    order, persons = first[furthest], np.bincount(own, minlength=len(distinct))[furthest]
    parts = {}
    for number, step in enumerate(sample.steps):
        value = step.after if number == 0 else step.factor
        parts[f"{number}:{step.kind}"] = value[order] / np.median(value[held])
    towards = np.sign(np.log(ratio[order]))
    pull = np.stack([np.log(np.maximum(part, 1e-12)) * towards for part in parts.values()])
    cause = pull.argmax(axis=0)
    return pd.DataFrame(
        {
            "stratum": [stage.names[g] for g in group[order]],
            "persons": persons,
            "row": order + 1,
            "weight": weight[order],
            "times_median": ratio[order],
            **{name.partition(":")[2]: part for name, part in parts.items()},
            "cause": [sample.steps[k].kind for k in cause],
            "margin": [_wanting(sample, int(k), int(row)) for k, row in zip(cause, order, strict=True)],
        }
    )


def _wanting(sample: Sample, number: int, row: int) -> str:
    """The margin whose category, of those this respondent holds, was furthest from its target."""
    step = sample.steps[number]
    if step.calibration is None or "target" not in step.details:
        return ""
    auxiliary, details = step.calibration.auxiliary, step.details
    with np.errstate(all="ignore"):
        need = np.abs(np.log((details["target"] / details["before"]).to_numpy()))
    held = np.abs(auxiliary.rows[auxiliary.index[row]]) > 0
    return str(details["margin"].iloc[int(np.where(held & np.isfinite(need), need, -1).argmax())])


def collapses(sample: Sample) -> pd.DataFrame:
    """Every merge of classes or categories, by step: "written" in the data, or "found" necessary."""
    records = [
        (number, step.kind, "written" if what == "collapse" else "found", value)
        for number, step in enumerate(sample.steps)
        for what, value in step.notes
        if what in ("collapse", "merged")
    ]
    return pd.DataFrame(records, columns=["number", "step", "origin", "merged"])


def decisions(sample: Sample) -> pd.DataFrame:
    """What each step decided on its own: classes formed, limits, weights cut, persons left out; what, value."""
    records = [
        (number, step.kind, what, value)
        for number, step in enumerate(sample.steps)
        for what, value in step.notes
        if what not in ("collapse", "merged")
    ]
    return pd.DataFrame(records, columns=["number", "step", "what", "decided"])


def trimming_levels(sample: Sample) -> pd.DataFrame:
    """Mean squared error at each level a trimming tried: multiple of the median, weights cut, relative_mse."""
    found = [step.details for step in sample.steps if "relative_mse" in step.details]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def summaries(sample: Sample) -> pd.DataFrame:
    """A line a step: sum, spread, Kish's design effect, effective sample size, factors."""
    return pd.DataFrame([step.summary() for step in sample.steps])
