"""Scores: integer sums of points over items, with the missing rule their definition states."""

from __future__ import annotations

import numpy as np

from kodoku_survey.intake.responses import ANSWERED, UNDETERMINED, Responses
from kodoku_survey.survey.codebook import NOT_ASKED
from kodoku_survey.survey.conditions import TRUE, Int8Array, IntArray, truth
from kodoku_survey.survey.definitions import Item, Score


def sum_points(definition: Score, responses: Responses) -> tuple[IntArray, Int8Array]:
    """Scores (n,) in the definition's integer unit, and their status.

    An item that was not asked, or whose own condition does not hold, counts neither as an answer nor as a blank. A person
    to whom no item applies is 非該当. `prorated`: the mean of the answered items times the number of items that apply, in
    units where it is whole; a mean that is not whole leaves the score undetermined, since a band of it would be a guess.
    """
    total = np.zeros(len(responses), dtype=np.int64)
    answered = np.zeros(len(responses), dtype=np.int64)
    applies = np.zeros(len(responses), dtype=np.int64)
    for item in definition.items:
        points, state = _points(item, responses)
        total += points
        answered += state == ANSWERED
        applies += state != NOT_ASKED
    blank = applies - answered
    allowed = applies - 1 if definition.missing.allowed is None else np.full_like(applies, definition.missing.allowed)
    known = (applies > 0) & (answered > 0) & (blank <= allowed)
    if definition.missing.worth == "prorated":
        whole, rest = np.divmod(total * applies, np.maximum(answered, 1))
        total = np.where(blank > 0, whole, total)
        known &= (blank == 0) | (rest == 0)
    status = np.where(known, ANSWERED, np.where(applies > 0, UNDETERMINED, NOT_ASKED)).astype(np.int8)
    return np.where(known, total, 0).astype(np.int32), status


def _points(item: Item, responses: Responses) -> tuple[IntArray, Int8Array]:
    """Points (n,) of one item, 0 where it is blank or does not apply, and whether it was answered."""
    given = responses.given(item.variable)
    assert given.codes is not None
    codes = np.array([code for code, _ in item.points])
    worth = np.array([points for _, points in item.points])
    order = np.argsort(codes)
    where = np.clip(np.searchsorted(codes[order], given.codes), 0, len(codes) - 1)
    known = codes[order][where] == given.codes
    state = np.where(known, given.state, np.where(given.state == ANSWERED, UNDETERMINED, given.state)).astype(np.int8)
    if item.when is not None:
        state = np.where(truth(item.when, responses.given) == TRUE, state, NOT_ASKED).astype(np.int8)
    return np.where(state == ANSWERED, worth[order][where], 0), state
