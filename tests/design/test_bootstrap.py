"""Rao–Wu replicates: n − 1 of the n PSUs of a stratum, with replacement, rescaled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.design import resampling

SIZES = (2, 3, 7, 40)


@pytest.fixture(scope="module")
def sample() -> ks.Sample:
    """Strata of 2, 3, 7 and 40 PSUs, two persons each, in no order."""
    stratum = np.repeat(np.arange(len(SIZES)), np.array(SIZES) * 2)
    psu = np.concatenate([np.repeat(np.arange(n), 2) for n in SIZES])
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"stratum": stratum, "psu": psu, "weight": rng.gamma(3.0, 1.0, len(psu))})
    frame["y"] = rng.normal(10, 2, len(psu)) + rng.normal(0, 1, 40)[psu]
    return ks.Sample.from_frame(frame.sample(frac=1, random_state=1), weight="weight", stratum="stratum", psu="psu")


@pytest.fixture(scope="module")
def replicates(sample):
    return ks.replicates(sample, method="bootstrap", count=4000, seed=7).replicates


def test_every_stratum_keeps_its_number_of_psus_in_every_replicate(sample, replicates):
    held = sample.stages[0].membership @ replicates.multiplier
    np.testing.assert_allclose(held, np.array(SIZES, float)[:, None] * np.ones((1, 4000)))


def test_a_psu_is_drawn_a_whole_number_of_times(sample, replicates):
    n = np.array(SIZES, float)[sample.stages[0].group][:, None]
    times = replicates.multiplier * (n - 1) / n
    np.testing.assert_allclose(times, np.round(times), atol=1e-12)
    assert times.max() > 2


def test_psus_vary_and_covary_as_the_multinomial_says(sample, replicates):
    """Var = n/(n−1)·(1 − 1/n)·n/(n−1)… = 1; covariances within a stratum −1/(n − 1); none between strata."""
    group, n = sample.stages[0].group, np.array(SIZES, float)
    same = group[:, None] == group
    expected = np.where(same, -1 / (n[group][:, None] - 1), 0.0)
    np.fill_diagonal(expected, 1.0)
    np.testing.assert_allclose(np.cov(replicates.multiplier), expected, atol=0.12)


def test_the_variance_of_a_total_is_the_designs(sample):
    design = ks.totals(sample, "y").se[0]
    drawn = ks.totals(ks.replicates(sample, method="bootstrap", count=4000, seed=7), "y").se[0]
    assert drawn == pytest.approx(design, rel=0.05)


def test_a_seed_draws_the_same_again_and_another_seed_does_not(sample):
    one, same, other = (
        ks.replicates(sample, method="bootstrap", count=20, seed=s).replicates.multiplier for s in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


@pytest.mark.parametrize("together", [1, 300, 10**9])
def test_strata_drawn_together_or_one_by_one_are_drawn_alike(sample, monkeypatch, together):
    usual = ks.replicates(sample, method="bootstrap", count=30, seed=3).replicates.multiplier
    monkeypatch.setattr(resampling, "DRAWN_TOGETHER", together)
    np.testing.assert_array_equal(
        ks.replicates(sample, method="bootstrap", count=30, seed=3).replicates.multiplier, usual
    )


def test_a_psu_taken_for_certain_stays_as_it_is():
    frame = pd.DataFrame({"stratum": [0, 0, 1, 1, 1], "psu": [0, 0, 0, 1, 2], "fpc": [1, 1, 9, 9, 9], "weight": 1.0})
    sample = ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu", fpc="fpc")
    multiplier = ks.replicates(sample, method="bootstrap", count=50).replicates.multiplier
    np.testing.assert_array_equal(multiplier[0], 1.0)
