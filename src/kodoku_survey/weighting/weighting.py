"""The chain of weights survey.toml describes: base → nonresponse → calibration → trimming, each step a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, FloatArray, IndexArray
from kodoku_survey.design.chain import Chain, Move, move
from kodoku_survey.design.columns import held_codes, labels_of
from kodoku_survey.design.sample import Sample
from kodoku_survey.design.selection import stages_of
from kodoku_survey.design.stages import Stage
from kodoku_survey.design.steps import Made, Step
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.intake.responses import Responses
from kodoku_survey.measures.everyone_selected import register_responses
from kodoku_survey.survey.settings.weighting_steps import OPTIONS, StepSettings
from kodoku_survey.vocabulary import Basis
from kodoku_survey.weighting.base_weights import base_weights, frame_check
from kodoku_survey.weighting.by_domain import DomainMargins
from kodoku_survey.weighting.calibrating import calibrated
from kodoku_survey.weighting.crossings import Remembered
from kodoku_survey.weighting.dispositions import Dispositions, dispositions_of
from kodoku_survey.weighting.margins import read_margins
from kodoku_survey.weighting.mode_mix import check_mix
from kodoku_survey.weighting.respondent_stages import everybody_alone, stage_within_cells, stages_by_register
from kodoku_survey.weighting.response_adjustment import nonresponse_adjustment, raised
from kodoku_survey.weighting.trim_step import limits_of, trimmed_step
from kodoku_survey.weighting.unlisted import excused_by_codebook, refuse_unlisted


@dataclass(frozen=True, eq=False)
class Selection:
    """Everyone selected, as weighting sees them."""

    responses: Responses

    @cached_property
    def where(self) -> IndexArray:
        """(n,) row of each respondent among them."""
        return selection_rows(self.responses)

    @cached_property
    def register(self) -> Responses:
        """Frame attributes of everyone, and what follows from them alone."""
        return register_responses(self.responses)

    @cached_property
    def dispositions(self) -> Dispositions:
        """What became of everyone selected."""
        return dispositions_of(self.responses)

    @cached_property
    def stage(self) -> Stage:
        """The first stage of everyone selected."""
        design, selection = self.responses.survey.settings.design, self.responses.selection
        stratum = selection[design.stratum].to_numpy() if design.stratum else np.zeros(len(selection), dtype=np.int8)
        psu = selection[design.psu].to_numpy() if design.psu else np.arange(len(selection))
        fpc = [selection[design.fpc].to_numpy(float)] if design.fpc else []
        return stages_of([psu], stratum, fpc, collapse={one.stratum: one.into for one in design.collapse})[0]


def weighted(responses: Responses, *, basis: Basis | None = None) -> Sample:
    """The sample of a survey folder, its weights made as [weighting] says.

    basis : replaces the folder's own. Without a register or given weights only "unweighted" can be asked for; with the model
    srs_within_cells ([design]) its cells are the strata, and "unweighted" leaves the model out.
    Raises DesignError; UsageError for a basis there is not.

    >>> [step.kind for step in ks.weighted(responses, basis="design").steps]
    ['base', 'nonresponse', 'raking']
    """
    expected(responses, Responses)
    settings = responses.survey.settings
    modelled = settings.design.model == "srs_within_cells" and basis != "unweighted"
    wanted: Basis = "design" if modelled else basis or settings.estimation.basis
    if not settings.weighting.known:
        if wanted == "design" and not modelled:
            raise DesignError("design.no_design", "survey.toml [weighting]")
        stage = stage_within_cells(responses) if modelled else everybody_alone(len(responses))
        lonely = settings.design.lonely_psu if modelled else "fail"
        return Sample(np.ones(len(responses)), (stage,), responses=responses, basis=wanted, lonely_psu=lonely)
    mix = settings.weighting.sensitivity.mode_mix
    if mix:  # told now, not when everything else is done
        check_mix(responses.mode, mix)
    chosen = Selection(responses)
    base = base_weights(responses.selection, settings.weighting, settings.design)
    strata = frame_check(responses.selection, base, settings.weighting, settings.design)
    kind = "given" if settings.weighting.given else "base"
    sample = Sample(
        weight=base[chosen.where],
        stages=(stage_within_cells(responses),) if modelled else stages_by_register(responses, chosen.where),
        responses=responses,
        basis=wanted,
        lonely_psu=settings.design.lonely_psu,
        steps=(Step(kind, base[chosen.where], base[chosen.where], strata),),
    )
    made = _through_steps(sample, chosen, base)
    return replace(made, chain=None) if modelled else made


def selection_rows(responses: Responses) -> IndexArray:
    """(n,) row of each respondent in the register."""
    return pd.Index(responses.selection["id"]).get_indexer(pd.Index(responses.id)).astype(np.intp)


def _through_steps(sample: Sample, chosen: Selection, base: FloatArray) -> Sample:
    """One step after another: first those of everyone selected, then those of who answered."""
    where = chosen.where
    weight, moves, taken = base, list[Move](), False
    for number, step in enumerate(chosen.responses.survey.settings.weighting.steps, start=1):
        place = f"survey.toml [weighting.step {number}]"
        _check_options(step, place)
        try:
            if step.kind in ("eligibility", "nonresponse"):
                if taken:
                    raise DesignError("design.step_order", value=step.kind)
                made = _carried(chosen, step, weight)
                weight = made.step.after
                record = replace(made.step, before=made.step.before[where], after=made.step.after[where])
            else:
                if not taken:
                    moves.append(partial(taken_rows, rows=where))
                    weight, taken = weight[where], True
                made = _respondents(sample, step, weight, base[where])
                weight, record = made.step.after, made.step
        except DesignError as fault:
            told = fault.where.replace("margins [", "margins.csv [") or place
            raise type(fault)(fault.key, told, **fault.fields) from fault
        moves.append(made.move)
        sample = replace(sample, weight=record.after, calibration=record.calibration, steps=(*sample.steps, record))
    if not taken:
        moves.append(partial(taken_rows, rows=where))
    return replace(sample, chain=Chain(base, chosen.stage, tuple(moves)))


def _check_options(step: StepSettings, place: str) -> None:
    if step.kind not in OPTIONS:
        raise DesignError("design.unknown_step", place, value=step.kind, hint=DidYouMean(step.kind, tuple(OPTIONS)))
    for name in step.options:
        known = OPTIONS[step.kind]
        if name not in known:
            hint, listed = DidYouMean(name, known), ", ".join(known)
            raise DesignError("design.unknown_option", place, value=name, kind=step.kind, hint=hint, known=listed)


def _carried(chosen: Selection, step: StepSettings, weight: FloatArray) -> Made:
    """Weight carried over among everyone selected, (s,).

    eligibility : from those of whom nobody knows whether they were eligible to those known, the ineligible among them.
    nonresponse : from the eligible who did not answer to those who did; the ineligible stand for nobody.
    """
    found, settings = chosen.dispositions, chosen.responses.survey.settings.weighting.response
    outside = found.are("ineligible")
    if step.kind == "eligibility":
        there, carriers = np.ones(len(weight), dtype=bool), ~found.are(*settings.unknown)
    else:
        there, carriers = ~outside, found.responded
    variables = chosen.register.variables
    named = {name: {c.code: c.text for c in variable.codes} for name, variable in variables.items()}
    made = nonresponse_adjustment(
        lambda name: _frame_codes(chosen.register, name), weight * there, carriers, named=named, **step.options
    )

    left_out = float(weight[~there].sum())
    notes = (*made.notes, *((("ineligible", f"{left_out:,.0f}"),) if left_out else ()))
    return Made(Step(step.kind, weight, weight * made.factors(weight * there), made.details, notes),
                partial(raised, factors=made.factors, there=there))  # fmt: skip


@move
def taken_rows(weight: FloatArray, *, rows: IndexArray) -> FloatArray:
    """From everyone selected to those who answered."""
    return weight[rows]


def _frame_codes(register: Responses, name: str) -> AnyArray:
    if name not in register.answers:
        raise DesignError("design.not_of_register", value=name, known=", ".join(register.answers))
    return register.answers[name]


def _respondents(sample: Sample, step: StepSettings, weight: FloatArray, base: FloatArray) -> Made:
    """A step on the weights of who answered, (n,)."""
    responses, options = sample.responses, step.options
    assert responses is not None
    if step.kind == "trim":
        rule = {k: v for k, v in options.items() if k not in ("redistribute", "recalibrate")}
        limits, details, notes = limits_of(rule, replace(sample, weight=weight), base)
        return trimmed_step(
            weight,
            limits,
            redistribute=options.get("redistribute", "proportional"),
            calibration=sample.calibration,
            recalibrate=bool(options.get("recalibrate", False)),
            details=details,
            notes=notes,
        )
    households, label = options.get("households"), labels_of(responses.variables)
    margins = read_margins(responses.survey.margins, options.get("margins", ()))

    codes = Remembered(lambda name: held_codes(responses, name))

    told: dict[str, Any] = {"key": "design.unlisted_codes", "file": "margins.csv", "label": label}
    refuse_unlisted(margins, codes, weight, excused_by_codebook(responses.variables), **told)
    return calibrated(
        [DomainMargins(margins)],
        codes,
        weight,
        step.kind,
        _bounds(options),
        collapse=options.get("collapse"),
        households=None if households is None else _column(responses, households),
        label=label,
    )


def _bounds(options: Mapping[str, Any]) -> tuple[float, float] | None:
    if "bounds" not in options:
        return None
    given = options["bounds"]
    if not isinstance(given, (list, tuple)) or len(given) != 2 or not all(isinstance(b, (int, float)) for b in given):
        raise DesignError("design.bad_bounds", bounds=given)
    return float(given[0]), float(given[1])


def _column(responses: Responses, name: str) -> AnyArray:
    if name in responses.answers:
        return responses.answers[name]
    if name not in responses.selection:
        known = tuple(map(str, (*responses.answers, *responses.selection.columns)))
        raise DesignError("design.no_variable", value=name, hint=DidYouMean(name, known))
    return responses.selection[name].to_numpy()[selection_rows(responses)]
