"""The questionnaire with its results (第３): where the plan names no table for it, every question of the form has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kodoku_survey.survey.codebook import Codebook, Variable
from kodoku_survey.survey.definitions.classes import Classes
from kodoku_survey.survey.definitions.measuring import Measures
from kodoku_survey.survey.plan import Plan, TablePlan


def with_questions(plan: Plan, codebook: Codebook, measures: Measures) -> Plan:
    """The plan with a simple table a question of the form in each section of form "questionnaire" that has none of its own.

    A number is counted in the first bands measures.toml has of it, and left out where there are none.
    """
    filled = {planned.section for planned in plan.tables}
    empty = [one.id for one in plan.sections if one.form == "questionnaire" and one.id not in filled]
    taken = {planned.id for planned in plan.tables}
    made = tuple(
        TablePlan(id, section, asked.label, question, figure="none", levels="silent")
        for section in empty
        for id, asked, question in _asked(codebook, measures)
        if id not in taken
    )
    return replace(plan, tables=(*plan.tables, *made)) if made else plan


def _asked(codebook: Codebook, measures: Measures) -> Iterator[tuple[str, Variable, str]]:
    """(id of its table, question, what is counted) in the order of the form."""
    bands: dict[str, str] = {}
    for one in measures.definitions:
        if isinstance(one, Classes):
            bands.setdefault(one.of, one.name)
    numbers = [variable.number for variable in codebook]
    for asked in codebook:
        counted = bands.get(asked.name, "") if asked.kind == "number" else asked.name
        if asked.source == "form" and asked.kind in ("single", "multiple", "number") and counted:
            alone = asked.number and numbers.count(asked.number) == 1
            yield (asked.number if alone else asked.name), asked, counted
