"""Measurement invariance: models that hold fit, those that do not are found, and the design corrects χ²."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scale_people import ITEMS, designed, people, plain

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.scales import factor_model
from kodoku_survey.scales.factor_model import LEVELS

THREE = ITEMS[:3]


def test_the_same_people_under_two_names_measure_alike_at_every_level():
    frame = people(300)
    twice = pd.concat([frame.assign(group="x"), frame.assign(group="y")])
    made = ks.invariance(plain(twice), ITEMS, by="group")
    fits = [made.fits[level].chisq for level in LEVELS]
    np.testing.assert_allclose(fits, fits[0], rtol=1e-8)
    assert made.latent_means.value[0] == pytest.approx(0, abs=1e-8)
    assert all(made.holds(level) for level in LEVELS)


def test_degrees_of_freedom_of_three_items_in_two_groups_are_0_2_4_and_7():
    found = ks.invariance(plain(people(400)), THREE, by="group")
    assert [found.fits[level].df for level in LEVELS] == [0, 2, 4, 7]
    assert found.fits["configural"].chisq == pytest.approx(0, abs=1e-8)


def test_the_gradient_is_the_derivative_of_the_discrepancy():
    rng = np.random.default_rng(4)
    plan = factor_model.plan(2, 4, "metric", [1])
    x = rng.normal(size=(2, 60, 1)) + rng.normal(size=(2, 60, 4))
    mean, s = x.mean(axis=1), np.stack([np.cov(one.T) for one in x])
    share, free = np.array([0.4, 0.6]), factor_model.starting(plan, mean, s)
    slope = factor_model.gradient(plan, free, mean, s, share)
    step = 1e-6 * np.eye(len(free))
    for place, change in enumerate(step):
        ahead, behind = (factor_model.discrepancy(plan, free + sign * change, mean, s, share) for sign in (1, -1))
        assert slope[place] == pytest.approx((ahead - behind) / 2e-6, abs=1e-7)


def test_levels_are_nested_so_chisq_never_falls():
    for seed in range(5):
        frame = people(300, seed=seed, shift={"b": 0.4})
        for sample in (plain(frame), designed(frame)):
            made = ks.invariance(sample, ITEMS, by="group")
            raw = [made.fits[level].chisq * made.fits[level].scaling for level in LEVELS]
            assert (np.diff(raw) > -1e-9).all()
            assert all(change >= 0 for change, _df, _p in made.differences.values())


def test_the_simulated_modes_pass_the_metric_level_and_fail_the_scalar(shared):
    frame = pd.read_csv(shared / "golden" / "scales" / "sim_survey.csv")
    items = ["u3_1", "u3_2", "u3_3"]
    for sample in (plain(frame), designed(frame)):
        made = ks.invariance(sample, items, by="mode")
        assert made.holds("metric")
        assert not made.holds("scalar")
        assert made.differences["scalar"][2] < 1e-6
        # Item 2 alone answers differently; left free, all the rest holds and the difference of means goes with it.
        partial = ks.invariance(sample, items, by="mode", free=["u3_2"])
        assert partial.holds("strict")
        assert abs(partial.latent_means.value[0]) < abs(made.latent_means.value[0]) / 3


def test_the_difference_of_latent_means_is_the_one_that_was_put_in():
    rng = np.random.default_rng(8)
    group = rng.integers(0, 2, 20_000)
    trait = rng.normal(size=20_000) + 0.5 * group
    x = trait[:, None] * [0.8, 1.1, 0.6, 0.9] + rng.normal(size=(20_000, 4))
    frame = pd.DataFrame(x, columns=ITEMS[:4]).assign(group=group)
    made = ks.invariance(plain(frame), ITEMS[:4], by="group")
    assert made.latent_means.value[0] == pytest.approx(0.5, abs=3 * made.latent_means.se[0])
    assert made.latent_means.se[0] == pytest.approx(np.sqrt(2 / 10_000 * 1.15), rel=0.15)


def test_of_normal_answers_in_a_simple_sample_the_correction_is_nothing():
    rng = np.random.default_rng(9)
    x = rng.normal(size=(30_000, 1)) + rng.normal(size=(30_000, 4))
    frame = pd.DataFrame(x, columns=ITEMS[:4]).assign(group=rng.integers(0, 2, 30_000), one=1.0)
    made = ks.invariance(ks.Sample.from_frame(frame, weight="one"), ITEMS[:4], by="group")
    for level in LEVELS:
        assert made.fits[level].scaling == pytest.approx(1, abs=0.06)


def test_clusters_that_are_written_out_twice_are_not_taken_for_twice_the_evidence():
    """Everybody entered twice doubles the plain χ²; with the persons as PSUs the correction halves it again."""
    frame = people(600, shift={"b": 0.5}).assign(person=np.arange(600), one=1.0)
    twice = pd.concat([frame, frame])
    single = ks.invariance(ks.Sample.from_frame(frame, weight="one", psu="person"), THREE, by="group")
    double = ks.invariance(ks.Sample.from_frame(twice, weight="one", psu="person"), THREE, by="group")
    wrong = ks.invariance(plain(twice), THREE, by="group")
    assert double.fits["scalar"].chisq == pytest.approx(single.fits["scalar"].chisq, rel=0.01)
    assert wrong.fits["scalar"].chisq > 1.8 * ks.invariance(plain(frame), THREE, by="group").fits["scalar"].chisq


def test_errors_by_replicates_are_near():
    sample = designed(people(900))
    linear, jackknife = (ks.invariance(s, THREE, by="group") for s in (sample, ks.replicates(sample)))
    assert jackknife.latent_means.se[0] == pytest.approx(linear.latent_means.se[0], rel=0.05)
    assert jackknife.fits["scalar"].scaling == pytest.approx(linear.fits["scalar"].scaling, rel=0.08)


def test_a_group_nobody_of_whom_answered_everything_is_left_out():
    frame = people(400)
    frame = pd.concat([frame, frame.head(20).assign(group="z", a=np.nan)])
    assert ks.invariance(plain(frame), THREE, by="group").groups == ("x", "y")


@pytest.mark.parametrize(
    ("items", "options", "key"),
    [
        (["a", "b"], {}, "three_items"),
        (THREE, {"free": ["z"]}, "not_an_item"),
        (THREE, {"free": ["a", "b"]}, "too_free"),
        (THREE, {"by": "everybody"}, "groups_to_compare"),
    ],
)
def test_what_cannot_be_tested_is_refused(items, options, key):
    frame = people(200).assign(everybody="one")
    with pytest.raises(DesignError) as fault:
        ks.invariance(plain(frame), items, **{"by": "group", **options})
    assert fault.value.key == f"estimation.{key}"
    assert fault.value.text("ja") != fault.value.text("en")
