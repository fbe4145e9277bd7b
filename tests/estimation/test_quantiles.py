"""Quantiles: rules beside numpy's (hf3 is R survey's own), weights as repetitions, intervals that hold together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from designs import clustered, persons

import kodoku_survey as ks

FRAME = persons(6, strata=4, psus=4, size=9)
SAMPLE = clustered(FRAME)
IN_NUMPY = {
    "math": "inverted_cdf",
    "school": "averaged_inverted_cdf",
    "hf1": "inverted_cdf",
    "hf2": "averaged_inverted_cdf",
    "hf4": "interpolated_inverted_cdf",
    "hf5": "hazen",
    "hf6": "weibull",
    "hf7": "linear",
    "hf8": "median_unbiased",
    "hf9": "normal_unbiased",
}


@pytest.mark.parametrize("rule", IN_NUMPY)
def test_with_equal_weights_the_rules_are_those_of_numpy(rule):
    y = np.random.default_rng(5).normal(size=37)
    sample = ks.Sample.from_frame(pd.DataFrame({"y": y, "w": 2.0}), weight="w")
    p = [0.07, 0.25, 0.5, 0.61, 0.9]
    np.testing.assert_allclose(
        ks.quantiles(sample, "y", p, rule=rule).value, np.quantile(y, p, method=IN_NUMPY[rule]), rtol=1e-9
    )


@pytest.mark.parametrize("rule", ["math", "school", "hf1", "hf2"])
def test_a_whole_weight_is_so_many_persons(rule):
    frame = FRAME.assign(weight=np.arange(len(FRAME)) % 4 + 1.0)
    repeated = frame.loc[frame.index.repeat(frame["weight"].astype(int))].assign(weight=1.0)
    p = [0.1, 0.35, 0.5, 0.8]
    weighted, plain = (
        ks.quantiles(ks.Sample.from_frame(f, weight="weight"), "y", p, rule=rule) for f in (frame, repeated)
    )
    np.testing.assert_allclose(weighted.value, plain.value, rtol=1e-12)


@pytest.mark.parametrize("interval", ["mean", "logit", "arcsine", "beta", "score"])
def test_limits_move_with_a_rising_function(interval):
    plain = ks.quantiles(SAMPLE, "y", [0.3, 0.5], interval=interval)
    turned = ks.quantiles(clustered(FRAME.assign(y=np.exp(FRAME["y"] / 10))), "y", [0.3, 0.5], interval=interval)
    for a, b in zip(plain.interval(), turned.interval(), strict=True):
        np.testing.assert_allclose(np.exp(a / 10), b, rtol=1e-9)


@pytest.mark.parametrize("interval", ["mean", "logit", "arcsine", "beta", "score"])
def test_a_wider_level_holds_the_narrower(interval):
    found = ks.quantiles(SAMPLE, "y", [0.25, 0.5, 0.75], interval=interval)
    narrow, wide = found.interval(0.8), found.interval(0.9)
    assert (wide[0] <= narrow[0]).all()
    assert (wide[1] >= narrow[1]).all()
    assert (narrow[0] <= found.value).all()
    assert (found.value <= narrow[1]).all()


def test_woodruffs_limits_are_the_quantiles_of_the_limits_of_the_share():
    found = ks.quantiles(SAMPLE, "y", [0.5])
    below = clustered(FRAME.assign(below=pd.Categorical(FRAME["y"] <= found.value[0])))
    share = ks.proportions(below, "below")
    low, high = (float(limits[1]) for limits in share.interval(0.95, "mean", convention="r_survey"))
    expected = ks.quantiles(SAMPLE, "y", [low, high]).value
    np.testing.assert_allclose([float(v[0]) for v in found.interval()], expected, rtol=1e-12)


def test_by_groups_are_their_domains():
    by = ks.quantiles(SAMPLE, "y", [0.5], by="sex")
    for k, sex in enumerate(("female", "male")):
        alone = ks.quantiles(ks.domain(SAMPLE, f"sex == '{sex}'"), "y", [0.5])
        np.testing.assert_allclose([by.value[k], by.se[k]], [alone.value[0], alone.se[0]], rtol=1e-12)
