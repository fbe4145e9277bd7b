"""Respondents found in the register: each is somebody selected of the same sex and age; the others have another outcome."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.arrays import ByteArray, CodeArray, IndexArray, IntArray, TextArray
from kodoku_survey.intake.ledger import Ledger
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.definitions import Classes
from kodoku_survey.survey.folder import Survey
from reproduce.model import Model
from reproduce.published import TICKED, option, status
from reproduce.respondents import Respondents

VALID, INVALID, NO_ANSWER = 1, 2, 6


def place(
    people: Respondents,
    fine: Mapping[int, tuple[int, int]],
    register: pd.DataFrame,
    model: Model,
    rng: np.random.Generator,
) -> IndexArray:
    """The row of the register of each respondent: of the respondent's sex and class of age. fine : class → lowest, highest age.

    Persons of another sex, or who did not tell, are of either sex in the register. Within a class the settled are the older.
    """
    sex = people.codes["q2"].copy()
    untold = ~np.isin(sex, (1, 2))
    sex[untold] = rng.integers(1, 3, int(untold.sum()))
    settled = (
        1.0 * np.isin(people.codes["q3"], (2, 3, 4))
        + np.isin(people.codes["q4"], (1,))
        - 2.0 * (people.codes["q8"] == 6)
    )
    settled = settled + 3.0 * (people.codes["youngest_child"] == 2) + np.where(people.codes["q3"] == 3, 1.0, 0.0)
    settled = settled + rng.standard_normal(people.count)
    inclined = rng.gumbel(size=len(register))
    for name, effect in model.response.effects.items():
        values = register[name].to_numpy(float)
        inclined += effect * (values - values.mean()) / values.std()
    rows = np.full(people.count, -1, dtype=np.intp)
    own_sex, age = register[model.register.sex].to_numpy(), register[model.register.age].to_numpy()
    for code, (low, high) in fine.items():
        for one in (1, 2):
            persons = np.flatnonzero((people.codes["age_fine"] == code) & (sex == one))
            pool = np.flatnonzero((own_sex == one) & (age >= low) & (age <= high))
            chosen = pool[np.argsort(-inclined[pool], kind="stable")[: len(persons)]]
            if len(chosen) < len(persons):
                raise ValueError(
                    f"the register holds {len(pool)} persons of sex {one}, {low}-{high}, {len(persons)} answer"
                )
            rows[persons[np.argsort(settled[persons], kind="stable")]] = chosen[np.argsort(age[chosen], kind="stable")]
    return rows


def outcomes(
    register: pd.DataFrame, valid: IndexArray, invalid: IndexArray, model: Model, rng: np.random.Generator
) -> IntArray:
    """結果 of everyone selected: 1 有効, 2 無効, 3 拒否, 4 あて所不明, 5 対象外, 6 回答なし."""
    result = np.full(len(register), NO_ANSWER, dtype=np.int64)
    draw = rng.random(len(register))
    edge = 0.0
    for code, share in model.response.outcomes.items():
        result[(draw >= edge) & (draw < edge + share)] = int(code)
        edge += share
    result[valid], result[invalid] = VALID, INVALID
    return result


def answers_of(
    survey: Survey,
    people: Respondents,
    ages: IntArray,
    frame_ages: IntArray,
    ids: TextArray,
    rng: np.random.Generator,
) -> Responses:
    """The respondents as responses: every question of the form, and the age the register has."""
    form = [variable for variable in survey.codebook if variable.source == "form"]
    answers: dict[str, CodeArray] = {}
    states: dict[str, ByteArray] = {}
    for variable in form:
        if variable.kind == "multiple":
            answers[variable.name] = _block(variable, people)
        elif variable.kind == "single":
            answers[variable.name] = people.codes[variable.name].astype(np.int16)
        elif variable.complete_from is not None:
            answers[variable.name] = ages.astype(np.int32)
            states[variable.name] = np.full(people.count, ANSWERED, dtype=np.int8)
        else:
            answers[variable.name], states[variable.name] = _number(survey, variable, people, ages, rng)
    frame = {v.name: v for v in survey.codebook if v.name in {f.complete_from for f in form}}
    answers |= {name: frame_ages.astype(np.int32) for name in frame}
    states |= {name: np.zeros(people.count, dtype=np.int8) for name in frame}
    return Responses(
        survey=survey,
        id=ids,
        mode=np.full(people.count, "", dtype=object),
        file=np.full(people.count, "", dtype=object),
        line=np.arange(people.count),
        variables={v.name: v for v in form} | frame,
        answers=answers,
        status=states,
        edits=pd.DataFrame(),
        ledger=Ledger((), None, pd.DataFrame()),
    )


def _block(variable: Variable, people: Respondents) -> ByteArray:
    how = people.codes[status(variable.name)]
    block = np.zeros((people.count, len(variable.options) + 1), dtype=np.int8)
    for position, code in enumerate(variable.options):
        if code.code in variable.exclusive:
            block[:, position] = how == code.code
        else:
            block[:, position] = (how == TICKED) & (people.codes[option(variable.name, code.code)] == 1)
    block[:, -1] = how == variable.nonanswer
    block[how == NOT_ASKED] = NOT_ASKED
    return block


def _number(
    survey: Survey, variable: Variable, people: Respondents, ages: IntArray, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int32], ByteArray]:
    """A number within the class it was given: near the low end of an open class, a child's age behind its parent's."""
    classes = next(
        d
        for d in survey.measures.definitions
        if isinstance(d, Classes) and d.of == variable.name and d.name in people.codes
    )
    codes = people.codes[classes.name]
    values = np.zeros(people.count, dtype=np.int32)
    for band in classes.bands:
        low = int(band.minimum or 0)
        rows = np.flatnonzero(codes == band.code)
        if band.maximum is not None:
            values[rows] = rng.integers(low, int(band.maximum) + 1, len(rows))
        elif variable.unit == "歳":
            behind = ages[rows] - np.rint(rng.normal(31, 4, len(rows))).astype(int)
            values[rows] = np.maximum(np.minimum(behind, ages[rows] - 16), low)
        else:
            values[rows] = low + np.minimum(rng.geometric(0.75, len(rows)) - 1, 4)
    state = np.where(codes < 0, NOT_ASKED, np.where(codes == classes.nonanswer, NONANSWER, ANSWERED)).astype(np.int8)
    return values, state
