"""Combinations of codes: found by counting, by sorting, or by halves, they are the same; and who has no code is nobody's loss."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import kodoku_survey as ks
from kodoku_survey.design.auxiliary import crossed
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
