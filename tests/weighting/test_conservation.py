"""What a step may not change: sums of weights, calibrated totals, the zeros of those who did not answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kodoku_survey as ks
from kodoku_survey.design.trimmed_calibration import TrimmedCalibration
from kodoku_survey.design.trimming import least_error, trimmed
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.nonresponse import adjust, class_factors
from kodoku_survey.weighting.propensity import design_matrix, propensities, propensity_classes
from kodoku_survey.weighting.segments import grow_classes


def people(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two attributes, base weights, and who answered (more often with a higher code of the first)."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(1, 5, n), rng.integers(1, 4, n)
    return a, b, rng.uniform(1, 5, n), rng.random(n) < 0.25 + 0.12 * a


@given(seed=st.integers(0, 10_000), least=st.integers(1, 60), most=st.floats(2.5, 20))
@settings(max_examples=40, deadline=None)
def test_classes_keep_the_sum_of_weights_and_hold_what_they_promise(seed, least, most):
    a, b, base, responded = people(seed)
    try:
        factor, classes = adjust([a, b], base, responded, minimum_size=least, maximum_factor=most)
    except DesignError:  # not even all together hold
        assert responded.sum() < least or base.sum() / base[responded].sum() > most
        return
    assert (base * factor).sum() == pytest.approx(base.sum(), rel=1e-12)
    assert (factor[~responded] == 0).all()
    assert (classes["respondents"] >= least).all()
    assert classes["factor"].max() <= most * (1 + 1e-9)
    assert classes["selected"].sum() == len(base)
    assert classes["respondents"].sum() == responded.sum()


def test_the_weight_of_a_class_stays_in_the_class():
    a, _, base, responded = people(1)
    factor, _ = adjust([a], base, responded)
    before, after = (pd.Series(w).groupby(a).sum() for w in (base, base * factor))
    assert np.allclose(before, after, rtol=1e-12)


@given(seed=st.integers(0, 10_000), least=st.integers(5, 80))
@settings(max_examples=30, deadline=None)
def test_grown_classes_keep_the_sum_of_weights_and_hold(seed, least):
    a, b, base, responded = people(seed)
    if responded.sum() < least:
        return
    index, named = grow_classes({"a": a, "b": b}, base, responded, minimum_size=least)
    factor = class_factors(index, base, responded)
    assert (base * factor).sum() == pytest.approx(base.sum(), rel=1e-12)
    assert np.bincount(index[responded], minlength=len(named)).min() >= least


def test_classes_grow_along_the_attribute_that_tells_of_answering():
    rng = np.random.default_rng(5)
    a, b = rng.integers(0, 2, 3000), rng.integers(0, 3, 3000)
    responded = rng.random(3000) < np.where(a == 1, 0.7, 0.3)
    _, named = grow_classes({"b": b, "a": a}, np.ones(3000), responded, named={"a": {0: "young", 1: "old"}})
    assert [name.split(" × ")[0] for (name,) in named] == ["a=young", "a=old"]


def test_where_answering_has_nothing_to_do_with_the_register_one_class_is_left():
    rng = np.random.default_rng(8)
    responded = np.tile([True, False], 1000)
    _, named = grow_classes({"a": np.repeat(rng.permutation(4), 500)}, np.ones(2000), responded)
    assert named == [["all"]]


def test_a_saturated_propensity_model_is_the_weighting_class_adjustment():
    a, _, base, responded = people(2)
    rows, index, names = design_matrix([("a", a)])
    chance = propensities(rows, index, names, responded, base)
    factor, _ = adjust([a], base, responded)
    assert np.allclose((1 / chance)[responded], factor[responded], rtol=1e-9)


def test_a_propensity_model_meets_the_weight_of_respondents_in_every_term():
    a, b, base, responded = people(3)
    rows, index, names = design_matrix([("a", a), ("b", b)])
    chance = propensities(rows, index, names, responded, base)
    assert np.allclose((base * chance) @ rows[index], (base * responded) @ rows[index], rtol=1e-9)


def test_propensity_classes_hold_equal_shares_of_different_propensities():
    assert list(np.bincount(propensity_classes(np.random.default_rng(0).random(1000), 5))) == [200] * 5


@given(
    st.lists(st.floats(0.5, 100), min_size=5, max_size=60),
    st.floats(1.05, 6),
    st.sampled_from(["proportional", "equal"]),
)
@settings(max_examples=80, deadline=None)
def test_trimming_keeps_the_sum_and_stays_within_the_limits(weights, multiple, way):
    weight = np.array(weights)
    most = multiple * weight.mean()
    after = trimmed(weight, most, 0.2 * weight.mean(), redistribute=way)
    assert after.sum() == pytest.approx(weight.sum(), rel=1e-9)
    assert after.max() <= most * (1 + 1e-9)
    assert after.min() >= 0.2 * weight.mean() * (1 - 1e-9)


def test_trimming_to_bounds_of_each_person_and_leaving_zeros_alone():
    weight, most = np.array([0.0, 1, 2, 30, 4]), np.array([9.0, 9, 9, 9, 20])
    after = trimmed(weight, most)
    assert after[0] == 0
    assert after[3] == 9
    assert (after <= most).all()
    assert after.sum() == pytest.approx(37)


def test_limits_that_leave_no_room_are_refused():
    with pytest.raises(DesignError, match=r"Widen|緩め"):
        trimmed(np.array([1.0, 2, 3]), 1.5)


def test_the_least_error_trims_weights_that_only_add_noise_and_spares_those_that_do_not():
    rng = np.random.default_rng(11)
    n = 1500
    noisy = np.exp(rng.normal(0, 1.2, n))
    frame = pd.DataFrame({"y": rng.random(n) < 0.3, "w": noisy})
    sample = ks.Sample.from_frame(frame.assign(y=frame["y"].astype(float)), weight="w")
    multiple, table = least_error(noisy, [frame["y"].to_numpy(float)], sample.stages[0])
    assert multiple < 10
    assert table["relative_mse"].min() < 0.9
    assert table.loc[np.isinf(table["multiple"]), "relative_mse"].item() == pytest.approx(1.0)
    # Where the heavy ones differ, cutting them moves the mean by more than it steadies it.
    differ = (noisy > np.quantile(noisy, 0.9)).astype(float)
    spared, _ = least_error(noisy, [differ], sample.stages[0])
    assert spared > multiple


def families(seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 5, 200)
    household = np.repeat(np.arange(200), size)
    return pd.DataFrame(
        {
            "household": household,
            "weight": np.repeat(rng.uniform(50, 150, 200), size),
            "sex": rng.integers(1, 3, len(household)),
            "age": rng.integers(1, 4, len(household)),
            "income": rng.uniform(100, 900, len(household)),
        }
    )


@pytest.mark.parametrize("method", ["linear", "raking"])
def test_members_of_a_household_share_one_weight_and_persons_meet_their_margins(method):
    frame = families()
    sample = ks.Sample.from_frame(frame, weight="weight", psu="household")
    margins = {"sex": {1: 24_000.0, 2: 26_000.0}, "age": {1: 16_000.0, 2: 17_000.0, 3: 17_000.0}}
    made = ks.calibrate(sample, margins, method=method, households="household")
    assert pd.Series(made.weight).groupby(frame["household"]).nunique().max() == 1
    for name, wanted in margins.items():
        held = pd.Series(made.weight).groupby(frame[name]).sum()
        assert np.allclose(held, list(wanted.values()), rtol=1e-9)


def test_households_whose_members_differ_before_are_refused():
    frame = families()
    frame.loc[0, "weight"] *= 2 if (frame["household"] == 0).sum() > 1 else 1
    frame.loc[frame["household"].duplicated(keep=False).idxmax(), "weight"] *= 3
    sample = ks.Sample.from_frame(frame, weight="weight", psu="household")
    with pytest.raises(DesignError, match=r"household|世帯"):
        ks.calibrate(sample, {"sex": {1: 1.0, 2: 1.0}}, households="household")


@pytest.mark.parametrize(
    ("method", "bounds"),
    [("linear", None), ("raking", None), ("sinh", None), ("logit", (0.3, 3.0)), ("truncated", (0.3, 3.0))],
)
def test_crossed_margins_and_totals_of_numbers_are_met_by_every_distance(method, bounds):
    frame = families()
    sample = ks.Sample.from_frame(frame, weight="weight")
    counts = frame.groupby(["sex", "age"])["weight"].sum() * np.random.default_rng(1).uniform(0.8, 1.25, 6)
    income = 1.05 * float((frame["weight"] * frame["income"]).sum())
    made = ks.calibrate(sample, {"sex:age": counts.to_dict(), "income": income}, method=method, bounds=bounds)
    held = pd.Series(made.weight).groupby([frame["sex"], frame["age"]]).sum()
    assert np.allclose(held, counts, rtol=1e-9)
    assert float(made.weight @ frame["income"]) == pytest.approx(income, rel=1e-9)
    if bounds:
        factor = made.weight / frame["weight"]
        assert bounds[0] <= factor.min()
        assert factor.max() <= bounds[1]


def test_a_code_without_a_margin_counts_by_the_population_shares():
    frame = families().assign(sex=lambda f: f["sex"].where(f.index % 17 != 0, 9))
    margins = {"sex": {1: 24_000.0, 2: 26_000.0}}
    made = ks.calibrate(ks.Sample.from_frame(frame, weight="weight"), margins, unlisted="shares")
    held = pd.Series(made.weight).groupby(frame["sex"]).sum()
    assert held[1] + 0.48 * held[9] == pytest.approx(24_000)
    assert held[2] + 0.52 * held[9] == pytest.approx(26_000)
    assert made.weight[frame["sex"] == 9].min() > 0


def test_calibrated_totals_have_no_error():
    frame = families()
    made = ks.calibrate(ks.Sample.from_frame(frame, weight="weight", psu="household"), {"sex": {1: 24e3, 2: 26e3}})
    found = ks.totals(replace_category(made, "sex"), "sex")
    assert np.allclose(found.value, [24e3, 26e3])
    assert (found.se < 1e-6).all()


def replace_category(sample: ks.Sample, name: str) -> ks.Sample:
    from dataclasses import replace

    return replace(sample, frame=sample.frame.assign(**{name: pd.Categorical(sample.frame[name])}))


def test_trimming_and_calibrating_again_meets_margins_and_limit():
    frame = families()
    made = ks.calibrate(
        ks.Sample.from_frame(frame, weight="weight"), {"sex": {1: 24e3, 2: 26e3}, "age": {1: 9e3, 2: 17e3, 3: 24e3}}
    )
    cut = ks.trim(made, multiple_of_median=2.0, recalibrate=True)
    assert cut.steps[-1].after.max() <= 2.0 * np.median(made.weight) * 1.001
    assert pd.Series(cut.weight).groupby(frame["age"]).sum().to_numpy() == pytest.approx([9e3, 17e3, 24e3])
    assert cut.calibration is not None
    assert isinstance(ks.trim(made, multiple_of_median=1.6).calibration, TrimmedCalibration)


def test_nonrespondents_have_no_weight_through_the_whole_chain():
    a, b, base, responded = people(6)
    frame = pd.DataFrame({"a": a, "b": b, "w": base, "responded": responded.astype(int), "psu": np.arange(400) // 8})
    selected = ks.Sample.from_frame(frame, weight="w", psu="psu")
    adjusted = ks.adjust_nonresponse(selected, "responded", classes=["a"])
    raked = ks.calibrate(adjusted, {"b": {1: 400.0, 2: 400.0, 3: 400.0}})
    assert (raked.weight[~responded] == 0).all()
    assert raked.weight.sum() == pytest.approx(1200)
    versions = np.stack(list(ks.replicates(raked, method="jk1").replicates.weights()), axis=1)
    assert (versions[~responded] == 0).all()
    assert versions.sum(axis=0) == pytest.approx(np.full(50, 1200.0))
    # Every replicate makes the adjustment again: its factors are not those of the whole sample.
    again = adjusted.weight * np.where(frame["psu"] == 0, 0, 50 / 49)
    met = ks.calibrate(ks.Sample.from_frame(frame.assign(w=again), weight="w"), {"b": {1: 400.0, 2: 400.0, 3: 400.0}})
    assert not np.allclose(versions[:, 0], met.weight, rtol=1e-4)


def test_replicates_of_a_bounded_calibration_keep_its_bounds():
    frame = families()
    sample = ks.Sample.from_frame(frame, weight="weight", psu="household")
    made = ks.calibrate(sample, {"sex": {1: 24e3, 2: 26e3}}, method="logit", bounds=(0.5, 1.6))
    versions = ks.replicates(made, method="bootstrap", count=10).replicates
    plain = ks.replicates(sample, method="bootstrap", count=10).replicates
    for before, after in zip(plain.weights(), versions.weights(), strict=True):
        factor = after[before > 0] / before[before > 0]
        assert factor.min() >= 0.5
        assert factor.max() <= 1.6
        assert after.sum() == pytest.approx(50e3)


def test_a_replicate_that_leaves_a_category_empty_is_told_by_its_number():
    frame = pd.DataFrame({"psu": np.repeat([1, 2, 3, 4], 5), "w": 1.0, "all": 1, "a": [1] * 10 + [2] * 5 + [1] * 5})
    whole = ks.adjust_nonresponse(ks.Sample.from_frame(frame, weight="w", psu="psu"), "all", classes=["all"])
    raked = ks.calibrate(whole, {"a": {1: 60, 2: 40}})
    with pytest.raises(DesignError) as caught:
        ks.replicates(raked, method="jk1")
    told = caught.value.text("en")
    assert "replicate 3" in told
    assert "a=2" in told
    assert len(ks.replicates(raked, method="sdr", count=4).replicates) >= 4
