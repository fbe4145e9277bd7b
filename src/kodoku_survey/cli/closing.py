"""What a finished run says: what lies in the folder it wrote, and what to look at before anything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.cells import cell_len

from kodoku_survey.cli.speaking import say, tell
from kodoku_survey.design import Sample
from kodoku_survey.design.steps import kish_deff
from kodoku_survey.intake import Responses
from kodoku_survey.tables import Report
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.weighting.frame_diagnostics import rates_and_counts

# Outputs in the order one opens them; each has its word in sentences.toml, wrote_….
WRITTEN = (
    "report.pdf", "point.pdf", "report.html", "tables.xlsx", "tables.ods", "charts.xlsx", "charts", "data", "quality.html",
    "microdata.csv", "microdata.sav", "microdata.dta", "texts.csv", "edits.csv", "issues.csv", "ledger.csv", "exclusions.csv",
    "weights.json", "weighting", "replicates", "manifest.json",
)  # fmt: skip
FEW_RESPONDED = 0.5  # response rates below are named


def tell_files(out: Path, names: Sequence[str] = WRITTEN) -> None:
    """A line for each output there is, with what it is for."""
    there = [name for name in names if (out / name).exists()]
    shown = {name: f"{name}/" if (out / name).is_dir() else name for name in there}
    width = max((cell_len(name) for name in shown.values()), default=0)
    for name in there:
        tell(f"  {shown[name]:<{width}}  {say('wrote_' + name.partition('.')[0] + _kind(name))}")


def _kind(name: str) -> str:
    """Words differ by suffix where several files are one thing in several formats."""
    return "_" + name.partition(".")[2] if name.startswith(("tables.", "microdata.", "charts.")) else ""


def tell_first(lines: Iterable[str]) -> None:
    """What to look at first, where there is anything."""
    for number, line in enumerate(lines):
        if not number:
            tell(say("look_at"))
        tell(f"  - {line}")


def tell_report(report: Report, out: Path, seconds: float) -> None:
    """Where a report is, what lies there, and what to look at."""
    kept = f"{len(report.responses):,}"
    tell(say("report_done", out=out, tables=len(report.tables), kept=kept, seconds=seconds))
    tell_files(out)
    tell_first(of_report(report))


def of_report(report: Report) -> list[str]:
    """What the reader of a report should know before its figures."""
    few = sum(row.flag == "reference" for table in report.tables for row in table.rows)
    base = report.survey.settings.publication.reference_base
    lines = of_responses(report.responses) + of_weights(report.sample)
    return lines + ([say("look_few", count=f"{few:,}", base=base)] if few else [])


def of_responses(responses: Responses) -> list[str]:
    """Cells lost in reading, and returns left out."""
    lost = sum(issue.count for issue in responses.found if issue.lost)
    ledger = responses.ledger
    lines = [say("look_lost", count=f"{lost:,}")] if lost else []
    if ledger.rows > ledger.kept:
        lines.append(say("look_excluded", count=f"{ledger.rows - ledger.kept:,}", rows=f"{ledger.rows:,}"))
    return lines


def of_weights(sample: Sample) -> list[str]:
    """What weighting costs in precision (Kish), and a low response rate."""
    if not sample.steps:
        return []
    rates, _ = rates_and_counts(sample)
    overall = rates[(rates["attribute"] == "") & (rates["value"] < FEW_RESPONDED)] if len(rates) else rates
    lines = [say("look_response", rate=half_up(100 * float(overall["value"].iloc[0]), 1))] if len(overall) else []
    if sample.basis == "design":
        deff, n = kish_deff(sample.steps[-1].after), int((sample.steps[-1].after != 0).sum())
        lines.append(say("look_weights", deff=half_up(deff, 2), effective=f"{n / deff:,.0f}", n=f"{n:,}"))
    return lines
