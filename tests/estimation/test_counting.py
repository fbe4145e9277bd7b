"""Counting: totals by unit and cell, by whatever way they are taken, are what adding up one by one gives."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kodoku_survey as ks
from kodoku_survey.estimation.counting import passes
from kodoku_survey.estimation.counting.passes import Counter, by_unit, slots


def one_by_one(unit, units, weight, attribute, groups, codes, size):
    total = np.zeros((units, size, groups))
    for u, w, g, k in zip(unit, weight, attribute, codes, strict=True):
        if g >= 0 and k >= 0:
            total[u, k, g] += w
    return total


@given(seed=st.integers(0, 1000), n=st.integers(1, 60), units=st.integers(1, 5), data=st.data())
@settings(max_examples=60, deadline=None)
def test_totals_are_those_of_adding_up_one_by_one(seed, n, units, data):
    rng = np.random.default_rng(seed)
    sizes = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=6))
    kind = data.draw(st.sampled_from([np.int8, np.int16, np.int64]))
    unit, weight = rng.integers(0, units, n), rng.random(n)
    columns = [rng.integers(-1, size, n).astype(kind) for size in sizes]
    groups = data.draw(st.integers(1, 4))
    attribute = rng.integers(data.draw(st.sampled_from([-1, 0])), groups, n).astype(np.int8)
    inside = data.draw(st.sampled_from([None, rng.random(n) < 0.6]))
    kept = slice(None) if inside is None else inside
    coded = [slots(codes, size) for codes, size in zip(columns, sizes, strict=True)]
    by = slots(attribute, groups)
    counter = Counter.of(coded, by_unit(unit, units, inside, n), weight, widest=by.width)
    for total, codes, size in zip(counter.totals(by), columns, sizes, strict=True):
        expected = one_by_one(unit[kept], units, weight[kept], attribute[kept], groups, codes[kept], size)
        shaped = total.reshape(units, size, by.width)[:, :, by.outside :]
        np.testing.assert_allclose(shaped, expected, rtol=1e-12)


def test_questions_share_a_pass_while_their_cells_are_no_more_than_the_rows_of_a_unit():
    n = 1000
    questions = [slots(np.arange(n, dtype=np.int8) % 5, 5)] * 4
    sizes = {
        units: [p.cells for p in Counter.of(questions, by_unit(np.zeros(n, int), units, None, n), None, widest=1).packs]
        for units in (1, 30, 300)
    }
    assert sizes == {1: [625], 30: [25, 25], 300: [5, 5, 5, 5]}


def test_codes_become_slots_of_a_byte_with_the_outside_first():
    for kind in (np.int8, np.int16, np.int32, np.int64):
        made = slots(np.array([2, -1, 0, 1], dtype=kind), 3)
        assert made.at.dtype == np.uint8
        assert made.at.tolist() == [3, 0, 1, 2]
        assert slots(np.array([2, 0], dtype=kind), 3).at.tolist() == [2, 0]
    many = slots(np.array([299, -1], dtype=np.int16), 300)
    assert many.at.tolist() == [300, 0]


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_batch_takes_less_memory_than_twice_its_frame(shuffled):
    rng = np.random.default_rng(1)
    n, questions = 400_000, [f"q{k}" for k in range(24)]
    frame = pd.DataFrame(
        {name: pd.Categorical.from_codes(rng.integers(0, 5, n), list("abcde")) for name in [*questions, "by"]}
    )
    frame["psu"] = rng.integers(0, 50, n) if shuffled else np.sort(rng.integers(0, 50, n))
    frame["weight"] = rng.random(n) + 0.5
    sample = ks.Sample.from_frame(frame, weight="weight", psu="psu")
    ks.crosstabs(sample, questions[:1], by="by")
    tracemalloc.start()
    ks.crosstabs(sample, questions, by="by")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * frame.memory_usage(deep=True).sum()
    assert n > passes.BLOCK  # in blocks, as intended
