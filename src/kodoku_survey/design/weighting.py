"""The chain of weights survey.toml describes: base → nonresponse → calibration, each step a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.design.auxiliary import Auxiliary, Calibration, FloatArray, weighted_counts
from kodoku_survey.design.calibration import DISTANCES, Bounds, solve
from kodoku_survey.design.margins import Margin, auxiliary_of, margins_of, read_margins
from kodoku_survey.design.nonresponse import adjust
from kodoku_survey.design.sample import Basis, Sample, check_weights
from kodoku_survey.design.selection import stages_of
from kodoku_survey.design.stages import Stage
from kodoku_survey.design.steps import Step
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.intake.responses import Responses
from kodoku_survey.measures.register import register_responses
from kodoku_survey.survey.settings import StepSettings

KINDS = ("nonresponse", "raking", "linear", "logit", "truncated", "poststratify", "trim")


def weighted(responses: Responses, *, basis: Basis | None = None) -> Sample:
    """The sample of a survey folder, its weights made as [weighting] says.

    basis : replaces the folder's own. Without a register or given weights only "unweighted" can be asked for.
    Raises DesignError.
    """
    settings = responses.survey.settings
    wanted: Basis = basis or settings.estimation.basis
    if not (settings.weighting.base or settings.weighting.probabilities or settings.weighting.given):
        if wanted == "design":
            raise DesignError("design.no_design", "survey.toml [weighting]")
        return Sample(np.ones(len(responses)), (_alone(len(responses)),), responses=responses, basis=wanted)
    where = pd.Index(responses.selection["id"]).get_indexer(pd.Index(responses.id))
    base = base_weights(responses)
    kind = "given" if settings.weighting.given else "base"
    steps = [Step(kind, base[where], base[where])]
    calibration: Calibration | None = None
    for number, step in enumerate(settings.weighting.steps, start=1):
        if step.kind == "nonresponse":
            steps.append(_nonresponse(responses, step, base, where))
        elif step.kind in (*DISTANCES, "poststratify"):
            made, calibration = _calibration(responses, step, steps[-1].after)
            steps.append(made)
        elif step.kind == "trim":
            steps.append(_trim(step, steps[-1].after))
        else:
            place = f"survey.toml [weighting.step {number}]"
            raise DesignError("design.unknown_step", place, value=step.kind, hint=DidYouMean(step.kind, KINDS))
    return Sample(
        weight=steps[-1].after,
        stages=_stages(responses, where),
        responses=responses,
        calibration=calibration,
        basis=wanted,
        lonely_psu=settings.design.lonely_psu,  # type: ignore[arg-type]
        steps=tuple(steps),
    )


def base_weights(responses: Responses) -> FloatArray:
    """Weights of everyone selected, (n selected,): given, or 1 / the product of the selection probabilities."""
    weighting = responses.survey.settings.weighting
    if weighting.probabilities:
        p = np.prod([responses.selection[name].to_numpy(float) for name in weighting.probabilities], axis=0)
        wrong = (p <= 0) | (p > 1)
        if wrong.any():
            place = f"selection {'×'.join(weighting.probabilities)}"
            row = int(np.flatnonzero(wrong)[0])
            raise DesignError("design.bad_weight", place, count=int(wrong.sum()), row=row + 1, value=float(p[row]))
        return 1 / p
    weights = responses.selection[weighting.given or weighting.base].to_numpy(float)
    check_weights(weights, weighting.given or weighting.base)
    return weights


def _alone(count: int) -> Stage:
    return Stage(np.arange(count), np.zeros(count, dtype=np.intp), np.zeros(1), np.ones(1), ("",))


def _stages(responses: Responses, where: npt.NDArray[np.intp]) -> tuple[Stage, ...]:
    """Stages from the register: every selected PSU counts, also where nobody answered."""
    design, selection = responses.survey.settings.design, responses.selection
    n = len(selection)
    stratum = selection[design.stratum].to_numpy() if design.stratum else np.zeros(n, dtype=int)
    psu = selection[design.psu].to_numpy() if design.psu else np.arange(n)
    fpc = [selection[design.fpc].to_numpy(float)[where]] if design.fpc else []
    if not design.psu:
        # One stage: the respondents are the units; who did not answer is no unit of the respondents' sample.
        return stages_of([np.arange(len(where))], stratum[where], fpc)
    selected = pd.DataFrame({"stratum": stratum, "psu": psu})
    return stages_of([psu[where]], stratum[where], fpc, selected, collapse={c.stratum: c.into for c in design.collapse})


def _nonresponse(responses: Responses, step: StepSettings, base: FloatArray, where: npt.NDArray[np.intp]) -> Step:
    options = step.options
    register = register_responses(responses)
    responded = np.zeros(len(base), dtype=bool)
    responded[where] = True
    factor, classes = adjust(
        [register.answers[name] for name in options["classes"]],
        base,
        responded,
        minimum_size=int(options.get("minimum_size", 1)),
        maximum_factor=float(options.get("maximum_factor", np.inf)),
    )
    collapsed = int((classes["cells"] > 1).sum())
    notes = (("classes", str(len(classes))), ("collapsed", str(collapsed)))
    return Step("nonresponse", base[where], (base * factor)[where], classes, notes)


def _calibration(responses: Responses, step: StepSettings, weight: FloatArray) -> tuple[Step, Calibration]:
    margins = read_margins(responses.survey.margins, step.options["margins"])
    bounds = tuple(step.options["bounds"]) if "bounds" in step.options else None
    method = "raking" if step.kind == "poststratify" else step.kind
    return calibrated(margins, lambda name: responses.answers[name], weight, method, bounds)


def calibrated(
    margins: list[Margin],
    codes_of: Callable[[str], npt.NDArray[Any]],
    weight: FloatArray,
    method: str,
    bounds: Bounds | None,
) -> tuple[Step, Calibration]:
    """Calibrate (n,) weights to margins. Raises DesignError."""
    auxiliary, totals = auxiliary_of(margins, codes_of)
    mass = weighted_counts(auxiliary.index, weight, len(auxiliary.rows))
    g = solve(auxiliary.rows, mass, totals, distance=method, names=auxiliary.names, bounds=bounds)
    after = weight * g[auxiliary.index]
    details = _margin_details(auxiliary, weight, after, totals)
    return Step(method, weight, after, details), Calibration(auxiliary, weight, after, method)


def _margin_details(auxiliary: Auxiliary, before: FloatArray, after: FloatArray, totals: FloatArray) -> pd.DataFrame:
    """Each margin before and after, beside its target."""
    held = np.bincount(auxiliary.index, minlength=len(auxiliary.rows)) @ (auxiliary.rows == 1)
    names = [name.partition("=") for name in auxiliary.names]
    return pd.DataFrame(
        {
            "margin": [name for name, _, _ in names],
            "code": [code for _, _, code in names],
            "respondents": held.astype(int),
            "before": auxiliary.total(before),
            "after": auxiliary.total(after),
            "target": totals,
        }
    )


def _trim(step: StepSettings, weight: FloatArray) -> Step:
    limit = step.options.get("multiple_of_median", 0)
    if not isinstance(limit, (int, float)) or limit <= 1:
        raise DesignError("design.bad_option", "survey.toml [weighting]", option="multiple_of_median", value=limit)
    return Step("trim", weight, trimmed(weight, float(limit) * float(np.median(weight))))


def trimmed(weight: FloatArray, most: float) -> FloatArray:
    """Weights cut at `most`, what was cut off spread over the others in proportion: the sum is kept."""
    total, cut = weight.sum(), np.zeros(len(weight), dtype=bool)
    while True:
        over = ~cut & (weight > most * (1 + 1e-12))
        if not over.any():
            return weight
        cut |= over
        rest = total - most * cut.sum()
        if rest <= 0 or cut.all():
            raise DesignError("design.bad_option", option="maximum", value=most)
        weight = np.where(cut, most, weight * rest / weight[~cut].sum())


def calibrate(
    sample: Sample,
    margins: Mapping[str, Mapping[Any, float] | pd.Series | float],
    *,
    method: str = "raking",
    bounds: Bounds | None = None,
) -> Sample:
    """The sample with weights calibrated to population margins; its variance takes the residuals.

    margins : by variable (crossed: "a:b" with tuples of codes), code → population total; or one number for the population
        total of a number. method : raking, linear, logit, truncated (the last two with `bounds` on the factor), sinh.
    Raises DesignError.
    """
    if method not in DISTANCES:
        raise DesignError("design.unknown_step", value=method, hint=DidYouMean(method, tuple(DISTANCES)))
    step, calibration = calibrated(
        margins_of(margins), lambda name: _codes(sample, name), sample.weight, method, bounds
    )
    versions = sample.replicates and sample.replicates.recalibrated(
        calibration.auxiliary, step.details["target"].to_numpy(), distance=method, bounds=bounds
    )
    return replace(sample, weight=step.after, calibration=calibration, replicates=versions, steps=(*sample.steps, step))


def poststratify(sample: Sample, variable: str, counts: Mapping[Any, float] | pd.Series) -> Sample:
    """The sample with the weights of each class of one variable (or "a:b") scaled to its population count."""
    return calibrate(sample, {variable: counts}, method="raking")


def trim(sample: Sample, *, multiple_of_median: float) -> Sample:
    """The sample with weights cut at a multiple of their median, the excess spread over the others. Raises DesignError."""
    if sample.replicates is not None:
        raise DesignError("design.trim_before_replicates", value=sample.replicates.method)
    most = multiple_of_median * float(np.median(sample.weight))
    after = trimmed(sample.weight, most)
    return replace(sample, weight=after, calibration=None, steps=(*sample.steps, Step("trim", sample.weight, after)))


def _codes(sample: Sample, name: str) -> npt.NDArray[Any]:
    if sample.frame is not None:
        return sample.frame[name].to_numpy()
    assert sample.responses is not None
    return sample.responses.answers[name]
