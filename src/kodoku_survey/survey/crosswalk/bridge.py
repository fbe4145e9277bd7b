"""A survey brought to the variables two surveys have in common: what a crosswalk says, as definitions of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from kodoku_survey.survey.crosswalk import CROSSWALK, Crosswalk, definition_of
from kodoku_survey.survey.definitions import Definition
from kodoku_survey.survey.definitions.measuring import Measures
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.survey import Survey


def bridged(survey: Survey, crosswalk: Crosswalk, side: str) -> tuple[Survey, tuple[Definition, ...]]:
    """A survey with the harmonised variables of one side, and their definitions; the first's tables take them up."""
    place, known, made = Place(CROSSWALK), dict(survey.variables), list[Definition]()
    instead: dict[str, str] = {}
    for entry in crosswalk.harmonised:
        definition = definition_of(entry, side, survey.variables[getattr(entry, side)].kind)
        of = survey.variables[getattr(entry, side)]
        hidden = [
            one.code for one in entry.codes if {*getattr(one, side)} and {*getattr(one, side)} <= {*of.hidden_as_group}
        ]
        told = {"instrument": of.instrument, "scale": of.scale, "hidden_as_group": tuple(hidden)}
        known[entry.name] = replace(definition.resolved(known, place), **told)  # type: ignore[arg-type]
        made.append(definition)
        instead |= dict.fromkeys(entry.replaced, entry.name)
    place.finish()
    measures = Measures((*survey.measures.definitions, *made), survey.measures.composites)
    plan = survey.plan
    if side == "first":
        plan = replace(plan, tables=tuple(_taking_up(entry, instead) for entry in plan.tables))
    written = None if survey.written is None else bridged(survey.written, crosswalk, side)[0]
    changed = replace(survey, variables=MappingProxyType(known), measures=measures, plan=plan, written=written)
    return changed, tuple(made)


def _taking_up(entry: Any, instead: Mapping[str, str]) -> Any:
    by = tuple(tuple(instead.get(name, name) for name in names) for names in entry.by)
    if entry.question not in instead:
        return replace(entry, by=by)
    return replace(entry, question=instead[entry.question], by=by, answers=(), focus=(), history="no")
