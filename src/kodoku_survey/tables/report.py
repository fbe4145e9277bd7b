"""The report: tables in order under their sections, sentences, and the account of how they were made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kodoku_survey.design import Sample
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.plan import Section
from kodoku_survey.tables.table import Table

Progress = Callable[[str, int, int], None]  # stage, steps done, steps in all


@dataclass(frozen=True, eq=False)
class Report:
    """Everything the publish room needs; nothing in it is drawn or written yet. only : ids of an excerpt; () = the whole plan."""

    survey: Survey
    responses: Responses
    sample: Sample
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    only: tuple[str, ...] = ()
