"""Answers looked at without a report: one table by itself, or every question by every attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kodoku_survey.crosstabs.screening import Screening
from kodoku_survey.crosstabs.screening import screen as screen_of
from kodoku_survey.design import Sample, domain
from kodoku_survey.errors import OutputError
from kodoku_survey.estimation.counting.shares_of import ShareOf
from kodoku_survey.estimation.hypotheses.adjustment import Adjustment
from kodoku_survey.estimation.nets import Nets
from kodoku_survey.media import Result
from kodoku_survey.protection.protect import profile_of
from kodoku_survey.publish.release.whole import whole_file
from kodoku_survey.survey.plan import PlannedStatistic
from kodoku_survey.tables import Table, make_table
from kodoku_survey.tables.laid_rows import sorted_table
from kodoku_survey.tables.words import words


def tabulate(
    sample: Sample,
    question: str,
    *,
    by: Sequence[Sequence[str]] = (),
    statistic: PlannedStatistic = "share",
    where: str = "",
    share: ShareOf = "row",
    nets: Nets | None = None,
    sort: str = "",
    interval: str | None = None,
) -> Table:
    """One table of those `where` holds for, in an order; arguments as `ks.make_table` and `sorted_table` take them.

    It hides nothing, and says so where a report of the survey would.
    """
    survey = None if sample.responses is None else sample.responses.survey
    said = words("ja" if survey is None else survey.settings.identity.lang)
    table = make_table(
        domain(sample, where) if where else sample,
        question,
        by=by,
        statistic=statistic,
        share=share,
        nets=nets,
        interval=interval,
        base_note=said["where_note"].format(where=where) if where else "",
    )
    if survey is not None and profile_of(survey) == "protected":
        table = replace(table, notes=(*table.notes, said["note_unprotected"]))
    return sorted_table(table, sort) if sort else table


def screen(
    sample: Sample,
    questions: Sequence[str] = (),
    *,
    by: Sequence[str] = (),
    adjustment: Adjustment = "holm",
    where: str = "",
) -> Screening:
    """`ks.screen` of those `where` holds for."""
    return screen_of(domain(sample, where) if where else sample, questions, by=by, adjustment=adjustment)


def write_looked(result: Result, out: Path, *, force: bool = False) -> None:
    """A result as .xlsx (as it is printed, then its figures) or .csv, whole or not at all.

    force : replace a file that is there. Raises OutputError (another suffix, a file there), BusyError.
    """
    kind = out.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise OutputError("publish.no_such_format", out.name)
    with whole_file(out, force=force) as place:
        if kind == ".csv":
            result.to_csv(place)
        else:
            result.to_excel(place)
