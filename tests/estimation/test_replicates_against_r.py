"""Rank tests and quantiles from replicates beside R's survey (tests/oracle/replicates.R)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

ORACLE = Path(__file__).parents[1] / "oracle"
THEIRS = pd.read_csv(ORACLE / "replicates.csv", keep_default_na=False).set_index(["case", "quantity"])["value"]


@pytest.fixture(scope="module")
def design() -> ks.Sample:
    told = pd.read_csv(ORACLE / "ordered_data.csv")
    frame = told.assign(
        sex=pd.Categorical(told["sex"], ["male", "female"]), age=pd.Categorical(told["age"], ["young", "middle", "old"])
    )
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")


@pytest.fixture(scope="module")
def jackknife(design) -> ks.Sample:
    return ks.replicates(design, method="jkn")


@pytest.mark.parametrize(
    ("scores", "theirs"), [("wilcoxon", "wilcoxon"), ("van_der_waerden", "vanderWaerden"), ("median", "median")]
)
def test_a_rank_test_weighs_the_linearised_scores_anew(jackknife, scores, theirs):
    """It made the mean ranks again under every replicate: another variance than Lumley and Scott's."""
    difference, test = ks.rank_test(jackknife, "contacts", "sex", scores=scores)
    assert test.statistic == pytest.approx(float(THEIRS[theirs, "statistic"].item()), rel=1e-9)
    assert test.p_value == pytest.approx(float(THEIRS[theirs, "p"].item()), rel=1e-8)
    assert difference.se[0] == pytest.approx(difference.value[0] / test.statistic, rel=1e-12)


@pytest.mark.parametrize("rule", ["math", "hf7"])
def test_quantiles_are_computed_again_under_every_replicate(jackknife, rule):
    found = ks.quantiles(jackknife, "contacts", [0.25, 0.5, 0.9], rule=rule, interval="replicates")
    low, high = found.interval(0.95)
    for quantity, ours in (("value", found.value), ("se", found.se), ("low", low), ("high", high)):
        np.testing.assert_allclose(ours, THEIRS[rule, quantity].astype(float), rtol=1e-9, atol=1e-9, err_msg=quantity)


def test_medians_of_groups_can_then_be_compared(design, jackknife):
    medians = ks.quantiles(jackknife, "contacts", [0.5], by="sex", rule="hf7", interval="replicates")
    gap = ks.contrast(medians, {"gap": {"female": 1, "male": -1}})
    assert gap.se[0] == pytest.approx(np.sqrt(np.array([1, -1]) @ medians.covariance @ [1, -1]), rel=1e-12)
    with pytest.raises(DesignError) as refused:
        ks.quantiles(design, "contacts", interval="replicates")
    assert refused.value.key == "estimation.no_replicates"
