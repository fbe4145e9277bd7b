"""What the register tells of the respondents: response rates, and bias on frame variables that no weight used."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design.sample import Sample
from kodoku_survey.design.stages import LonelyRule, Stage, centred
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.survey.settings.weighting_steps import variables_of
from kodoku_survey.weighting.response_rates import disposition_counts, response_rates
from kodoku_survey.weighting.weighting import Selection


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


def lonely_rule(sample: Sample) -> LonelyRule:
    """The sample's rule for lonely PSUs; a diagnostic centres them where estimates would stop, since it is no estimate."""
    rule = sample.lonely_psu
    if isinstance(rule, str):
        return "centre" if rule == "fail" else rule
    return {None: "centre"} | {name: "centre" if own == "fail" else own for name, own in rule.items()}


def response_groups(chosen: Selection) -> dict[str, dict[str, BoolArray]]:
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


def _cells(register: Responses, name: str) -> dict[str, BoolArray]:
    names = [part for part in name.split(":") if part in register.answers]
    cells: dict[str, BoolArray] = {"": np.ones(len(register), dtype=bool)}
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
        return [("", variable.unit, np.where(register.status[name] == ANSWERED, held / variable.parts, np.nan))]
    return [(str(c.code), c.text, (held == c.code).astype(float)) for c in variable.codes if (held == c.code).any()]


def _mean(weight: FloatArray, y: FloatArray) -> float:
    there = ~np.isnan(y)
    return float(weight[there] @ y[there] / weight[there].sum())


def _se_of_difference(
    base: FloatArray, final: FloatArray, where: IndexArray, y: FloatArray, stage: Stage, lonely: LonelyRule
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
