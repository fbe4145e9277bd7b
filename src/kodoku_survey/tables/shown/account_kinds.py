"""How accounts are printed: what was weighted, compared and reported, each with its parts."""

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
from kodoku_survey.tables.studies.adjusted_rows import METHODS
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted
from kodoku_survey.tables.words import words

_FEW = 40  # of a part of an account in a notebook
_VERDICTS = ("table", "question", "group", "answer", "measure", "percent_first", "percent_second", "difference", "low", "high",
            "p_value", "word")  # fmt: skip
_STANDARD = (
    "table",
    "question",
    "group",
    "answer",
    "first",
    "reference",
    "difference",
    "standardized_first",
    "standardized_difference",
    "p_value",
    "word",
)


_SCREENED = ("question_label", "answer", "attribute_label", "n", "v", "p_adjusted", "high_group", "low_group", "gap")


@makes("Screening", "printed")
def print_screening(found: Screening, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """What matters first, every test folded."""
    said, frame = words(spoken(asked=language)), found.frame()
    differ = int(frame["differs"].sum())
    line = f"Screening: {len(frame):,} tests, {differ:,} differ at {found.level:g} ({found.adjustment})"
    details = of_frame(frame, "", said["shown_details"], most=_FEW)
    return of_frame(frame[list(_SCREENED)].assign(gap=frame["gap"].round(1)), line, line, folded=(details,), most=_FEW)


@makes("WeightingReport", "printed")
def print_weighting(report: WeightingReport, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """The parts by what they tell, each folded."""
    said = words(spoken(asked=language))
    line = f"WeightingReport: {', '.join(name for name, _ in report.frames())}"
    parts = tuple(
        of_frame(frame, name, f"{said[f'weighting_{name}']} ({name})", most=_FEW) for name, frame in report.frames()
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


def _beside(made: Comparison | Benchmark, heads: tuple[str, ...], language: Language | None) -> Printed:
    own = made.first.survey.settings.identity.lang if isinstance(made, Comparison) else made.language
    chosen = spoken(own, language)
    said = words(chosen)
    kind, refused = type(made).__name__, made.refusals(chosen)
    verdicts = made.frame["verdict"].value_counts() if "verdict" in made.frame else pd.Series(dtype=int)
    found = ", ".join(f"{name} {count:,}" for name, count in verdicts.items() if name)
    line = f"{kind}: {len(made.frame):,} figures, {len(refused):,} refused" + (f"; {found}" if found else "")
    shown = made.frame[[name for name in heads if name in made.frame]]
    folded = (of_frame(refused, "", said["shown_refused"]),) if len(refused) else ()
    return of_frame(shown, line, line, notes=made.lines(chosen), folded=folded)


@makes("Comparison", "printed")
def print_comparison(made: Comparison, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """The shared cells with the verdict on each difference; what was refused folded."""
    return _beside(made, _VERDICTS, language)


@makes("Benchmark", "printed")
def print_benchmark(made: Benchmark, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """The comparable questions beside the reference; what was refused folded."""
    return _beside(made, _STANDARD, language)


@makes("ReferenceAdjusted", "printed")
def print_adjusted(made: ReferenceAdjusted, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """Each answer as it is, adjusted and in the reference; balance, who is lacking, and refusals folded."""
    chosen = spoken(made.language, language)
    said, refused = words(chosen), made.refusals(chosen)
    heads = [name for name in ("label", "answer", "n", "raw", *METHODS, "reference") if name in made.frame]
    line = f"ReferenceAdjusted: {len(made.frame):,} figures, {len(refused):,} refused"
    others = (("shown_balance", made.balance), ("shown_lacking", made.lacking), ("shown_refused", refused))
    folded = tuple(of_frame(frame, "", said[name]) for name, frame in others if len(frame))
    return of_frame(made.frame[heads], line, line, notes=made.lines(chosen), folded=folded)


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


@makes("Report", "printed")
def print_report(report: Report, level: float = 0.95, language: Language | None = None) -> Printed:
    """Its tables, a line each; the tables themselves folded."""
    said = words(spoken(report.survey.settings.identity.lang, language))
    title = report.survey.settings.identity.title
    line = (
        f"Report {title}: {len(report.tables)} tables, {len(report.statements)} sentences, {report.protection.profile}"
    )
    heads = ("id", said["shown_table"], said["shown_lines"], said["shown_statements"])
    rows = tuple((one.id, one.title, f"{len(one.rows):,}", f"{len(one.statements):,}") for one in report.tables)
    folded = tuple(replace(print_table(one, level, language), folded=()) for one in report.tables[:_FEW])
    return Printed(line, title, heads, rows, 2, notes=report.banners, folded=folded)
