"""Differential item functioning: the ordered logit, the ways of matching, and why three items need an anchor."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scale_people import ITEMS, designed, people, plain

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.models.ordered import OrderedLogit

THREE = ITEMS[:3]


def test_weights_that_count_people_give_the_fit_of_the_people_written_out():
    frame = people(200)
    y, x = frame["a"].to_numpy() - 1, frame[["anchor"]].to_numpy(float)
    times, logit = 1 + np.arange(200) % 3, OrderedLogit(("1", "2", "3", "4"))
    one = logit.fit(y, x, times.astype(float), np.zeros(200))
    every, nothing = np.repeat(np.arange(200), times), np.zeros(times.sum())
    other = logit.fit(y[every], x[every], nothing + 1, nothing)
    np.testing.assert_allclose(one, other, rtol=1e-8)
    told = logit.deviance(y, x, times.astype(float), np.zeros(200), one)
    assert told == pytest.approx(logit.deviance(y[every], x[every], nothing + 1, nothing, other))


@pytest.mark.parametrize("answers", [[1, 2], [2, 2]])
def test_groups_that_part_the_answers_and_answers_all_alike_have_no_maximum_and_are_refused(answers):
    frame = people(300).assign(a=lambda f: np.where(f["group"] == "x", *answers).astype(float))
    with pytest.raises(DesignError) as fault:
        ks.item_bias(designed(frame), THREE, by="group", match="external", anchor="anchor")
    assert (fault.value.key, fault.value.where) == ("estimation.not_fitted", "a (external)")


def test_a_replicate_without_some_answer_has_no_fit():
    logit, y, x = OrderedLogit(("1", "2", "3")), np.array([0.0, 1, 2, 0, 1, 2]), np.arange(6.0)[:, None] % 4
    start = logit.fit(y, x, np.ones(6), np.zeros(6))
    with pytest.raises(DesignError) as fault:
        logit.fit(y, x, np.where(y == 1, 0.0, 1.0), np.zeros(6), start)
    assert fault.value.key == "estimation.not_fitted"


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
