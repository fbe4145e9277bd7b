"""Conditions on answers: three values of truth, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from kodoku_survey.survey.conditions import Condition, Given, truth
from kodoku_survey.survey.reading import Place

YES, NO, UNKNOWN = 1, 0, -1
# One person a column: answered 2, answered 3, silent, undetermined, not asked.
STATE = np.array([0, 0, 1, 2, -1], dtype=np.int8)
CODES = np.array([2, 3, 99, 99, -1])


def judged(condition: object, **variables: Given) -> list[int]:
    faults: list = []
    read = Condition.from_toml(condition, Place("codebook.toml", "[q]", faults))
    assert not faults
    return truth(read, variables.__getitem__).tolist()


def q(state=STATE, codes=CODES) -> Given:
    return Given(np.array(state, dtype=np.int8), np.array(codes))


CASES = [
    ({"q": [2]}, [YES, NO, UNKNOWN, UNKNOWN, NO]),
    ({"q": [2, 3]}, [YES, YES, UNKNOWN, UNKNOWN, NO]),
    ({"q": {"min": 3}}, [NO, YES, UNKNOWN, UNKNOWN, NO]),
    ({"q": {"max": 2}}, [YES, NO, UNKNOWN, UNKNOWN, NO]),
    ({"q": {"answered": "yes"}}, [YES, YES, NO, NO, NO]),
    ({"q": {"answered": "no"}}, [NO, NO, YES, YES, NO]),
    ([{"q": [2]}, {"q": [3]}], [YES, YES, UNKNOWN, UNKNOWN, NO]),
]


@pytest.mark.parametrize(("condition", "expected"), CASES, ids=[str(condition) for condition, _ in CASES])
def test_a_clause_is_true_false_or_undetermined(condition, expected):
    assert judged(condition, q=q()) == expected


def test_a_multiple_answer_meets_a_clause_by_any_of_its_ticks():
    ticks = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0]], dtype=np.int8)
    several = Given(np.array([0, 0, 1], dtype=np.int8), ticks=ticks, keys=(1, 2, 3))
    assert judged({"m": [3, 2]}, m=several) == [YES, YES, UNKNOWN]


truths = st.lists(st.sampled_from([(0, 2), (0, 3), (1, 99)]), min_size=1, max_size=20)


@every(truths, truths)
def test_and_and_or_are_the_least_and_the_greatest_truth(a, b):
    """False < undetermined < true, as Kleene has it."""
    size = min(len(a), len(b))
    p, r = (q(*zip(*side[:size], strict=True)) for side in (a, b))
    order = {NO: 0, UNKNOWN: 1, YES: 2}
    one, other = judged({"p": [2]}, p=p), judged({"r": [2]}, r=r)
    both, either = judged({"p": [2], "r": [2]}, p=p, r=r), judged([{"p": [2]}, {"r": [2]}], p=p, r=r)
    assert both == [min(x, y, key=order.get) for x, y in zip(one, other, strict=True)]
    assert either == [max(x, y, key=order.get) for x, y in zip(one, other, strict=True)]
