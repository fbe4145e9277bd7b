"""A sample and its reference by the attributes they share: who is held on both sides, and the columns to adjust by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.benchmark.balancing import Positivity, positivity
from kodoku_survey.benchmark.composed import crossed_cells
from kodoku_survey.benchmark.oaxaca import dummies
from kodoku_survey.design import Sample
from kodoku_survey.errors import UsageError
from kodoku_survey.tables.studies.composing import CompositionAxis

LEAST_IN_A_CLASS = 2  # of the sample: one respondent alone in it would be the whole of it


@dataclass(frozen=True, eq=False)
class Alike:
    """terms : positivity of each term, as of everybody known; whole : of all attributes crossed, among those held on both sides.

    ours (n,), theirs (m,) : who is held: every class known, and held by the other side too. known : the same without the last.
    x (Σ ours, p) of the sample's, z (m, p) of the reference: a constant and classes, of full rank. names (p,).
    """

    terms: tuple[Positivity, ...]
    whole: Positivity
    ours: BoolArray
    theirs: BoolArray
    known: tuple[BoolArray, BoolArray]
    x: FloatArray
    z: FloatArray
    names: tuple[str, ...]


def alike(
    terms: Sequence[Sequence[CompositionAxis]], sample: Sample, reference: Sample, within: tuple[BoolArray, BoolArray]
) -> Alike:
    """Both sides by terms ("sex:age_class" crossed is one). within : who is in question.

    Raises UsageError for nobody in common, or classes the sample cannot tell apart.
    """
    sides = [[_cells(term, side, place) for term in terms] for place, side in enumerate((sample, reference))]
    labels = [_cells(term, sample, 0)[1] for term in terms]
    known = [np.all([cell >= 0 for cell, _ in own], axis=0) & held for own, held in zip(sides, within, strict=True)]
    weight = reference.weight
    held = [one.copy() for one in known]
    found = [_positivity(labels[t], sides, t, known, weight) for t in range(len(terms))]
    while True:  # a class left out on one side may empty another class of the other
        now = [_positivity(labels[t], sides, t, held, weight) for t in range(len(terms))]
        left = [held[place] & np.all([(one.ours, one.theirs)[place] for one in now], axis=0) for place in (0, 1)]
        if all((a == b).all() for a, b in zip(left, held, strict=True)):
            break
        held = left
    if held[0].sum() < LEAST_IN_A_CLASS or not held[1].any():
        raise UsageError("benchmark.nothing_in_common", "--on")
    every = {axis.name: axis for term in terms for axis in term}
    crossed = [_cells(list(every.values()), side, place) for place, side in enumerate((sample, reference))]
    whole = positivity(
        crossed[0][1], np.where(held[0], crossed[0][0], -1), np.where(held[1], crossed[1][0], -1), weight
    )
    blocks = [dummies([cell for cell, _ in own], [len(one) for one in labels]) for own in sides]
    names = tuple(name for one in labels for name in one)
    columns = _independent(blocks[0][held[0]], blocks[1][held[1]])
    _refuse_entangled(blocks[0][held[0]], columns, names)
    x, z = (np.column_stack([np.ones(len(block)), block[:, columns]]) for block in blocks)
    return Alike(
        tuple(found),
        whole,
        held[0],
        held[1],
        (known[0], known[1]),
        x[held[0]],
        z * held[1][:, None],
        ("1", *(names[k] for k in columns)),
    )


def _cells(term: Sequence[CompositionAxis], sample: Sample, place: int) -> tuple[IndexArray, tuple[str, ...]]:
    return crossed_cells([axis.positions(sample, place) for axis in term], [axis.labels for axis in term])


def _positivity(
    labels: tuple[str, ...],
    sides: Sequence[Sequence[tuple[IndexArray, tuple[str, ...]]]],
    term: int,
    held: Sequence[BoolArray],
    weight: FloatArray,
) -> Positivity:
    own = [np.where(inside, side[term][0], -1) for side, inside in zip(sides, held, strict=True)]
    return positivity(labels, own[0], own[1], weight)


def _independent(x: FloatArray, z: FloatArray) -> list[int]:
    """Classes beside the constant that say something of their own on both sides, in their order."""
    rows = np.unique(np.vstack([x, z]), axis=0)
    kept = list[int]()
    have = np.ones((len(rows), 1))
    for k in range(rows.shape[1]):
        tried = np.column_stack([have, rows[:, k]])
        if np.linalg.matrix_rank(tried) > have.shape[1]:
            have, kept = tried, [*kept, k]
    return kept


def _refuse_entangled(x: FloatArray, columns: Sequence[int], names: Sequence[str]) -> None:
    """Attributes the reference tells apart and the sample cannot have no adjustment. Raises UsageError naming the classes."""
    rows = np.unique(x[:, columns], axis=0)
    have = np.ones((len(rows), 1))
    for k, column in enumerate(columns):
        have = np.column_stack([have, rows[:, k]])
        if np.linalg.matrix_rank(have) < have.shape[1]:
            raise UsageError("benchmark.classes_entangled", "--on", value=names[column])
