"""What a methodologist asks of weights: rates, margins, distributions, extremes with their causes, bias where it can be seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.design.response_rates import disposition_counts, response_rates
from kodoku_survey.design.sample import Sample
from kodoku_survey.design.stages import LonelyPsu, Stage, centred
from kodoku_survey.design.weighting import Selection
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.survey.weighting import variables_of

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
Rows = npt.NDArray[np.bool_]


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


def rates_and_counts(sample: Sample) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Response rates and dispositions, overall, by stratum, by mode and by what [weighting.response] names.

    Empty where the survey has no register.
    """
    responses = sample.responses
    if responses is None or responses.ledger.selected is None or sample.chain is None:
        return pd.DataFrame(), pd.DataFrame()
    chosen = Selection(responses)
    settings = responses.survey.settings.weighting.response
    groups = response_groups(chosen)
    base = sample.chain.base
    rates = response_rates(
        chosen.dispositions,
        base,
        chosen.stage,
        groups,
        unknown=settings.unknown,
        eligibility=settings.eligibility,
        level=responses.survey.settings.estimation.level,
        lonely_psu=lonely_rule(sample),
    )
    return rates, disposition_counts(chosen.dispositions, base, groups)


def lonely_rule(sample: Sample) -> LonelyPsu:
    """The sample's rule for lonely PSUs; a diagnostic centres them where estimates would stop, since it is no estimate."""
    return "centre" if sample.lonely_psu == "fail" else sample.lonely_psu


def response_groups(chosen: Selection) -> dict[str, dict[str, Rows]]:
    """Attribute → group → rows of the selection: by the survey's own wish, else by its nonresponse classes."""
    settings, selection = chosen.responses.survey.settings, chosen.responses.selection
    by = settings.weighting.response.by
    if not by:
        first = next((s for s in settings.weighting.steps if s.kind == "nonresponse"), None)
        by = tuple(dict.fromkeys(variables_of(first))) if first else ()
    groups = {
        ":".join(_label(chosen.register, n) for n in name.split(":")): _cells(chosen.register, name) for name in by
    }
    if settings.design.stratum:
        stratum = selection[settings.design.stratum].astype(str)
        groups["stratum"] = {value: (stratum == value).to_numpy() for value in sorted(set(stratum))}
    modes = chosen.dispositions.mode
    groups["mode"] = {mode: modes == mode for mode in sorted(set(modes) - {""})}
    return groups


def _label(register: Responses, name: str) -> str:
    return register.variables[name].label if name in register.variables else name


def _cells(register: Responses, name: str) -> dict[str, Rows]:
    names = [part for part in name.split(":") if part in register.answers]
    cells: dict[str, Rows] = {"": np.ones(len(register), dtype=bool)}
    for part in names:
        codes = register.answers[part]
        cells = {
            f"{text}・{code.text}" if text else code.text: rows & (codes == code.code)
            for text, rows in cells.items()
            for code in register.variables[part].codes
        }
    return {text: rows for text, rows in cells.items() if rows.any()}


def bias(sample: Sample) -> pd.DataFrame:
    """Frame variables weighting does not use: their distribution in the frame, and as the respondents give it at each step.

    Per cent of each code, or means of numbers; difference : final less frame, z : by its standard error, which knows that
    respondents are part of the selection (calibration not taken into account).
    """
    responses = sample.responses
    if responses is None or responses.ledger.selected is None or sample.chain is None:
        return pd.DataFrame()
    chosen = Selection(responses)
    register, found = chosen.register, chosen.dispositions
    used = {name for step in responses.survey.settings.weighting.steps for name in variables_of(step)}
    base = np.where(found.are("ineligible"), 0.0, sample.chain.base)
    records = []
    for name, variable in register.variables.items():
        if name in used or variable.kind == "multiple":
            continue
        for code, text, values in _indicators(register, name):
            scale = 1.0 if variable.kind == "number" else 100.0
            shares = {"frame": _mean(base, values)} | {
                f"{number}:{step.kind}": _mean(step.after, values[chosen.where])
                for number, step in enumerate(sample.steps)
            }
            se = _se_of_difference(base, sample.weight, chosen.where, values, chosen.stage, lonely_rule(sample))
            gap = shares[f"{len(sample.steps) - 1}:{sample.steps[-1].kind}"] - shares["frame"]
            told = {key.partition(":")[2] or key: scale * value for key, value in shares.items()}
            row = {"variable": name, "label": variable.label, "code": code, "category": text}
            records.append(row | told | {"difference": scale * gap, "z": gap / se if se > 0 else 0.0})
    return pd.DataFrame(records)


def _indicators(register: Responses, name: str) -> list[tuple[str, str, FloatArray]]:
    variable, held = register.variables[name], register.answers[name]
    if variable.kind == "number":
        return [("", variable.unit, np.where(register.status[name] == ANSWERED, held.astype(float), np.nan))]
    return [(str(c.code), c.text, (held == c.code).astype(float)) for c in variable.codes if (held == c.code).any()]


def _mean(weight: FloatArray, y: FloatArray) -> float:
    there = ~np.isnan(y)
    return float(weight[there] @ y[there] / weight[there].sum())


def _se_of_difference(
    base: FloatArray, final: FloatArray, where: npt.NDArray[np.intp], y: FloatArray, stage: Stage, lonely: LonelyPsu
) -> float:
    """Of the mean among respondents with final weights less that of the frame with base weights, linearised."""
    there = ~np.isnan(y)
    held = np.where(there, y, 0.0)
    frame = np.where(there, base, 0.0)
    own = np.zeros(len(base))
    own[where] = np.where(there[where], final, 0.0)
    moved = own * (held - _mean(final, y[where])) / own.sum() - frame * (held - _mean(base, y)) / frame.sum()
    by_unit = np.bincount(stage.unit, weights=moved, minlength=stage.units).astype(float)
    return float(np.sqrt((centred(by_unit[:, None], stage, lonely) ** 2).sum()))


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
