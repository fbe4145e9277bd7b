"""Combinations of codes: found by counting, by sorting, or by halves, they are the same; and who has no code is nobody's loss."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import kodoku_survey as ks
from kodoku_survey.design.auxiliary import as_read, crossed, every_crossing, weighted_counts
from kodoku_survey.errors import DesignError


@given(
    codes=arrays.arrays(np.int8, st.tuples(st.integers(1, 40), st.integers(1, 4)), elements=st.integers(0, 6)),
    room=st.sampled_from([7, 3_000, 2**17]),
)
def test_combinations_are_the_distinct_rows(codes, room):
    """Sizes far above the codes make the table of all combinations small, too large to count, too large to number."""
    found, place = crossed(list(codes.T), [room] * codes.shape[1])
    expected, of = np.unique(codes, axis=0, return_inverse=True)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(place, of.ravel())


def sample_of(frame: pd.DataFrame) -> ks.Sample:
    return ks.Sample.from_frame(frame.assign(weight=1.0), weight="weight")


def test_a_missing_code_takes_the_population_shares_and_no_margin_suffers():
    frame = pd.DataFrame({"sex": pd.Categorical(["f", "m", None, "f", "m", "m"])})
    raked = ks.calibrate(sample_of(frame), {"sex": {"f": 60.0, "m": 40.0}}, method="linear")
    auxiliary = raked.calibration.auxiliary
    np.testing.assert_allclose(auxiliary.total(raked.weight), [60, 40], rtol=1e-12)
    np.testing.assert_allclose(auxiliary.rows[auxiliary.index[2]], [0.6, 0.4], rtol=1e-12)


@pytest.mark.parametrize("kind", ["category", "object", "int64"])
def test_codes_of_any_kind_are_met_alike(kind):
    codes = pd.Series([1, 2, 2, 3, 3, 3, 1, 2])
    frame = pd.DataFrame({"a": codes.astype(kind), "b": pd.Series([1, 1, 2, 2, 1, 2, 2, 1])})
    margins = {"a": {1: 30.0, 2: 30.0, 3: 40.0}, "a:b": {(k, b): 100 / 6 for k in (1, 2, 3) for b in (1, 2)}}
    margins["a"] = {1: 100 / 3, 2: 100 / 3, 3: 100 / 3}
    weight = ks.calibrate(sample_of(frame), margins).weight
    np.testing.assert_allclose(frame.groupby(["a", "b"], observed=True).size().index.size, 6)
    np.testing.assert_allclose(pd.Series(weight).groupby([codes, frame["b"]]).sum(), 100 / 6, rtol=1e-10)


def test_a_category_nobody_holds_is_refused_by_name():
    frame = pd.DataFrame({"sex": pd.Categorical(["f", "f"], categories=["f", "m"])})
    with pytest.raises(DesignError, match="sex=m"):
        ks.calibrate(sample_of(frame), {"sex": {"f": 60.0, "m": 40.0}})


def test_all_combinations_hold_those_that_occur():
    codes = np.random.default_rng(2).integers(0, 3, (50, 3)).astype(np.int8)
    every, place = every_crossing(list(codes.T), [3, 4, 3])
    assert len(every) == 36
    np.testing.assert_array_equal(every[place], codes)


def test_read_only_arrays_are_counted_without_a_copy_and_stay_read_only():
    weight = np.arange(5.0)
    weight.setflags(write=False)
    assert np.shares_memory(as_read(weight), weight)
    np.testing.assert_array_equal(weighted_counts(np.array([0, 1, 1, 3, 0]), weight, 4), [4, 3, 0, 3])
    assert not weight.flags.writeable


@pytest.mark.parametrize("n", [40, 4000])
def test_margins_of_nested_variables_that_contradict_are_refused_whatever_the_number_of_people(n):
    """With many people all combinations are rows of the matrix; those nobody has prove nothing."""
    frame = pd.DataFrame({"region": np.tile([1, 1, 2, 2], n // 4), "town": np.tile([11, 12, 21, 22], n // 4)})
    towns = {11: 10.0, 12: 20.0, 21: 30.0, 22: 40.0}
    held = ks.calibrate(sample_of(frame), {"region": {1: 30.0, 2: 70.0}, "town": towns})
    assert held.weight.sum() == pytest.approx(100, rel=1e-12)
    with pytest.raises(DesignError) as refused:
        ks.calibrate(sample_of(frame), {"region": {1: 40.0, 2: 60.0}, "town": towns})
    assert refused.value.key == "design.contradicting_margins"


def test_people_without_a_weight_change_nothing():
    frame = pd.DataFrame({"a": [1, 1, 2, 2, 3], "b": [1, 2, 1, 2, 1], "w": [1.0, 2, 3, 4, 0]})
    whole = ks.Sample.from_frame(frame, weight="w")
    part = ks.Sample.from_frame(frame.iloc[:4], weight="w")
    margins = {"a": {1: 5.0, 2: 6.0}, "b": {1: 4.0, 2: 7.0}}
    for method in ("raking", "linear", "sinh"):
        given = ks.calibrate(whole, margins, method=method, unlisted="shares").weight
        np.testing.assert_allclose(given[:4], ks.calibrate(part, margins, method=method).weight, rtol=1e-12)
        assert given[4] == 0
