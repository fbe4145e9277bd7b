"""Every definition of measures.toml, in order, as further variables of the responses."""

from __future__ import annotations

from itertools import product

import numpy as np

from kodoku_survey.arrays import ByteArray, CodeArray
from kodoku_survey.errors import expected
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.measures.scoring import sum_points
from kodoku_survey.survey.codebook import NOT_ASKED
from kodoku_survey.survey.conditions import FALSE, TRUE, Condition, truth
from kodoku_survey.survey.conditions import UNDETERMINED as UNKNOWN
from kodoku_survey.survey.definitions import Classes, Cross, Definition, Flags, Rule, Score
from kodoku_survey.survey.resolving import cross_code, cross_parts


def score(responses: Responses) -> Responses:
    """The responses with every derived variable of the folder. Integer arithmetic throughout."""
    expected(responses, Responses)
    for definition in responses.survey.measures.definitions:
        responses = evaluate(definition, responses)
    return responses


def evaluate(definition: Definition, responses: Responses) -> Responses:
    """The responses with one more derived variable."""
    values, status = _evaluate(definition, responses)
    variable = responses.survey.variables[definition.name]
    statuses = {} if status is None else {definition.name: status}
    return responses.with_variables({definition.name: variable}, {definition.name: values}, statuses)


def _evaluate(definition: Definition, responses: Responses) -> tuple[CodeArray, ByteArray | None]:
    match definition:
        case Score():
            return sum_points(definition, responses)
        case Classes():
            return classify(definition, responses), None
        case Rule():
            return decide(definition, responses), None
        case Flags():
            return flag(definition, responses), None
        case Cross():
            return cross(definition, responses), None


def classify(definition: Classes, responses: Responses) -> CodeArray:
    """The band each number falls in, (n,) codes; a number in no band is 非該当, no number is 無回答.

    With `upper` a person has the band that the lowest and the highest possible number share, else is undetermined.
    """
    low = _band(definition, responses, definition.of)
    if not definition.upper:
        return low
    high = _band(definition, responses, definition.upper)
    return np.where(low == high, low, definition.nonanswer).astype(np.int16)


def _band(definition: Classes, responses: Responses, name: str) -> CodeArray:
    values, status = responses.answers[name], responses.status[name]
    codes = np.full(len(responses), NOT_ASKED, dtype=np.int16)
    codes[status > ANSWERED] = definition.nonanswer
    for band in definition.bands:
        low = values >= (np.iinfo(np.int32).min if band.minimum is None else band.minimum)
        high = values <= (np.iinfo(np.int32).max if band.maximum is None else band.maximum)
        codes[(status == ANSWERED) & low & high] = band.code
    return codes


def decide(definition: Rule, responses: Responses) -> CodeArray:
    """The first choice whose condition holds, (n,) codes.

    A condition that nobody can decide (an answer is 無回答) leaves the person undetermined unless a later choice holds:
    what is known to hold is known whatever the blank would have been only if conditions exclude each other, and those of
    one rule do.
    """
    none = NOT_ASKED if definition.otherwise is None else definition.otherwise
    codes = np.full(len(responses), none, dtype=np.int16)
    open_ = np.ones(len(responses), dtype=bool)
    unknown = np.zeros(len(responses), dtype=bool)
    for choice in definition.choices:
        held = truth(choice.when, responses.given)
        codes[open_ & (held == TRUE)] = choice.code
        open_ &= held != TRUE
        unknown |= held == UNKNOWN
    codes[open_ & unknown] = definition.nonanswer
    return _within(definition.base, codes, definition.nonanswer, responses)


def _within(base: Condition | None, codes: CodeArray, nonanswer: int, responses: Responses) -> CodeArray:
    """Outside the base 非該当; where the base itself is undetermined, undetermined."""
    if base is not None:
        held = truth(base, responses.given)
        codes[held == FALSE] = NOT_ASKED
        codes[held == UNKNOWN] = nonanswer
    return codes


def flag(definition: Flags, responses: Responses) -> CodeArray:
    """Conditions side by side, (n, flags + 1) of 0/1; last column undetermined.

    undetermined="own": the last column is 1 where no flag is known to hold and at least one is unknown.
    undetermined="no": an unknown flag does not hold (the official denominators), and nobody is undetermined.
    """
    held = np.column_stack([truth(choice.when, responses.given) for choice in definition.choices])
    block = np.zeros((len(responses), held.shape[1] + 1), dtype=np.int8)
    block[:, :-1] = held == TRUE
    if definition.undetermined == "own":
        block[:, -1] = ~(held == TRUE).any(axis=1) & (held == UNKNOWN).any(axis=1)
    if definition.base is not None:
        block[truth(definition.base, responses.given) != TRUE] = NOT_ASKED
    return block


def cross(definition: Cross, responses: Responses) -> CodeArray:
    """The cell of several variables, (n,) codes; a code not kept, 無回答 or 非該当 in any of them is 非該当."""
    parts = cross_parts(definition, responses.survey.variables)
    codes = np.full(len(responses), NOT_ASKED, dtype=np.int32)
    answers = [responses.answers[name] for name in definition.of]
    for cell in product(*parts):
        held = np.logical_and.reduce([values == code.code for values, code in zip(answers, cell, strict=True)])
        codes[held] = cross_code(cell).code
    return codes
