"""What a survey may claim of its figures, by how its respondents were found ([design] sample) and the model asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kodoku_survey.design import Sample
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.settings.claimed_errors import differences_tested, error_claimed
from kodoku_survey.survey.settings.frame_counts import by_stratum
from kodoku_survey.survey.settings.settings import DesignSettings
from kodoku_survey.survey.survey import Survey
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.table import Cell, Row
from kodoku_survey.tables.words import Said
from kodoku_survey.vocabulary import Basis


def claims_error(survey: Survey, basis: Basis = "unweighted") -> bool:
    """Whether figures have an error: of people drawn by chance, of a census by its fpc, under a model where one was asked for."""
    return error_claimed(survey.settings.design, basis)


def tests_differences(survey: Survey, basis: Basis) -> bool:
    """Whether differences are tested: never of people nobody drew by chance, nor under a model."""
    return differences_tested(survey.settings.design, basis)


def basis_line(survey: Survey, basis: Basis, said: Said) -> str:
    """The line on every page about what its figures are."""
    return _basis_told(survey.settings.design, basis, said, model_in_words(survey, said))


def _basis_told(design: DesignSettings, basis: Basis, said: Said, model: str) -> str:
    kind = design.sample
    if kind == "probability":
        return said[f"basis_{basis}"]
    if not error_claimed(design, basis):
        return said[f"basis_{kind}"]
    if kind == "census":
        return said["basis_census_fpc"]
    return said["basis_modelled"].format(kind=said[f"sample_{kind}"], model=model)


def model_of(survey: Survey, basis: Basis) -> str:
    """The name of the model the errors rest on; "" where they do not rest on one."""
    return (survey.settings.design.model or "") if claims_error(survey, basis) else ""


def model_in_words(survey: Survey, said: Said) -> str:
    """The model errors rest on, by its name and its cells; "" without one."""
    variables = survey.variables
    labels = {name: variables[name].label for name in survey.settings.design.cells if name in variables}
    return _model_told(survey.settings.design, labels, said)


def _model_told(design: DesignSettings, known: Mapping[str, str], said: Said) -> str:
    if design.model is None:
        return ""
    labels = "×".join(known.get(name, name) for name in design.cells)
    return said[f"model_{design.model}"].format(cells=labels)


def basis_note(responses: Responses, basis: Basis, said: Said) -> str:
    """What a reader must know of people who were not drawn by chance; "" for those who were."""
    survey = responses.survey
    kind = survey.settings.design.sample
    if kind == "probability":
        return ""
    if kind == "census":
        key = "note_basis_census_fpc" if claims_error(survey, basis) else "note_basis_census"
        return said[key] + _answered(responses, said)
    if claims_error(survey, basis):
        return said["note_basis_modelled"].format(note=said[f"note_basis_{kind}"], model=model_in_words(survey, said))
    return said[f"note_basis_{kind}"]


def _answered(responses: Responses, said: Said) -> str:
    """How many of everybody answered a census; "" where nobody wrote how many there are."""
    design, selected = responses.survey.settings.design, responses.ledger.selected
    everybody = sum(by_stratum(design.frame_size).values()) or selected or sum(by_stratum(design.drawn).values())
    if not everybody:
        return ""
    n = len(responses)
    return said["note_census_answered"].format(
        n=f"{n:,}", everybody=f"{everybody:,}", rate=half_up(100 * n / everybody, 1)
    )


def undrawn_line(sample: Sample, said: Said) -> str:
    """What figures of people nobody drew by chance are; "" of others."""
    if sample.found is None or differences_tested(sample.found, sample.basis):
        return ""
    if sample.responses is not None:
        return basis_line(sample.responses.survey, sample.basis, said)
    return _basis_told(sample.found, sample.basis, said, _model_told(sample.found, {}, said))


def without_errors(rows: Sequence[Row]) -> list[Row]:
    """Rows whose cells claim no error."""
    return [replace(row, cells=tuple(_bare(cell) for cell in row.cells)) for row in rows]


def _bare(cell: Cell) -> Cell:
    return replace(cell, se=None, low=None, high=None, deff=None, df=None)


def without_counts(entry: TablePlan, *, protective: bool) -> TablePlan:
    """The entry, of a protected report without the persons beside its shares."""
    return replace(entry, levels="told") if protective and entry.levels == "counted" else entry
