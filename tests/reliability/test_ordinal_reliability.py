"""Polychoric correlations, categorical omega and H: closed forms, exact tables, and what they mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scale_people import ITEMS, designed, people, plain
from scipy import integrate, stats

import kodoku_survey as ks
from kodoku_survey.scales.polychoric import bivariate_normal, cells, correlation_of


@pytest.mark.parametrize("rho", [-0.95, -0.4, 0.0, 0.3, 0.8, 0.999])
@pytest.mark.parametrize(
    ("h", "k"), [(0.0, 0.0), (0.0, 1.2), (-1.3, 0.4), (2.1, 1.9), (-2.0, -1.5), (6.0, -0.3), (0.7, 0.7)]
)
def test_the_bivariate_normal_is_its_integral(h, k, rho):
    def given_x(x):
        return stats.norm.pdf(x) * stats.norm.cdf((k - rho * x) / np.sqrt(1 - rho**2))

    turn = k / rho if rho else 0.0  # where the inner probability falls steeply
    middle = turn if -9 < turn < h else -9
    wanted = sum(integrate.quad(given_x, *ends, epsabs=1e-13, limit=400)[0] for ends in ((-9, middle), (middle, h)))
    assert bivariate_normal(h, k, rho) == pytest.approx(wanted, abs=1e-11)


def test_halved_items_have_the_closed_form_of_sheppard():
    """P(both below the median) = 1/4 + arcsin(ρ)/2π. Source: Sheppard (1899)."""
    for rho in (-0.7, 0.1, 0.55, 0.9):
        both = 0.25 + np.arcsin(rho) / (2 * np.pi)
        table = np.array([[both, 0.5 - both], [0.5 - both, both]])
        assert correlation_of(table) == pytest.approx(rho, abs=1e-12)


def test_the_correlation_that_made_a_table_is_found_again():
    rng = np.random.default_rng(5)
    for rho in np.linspace(-0.97, 0.97, 9):
        row, column = (np.sort(rng.normal(size=size)) for size in (3, 3))
        assert correlation_of(cells(row, column, rho)) == pytest.approx(rho, abs=1e-9)


def test_several_tables_are_solved_at_once_as_one_by_one():
    tables = np.stack([cells(np.array([-1.0, 0.2]), np.array([0.1, 0.9]), rho) for rho in (0.2, 0.5, -0.8)])
    np.testing.assert_allclose(correlation_of(tables), [0.2, 0.5, -0.8], atol=1e-10)


def test_an_answer_only_some_items_have_is_no_obstacle():
    frame = people(500)
    frame["a"] = np.minimum(frame["a"], 3)  # nobody gives the highest answer
    made = ks.reliability(designed(frame), ITEMS[:3])
    without = ks.reliability(designed(frame.assign(a=frame["a"])), ["a", "b"])
    assert np.isfinite(made.polychoric.value).all()
    assert np.isfinite(made.categorical_omega.se).all()
    assert made.polychoric.value[0] == pytest.approx(without.polychoric.value[0], abs=1e-10)


def test_categorical_omega_is_the_correlation_of_the_sum_with_that_of_a_parallel_form():
    """What a reliability is: two forms of the same items, answered by the same people, their sums correlated."""
    lam, cuts = np.array([0.85, 0.7, 0.8]), np.array([-0.4, 0.9, 1.6])
    rng = np.random.default_rng(11)
    trait = rng.normal(size=(400_000, 1))
    forms = [
        1 + ((trait * lam + rng.normal(size=(400_000, 3)) * np.sqrt(1 - lam**2))[:, :, None] > cuts).sum(axis=2)
        for _ in range(2)
    ]
    made = ks.reliability(plain(pd.DataFrame(forms[0].astype(float), columns=ITEMS[:3])), ITEMS[:3])
    parallel = np.corrcoef(forms[0].sum(axis=1), forms[1].sum(axis=1))[0, 1]
    assert made.categorical_omega.value[0] == pytest.approx(parallel, abs=0.003)
    # Ordinal alpha is of what lies behind the answers: well above what the sum has.
    assert made.ordinal_alpha.value[0] > parallel + 0.03


def test_four_items_or_more_take_least_squares_on_the_polychorics():
    made = ks.reliability(plain(people(4000, cuts=(-1, 0, 1))), ITEMS)
    assert made.categorical_omega.value[0] == pytest.approx(made.alpha.value[0], abs=0.03)
    assert made.ordinal_omega.value[0] > made.categorical_omega.value[0]


def test_items_in_perfect_order_have_a_scalability_of_one():
    people_of_each = pd.DataFrame([(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1)] * 25, columns=ITEMS[:3]).astype(float)
    made = ks.reliability(plain(people_of_each), ITEMS[:3])
    np.testing.assert_allclose(made.scalability.value, 1.0)


def test_the_scale_s_scalability_lies_between_those_of_its_items():
    value = ks.reliability(designed(people()), ITEMS).scalability.value
    assert value[:-1].min() <= value[-1] <= value[:-1].max()
