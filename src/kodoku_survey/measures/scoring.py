"""Scoring anyone's items by an instrument: score, the bounds a blank leaves, subscales, class and cuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, CodeArray, FloatArray, TextArray
from kodoku_survey.errors import ContentError, DidYouMean, UsageError
from kodoku_survey.survey.instruments import Instrument, ScoreRange, instrument
from kodoku_survey.survey.missing import Missing

FEW_COMPLETE = 30  # complete rows below which an item–rest correlation says too little of a key to refuse by
SURELY_REVERSED = (
    2.326  # standard errors below 0: one in a hundred by chance if the truth were 0, hardly any for a key that is right
)


def score_items(
    frame: pd.DataFrame,
    id: str,
    *,
    items: Sequence[str],
    nonanswer: Sequence[int] = (),
    prorate: float | None = None,
    direction: Literal["tested", "declared"] = "tested",
) -> pd.DataFrame:
    """One row a person: score, low, high, answered, status, class, then each subscale and cut of the instrument.

    items : columns in the order of the instrument's items. nonanswer : codes that mean no answer, beside blanks.
    prorate : replace up to this share of blank items by the person's mean, where the instrument allows it.
    direction : "tested" refuses to score a scale of which an item runs against the rest; "declared" takes the key on trust.

    score is <NA> where the missing rule leaves none; low and high are the lowest and highest it can be. status is
    "complete", "partial" (scored in spite of a blank) or "undetermined". Cuts are three-valued: <NA> where the bounds
    fall on both sides.

    Raises
    ------
    UsageError
        An unknown instrument, one without a key, a wrong number of items, or proration it does not allow.
    ContentError
        A code the instrument does not know; an item–rest correlation below zero, naming the item.

    >>> items = pd.DataFrame({"q1": [1, 3], "q2": [2, 3], "q3": [1, 2]})
    >>> ks.score_items(items, "ucla3_hughes", items=["q1", "q2", "q3"])["score"].tolist()
    [4, 8]
    """
    known = instrument(id)
    _check(known, frame, items, prorate)
    where = np.column_stack([_positions(known, frame[name], nonanswer) for name in items])
    answered = where >= 0
    points = np.where(answered, np.take_along_axis(known.points.T, np.maximum(where, 0), axis=0), 0)
    if known.kind == "scale" and direction == "tested":
        refuse_reversed(points[answered.all(axis=1)], items, known.id, known.reversed)
    low = np.where(answered, points, known.points.min(axis=1))
    high = np.where(answered, points, known.points.max(axis=1))
    score = _score(known, points, answered, prorate)
    sides = {"": (low.sum(axis=1), high.sum(axis=1))}
    columns: dict[str, Any] = {
        "score": _unit(known, score, fractional=prorate is not None),
        "low": _unit(known, sides[""][0]),
        "high": _unit(known, sides[""][1]),
        "answered": answered.sum(axis=1),
        "status": _status(score, answered),
    }
    if known.classes:
        columns["class"] = _classes(known, score, *sides[""])
    for part in known.subscales:
        own = [item - 1 for item in part.items]
        sides[part.name] = low[:, own].sum(axis=1), high[:, own].sum(axis=1)
        whole = answered[:, own].all(axis=1)
        columns[part.name] = _unit(known, np.where(whole, points[:, own].sum(axis=1), np.nan))
    columns |= {cut.name: _three_valued(cut, *sides[cut.of]) for cut in known.cuts}
    return pd.DataFrame(columns, index=frame.index)


def _check(known: Instrument, frame: pd.DataFrame, items: Sequence[str], prorate: float | None) -> None:
    if known.kind == "name":
        raise UsageError("measures.no_key", value=known.id, note=known.note)
    if len(items) != len(known.items):
        raise UsageError("measures.item_count", value=known.id, wanted=len(known.items), given=len(items))
    for name in items:
        if name not in frame:
            hint = DidYouMean(name, tuple(map(str, frame.columns)))
            raise UsageError("measures.no_column", value=name, hint=hint)
    if prorate is not None and known.prorated == "no":
        raise UsageError("measures.not_prorated", value=known.id, source=known.source)
    if prorate is not None and not 0 < prorate < 1:
        raise UsageError("measures.share", value=prorate)


def _positions(known: Instrument, column: pd.Series, nonanswer: Sequence[int]) -> CodeArray:
    """Which of the instrument's codes each person gave, −1 for no answer. Raises ContentError for any other value."""
    codes = pd.Index([answer.code for answer in known.codes])
    numbers = pd.to_numeric(column, errors="coerce")
    blank = (column.isna() | numbers.isin(nonanswer)).to_numpy(bool)
    where = np.where(blank, -1, codes.get_indexer(pd.Index(numbers.to_numpy(float, na_value=np.nan))))
    wrong = np.flatnonzero(~blank & (where < 0))
    if len(wrong):
        raise ContentError(
            "measures.not_a_code",
            str(column.name),
            value=column.iloc[wrong[0]],
            count=len(wrong),
            instrument=known.id,
            codes=", ".join(map(str, codes)),
        )
    return where


def refuse_reversed(points: CodeArray, items: Sequence[str], name: str, reversed: Sequence[int] = ()) -> None:
    """Refuse complete rows (n, k) of which an item runs against the rest; alpha alone does not catch one wrong key.

    name : of the instrument or score. reversed : items (1 = first) its key turns. Raises ContentError naming the item.
    """
    if len(points) < FEW_COMPLETE or points.shape[1] < 3:
        return
    rest = points.sum(axis=1, keepdims=True) - points
    for number, item in enumerate(items, start=1):
        own, other = points[:, number - 1], rest[:, number - 1]
        if (
            own.std() > 0
            and other.std() > 0
            and negative_beyond_chance(r := float(np.corrcoef(own, other)[0, 1]), len(points))
        ):
            turned = "reversed" if number in reversed else "not_reversed"
            raise ContentError(f"measures.{turned}", item, r=f"{r:.2f}", item=number, instrument=name)


def negative_beyond_chance(r: float, n: int) -> bool:
    """Whether a correlation of n persons is below 0 beyond chance, by Fisher's z; an item keyed rightly is below now and then."""
    return bool(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)) * np.sqrt(max(n - 3, 1)) < -SURELY_REVERSED)


def _score(known: Instrument, points: CodeArray, answered: BoolArray, prorate: float | None) -> FloatArray:
    """Scores in points (n,), nan where the missing rule leaves none."""
    total, count, asked = points.sum(axis=1), answered.sum(axis=1), points.shape[1]
    rule = known.missing
    if prorate is not None:
        rule = Missing(share=prorate, worth="prorated")
        total = total * asked / np.maximum(count, 1)
    allowed = rule.tolerated(np.full(len(total), asked))
    return np.where((count > 0) & (asked - count <= allowed), total, np.nan)


def _status(score: FloatArray, answered: BoolArray) -> TextArray:
    scored = np.where(answered.all(axis=1), "complete", "partial")
    return np.where(np.isnan(score), "undetermined", scored).astype(object)


def _unit(known: Instrument, points: AnyArray, *, fractional: bool = False) -> Any:
    """Points in the unit of the score: integers, unless the unit or a proration divides them."""
    values = pd.array(np.where(np.isnan(points), np.nan, points / known.unit), dtype="Float64")
    return values if fractional or known.unit != 1 else values.astype("Int64")


def _classes(known: Instrument, score: FloatArray, low: CodeArray, high: CodeArray) -> pd.Categorical:
    """The band of each person. A prorated score that is no whole number has none: between two bands it would be a guess."""
    found = np.full(len(score), -1)
    whole = ~np.isnan(score) & (score == np.floor(score))
    for position, band in enumerate(known.classes):
        held = whole & band.holds(np.nan_to_num(score).astype(np.int64))
        if known.classes_from == "bounds":
            held = band.holds(low) & band.holds(high)
        found[held] = position
    return pd.Categorical.from_codes(found, categories=[band.name for band in known.classes], ordered=True)


def _three_valued(cut: ScoreRange, low: CodeArray, high: CodeArray) -> Any:
    """True or false where the lowest and the highest possible score agree, else <NA>.

    A cut has one limit, so agreement of both ends decides everything between them.
    """
    at_low, at_high = cut.holds(low), cut.holds(high)
    return pd.array(np.where(at_low == at_high, at_low.astype(float), np.nan), dtype="Float64").astype("boolean")
