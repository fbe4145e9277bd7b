"""How accounts are printed: what was screened, weighted and reported, each with its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from kodoku_survey.crosstabs.screening import Screening
from kodoku_survey.crosstabs.weighting_report import WeightingReport
from kodoku_survey.errors import Language
from kodoku_survey.media import makes
from kodoku_survey.tables.comparison import Comparison
from kodoku_survey.tables.report import Report
from kodoku_survey.tables.shown.page_kinds import print_table
from kodoku_survey.tables.shown.printed import Printed, of_frame, spoken
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted
from kodoku_survey.tables.words import words

_FEW = 40  # of a part of an account in a notebook
_SCREENED = ("question_label", "answer", "attribute_label", "n", "v", "p_adjusted", "high_group", "low_group", "gap")


@makes("Screening", "printed")
def print_screening(found: Screening, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """What matters first, every test folded."""
    said, frame = words(spoken(asked=language)), found.frame()
    differ = int(frame["differs"].sum())
    line = f"Screening: {len(frame):,} tests, {differ:,} differ at {found.level:g} ({found.adjustment})"
    details = of_frame(frame, said, "", said["shown_details"], most=_FEW)
    return of_frame(
        frame[list(_SCREENED)].assign(gap=frame["gap"].round(1)), said, line, line, folded=(details,), most=_FEW
    )


@makes("WeightingReport", "printed")
def print_weighting(report: WeightingReport, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """The parts by what they tell, each folded."""
    said = words(spoken(asked=language))
    line = f"WeightingReport: {', '.join(name for name, _ in report.frames())}"
    called = said | {"column_cv": said["column_cv_of_weights"]}  # of an estimate cv is its relative standard error
    parts = tuple(
        of_frame(frame, called, name, f"{said[f'weighting_{name}']} ({name})", most=_FEW)
        for name, frame in report.frames()
    )
    return Printed(line, said["shown_weighting"], (), (), folded=parts)


@makes("WeightingReport", "to_text")
def weighting_text(report: WeightingReport) -> str:
    """One line: which parts there are."""
    return f"<{print_weighting(report).line}>"


@makes("WeightingReport", "parts")
def weighting_parts(report: WeightingReport, level: float) -> Mapping[str, pd.DataFrame]:  # noqa: ARG001
    """Every part that has lines."""
    return dict(report.frames())


@makes("Report", "printed")
def print_report(report: Report, level: float = 0.95, language: Language | None = None) -> Printed:
    """Its tables, a line each; the tables themselves folded."""
    said = words(spoken(report.survey.settings.identity.lang, language))
    title = report.survey.settings.identity.title
    line = (
        f"Report {title}: {len(report.tables)} tables, {len(report.statements)} sentences, {report.protection.profile}"
    )
    heads = (said["column_id"], said["shown_table"], said["shown_lines"], said["shown_statements"])
    rows = tuple((one.id, one.title, f"{len(one.rows):,}", f"{len(one.statements):,}") for one in report.tables)
    folded = tuple(replace(print_table(one, level, language), folded=()) for one in report.tables[:_FEW])
    return Printed(line, title, heads, rows, 2, notes=report.banners, folded=folded)


@makes("ReferenceAdjusted", "parts")
def adjusted_parts(made: ReferenceAdjusted, level: float) -> Mapping[str, pd.DataFrame]:  # noqa: ARG001
    """The figures, the balance, who is lacking, the weights, the refusals."""
    found = {"frame": made.frame, "balance": made.balance, "lacking": made.lacking, "weights": made.weights}
    return found | {"refused": made.refusals()}


@makes("Comparison", "parts")
def comparison_parts(made: Comparison, level: float) -> Mapping[str, pd.DataFrame]:  # noqa: ARG001
    """The figures and the refusals."""
    return {"frame": made.frame, "refused": made.refusals()}


@makes("Benchmark", "parts")
def benchmark_parts(made: Benchmark, level: float) -> Mapping[str, pd.DataFrame]:  # noqa: ARG001
    """The figures and the refusals."""
    return {"frame": made.frame, "refused": made.refusals()}
