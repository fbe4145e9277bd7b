"""Differential item functioning: the ordered logit, the ways of matching, and why three items need an anchor."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scale_people import ITEMS, designed, people, plain

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.ordinal import fit_ordinal, scores

THREE = ITEMS[:3]


def test_of_two_answers_the_ordered_logit_is_the_logistic_regression():
    frame = people(500).assign(high=lambda f: (f["a"] > 2).astype(int), z=lambda f: f["anchor"] - 3)
    wanted = ks.regression(ks.Sample.from_frame(frame, weight="weight"), "high ~ z + sex", family="logistic")
    x = frame[["z", "sex"]].to_numpy(float)
    fit = fit_ordinal(frame["high"].to_numpy(), x, frame["weight"].to_numpy(), "here")
    np.testing.assert_allclose(fit.beta, wanted.coefficients.value[1:], rtol=1e-7)
    assert -fit.theta[0] == pytest.approx(wanted.coefficients.value[0], rel=1e-7)
    scale = frame["weight"].mean()
    np.testing.assert_allclose(fit.inverse[1:, 1:] * scale, wanted.naive[1:, 1:], rtol=1e-6)


def test_scores_add_to_nothing_at_the_maximum_and_are_the_derivative_of_the_likelihood():
    frame = people(300)
    y, x = frame["a"].to_numpy(int) - 1, frame[["anchor"]].to_numpy(float)
    weight = frame["weight"].to_numpy()
    fit = fit_ordinal(y, x, weight, "here")
    np.testing.assert_allclose(weight @ scores(fit.theta, y, x), 0, atol=1e-6)


def test_weights_that_count_people_give_the_fit_of_the_people_written_out():
    frame = people(200)
    y, x = frame["a"].to_numpy(int) - 1, frame[["anchor"]].to_numpy(float)
    times = 1 + np.arange(200) % 3
    one = fit_ordinal(y, x, times.astype(float), "here")
    other = fit_ordinal(np.repeat(y, times), np.repeat(x, times, axis=0), np.ones(times.sum()), "here")
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-8)
    assert one.log_likelihood == pytest.approx(other.log_likelihood)


def test_groups_that_part_the_answers_have_no_maximum_and_are_refused():
    with pytest.raises(DesignError) as fault:
        fit_ordinal(np.repeat([0, 1], 20), np.repeat([[0.0], [1.0]], 20, axis=0), np.ones(40), "a (total)")
    assert (fault.value.key, fault.value.where) == ("estimation.not_fitted", "a (total)")


def test_an_item_answered_higher_in_one_group_is_found_and_its_sign_is_told():
    made = ks.item_bias(designed(people(4000, shift={"b": 0.8})), ITEMS, by="group", match="rest")
    found = made.frame().set_index("item")
    assert found["uniform_p"].idxmin() == "b"
    assert found.loc["b", "uniform_p"] < 1e-10
    assert made.coefficients.value[1] > 0.5
    assert (found.loc[["a", "c", "d", "e"], "nagelkerke"] < found.loc["b", "nagelkerke"] / 5).all()


def test_three_items_need_an_anchor_because_one_biased_item_makes_the_others_look_biased_the_other_way(shared):
    """Only item 2 of the simulated survey has a true difference by mode."""
    frame = pd.read_csv(shared / "golden" / "scales" / "sim_survey.csv")
    made = ks.item_bias(plain(frame), ["u3_1", "u3_2", "u3_3"], by="mode", anchor="direct")
    found = made.frame().set_index(["match", "item"])
    for match in ("total", "rest"):
        assert (found.loc[match, "uniform_p"] < 0.01).all()  # clean items are flagged too
    external = found.loc["external", "uniform_p"]
    assert external["u3_2"] < 1e-10
    assert (external[["u3_1", "u3_3"]] > 0.5).all()
    value = made.coefficients.value.reshape(3, 3)  # item by match
    assert (np.sign(value[[0, 2], 0]) == -1).all()
    assert value[1, 0] > 0


def test_without_bias_the_tests_reject_about_as_often_as_they_say():
    p = []
    for seed in range(60):
        frame = people(250, loadings=(0.8, 0.7, 0.75), seed=seed)
        p.append(
            ks.item_bias(designed(frame), THREE, by="group", match="external", anchor="anchor").frame()["uniform_p"]
        )
    rejected = float((np.concatenate(p) < 0.05).mean())
    assert 0.01 < rejected < 0.11


def test_replicates_give_the_same_tests_and_nearly_the_same_errors():
    sample = designed(people(700))
    linear, jackknife = (
        ks.item_bias(s, THREE, by="group", match="external", anchor="anchor") for s in (sample, ks.replicates(sample))
    )
    np.testing.assert_allclose(jackknife.coefficients.value, linear.coefficients.value, rtol=1e-10)
    np.testing.assert_allclose(jackknife.coefficients.se, linear.coefficients.se, rtol=0.06)
    np.testing.assert_allclose(jackknife.frame()["uniform"], linear.frame()["uniform"])


def test_three_groups_have_a_coefficient_each_but_the_first_and_two_degrees_of_freedom():
    frame = people(900).assign(region=lambda f: np.array(["n", "m", "s"])[np.arange(len(f)) % 3])
    made = ks.item_bias(designed(frame), THREE, by="region", match="rest")
    assert made.coefficients.labels["group"].tolist() == ["n", "s"] * 3
    assert {one.uniform.df[0] for one in made.tests} == {2.0}
    assert {one.total.df[0] for one in made.tests} == {4.0}


def test_a_group_without_anybody_who_has_the_anchor_is_refused():
    frame = people(300)
    frame.loc[frame["group"] == "y", "anchor"] = np.nan
    with pytest.raises(DesignError) as fault:
        ks.item_bias(designed(frame), THREE, by="group", anchor="anchor")
    assert fault.value.key == "estimation.groups_to_compare"


def test_weights_all_alike_without_design_give_nearly_the_unweighted_test():
    frame = people(900)
    simple = ks.Sample.from_frame(frame.assign(one=3.0), weight="one")
    one, other = (ks.item_bias(s, THREE, by="group").frame() for s in (plain(frame), simple))
    np.testing.assert_allclose(other["uniform"], one["uniform"], rtol=1e-9)
    np.testing.assert_allclose(other["mcfadden"], one["mcfadden"], rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"match": "external"}, "no_anchor"),
        ({"anchor": "a"}, "anchor_within"),
        ({"match": "sum"}, "unknown_option"),
        ({"by": "everybody"}, "groups_to_compare"),
    ],
)
def test_what_cannot_be_compared_is_refused(options, key):
    frame = people(200).assign(everybody="one")
    with pytest.raises(DesignError) as fault:
        ks.item_bias(designed(frame), THREE, **{"by": "group", **options})
    assert fault.value.key == f"estimation.{key}"
    assert fault.value.text("ja") != fault.value.text("en")
