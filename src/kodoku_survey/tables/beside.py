"""Two sides made fit to be compared: brought to common variables, restricted to whom both cover, people in both found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kodoku_survey.arrays import BoolArray
from kodoku_survey.benchmark.overlap import Overlap, overlap_of
from kodoku_survey.benchmark.populations import Populations, populations_of, rows_of_ages
from kodoku_survey.benchmark.restriction import rows_where
from kodoku_survey.design import Sample, domain
from kodoku_survey.errors import Language, Spoken, UsageError
from kodoku_survey.intake.responses import Responses
from kodoku_survey.measures.evaluate import evaluate
from kodoku_survey.survey.crosswalk import Crosswalk
from kodoku_survey.survey.crosswalk.bridge import bridged
from kodoku_survey.survey.crosswalk.found_crosswalk import GivenCrosswalk, crosswalk_between
from kodoku_survey.survey.settings.compared_with import Aspect, People
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.tables.paired import Pairs, matched_units
from kodoku_survey.tables.protected import refuse_unreleased
from kodoku_survey.tables.sides import Measured, Published, Side
from kodoku_survey.tables.words import words

NOBODY = Overlap("none", 0, np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp))


@dataclass(frozen=True, eq=False)
class Beside:
    """Two sides over the population both cover, and what must be said of that."""

    first: Side
    second: Side
    shared: Shared
    populations: Populations
    overlap: Overlap = NOBODY

    def lines(self, language: Language, *, caution: str = "caution_line") -> tuple[str, ...]:
        """What stands above a comparison: the populations first, then people who are in both, and what crosswalks left out.

        caution : the word by which a side nobody drew by chance is told.
        """
        said = words(language)
        found = [self.populations.text(said)]
        for held in (self.first, self.second):
            kind, name = held.survey.settings.design.sample, held.survey.settings.identity.name
            if kind != "probability":
                found.append(said[caution].format(survey=name, note=said[f"note_basis_{kind}"]))
        if self.overlap.found != "none":
            found.append(said[f"overlap_{self.overlap.found}"].format(count=f"{self.overlap.common:,}"))
        if (pairs := pairs_of(self)) is not None and pairs.units is None:
            found.append(said["overlap_unmatched"])
        for entry in self.shared.crosswalk.harmonised if self.shared.crosswalk else ():
            for side, survey in (("first", self.shared.first), ("second", self.shared.second)):
                out = getattr(entry, f"left_out_{side}")
                if out:
                    variable = survey.variables[getattr(entry, side)]
                    labels = said["listing"].join(variable.code(code).text for code in out)
                    name = survey.settings.identity.name
                    found.append(said["crosswalk_left_out"].format(label=entry.label, survey=name, answers=labels))
        return tuple(found)


def remedy(refused: Sequence[Refusal], first: Side, second: Side, language: Language) -> str:
    """How to have a crosswalk drafted, where something refused may be the same after all; "" between waves of one folder."""
    folders = first.survey.folder, second.survey.folder
    if folders[0].resolve() == folders[1].resolve() or not any(one.mendable for one in refused):
        return ""
    return words(language)["crosswalk_remedy"].format(first=folders[0], second=folders[1])


def tested(*sides: Side) -> bool:
    """Whether differences of these sides can be tested: each was drawn by chance."""
    return all(side.survey.settings.design.sample == "probability" for side in sides)


def pairs_of(beside: Beside | None) -> Pairs | None:
    """Who is paired with whom, where the same people are in both."""
    if beside is None or not beside.overlap.paired:
        return None
    first, second, rows = beside.first, beside.second, (beside.overlap.first, beside.overlap.second)
    assert isinstance(first, Measured)
    assert isinstance(second, Measured)
    weighted = first.design is not None and second.design is not None
    return Pairs(*rows, matched_units(first.design, second.design, rows) if weighted else None)  # type: ignore[arg-type]


def set_beside(
    first: Side,
    second: Side,
    *,
    crosswalk: GivenCrosswalk = None,
    where: str = "",
    people: People | None = None,
    despite: tuple[Aspect, ...] = (),
) -> Beside:
    """Both sides restricted to whom both cover and to every condition given.

    crosswalk : as a value, a file or its folder; without it crosswalk.toml of the first folder or the second.
    where : a condition in the first survey's names. Conditions of either folder ([compare] where) hold for both.
    Raises UsageError where ages have nothing in common, published figures would have to be restricted, a condition names what
    the surveys do not share, nobody is left, or numbers coincide and nothing tells whether the people do.
    """
    between = crosswalk_between(crosswalk, first.survey, second.survey)
    if between is not None:
        refuse_unreleased("tables.protected_crosswalk", first, second)
        first, second = _bridged(first, between, "first"), _bridged(second, between, "second")
    shared = Shared(first.survey, second.survey, between)
    back = Shared(second.survey, first.survey, between.turned() if between else None)
    populations = populations_of(first.survey, second.survey, despite=despite)
    conditions = _conditions(first, second, where)
    populations = replace(populations, where=tuple(dict.fromkeys(query for query, _ in conditions)))
    ages = populations.common
    for side, narrowed in zip((first, second), populations.narrowed, strict=True):
        if isinstance(side, Published) and ((narrowed and ages is not None) or conditions):
            raise UsageError("benchmark.published_restricted", "compare", value=side.named)
    overlap = NOBODY
    if isinstance(first, Measured) and isinstance(second, Measured):
        overlap = overlap_of(shared, first.responses, second.responses, people=people)
        if overlap.paired:
            refuse_unreleased("tables.protected_people", first, second)
    made = []
    for place, side in enumerate((first, second)):
        if isinstance(side, Measured):
            inside = np.ones(len(side.responses), dtype=bool)
            if ages is not None and populations.narrowed[place]:
                inside &= rows_of_ages(side.responses, ages)
            for query, by in conditions:
                other = None if by == place else (shared if by == 0 else back)
                inside &= rows_where(query, side.responses, other, telling=spoken)
            side = _restricted(side, inside)
        made.append(side)
    return Beside(made[0], made[1], shared, populations, overlap)


def _conditions(first: Side, second: Side, where: str) -> list[tuple[str, int]]:
    """Every condition, and whose names it is written in: 0 the first survey's, 1 the second's."""
    own = [(side.survey.settings.compare.where.strip(), place) for place, side in enumerate((first, second))]
    found = [(where.strip(), 0), *own]
    if first.survey.folder.resolve() == second.survey.folder.resolve():
        found = found[:2]
    return [(query, place) for query, place in found if query]


def spoken(refusal: Refusal) -> Spoken:
    """A refusal in both languages."""
    return Spoken(refusal.text(words("ja")), refusal.text(words("en")))


def _restricted(side: Measured, inside: BoolArray) -> Measured:
    if inside.all():
        return side
    refuse_unreleased("tables.protected_restricted", side)
    held = inside if side.unweighted.within is None else inside & side.unweighted.within
    if not held.any():
        raise UsageError("benchmark.nobody_left", "compare", value=side.survey.folder.name)
    return Measured(domain(side.unweighted, inside), None if side.design is None else domain(side.design, inside))


def _bridged(side: Side, crosswalk: Crosswalk, which: str) -> Side:
    """A side with the variables of the crosswalk; of published figures nothing can be recoded, but its names are known."""
    survey, definitions = bridged(side.survey, crosswalk, which)
    if isinstance(side, Published):
        return replace(side, survey=survey)
    responses = replace(side.responses, survey=survey)
    for definition in definitions:
        responses = evaluate(definition, responses)
    return Measured(_answering(side.unweighted, responses), side.design and _answering(side.design, responses))


def _answering(sample: Sample, responses: Responses) -> Sample:
    return replace(sample, responses=responses)
