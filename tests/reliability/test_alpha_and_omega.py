"""Alpha, omega and the statistics of items: identities, properties, what is refused, and errors by two ways."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from alpha_coverage import coverage
from hypothesis import given, settings
from hypothesis import strategies as st
from scale_people import ITEMS, designed, people, plain

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.scales import coefficients, factor_model, one_factor

BY_COVARIANCES = [
    "alpha", "standardised_alpha", "lambda6", "omega", "loadings", "item_rest", "alpha_if_deleted", "inter_item",
    "mean_inter_item", "means", "deviations", "sum",
]  # fmt: skip
BY_CATEGORIES = ["categorical_omega", "ordinal_alpha", "ordinal_omega", "polychoric", "scalability"]


def test_alpha_of_six_people_is_the_fraction_one_gets_by_hand():
    frame = pd.DataFrame({"p": [1, 2, 2, 3, 4, 4], "q": [1, 1, 2, 3, 3, 4], "r": [2, 1, 3, 3, 4, 4]}).astype(float)
    assert ks.reliability(plain(frame), ["p", "q", "r"]).alpha.value[0] == pytest.approx(float(Fraction(336, 353)))


def test_two_items_have_the_reliability_of_spearman_and_brown():
    made = ks.reliability(designed(people()), ["a", "b"])
    r = made.inter_item.value[0]
    assert made.omega.value[0] == pytest.approx(2 * r / (1 + r))
    assert made.standardised_alpha.value[0] == pytest.approx(2 * r / (1 + r))
    assert np.isnan(made.alpha_if_deleted.value).all()


def test_three_items_have_the_omega_of_the_closed_form_and_of_maximum_likelihood():
    s = ks.reliability(designed(people()), ITEMS[:3]).moments[0].covariance.value
    plan = factor_model.plan(1, 3, "configural")
    free = factor_model.fitted(plan, np.zeros((1, 3)), s[None])
    np.testing.assert_allclose(free[plan.places("loading")], one_factor.three_items(s), rtol=1e-9)
    assert factor_model.discrepancy(plan, free, np.zeros((1, 3)), s[None], np.ones(1)) == pytest.approx(0, abs=1e-12)


def test_maximum_likelihood_finds_the_loadings_that_made_a_covariance_in_any_unit():
    lam, theta = np.array([0.9, 0.5, 0.7, 1.4, 0.3, 0.8]), np.array([0.4, 0.9, 0.2, 1.1, 0.6, 0.5])
    plan = factor_model.plan(1, 6, "configural")
    for unit in (1.0, 1e-3, 1e4):
        s = (np.outer(lam, lam) + np.diag(theta)) * unit**2
        free = factor_model.fitted(plan, np.zeros((1, 6)), s[None])
        np.testing.assert_allclose(free[plan.places("loading")], lam * unit, rtol=1e-7)
        np.testing.assert_allclose(free[plan.places("variance")], theta * unit**2, rtol=1e-7)


def test_parallel_items_have_alpha_equal_to_omega():
    s = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    assert coefficients.alpha(s) == pytest.approx(0.8)
    assert coefficients.standardised_alpha(3 * s) == pytest.approx(0.8)
    np.testing.assert_allclose(coefficients.item_rest(s), 1.5 / np.sqrt(3 * 1 + 6 * 0.5))


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6), scale=st.floats(0.01, 100), order=st.permutations(ITEMS), shift=st.floats(-50, 50),
    unit=st.floats(0.1, 20),
)  # fmt: skip
def test_nothing_depends_on_the_order_of_rows_or_items_the_scale_of_weights_or_the_unit_of_answers(
    seed, scale, order, shift, unit
):
    frame = people(80, seed=seed)
    moved = frame.sample(frac=1, random_state=seed).assign(weight=lambda f: f["weight"] * scale)
    moved[ITEMS] = moved[ITEMS] * unit + shift
    one, other = (ks.reliability(s, items) for s, items in ((designed(frame), ITEMS), (designed(moved), list(order))))
    for name in ("alpha", "standardised_alpha", "mean_inter_item"):
        first, second = getattr(one, name), getattr(other, name)
        np.testing.assert_allclose(second.value, first.value, rtol=1e-9)
        np.testing.assert_allclose(second.se, first.se, rtol=1e-7)
    places = [order.index(item) for item in ITEMS]
    np.testing.assert_allclose(other.item_rest.value[places], one.item_rest.value, rtol=1e-9)


def test_weights_that_count_people_give_the_values_of_the_people_written_out():
    frame = people(120).assign(weight=lambda f: 1.0 + np.arange(len(f)) % 3)
    written = frame.loc[frame.index.repeat(frame["weight"].astype(int))].reset_index(drop=True)
    counted = ks.reliability(ks.Sample.from_frame(frame, weight="weight"), ITEMS)
    longer = ks.reliability(ks.Sample.from_frame(written.assign(one=1.0), weight="one"), ITEMS)
    for name in ("alpha", "omega", "categorical_omega", "ordinal_alpha", "scalability", "inter_item"):
        np.testing.assert_allclose(getattr(counted, name).value, getattr(longer, name).value, rtol=1e-7)


@pytest.mark.parametrize("name", BY_COVARIANCES + BY_CATEGORIES)
@pytest.mark.parametrize("count", [3, 5])
def test_linearised_errors_are_near_those_of_the_jackknife(name, count):
    sample = designed(people(900))
    linear, jackknife = (getattr(ks.reliability(s, ITEMS[:count]), name) for s in (sample, ks.replicates(sample)))
    np.testing.assert_allclose(jackknife.value, linear.value, rtol=1e-12)
    np.testing.assert_allclose(jackknife.se, linear.se, rtol=0.05)


def test_after_calibration_errors_are_those_of_replicates_calibrated_again():
    frame = people(900)
    margins = {"sex": {1: 5200.0, 2: 4800.0}, "group": {"x": 3000.0, "y": 7000.0}}
    sample = ks.calibrate(designed(frame), margins)
    for name in ("alpha", "omega", "categorical_omega", "means"):
        linear, jackknife = (getattr(ks.reliability(s, ITEMS[:3]), name) for s in (sample, ks.replicates(sample)))
        np.testing.assert_allclose(jackknife.se, linear.se, rtol=0.05)


def test_the_error_is_the_spread_of_the_estimate_over_many_samples():
    made = [ks.reliability(plain(people(300, loadings=(0.8, 0.7, 0.6), seed=seed)), ITEMS[:3]) for seed in range(150)]
    for name in ("alpha", "omega", "categorical_omega"):
        each = np.array([(getattr(one, name).value[0], getattr(one, name).se[0]) for one in made])
        # PSUs add to the spread of a mean but hardly to that of a reliability; 150 samples tell it to about 6%.
        assert each[:, 1].mean() == pytest.approx(each[:, 0].std(ddof=1), rel=0.15)


def test_the_interval_of_the_design_covers_where_feldt_s_does_not():
    """Uneven weights leave less information than n persons; Feldt's interval knows nothing of it."""
    design, feldt = coverage(200)
    assert design > 0.88
    assert feldt < 0.85


def test_domains_have_the_values_of_their_own_people_and_the_covariance_between_them():
    sample = designed(people(900))
    both = ks.reliability(sample, ITEMS[:3], by="group")
    for place, label in enumerate(("x", "y")):
        alone = ks.reliability(ks.domain(sample, f"group == '{label}'"), ITEMS[:3])
        for name in ("alpha", "omega", "categorical_omega"):
            assert getattr(both, name).value[place] == pytest.approx(getattr(alone, name).value[0], rel=1e-10)
            assert getattr(both, name).se[place] == pytest.approx(getattr(alone, name).se[0], rel=1e-8)
    gap = ks.contrast(both.alpha, {"gap": {"x": 1, "y": -1}})
    apart = np.hypot(*both.alpha.se)
    assert gap.value[0] == pytest.approx(both.alpha.value[0] - both.alpha.value[1])
    assert 0.5 * apart < gap.se[0] < 1.5 * apart
    assert gap.se[0] != pytest.approx(apart, rel=1e-6)


def test_the_unweighted_basis_has_the_values_and_errors_of_equal_weights_without_design():
    frame = people(300)
    simple = ks.reliability(ks.Sample.from_frame(frame.assign(one=1.0), weight="one"), ITEMS)
    made = ks.reliability(plain(frame), ITEMS)
    for name in ("alpha", "omega", "item_rest"):
        np.testing.assert_allclose(getattr(made, name).value, getattr(simple, name).value, rtol=1e-12)
        np.testing.assert_allclose(getattr(made, name).se, getattr(simple, name).se, rtol=1e-12)
    assert made.alpha.basis == "unweighted"
    assert made.interval == "feldt"


def test_intervals_of_coefficients_hold_the_value_and_never_pass_one():
    made = ks.reliability(designed(people(60, loadings=(0.97, 0.96, 0.98))), ITEMS[:3])
    for name in ("alpha", "omega", "ordinal_alpha", "item_rest"):
        estimate = getattr(made, name)
        low, high = estimate.interval(0.999)
        assert (low < estimate.value).all()
        assert (estimate.value < high).all()
        assert (high < 1).all()


def test_a_reversed_item_is_turned_over_the_range_of_the_codes():
    frame = people()
    turned = frame.assign(b=5 - frame["b"])
    straight = ks.reliability(designed(frame), ITEMS)
    made = ks.reliability(designed(turned), ITEMS, reversed=["b"], codes=(1, 4))
    np.testing.assert_allclose(made.means.value, straight.means.value)
    assert made.alpha.value[0] == pytest.approx(straight.alpha.value[0])


def test_pairwise_covariances_are_those_of_complete_rows_where_nothing_is_missing():
    sample = designed(people())
    one, other = (ks.reliability(sample, ITEMS, missing=missing) for missing in ("complete", "pairwise"))
    for name in ("alpha", "omega", "item_rest", "sum"):
        np.testing.assert_allclose(getattr(other, name).value, getattr(one, name).value, rtol=1e-10)
        np.testing.assert_allclose(getattr(other, name).se, getattr(one, name).se, rtol=1e-8)


def test_pairwise_covariances_are_those_of_pandas_where_answers_are_missing():
    frame = people(200)
    frame.loc[::5, "a"] = np.nan
    frame.loc[::7, "d"] = np.nan
    made = ks.reliability(plain(frame), ITEMS, missing="pairwise")
    np.testing.assert_allclose(made.moments[0].covariance.value, frame[ITEMS].cov(), rtol=1e-10)
    np.testing.assert_allclose(made.means.value, frame[ITEMS].mean(), rtol=1e-12)


def test_only_complete_rows_count_by_default():
    frame = people(200)
    frame.loc[::4, "c"] = np.nan
    made = ks.reliability(plain(frame), ITEMS)
    assert made.alpha.n[0] == 150
    assert made.alpha.value[0] == pytest.approx(coefficients.alpha(frame[ITEMS].dropna().cov().to_numpy()))


def test_an_item_of_the_other_direction_is_refused_by_name():
    frame = people().assign(c=lambda f: 5 - f["c"])
    with pytest.raises(DesignError) as fault:
        ks.reliability(designed(frame), ITEMS)
    assert (fault.value.key, fault.value.where) == ("estimation.item_against", "c")
    with pytest.raises(DesignError) as fault:
        ks.reliability(designed(people()), ITEMS, reversed=["d"], codes=(1, 4))
    assert (fault.value.key, fault.value.where) == ("estimation.item_reversed", "d")
    assert ks.reliability(designed(frame), ITEMS, direction="declared").item_rest.value[2] < 0


def test_two_sets_of_opposed_items_are_refused_though_everybody_agrees_to_everything():
    """Agreeing to all makes every item–rest correlation positive; the two sets still run against each other."""
    rng = np.random.default_rng(3)
    trait, agree = rng.normal(size=(2, 4000, 1))
    signs = np.array([1, 1, 1, -1, -1])
    frame = pd.DataFrame(trait * signs + 0.9 * agree + rng.normal(size=(4000, 5)), columns=ITEMS)
    assert (coefficients.item_rest(frame.cov().to_numpy()) > 0).all()
    with pytest.raises(DesignError) as fault:
        ks.reliability(plain(frame), ITEMS)
    assert (fault.value.key, fault.value.where) == ("estimation.items_opposed", "d, e")


def test_omega_is_refused_where_there_is_no_such_factor_and_alpha_still_told():
    s = np.array([[1.0, 0.7, 0.7], [0.7, 1.0, 0.2], [0.7, 0.2, 1.0]])
    frame = exactly(s)
    made = ks.reliability(plain(frame), ITEMS[:3])
    with pytest.raises(DesignError) as fault:
        _ = made.omega
    assert (fault.value.key, fault.value.where) == ("estimation.heywood", "a")
    assert "omega" not in set(made.frame()["statistic"])
    assert made.alpha.value[0] == pytest.approx(coefficients.alpha(s))
    s = np.array([[1.0, 0.5, 0.5], [0.5, 1.0, -0.1], [0.5, -0.1, 1.0]])
    with pytest.raises(DesignError) as fault:
        _ = ks.reliability(plain(exactly(s)), ITEMS[:3]).omega
    assert (fault.value.key, fault.value.where) == ("estimation.negative_covariance", "b × c")


def test_four_items_without_a_proper_factor_are_refused():
    s = np.array([[1.0, 0.9, 0.9, 0.9], [0.9, 1.0, 0.3, 0.3], [0.9, 0.3, 1.0, 0.3], [0.9, 0.3, 0.3, 1.0]])
    s[0, 1:] = s[1:, 0] = 0.72
    with pytest.raises(DesignError) as fault:
        _ = ks.reliability(plain(exactly(s)), ITEMS[:4]).omega
    assert fault.value.key == "estimation.no_factor_found"


def exactly(s):
    """400 rows of numbers whose covariance is s."""
    x = np.random.default_rng(1).normal(size=(400, len(s)))
    x = np.linalg.solve(np.linalg.cholesky(np.cov(x.T)), (x - x.mean(axis=0)).T).T @ np.linalg.cholesky(s).T
    return pd.DataFrame(x, columns=ITEMS[: len(s)])


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"items": ["a"]}, "few_items"),
        ({"items": ["a", "b"], "reversed": ["z"], "codes": (1, 4)}, "not_an_item"),
        ({"items": ["a", "b"], "reversed": ["a"]}, "no_codes"),
        ({"items": ["a", "b"], "reversed": ["a"], "codes": (1, 3)}, "code_beyond"),
        ({"items": ["a", "same"]}, "constant_item"),
        ({"items": ["a", "nobody"]}, "no_complete_rows"),
        ({"items": ["a", "group"]}, "not_a_number"),
        ({"items": ["a", "b"], "interval": "fedlt"}, "unknown_option"),
        ({"items": ["a", "b"], "missing": "mean"}, "unknown_option"),
    ],
)
def test_what_cannot_be_a_scale_is_refused_and_said_in_both_languages(options, key):
    frame = people(100).assign(same=2.0, nobody=np.nan)
    with pytest.raises(DesignError) as fault:
        ks.reliability(designed(frame), **options)
    assert fault.value.key == f"estimation.{key}"
    assert fault.value.text("ja") != fault.value.text("en")


def test_items_of_many_answers_have_alpha_but_no_ordered_categories():
    frame = pd.DataFrame(np.random.default_rng(2).normal(size=(80, 1)) + np.random.default_rng(3).normal(size=(80, 3)))
    frame.columns = ITEMS[:3]
    made = ks.reliability(plain(frame), ITEMS[:3])
    assert 0 < made.alpha.value[0] < 1
    with pytest.raises(DesignError) as fault:
        _ = made.categorical_omega
    assert fault.value.key == "estimation.not_ordered"


def test_a_domain_of_hardly_anybody_is_left_out_and_the_others_stay():
    frame = people(300).assign(
        region=lambda f: pd.Categorical(np.where(f.index < 2, "tiny", f["group"]), ["none", "tiny", "x", "y"])
    )
    made = ks.reliability(designed(frame), ITEMS[:3], by="region")
    assert made.base.groups == ("x", "y")
    alone = ks.reliability(ks.domain(designed(frame), "region == 'y'"), ITEMS[:3])
    for name in ("alpha", "omega", "categorical_omega", "scalability"):
        one = getattr(made, name)
        np.testing.assert_allclose(one.value[len(one) // 2 :], getattr(alone, name).value, rtol=1e-10)


def test_a_domain_without_a_proper_factor_is_named():
    s = np.array([[1.0, 0.7, 0.7], [0.7, 1.0, 0.2], [0.7, 0.2, 1.0]])
    frame = pd.concat([exactly(s).assign(group="x"), exactly(np.full((3, 3), 0.5) + np.eye(3) / 2).assign(group="y")])
    with pytest.raises(DesignError) as fault:
        _ = ks.reliability(plain(frame), ITEMS[:3], by="group").omega
    assert fault.value.where == "x: a"


def test_an_item_that_is_the_sum_of_others_leaves_lambda_six_undefined():
    frame = people(100, loadings=(0.8, 0.7))
    made = ks.reliability(plain(frame.assign(c=frame["a"] + frame["b"])), ITEMS[:3])
    assert np.isfinite(made.alpha.value[0])
    assert not np.isfinite(made.lambda6.value[0]) or made.lambda6.value[0] == pytest.approx(1, abs=1e-6)


def test_a_score_of_the_folder_is_named_instead_of_its_items(national_sample, prefecture_sample):
    one, other = (ks.reliability(national_sample, items) for items in ("ucla_score", ["q25", "q26", "q27"]))
    assert one.items == other.items
    np.testing.assert_array_equal(one.alpha.value, other.alpha.value)
    bias = ks.item_bias(national_sample, "ucla_score", by="mode", anchor="q28")
    assert {test.item for test in bias.tests} == set(one.items)
    assert ks.invariance(national_sample, "ucla_score", by="mode").items == one.items
    score = next(d.name for d in prefecture_sample.responses.survey.measures.definitions if "ucla" in d.name)
    assert ks.reliability(prefecture_sample, score).sum.value[0] > 3  # 3–9 points there
    for name, key in (("ucla_scor", "no_score"), ("contact_sum", "no_scale")):
        with pytest.raises(DesignError) as fault:
            ks.reliability(national_sample, name)
        assert fault.value.key == f"estimation.{key}"


def test_results_show_themselves_as_a_table():
    sample = designed(people(200))
    shown = [
        ks.reliability(sample, ITEMS),
        ks.item_bias(sample, ITEMS, by="group"),
        ks.invariance(sample, ITEMS, by="group"),
        ks.response_quality(sample, ITEMS),
        ks.counting_index(ks.Sample.from_frame(people(50).assign(u=1.0, v=0.0), weight="weight"), ["u", "v"], cutoff=1),
    ]
    for one in shown:
        assert repr(one).splitlines()[0].startswith(f"<{type(one).__name__}")  # some heads tell more
        every = one._repr_html_().rsplit("<table", 1)[-1]  # an index shows a table for readers first
        assert every.count("<tr") == len(one.frame()) + 1


def test_the_national_sample_has_its_reliability_by_mode_and_the_published_items_as_they_are(national_sample):
    made = ks.reliability(national_sample, ["q25", "q26", "q27"], by="mode")
    assert made.alpha.labels["group"].tolist() == ["オンライン", "郵送"]
    assert made.base.n.sum() < len(national_sample)
    again = ks.reliability(national_sample, ["q25", "q26", "q27"], by="mode")
    np.testing.assert_array_equal(again.omega.factor, made.omega.factor)
