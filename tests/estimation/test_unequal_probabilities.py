"""PSUs drawn with unequal probabilities without replacement: against the textbook's double sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

CHANCE = np.array([0.2, 0.35, 0.5, 0.45])
TOTALS = np.array([4.0, 7.0, 12.0, 9.0])
# Joint probabilities a little below the products, as of a sample whose size is nearly fixed.
CLOSE = np.array([[1, 0.93, 0.92, 0.94], [0.93, 1, 0.95, 0.92], [0.92, 0.95, 1, 0.93], [0.94, 0.92, 0.93, 1]])
JOINT = np.where(np.eye(4) == 1, np.diag(CHANCE), CLOSE * np.outer(CHANCE, CHANCE))


def sample_of(**options) -> ks.Sample:
    frame = pd.DataFrame({"psu": range(4), "pi": CHANCE, "y": TOTALS})
    return ks.Sample.from_frame(frame, psu="psu", probability="pi", **options)


def variance(**options) -> float:
    return float(ks.totals(sample_of(**options), "y").se[0] ** 2)


def test_the_total_is_the_sum_over_the_probabilities():
    assert ks.totals(sample_of(), "y").value[0] == pytest.approx((TOTALS / CHANCE).sum(), rel=1e-12)


def test_joint_probabilities_give_the_horvitz_thompson_double_sum():
    expected = sum(
        (JOINT[i, j] - CHANCE[i] * CHANCE[j]) / JOINT[i, j] * TOTALS[i] / CHANCE[i] * TOTALS[j] / CHANCE[j]
        for i in range(4)
        for j in range(4)
    )
    assert variance(pps=JOINT) == pytest.approx(expected, rel=1e-10)


# Joint probabilities far below the products.
FAR = np.where(np.eye(4) == 1, np.diag(CHANCE), 0.5 * np.outer(CHANCE, CHANCE))


def test_a_negative_horvitz_thompson_variance_is_refused():
    with pytest.raises(DesignError) as refused:
        variance(pps=FAR)
    assert refused.value.key == "design.negative_variance"


def test_a_form_that_is_negative_for_other_totals_gives_those_it_is_positive_for():
    """It was refused whatever the total: of 4, 0, 0, 0 the double sum is (1 − π) (y / π)²."""
    frame = pd.DataFrame({"psu": range(4), "pi": CHANCE, "y": [4.0, 0, 0, 0], "z": [0.0, 7, 0, 0]})
    sample = ks.Sample.from_frame(frame, psu="psu", probability="pi", pps=FAR)
    both = ks.totals(sample, ["y", "z"])
    assert both.se == pytest.approx(np.sqrt([0.8, 0.65]) * np.array([20.0, 20.0]), rel=1e-10)
    # Each has a variance, their covariance is larger than both: the sum has none.
    assert both.covariance[0, 1] == pytest.approx((0.5 - 1) / 0.5 * 20 * 20, rel=1e-10)
    with pytest.raises(DesignError) as refused:
        ks.contrast(both, {"sum": {"y": 1, "z": 1}})
    assert refused.value.key == "design.negative_variance"


def test_joint_probabilities_give_the_yates_grundy_double_sum():
    expected = -0.5 * sum(
        (JOINT[i, j] - CHANCE[i] * CHANCE[j]) / JOINT[i, j] * (TOTALS[i] / CHANCE[i] - TOTALS[j] / CHANCE[j]) ** 2
        for i in range(4)
        for j in range(4)
    )
    assert variance(pps=JOINT, pps_variance="yates_grundy") == pytest.approx(expected, rel=1e-10)


def test_brewers_approximation_is_its_formula():
    """Σ (1 − π) n/(n − 1) (t/π − mean)²."""
    expanded = TOTALS / CHANCE
    expected = 4 / 3 * ((1 - CHANCE) * (expanded - expanded.mean()) ** 2).sum()
    assert variance() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("form", ["horvitz_thompson", "yates_grundy"])
def test_equal_probabilities_are_simple_random_sampling(form):
    """4 of 10: π = 0.4, joint 4·3/(10·9); N²(1 − f)s²/n."""
    joint = np.full((4, 4), 4 * 3 / (10 * 9))
    np.fill_diagonal(joint, 0.4)
    frame = pd.DataFrame({"psu": range(4), "pi": 0.4, "y": TOTALS})
    expected = 100 * (1 - 0.4) * TOTALS.var(ddof=1) / 4
    for pps in (joint, "brewer"):
        sample = ks.Sample.from_frame(frame, psu="psu", probability="pi", pps=pps, pps_variance=form)
        assert ks.totals(sample, "y").se[0] ** 2 == pytest.approx(expected, rel=1e-10)


def test_a_psu_drawn_for_certain_adds_nothing():
    frame = pd.DataFrame({"psu": range(5), "pi": [*CHANCE, 1.0], "y": [*TOTALS, 1e6], "stratum": [1, 1, 1, 1, 2]})
    sample = ks.Sample.from_frame(frame, psu="psu", stratum="stratum", probability="pi")
    assert ks.totals(sample, "y").se[0] ** 2 == pytest.approx(variance(), rel=1e-9)


@pytest.mark.parametrize("method", ["overton", "hartley_rao"])
def test_approximations_of_the_joint_probabilities_have_a_variance(method):
    assert 0 < variance(pps=method, pps_variance="yates_grundy") < 4 * variance()


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"pps": "bruwer"}, "design.unknown_pps"),
        ({"pps": JOINT[:3, :3]}, "design.bad_joint"),
        ({"pps": np.where(np.eye(4) == 1, JOINT, 0.0)}, "design.bad_joint"),
    ],
)
def test_what_cannot_be_used_is_refused(options, key):
    with pytest.raises(DesignError) as refused:
        sample_of(**options)
    assert refused.value.key == key


@pytest.mark.parametrize("wrong", [0.0, -0.1, 1.2, np.nan])
def test_a_probability_is_between_0_and_1(wrong):
    frame = pd.DataFrame({"psu": range(4), "pi": [wrong, 0.3, 0.3, 0.3], "y": TOTALS})
    with pytest.raises(DesignError) as refused:
        ks.Sample.from_frame(frame, psu="psu", probability="pi")
    assert refused.value.key == "design.bad_chance"
