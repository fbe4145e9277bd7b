"""Many areas: Fay–Herriot on Rao & Molina's milk data, a funnel's limits, and ranks with theirs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from kodoku_survey.benchmark.funnel import control_limits
from kodoku_survey.benchmark.ranks import rank_limits
from kodoku_survey.benchmark.small_areas import fay_herriot
from kodoku_survey.errors import SurveyError

ORACLE = Path(__file__).parents[1] / "oracle"
WANTED = pd.read_csv(ORACLE / "areas.csv")


def wanted(quantity):
    return WANTED.loc[WANTED["quantity"] == quantity, "value"].to_numpy(float)


@pytest.fixture(scope="module")
def milk():
    frame = pd.read_csv(ORACLE / "milk.csv")
    x = np.column_stack([np.ones(len(frame)), *(frame["major_area"] == k for k in (2, 3, 4))])
    return fay_herriot(frame["direct_est"].to_numpy(float), frame["std_error"].to_numpy(float) ** 2, x)


def test_the_milk_data_have_the_published_coefficients(milk):
    """As printed for REML by Molina & Marhuenda (2015), The R Journal 7, after Rao & Molina."""
    np.testing.assert_allclose(milk.beta, [0.9681890, 0.1327803, 0.2269462, -0.2413010], atol=1e-6)


@pytest.mark.parametrize(
    ("quantity", "of"),
    [("variance", "variance"), ("beta", "beta"), ("beta_se", "beta_se"), ("eblup", "value"), ("mse", "mse")],
)
def test_and_those_of_the_formulas_written_out_in_r(milk, quantity, of):
    np.testing.assert_allclose(np.atleast_1d(getattr(milk, of)), wanted(quantity), rtol=1e-6)


def test_areas_that_differ_no_more_than_by_chance_are_all_one():
    rng = np.random.default_rng(3)
    found = fay_herriot(rng.normal(5, 0.5, 20), np.full(20, 4.0))
    assert found.variance == 0
    assert np.ptp(found.value) < 1e-9


def test_what_has_no_variance_or_too_few_areas_is_refused():
    for direct, sampling in (([1.0, 2.0, 3.0], [0.1, 0.0, 0.1]), ([1.0, 2.0], [0.1, 0.1])):
        with pytest.raises(SurveyError):
            fay_herriot(np.array(direct), np.array(sampling))


def test_limits_of_a_funnel_hold_what_they_say():
    size = np.array([20.0, 100.0, 1000.0])
    low, high = control_limits(0.1, size, 0.95)
    assert (np.diff(high - low) < 0).all()
    for n, least, most in zip(size, low, high, strict=True):
        inside = binom.cdf(np.floor(most * n), int(n), 0.1) - binom.cdf(np.ceil(least * n) - 1, int(n), 0.1)
        assert inside > 0.90


def test_ranks_are_told_as_far_as_the_areas_can_be_told_apart():
    rank, best, worst = rank_limits(np.array([5.0, 1.0, 1.1, 9.0]), np.array([0.1, 0.1, 0.1, 0.1]))
    assert list(rank) == [2, 4, 3, 1]
    assert list(best) == [2, 3, 3, 1]
    assert list(worst) == [2, 4, 4, 1]
    rank, best, worst = rank_limits(np.array([5.0, 1.0, 3.0]), np.full(3, 100.0))
    assert (list(best), list(worst)) == ([1, 1, 1], [3, 3, 3])
