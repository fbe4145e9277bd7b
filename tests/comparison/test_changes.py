"""Differences between independent samples: the published rule against statsmodels, the design against contrasts of ours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

import kodoku_survey as ks
from benchmark.two_folders import make, side
from kodoku_survey.crosstabs.two_samples import design_change, official_change
from kodoku_survey.tables.studies.comparison_study import comparison_study


def one(first, n_first, second, n_second):
    return official_change(*(np.array([float(v)]) for v in (first, n_first, second, n_second)))


@given(st.integers(20, 5000), st.integers(20, 5000), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_the_published_rule_is_the_pooled_test_of_two_proportions(n, m, p, q):
    first, second = round(n * p), round(m * q)
    if first + second in (0, n + m):
        return
    found = one(first, n, second, m)
    z, p_value = proportions_ztest([first, second], [n, m])
    assert found.statistic[0] == pytest.approx(z)
    assert found.p_value[0] == pytest.approx(p_value)
    assert found.verdict[0] == (np.sign(z) if abs(z) > 1.96 else 0)


@pytest.mark.parametrize(
    ("first", "n", "second", "m", "verdict"),
    [
        (467, 10871, 535, 11141, 0),  # 4.3 and 4.8 per cent: no difference found
        (467, 10871, 534, 11867, 0),  # 4.3 and 4.5
        (2004, 10871, 2812, 11867, -1),  # 18.4 and 23.7
        (0, 500, 0, 400, 0),  # nobody in either: no difference, and no division by zero
        (500, 500, 400, 400, 0),
        (196, 400, 170, 400, 0),  # z = 1.84
        (200, 400, 170, 400, 1),  # z = 2.13
    ],
)
def test_verdicts_by_hand(first, n, second, m, verdict):
    found = one(first, n, second, m)
    assert found.verdict[0] == verdict
    assert found.low[0] <= found.difference[0] <= found.high[0]


@given(st.integers(1, 900), st.integers(1, 900), st.integers(0, 8), st.booleans())
@settings(max_examples=80, deadline=None)
def test_no_interval_contradicts_the_verdict_where_a_share_is_0_or_1(n, m, count, most):
    second = min(count, m)
    found = one(n, n, m - second, m) if most else one(0, n, second, m)
    low, high = found.low[0], found.high[0]
    assert np.isnan(low) == np.isnan(high) == bool(second)
    assert not second or not (low > 0 or high < 0)


def test_nobody_of_400_beside_few_of_many_has_no_interval():
    found = one(0, 400, 45, 10000)  # z = 1.34: an interval of the error of one side alone would exclude 0
    assert found.verdict[0] == 0
    assert np.isnan([found.low[0], found.high[0]]).all()


def test_exchanging_the_sides_turns_the_verdict():
    there, back = one(200, 400, 170, 400), one(170, 400, 200, 400)
    assert there.verdict[0] == -back.verdict[0]
    assert (there.low[0], there.high[0]) == pytest.approx((-back.high[0], -back.low[0]))


def clustered(seed):
    rng = np.random.default_rng(seed)
    psu = np.repeat(np.arange(40), 10)
    share = rng.beta(3, 7, size=40)[psu]
    frame = pd.DataFrame({"psu": psu, "stratum": psu // 10, "weight": rng.uniform(1, 3, size=400)})
    frame["answer"] = np.where(rng.random(400) < share, "yes", "no")
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")


def test_a_weighted_difference_has_the_error_of_a_contrast_of_the_samples_side_by_side():
    first, second = (ks.proportions(clustered(seed), "answer") for seed in (1, 2))
    found = design_change(
        first.value, first.se, first.degrees_of_freedom, second.value, second.se, second.degrees_of_freedom
    )
    both = ks.side_by_side({"a": first, "b": second})
    wanted = ks.contrast(both, {"yes": {"a:yes": 1, "b:yes": -1}})
    assert found.difference[1] == pytest.approx(wanted.value[0])
    assert abs(found.difference / found.statistic)[1] == pytest.approx(wanted.se[0])
    # Satterthwaite: between the smaller of the two designs' degrees of freedom and their sum.
    reach = (found.high[1] - found.low[1]) / 2 / wanted.se[0]
    assert stats.t.ppf(0.975, 72) <= reach <= stats.t.ppf(0.975, 36)


def test_degrees_of_freedom_of_equal_errors_add_up():
    equal = np.array([0.02])
    found = design_change(np.array([0.4]), equal, np.array([30.0]), np.array([0.3]), equal, np.array([30.0]))
    assert found.high[0] - found.difference[0] == pytest.approx(stats.t.ppf(0.975, 60) * 0.02 * np.sqrt(2))


def test_a_study_writes_no_limits_where_a_share_is_0(tmp_path):
    nobody, few = (
        side(make(tmp_path / str(rate), name=str(rate), rate=(rate, rate), prefix=str(rate))) for rate in (0.0, 0.3)
    )
    made = ks.compare(nobody, few)
    row = made.frame.iloc[0]
    assert row["verdict"] == "lower"
    assert np.isnan(row["low"])
    parts = comparison_study(made).parts
    texts = [text for part in parts for text in (*part.sentences, *(cell for line in part.rows for cell in line))]
    assert texts
    assert not any("nan" in text.lower() for text in texts)
