"""The account of a weighting: every step and what it did, and what the headline figures would be under other weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from kodoku_survey.crosstabs.crosstab import crosstab
from kodoku_survey.design import Sample
from kodoku_survey.design.steps import kish_deff
from kodoku_survey.errors import DesignError, DidYouMean, UsageError, expected
from kodoku_survey.media import Result
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.weighting import trim
from kodoku_survey.weighting.diagnostics import (
    collapses,
    decisions,
    distributions,
    extremes,
    margins_met,
    summaries,
    trimming_levels,
)
from kodoku_survey.weighting.frame_diagnostics import bias, lonely_rule, rates_and_counts
from kodoku_survey.weighting.mode_mix import mode_calibrated

HeadlineFigure = tuple[str, int]  # variable, code


@dataclass(frozen=True, eq=False, repr=False)
class WeightingReport(Result):
    """DataFrames, one a question; those a survey cannot answer are empty.

    steps : a line a step. strata : base weights beside frame counts. dispositions, rates : what became of everyone selected,
    RR1–RR6 with intervals. classes : of the nonresponse adjustments. collapses : every merge. decisions : what else steps
    decided. trimming : errors at the levels a trimming tried. margins : before, after, target. weights, factors : their
    distribution at each step. extremes : the most extreme weights with their causes. bias : frame variables weighting does
    not use. sensitivity : headline figures under each weight.

    >>> [name for name, _ in ks.weighting_report(sample).frames()][:5]
    ['steps', 'strata', 'dispositions', 'rates', 'classes']
    """

    steps: pd.DataFrame
    strata: pd.DataFrame
    dispositions: pd.DataFrame
    rates: pd.DataFrame
    classes: pd.DataFrame
    collapses: pd.DataFrame
    decisions: pd.DataFrame
    trimming: pd.DataFrame
    margins: pd.DataFrame
    weights: pd.DataFrame
    factors: pd.DataFrame
    extremes: pd.DataFrame
    bias: pd.DataFrame
    sensitivity: pd.DataFrame

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Name and DataFrame of each part that has lines."""
        for part in fields(self):
            frame = getattr(self, part.name)
            if len(frame):
                yield part.name, frame

    def frame(self, part: str = "steps") -> pd.DataFrame:
        """One of the parts. Raises UsageError for one there is not."""
        known = tuple(one.name for one in fields(self))
        if part not in known:
            raise UsageError(
                "estimation.no_part", "part", value=part, hint=DidYouMean(part, known), known=", ".join(known)
            )
        found: pd.DataFrame = getattr(self, part)
        return found


def weighting_report(sample: Sample, *, figures: Sequence[str] = (), extreme: int = 10) -> WeightingReport:
    """The account of a sample's weights. figures : headline figures "variable=code"; default those survey.toml names.

    >>> report = ks.weighting_report(sample)
    >>> round(float(report.rates.query("attribute == ''")["value"].iloc[0]), 3)
    0.522
    """
    expected(sample, Sample)
    rates, counts = rates_and_counts(sample)
    classes = [
        step.details.assign(step=step.kind) for step in sample.steps if step.kind in ("eligibility", "nonresponse")
    ]
    strata = [step.details for step in sample.steps if step.kind in ("base", "given")]
    return WeightingReport(
        steps=summaries(sample),
        strata=strata[0] if strata else pd.DataFrame(),
        dispositions=counts,
        rates=rates,
        classes=pd.concat(classes, ignore_index=True) if classes else pd.DataFrame(),
        collapses=collapses(sample),
        decisions=decisions(sample),
        trimming=trimming_levels(sample),
        margins=margins_met(sample),
        weights=distributions(sample, of="after"),
        factors=distributions(sample, of="factor"),
        extremes=extremes(sample, extreme),
        bias=bias(sample),
        sensitivity=sensitivity(sample, figures),
    )


def sensitivity(sample: Sample, figures: Sequence[str] = ()) -> pd.DataFrame:
    """Per cent of each headline figure, with its standard error, under each weight, and its distance from the final one.

    Tidy: variable, label, code, answer, weight (unweighted, base, nonresponse, calibrated, trimmed, mode), value, se, kish_deff,
    difference (points, from the final weight).
    """
    if not sample.steps:
        return pd.DataFrame()
    variants = _variants(sample)
    records = []
    for name, code in _figures(sample, figures):
        final = None
        rows = []
        whole = replace(sample, lonely_psu=lonely_rule(sample))
        for kind, other in {"final": whole, **variants}.items():
            column = other.column(name)
            tab = crosstab(other, name)
            place = tab.keys.index(code)
            value, se = 100 * float(tab.estimate.value[place]), 100 * float(tab.estimate.se[place])
            final = value if final is None else final
            deff = 1.0 if other.basis == "unweighted" else kish_deff(other.weight)
            answer = tab.answers[place]
            rows.append((name, column.label, code, answer, kind, value, se, deff, value - final))
        records += rows[1:]
    columns = ["variable", "label", "code", "answer", "weight", "value", "se", "kish_deff", "difference"]
    return pd.DataFrame(records, columns=columns)


def _figures(sample: Sample, figures: Sequence[str]) -> list[HeadlineFigure]:
    """What is asked for, what survey.toml names, or what the first sentences of the report are about."""
    responses = sample.responses
    if responses is None:
        return [(name, int(code)) for name, _, code in (figure.partition("=") for figure in figures)]
    survey = responses.survey
    named = figures or survey.settings.weighting.sensitivity.figures
    if named:
        wanted = [(name, int(code)) for name, _, code in (figure.partition("=") for figure in named)]
    else:
        wanted = [(table.question, code) for table in survey.plan.tables for code in table.focus]
    known = responses.variables
    held = [(name, code) for name, code in dict.fromkeys(wanted) if name in known and code in _keys(known[name])]
    return held if named else held[:6]


def _keys(variable: Variable) -> tuple[int, ...]:
    return () if variable.kind == "number" else variable.keys


def _variants(sample: Sample) -> dict[str, Sample]:
    """The sample under each weight there is or might have been."""
    design = replace(sample, basis="design", replicates=None, chain=None, lonely_psu=lonely_rule(sample))
    found = {"unweighted": replace(design, basis="unweighted", weight=np.ones(len(sample)), calibration=None)}
    for step in sample.steps:
        kind = "calibrated" if step.calibration is not None and step.kind != "trim" else step.kind
        kind = {"trim": "trimmed", "given": "base", "eligibility": "nonresponse"}.get(kind, kind)
        found[kind] = replace(design, weight=step.after, calibration=step.calibration)
    if sample.responses is None:
        return found
    settings = sample.responses.survey.settings.weighting.sensitivity
    if "trimmed" not in found:
        last = replace(design, steps=())
        with suppress(DesignError):  # limit and margins may not both hold: there is no such weight to compare
            found["trimmed"] = trim(
                last, multiple_of_median=settings.trim_multiple, recalibrate=sample.calibration is not None
            )
    if settings.mode_mix:
        with suppress(DesignError):  # nor may mix and margins
            found["mode"] = mode_calibrated(design, settings.mode_mix)
    return found
