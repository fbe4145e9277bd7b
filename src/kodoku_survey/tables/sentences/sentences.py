"""Sentences: what the tables say, by the comparison rule of the published report (crosstabs/official.py), and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.plan import Plan, SentencePlan, TablePlan
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.sentences.compared_axes import axes_of
from kodoku_survey.tables.sentences.groups_since import of_groups
from kodoku_survey.tables.sentences.of_everybody import of_everybody
from kodoku_survey.tables.sentences.since_then import of_waves
from kodoku_survey.tables.sentences.standing_out import of_axis
from kodoku_survey.tables.sentences.statement import Statement
from kodoku_survey.tables.sentences.telling import Telling
from kodoku_survey.tables.table import Table


def statements(
    table: Table, entry: TablePlan, survey: Survey, variables: Mapping[str, Variable]
) -> tuple[Statement, ...]:
    """What one table says: everybody's answers, their change, and the groups of each axis.

    Made from the table as it is printed, so a hidden cell is neither spoken of nor compared. variables : of the survey, by name.
    """
    if table.statistic != "share" or table.crosstab is None or entry.question not in variables:
        return ()
    telling = Telling(table, entry, survey, variables)
    made = [*of_everybody(telling), *of_waves(telling)]
    for axis in axes_of(telling):
        made += [*of_axis(telling, axis), *of_groups(telling, axis)]
    return tuple(made)


def placed(tables: Sequence[Table], plan: Plan) -> tuple[tuple[Table, ...], tuple[Statement, ...]]:
    """Tables with the sentences that stand there, as the plan has them; and those that stand in a section.

    A sentence moved to a table that is not among these stays where it was.
    """
    ids = {table.id for table in tables}
    sections = {section.id for section in plan.sections}
    told = [one for table in tables for made in table.statements for one in _as_planned(made, plan.sentences)]
    told = [one if one.place in ids or one.place in sections else replace(one, place=one.table) for one in told]
    moved = tuple(replace(table, statements=tuple(_at(table.id, told))) for table in tables)
    return moved, tuple(one for one in told if one.place not in ids)


def _at(place: str, told: Sequence[Statement]) -> Iterator[Statement]:
    """The sentences of a place: its own first, then those that were moved there."""
    here = [one for one in told if one.place == place]
    yield from (one for one in here if one.table == place)
    yield from (one for one in here if one.table != place)


def _as_planned(made: Statement, planned: Sequence[SentencePlan]) -> Iterator[Statement]:
    """The sentence as tables.toml has it: not at all, in other words, elsewhere; what is written later wins."""
    show = "yes"
    for one in (rule for rule in planned if rule.meets(made.id)):
        show = one.show
        if one.text:
            made = replace(made, text=one.text, origin="replaced")
        if one.place:
            made = replace(made, place=one.place)
    if show == "yes":
        yield made
