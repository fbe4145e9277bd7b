"""Scores: integer sums of points over items, with the missing rule their definition states."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import ByteArray, CodeArray
from kodoku_survey.intake.responses import ANSWERED, UNDETERMINED, Responses
from kodoku_survey.measures.items import refuse_reversed
from kodoku_survey.survey.codebook import NOT_ASKED
from kodoku_survey.survey.conditions import TRUE, Given, truth
from kodoku_survey.survey.conditions import UNDETERMINED as UNKNOWN
from kodoku_survey.survey.definitions import Item, Score
from kodoku_survey.survey.resolving import limits

NEUTRAL = {"sum": 0, "highest": np.iinfo(np.int32).min}  # what an item that does not count adds


def sum_points(definition: Score, responses: Responses) -> tuple[CodeArray, ByteArray]:
    """Scores (n,) in the definition's integer unit, and their status.

    An item that was not asked, or whose own condition does not hold, counts neither as an answer nor as a blank. A person
    to whom no item applies is 非該当. `prorated`: the mean of the answered items times the number of items that apply, in
    units where it is whole; a mean that is not whole leaves the score undetermined, since a band of it would be a guess.
    `lowest`, `highest`: a blank adds the fewest or most points its item could. Raises ContentError for an item that runs
    against the rest of a scale.
    """
    parts = [_points(item, definition, responses) for item in definition.items]
    points = np.column_stack([worth for worth, _ in parts])
    states = np.column_stack([state for _, state in parts])
    if definition.direction == "tested":
        names = [item.variable for item in definition.items]
        refuse_reversed(points[(states == ANSWERED).all(axis=1)], names, definition.instrument or definition.name)
    total = points.sum(axis=1) if definition.combine == "sum" else points.max(axis=1)
    missing = definition.missing
    answered, applies = (states == ANSWERED).sum(axis=1), (states != NOT_ASKED).sum(axis=1)
    blank = applies - answered
    known = (applies > 0) & (blank <= missing.tolerated(applies))
    if missing.worth not in ("lowest", "highest"):
        known &= answered > 0
    if missing.worth == "prorated":
        whole, rest = np.divmod(total * applies, np.maximum(answered, 1))
        total = np.where(blank > 0, whole, total)
        known &= (blank == 0) | (rest == 0)
    status = np.where(known, ANSWERED, np.where(applies > 0, UNDETERMINED, NOT_ASKED)).astype(np.int8)
    return np.where(known, total, 0).astype(np.int32), status


def _points(item: Item, definition: Score, responses: Responses) -> tuple[CodeArray, ByteArray]:
    """What one item adds (n,), and whether it was answered, blank, or does not count (−1)."""
    given, worth = responses.given(item.variable), definition.missing.worth
    points, known = _worth(item, given)
    state = np.where(known, given.state, np.where(given.state == ANSWERED, UNDETERMINED, given.state)).astype(np.int8)
    end = {"lowest": 0, "highest": 1}.get(worth)
    blank = 0 if end is None else limits(item, several=given.ticks is not None)[end]
    points, neutral = np.where(state == ANSWERED, points, blank), NEUTRAL[definition.combine]
    applies = np.full(len(responses), TRUE, dtype=np.int8) if item.when is None else truth(item.when, responses.given)
    open_ = (applies == UNKNOWN) & (state != NOT_ASKED)
    state = np.where(applies == TRUE, state, NOT_ASKED).astype(np.int8)
    added = np.where(state == NOT_ASKED, neutral, points)
    if end is not None:
        # Nobody knows whether it counts: at the least it does not help, at the most it does.
        either = np.minimum(points, neutral) if worth == "lowest" else np.maximum(points, neutral)
        added = np.where(open_, either, added)
    return added, state


def _worth(item: Item, given: Given) -> tuple[CodeArray, CodeArray]:
    """Points (n,) of the answers, of a multiple answer the sum over its ticks, and whether each has any."""
    if given.ticks is not None:
        key = dict(item.points)
        worth = np.array([key.get(code, 0) for code in given.keys], dtype=np.int64)
        return (given.ticks == 1) @ worth, np.ones(len(given.state), dtype=bool)
    assert given.codes is not None
    codes, points = (np.array(column, dtype=np.int64) for column in zip(*item.points, strict=True))
    order = np.argsort(codes)
    where = np.clip(np.searchsorted(codes[order], given.codes), 0, len(codes) - 1)
    return points[order][where], codes[order][where] == given.codes
