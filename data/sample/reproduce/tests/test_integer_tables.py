"""Counts from printed percentages, and integer tables within bounds."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodoku_survey.tables.rounding import half_up, percent_of
from reproduce.integer_tables import Row, integer_table
from reproduce.published import Bound, FiguresError, both, count_bounds, facts_of, read_bounds


@given(st.integers(1, 20_000), st.data())
def test_the_bounds_of_a_percentage_are_the_counts_that_print_as_it(n, data):
    count = data.draw(st.integers(0, n))
    printed = half_up(percent_of(count, n), 1)
    low, high = count_bounds(printed, n)
    assert low <= count <= high
    assert all(half_up(percent_of(c, n), 1) == printed for c in {low, high})
    assert all(half_up(percent_of(c, n), 1) != printed for c in (low - 1, high + 1) if 0 <= c <= n)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_table_that_can_meet_its_bounds_does(seed):
    """Bounds taken from some integer table are met by the table found, whatever the prior."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 12, (6, 4))
    rows = []
    for _ in range(6):
        cells = np.flatnonzero(rng.random(24) < 0.4)
        total = int(truth.ravel()[cells].sum())
        rows.append(Row(cells, total, total + int(rng.integers(2))))
    found = integer_table(rng.random((6, 4)) + 0.05, truth.sum(axis=1), rows)
    assert found.missed == ()
    assert (found.table.sum(axis=1) == truth.sum(axis=1)).all()
    assert (found.table >= 0).all()
    assert all(row.low <= found.table.ravel()[row.cells].sum() <= row.high for row in rows)


def test_what_cannot_be_met_is_told_with_its_size():
    rows = [Row(np.array([0]), 5, 5, "five of three")]
    assert integer_table(np.ones((1, 2)), np.array([3]), rows).missed == (("five of three", -2),)


def test_an_impossible_answer_is_given_to_nobody():
    prior = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = integer_table(prior, np.array([4, 4]), [Row(np.array([1, 3]), 3, 3)])
    assert found.table.tolist() == [[4, 0], [1, 3]]


def test_the_same_problem_has_the_same_table():
    rng = np.random.default_rng(1)
    prior, rows = rng.random((8, 5)), [Row(np.arange(0, 40, 3), 20, 21)]
    one, other = (integer_table(prior, np.full(8, 9), rows).table for _ in range(2))
    assert (one == other).all()


def test_conditions_on_one_variable_are_what_they_share():
    where = both(frozenset([("q3", frozenset([1, 2]))]), frozenset([("q3", frozenset([2, 3])), ("q2", frozenset([1]))]))
    assert where == frozenset([("q3", frozenset([2])), ("q2", frozenset([1]))])


def test_cells_of_one_condition_are_intersected_and_the_usable_ones_agree(national):
    bounds = read_bounds(national)
    assert len({bound.where for bound in bounds}) == len(bounds)
    assert all(bound.low <= bound.high for bound in bounds)
    assert Bound(frozenset(), 10_871, 10_871).where in {bound.where for bound in bounds}


def test_a_misprint_taken_for_usable_contradicts_the_other_cells(national, tmp_path):
    """図1-23 and pp.43–44 print the same share of the same persons; 4.7 beside 2.3 cannot both hold."""
    folder = tmp_path / "national"
    shutil.copytree(facts_of(national), folder)
    figures = folder / "figures.csv"
    text = figures.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("ref_p43-44,cohabitation,同居人がいる"))
    figures.write_text(text.replace(line, line.replace(",no,", ",yes,")), encoding="utf-8")
    with pytest.raises(FiguresError, match="同居人がいる"):
        read_bounds(national, folder)
