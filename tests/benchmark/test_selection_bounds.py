"""Bounds where the answer itself may decide who is in the sample: worst cases, and odds of inclusion apart by up to Γ."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.benchmark import selection_bounds as sb

ORACLE = Path(__file__).parents[1] / "oracle"
WANTED = pd.read_csv(ORACLE / "nonprob.csv").set_index(["quantity", "key"])["value"].astype(float)


@pytest.mark.parametrize("gamma", [1.5, 3, 10])
def test_bounds_of_numbers_are_where_weighted_residuals_balance(gamma):
    b = pd.read_csv(ORACLE / "benchmark_second.csv")
    found = sb.bounds_of_numbers(b["weight"].to_numpy(), (b["weight"] ** 2 + b["lonely"]).to_numpy(), gamma)
    wanted = [WANTED["bounds", f"{end}_{gamma:g}"] for end in ("low", "high")]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_no_weights_between_1_and_gamma_give_a_mean_outside():
    rng = np.random.default_rng(3)
    y, w = rng.normal(size=9), rng.uniform(1, 3, size=9)
    corners = [(w * v @ y) / (w * v).sum() for v in map(np.array, product((1.0, 4.0), repeat=9))]
    np.testing.assert_allclose(sb.bounds_of_numbers(w, y, 4.0), (min(corners), max(corners)), rtol=1e-12)


def test_the_closed_form_of_shares_is_the_same_bound():
    rng = np.random.default_rng(4)
    y, w = (rng.random(50) < 0.3).astype(float), rng.uniform(1, 3, size=50)
    low, high = sb.odds_bounds(np.array([w @ y / w.sum()]), 6.0)
    np.testing.assert_allclose(sb.bounds_of_numbers(w, y, 6.0), (low[0], high[0]), rtol=1e-12)


def test_a_population_whose_answer_decides_inclusion_by_gamma_lies_on_the_bound():
    """30% of a million give the answer; they are 5 times as likely to be in the sample (1 in 2,000 against 1 in 10,000)."""
    there = np.array([300_000 / 2_000, 700_000 / 10_000])
    low, high = sb.odds_bounds(np.array([there[0] / there.sum()]), 5.0)
    assert low[0] == pytest.approx(0.3)
    assert high[0] > 0.9


def test_gamma_1_is_the_point_and_a_large_one_says_nothing():
    p = np.array([0.2])
    assert sb.odds_bounds(p, 1.0) == (p, p)
    low, high = sb.odds_bounds(p, 1e9)
    assert low[0] < 1e-6
    assert high[0] > 1 - 1e-6
    for wrong in (0.5, float("nan")):
        with pytest.raises(ks.SurveyError):
            sb.odds_bounds(p, wrong)


def test_worst_cases_of_a_survey_that_part_answered():
    """Manski (1989): of whom 80% are observed and half of these say yes, between 40% and 60% do."""
    low, high = sb.worst_case(np.array([0.5]), 0.8)
    assert (low[0], high[0]) == (pytest.approx(0.4), pytest.approx(0.6))


def test_worst_cases_of_a_domain_are_reached_and_not_passed():
    """100 observed, 40 of the domain, 10 with the answer; of 25 others any may be of the domain, any with the answer."""
    seen = [(10 + yes) / (40 + inside) for inside in range(26) for yes in range(inside + 1)]
    low, high = sb.worst_case_of_domain(np.array([10 / 40]), 0.4, 0.8)
    assert (low[0], high[0]) == (pytest.approx(min(seen)), pytest.approx(max(seen)))
