"""Tests of one side: half of the two-sided p on the side the difference is on, the rest of it on the other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError


@pytest.fixture(scope="module")
def sample() -> ks.Sample:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"g": np.tile(["a", "b"], 60), "h": np.repeat(["x", "y", "z"], 40), "w": rng.uniform(1, 4, 120)}
    )
    frame["y"] = rng.normal(0, 1, 120) + 0.3 * (frame["g"] == "b")
    frame["q"] = np.where(rng.random(120) < 0.35, "yes", "no")
    return ks.Sample.from_frame(frame, weight="w", stratum="h")


@pytest.mark.parametrize("test", [ks.t_test, ks.rank_test])
def test_the_sides_share_the_two_sided_p(sample, test):
    p = {side: test(sample, "y", "g", alternative=side).test.p_value for side in ("two_sided", "greater", "less")}
    assert p["greater"] + p["less"] == pytest.approx(1, abs=1e-12)
    assert 2 * min(p["greater"], p["less"]) == pytest.approx(p["two_sided"], rel=1e-12)
    assert p["greater"] < p["less"]


def test_shares_and_their_differences_are_tested_on_one_side(sample):
    """Of a share against a half, and of two groups' shares."""
    share = ks.proportions(sample, "q")
    t = (share.value - 0.5) / share.se
    df = share.degrees_of_freedom
    np.testing.assert_allclose(share.p_values(0.5, alternative="less"), stats.t.cdf(t, df), rtol=1e-10)
    gap = ks.difference(ks.crosstab(sample, "q", by="g"), ("g", "b"), ("g", "a"))
    np.testing.assert_allclose(
        gap.p_values(alternative="greater"), stats.t.sf(gap.t, gap.degrees_of_freedom), rtol=1e-10
    )
    np.testing.assert_allclose(gap.p_values(), gap.p_value, rtol=1e-14)


def test_of_three_groups_there_is_no_one_side(sample):
    with pytest.raises(SurveyError) as refused:
        ks.rank_test(sample, "y", "h", alternative="less")
    assert refused.value.key == "estimation.two_groups"
    with pytest.raises(SurveyError) as refused:
        ks.t_test(sample, "y", "g", alternative="higher")
    assert "greater" in refused.value.text("en")
