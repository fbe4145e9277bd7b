"""Slopes, differences and predictions of models, by identity and beside the whole done again in every replicate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.errors import DesignError, UsageError

FRAME = persons(9).assign(often=lambda d: (d["score"] > 2) * 1, positive=lambda d: np.exp(d["y"] / 10))
SAMPLE = clustered(FRAME)


def test_the_slope_of_a_linear_model_is_its_coefficient():
    model = ks.regression(SAMPLE, "y ~ score + sex")
    slope, coefficient = model.margins("score"), model.coefficients
    assert slope.value[0] == pytest.approx(coefficient.value[2], rel=1e-8)
    assert slope.se[0] == pytest.approx(coefficient.se[2], rel=1e-6)
    np.testing.assert_allclose(model.margins("score", at=[1, 4], effect="slope").value, coefficient.value[2], rtol=1e-8)


def test_the_slope_sees_every_place_a_number_stands_in():
    """Of a square, 2·b₂·x + b₁ on average."""
    model = ks.regression(SAMPLE, "y ~ score + I(score ** 2)")
    b, w = model.coefficients.value, FRAME["weight"]
    expected = b[1] + 2 * b[2] * np.average(FRAME["score"], weights=w)
    assert model.margins("score").value[0] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("family", ["logistic", "probit", "cloglog", "multinomial", "ordered"])
def test_a_slope_is_the_limit_of_a_difference(family):
    model = ks.regression(SAMPLE, "often ~ y + sex" if family[0] != "m" else "age ~ y + sex", family=family)
    near = model.margins("y", at=[10, 10.001], effect="difference")
    slope = model.margins("y", at=[10.0005], effect="slope")
    np.testing.assert_allclose(near.value / 0.001, slope.value, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(near.se / 0.001, slope.se, rtol=1e-4, atol=1e-7)


def test_differences_are_contrasts_of_the_predictions():
    model = ks.regression(SAMPLE, "often ~ age + y", family="logistic")
    levels, gaps = model.margins("age"), model.margins("age", effect="difference")
    assert list(gaps.labels["group"]) == ["old − middle", "young − middle"]
    by_hand = ks.contrast(levels, {"old": {"old": 1, "middle": -1}, "young": {"young": 1, "middle": -1}})
    np.testing.assert_allclose(gaps.value, by_hand.value, rtol=1e-12)
    np.testing.assert_allclose(gaps.se, by_hand.se, rtol=1e-10)


def test_predictions_at_values_with_another_variable_fixed_are_those_of_one_person():
    model = ks.regression(SAMPLE, "often ~ y + sex", family="logistic")
    found = model.margins("y", at=[8.0, 12.0], fixed={"sex": "male"})
    one = model.predict(pd.DataFrame({"y": [8.0, 12.0], "sex": ["male", "male"]}))
    np.testing.assert_allclose(found.value, one.value, rtol=1e-12)
    np.testing.assert_allclose(found.se, one.se, rtol=1e-9)


def test_an_average_slope_errs_as_the_whole_done_again_in_every_replicate():
    """The jackknife by hand: each replicate fits the model and averages the slope with its own weights."""
    for family, formula in (("probit", "often ~ y + sex"), ("gamma", "positive ~ score + sex")):
        name = formula.split()[2]
        made = ks.replicates(SAMPLE, method="jkn").replicates
        again = [
            ks.regression(clustered(FRAME.assign(weight=w)), formula, family=family).margins(name).value
            for w in made.weights()
        ]
        linear = ks.regression(SAMPLE, formula, family=family).margins(name)
        jackknife = np.sqrt((made.factor(np.array(again), linear.value) ** 2).sum(axis=0))
        np.testing.assert_allclose(linear.se, jackknife, rtol=0.15)


def test_with_two_answers_a_multinomial_model_is_a_logistic_one():
    many = ks.regression(SAMPLE, "often ~ y + sex", family="multinomial")
    two = ks.regression(SAMPLE, "often ~ y + sex", family="logistic")
    np.testing.assert_allclose(many.coefficients.value, two.coefficients.value, rtol=1e-8)
    np.testing.assert_allclose(many.coefficients.covariance, two.coefficients.covariance, rtol=1e-7)
    for statistic in ("wald", "working_wald", "likelihood_ratio"):
        p = [model.test("sex", statistic=statistic).p_value for model in (many, two)]
        assert p[0] == pytest.approx(p[1], rel=1e-6)
    np.testing.assert_allclose(many.predict().value[1::2], two.predict().value, rtol=1e-8)


def test_a_term_of_a_multinomial_model_is_tested_in_every_answer():
    found = ks.regression(SAMPLE, "answer ~ y + sex", family="multinomial").test("sex")
    assert found.df[0] == 3


def test_probabilities_of_a_multinomial_model_add_up_and_without_predictors_are_the_shares():
    model = ks.regression(SAMPLE, "answer ~ 1", family="multinomial")
    shares = ks.proportions(SAMPLE, "answer")
    np.testing.assert_allclose(model.predict().value.reshape(-1, 4)[0], shares.value, rtol=1e-9)
    np.testing.assert_allclose(model.predict().se.reshape(-1, 4)[0], shares.se, rtol=1e-7)
    slopes = ks.regression(SAMPLE, "answer ~ y", family="multinomial").margins("y")
    assert slopes.value.sum() == pytest.approx(0, abs=1e-9)


def test_an_exposure_doubled_halves_the_rate():
    frame = FRAME.assign(months=6.0, double=12.0)
    one, two = (
        ks.regression(clustered(frame), "score ~ y", family="poisson", offset=f"log({name})").coefficients.value
        for name in ("months", "double")
    )
    assert one[0] - two[0] == pytest.approx(np.log(2), rel=1e-8)
    assert one[1] == pytest.approx(two[1], rel=1e-8)


def test_the_offset_of_another_person_enters_the_prediction():
    model = ks.regression(clustered(FRAME.assign(months=6.0)), "score ~ y", family="poisson", offset="log(months)")
    found = model.predict(pd.DataFrame({"y": [10.0, 10.0], "months": [6.0, 12.0]}))
    assert found.value[1] / found.value[0] == pytest.approx(2, rel=1e-10)


def test_rows_without_an_offset_are_outside_and_rows_without_a_predictor_are_not_predicted():
    frame = FRAME.assign(months=np.where(np.arange(len(FRAME)) < 10, np.nan, 6.0))
    model = ks.regression(clustered(frame), "score ~ y", family="poisson", offset="log(months)")
    assert model.coefficients.n[0] == len(FRAME) - 10
    found = model.predict(pd.DataFrame({"y": [np.nan, 10.0], "months": [6.0, 6.0]}))
    assert np.isnan(found.value[0])
    assert np.isfinite(found.value[1])


def test_intervals_of_probabilities_stay_within_them():
    for family, formula in (("probit", "often ~ y"), ("multinomial", "answer ~ y"), ("ordered", "answer ~ y")):
        low, high = ks.regression(SAMPLE, formula, family=family).predict().interval(0.99)
        assert (low >= 0).all()
        assert (high <= 1).all()


def test_what_a_model_cannot_say_is_refused_by_name():
    logistic = ks.regression(SAMPLE, "often ~ age + y", family="logistic")
    with pytest.raises(UsageError) as refused:
        logistic.margins("age", effect="slope")
    assert refused.value.key == "estimation.no_slope"
    with pytest.raises(UsageError) as refused:
        ks.regression(SAMPLE, "often ~ y", family="probit").frame(scale="ratio")
    assert refused.value.key == "estimation.no_ratio"
    with pytest.raises(DesignError) as refused:
        logistic.margins("y", at=[10], fixed={"age": "younger"})
    with pytest.raises(DesignError) as refused:
        logistic.predict(pd.DataFrame({"age": ["ancient"], "y": [1.0]}))
    assert refused.value.key == "estimation.bad_formula"
    with pytest.raises(DesignError) as refused:
        ks.regression(SAMPLE, "y ~ sex", family="gamma").coefficients and ks.regression(
            clustered(FRAME.assign(y=0.0)), "y ~ sex", family="gamma"
        )
    assert refused.value.key == "estimation.bad_response"


def test_a_forest_plot_has_a_line_a_coefficient_on_the_scale_of_its_ratios():
    figure = ks.regression(SAMPLE, "often ~ age + y", family="logistic").plot()
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["age[T.old]", "age[T.young]", "y"]
    assert axes.get_xscale() == "log"
    assert ks.regression(SAMPLE, "y ~ age").plot().axes[0].get_xscale() == "linear"
