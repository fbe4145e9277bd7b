"""Stages of selection of those who answered: by the register, each alone, or as a model of people nobody drew has it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import IndexArray
from kodoku_survey.design.given.how_found import stage_of_cells
from kodoku_survey.design.selection import stages_of
from kodoku_survey.design.stages import Stage
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.intake.responses import Responses


def everybody_alone(count: int) -> Stage:
    """Each a unit of his own, drawn from one stratum."""
    return Stage(np.arange(count), np.zeros(count, dtype=np.intp), np.zeros(1), np.ones(1), ("",))


def stages_by_register(responses: Responses, where: IndexArray) -> tuple[Stage, ...]:
    """Stages from the register: every selected PSU counts, also where nobody answered."""
    design, selection = responses.survey.settings.design, responses.selection
    n = len(selection)
    stratum = selection[design.stratum].to_numpy() if design.stratum else np.zeros(n, dtype=int)
    psu = selection[design.psu].to_numpy() if design.psu else np.arange(n)
    fpc = [selection[design.fpc].to_numpy(float)[where]] if design.fpc else []
    collapse = {one.stratum: one.into for one in design.collapse}
    if not design.psu:
        # One stage: the respondents are the units; who did not answer is no unit of the respondents' sample.
        return stages_of([np.arange(len(where))], stratum[where], fpc, collapse=collapse)
    selected = pd.DataFrame({"stratum": stratum, "psu": psu})
    return stages_of([psu[where]], stratum[where], fpc, selected, collapse=collapse)


def stage_within_cells(responses: Responses) -> Stage:
    """The model srs_within_cells ([design] cells), as `stage_of_cells` has it.

    Raises DesignError for a name nobody knows or that is not of one answer, and for a cell of one respondent.
    """
    design, columns, where = responses.survey.settings.design, [], "survey.toml [design] cells"
    for name in design.cells:
        if name not in responses.variables or responses.variables[name].kind != "single":
            known = tuple(key for key, variable in responses.variables.items() if variable.kind == "single")
            raise DesignError("design.model_cell_unknown", where, value=name, hint=DidYouMean(name, known))
        columns.append((responses.answers[name], {one.code: one.text for one in responses.variables[name].codes}))
    return stage_of_cells(columns, where, refused=design.lonely_psu == "fail")
