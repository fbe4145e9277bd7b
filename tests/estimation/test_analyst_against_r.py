"""The analyst's estimators beside R's survey, nnet and mitools (tests/oracle/analyst.R)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks

ORACLE = Path(__file__).parents[1] / "oracle"
THEIRS = pd.read_csv(ORACLE / "analyst.csv", keep_default_na=False).set_index(["case", "quantity", "key"])["value"]
MODELS = {
    "probit": "often ~ contacts + sex + age",
    "cloglog": "often ~ contacts + sex + age",
    "gamma": "size ~ lonely + contacts + sex",
    "logistic": "often ~ contacts + sex + age",
    "poisson": "lonely ~ contacts + age",
}
PERSONS = [0, 49, 99, 199, 299, 399]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    told = pd.read_csv(ORACLE / "ordered_data.csv")
    return told.assign(
        age=pd.Categorical(told["age"], ["young", "middle", "old"]),
        sex=pd.Categorical(told["sex"], ["male", "female"]),
        often=(told["lonely"] >= 4) * 1.0,
        size=told["contacts"] + 0.5,
        rough=np.minimum(told["lonely"], 3),
        region=np.where(told["stratum"] <= 3, "north", "south"),
    )


@pytest.fixture(scope="module")
def sample(frame) -> ks.Sample:
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")


def in_r(case: str, quantity: str) -> pd.Series:
    return THEIRS[case][quantity].astype(float)


def named(term: str) -> str:
    """The name of a coefficient as R writes it: "2:sex[T.female]" → "2:sexfemale"."""
    return term.replace("[T.", "").replace("]", "").replace("Intercept", "(Intercept)")


@pytest.mark.parametrize("family", MODELS)
def test_coefficients_errors_and_degrees_of_freedom_equal_those_of_svyglm(sample, family):
    found = ks.regression(sample, MODELS[family], family=family).coefficients
    names = [named(term) for term in found.labels["term"]]
    np.testing.assert_allclose(found.value, in_r(family, "coefficient")[names], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found.se, in_r(family, "se")[names], rtol=1e-6)
    assert found.degrees_of_freedom[0] == in_r(family, "df").iloc[0]


@pytest.mark.parametrize("family", MODELS)
def test_predictions_of_persons_and_their_errors_equal_those_of_r(sample, frame, family):
    """The interval is made on the scale of the linear predictor, where R gives the error."""
    found = ks.regression(sample, MODELS[family], family=family).predict(frame.iloc[PERSONS])
    np.testing.assert_allclose(found.value, in_r(family, "response"), rtol=1e-7)
    np.testing.assert_allclose(found.se, in_r(family, "response_se"), rtol=1e-6)
    low, high = found.limits(0.95)
    assert (low < found.value).all()
    assert (found.value < high).all()
    if family in ("logistic", "gamma", "poisson"):
        link = (lambda p: np.log(p / (1 - p))) if family == "logistic" else np.log
        np.testing.assert_allclose((link(low) + link(high)) / 2, in_r(family, "link"), rtol=1e-6, atol=1e-9)
        ratio = (link(high) - link(low)) / 2 / in_r(family, "link_se")
        np.testing.assert_allclose(ratio, ratio.iloc[0], rtol=1e-6)  # one t quantile


@pytest.mark.parametrize("family", MODELS)
def test_the_average_slope_of_a_number_is_the_mean_derivative(sample, family):
    found = ks.regression(sample, MODELS[family], family=family).margins("contacts")
    assert found.value[0] == pytest.approx(in_r(family, "slope").iloc[0], rel=1e-7)


def test_a_multinomial_model_equals_nnet_with_the_errors_of_the_design(sample):
    found = ks.regression(sample, "rough ~ contacts + sex", family="multinomial").coefficients
    names = [named(term) for term in found.labels["term"]]
    np.testing.assert_allclose(found.value, in_r("multinomial", "coefficient")[names], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(found.se, in_r("multinomial", "se")[names], rtol=1e-6)
    jack = ks.regression(ks.replicates(sample, method="jkn"), "rough ~ contacts + sex", family="multinomial")
    np.testing.assert_allclose(jack.coefficients.se, in_r("multinomial", "jackknife")[names], rtol=1e-6)


def test_population_covariances_equal_those_of_svyvar(sample):
    found = ks.covariances(sample, ["contacts", "lonely"])
    np.testing.assert_allclose(found.value, in_r("covariance", "value"), rtol=1e-10)
    np.testing.assert_allclose(found.se, in_r("covariance", "se"), rtol=1e-8)


def completions(frame: pd.DataFrame) -> list[ks.Sample]:
    rows = np.arange(1, len(frame) + 1) % 7 == 0
    filled = [np.where(rows, frame["contacts"] + k, frame["contacts"]) for k in (1, 2, 3)]
    return [
        ks.Sample.from_frame(frame.assign(filled=one), weight="weight", stratum="stratum", psu="psu") for one in filled
    ]


def test_pooled_means_and_regressions_equal_those_of_micombine(frame):
    made = completions(frame)
    for case, found in (
        ("pool_mean", ks.pool([ks.means(one, "filled") for one in made])),
        ("pool_regression", ks.pool([ks.regression(one, "filled ~ sex") for one in made])),
    ):
        np.testing.assert_allclose(found.value, in_r(case, "value"), rtol=1e-10)
        np.testing.assert_allclose(found.se, in_r(case, "se"), rtol=1e-8)
        np.testing.assert_allclose(found.degrees_of_freedom, in_r(case, "df"), rtol=1e-7)
        np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), found.se, rtol=1e-12)


def test_degrees_of_freedom_equal_degf(sample):
    assert ks.degrees_of_freedom(sample) == in_r("degf", "all").iloc[0]
    assert ks.degrees_of_freedom(ks.domain(sample, "psu <= 9")) == in_r("degf", "domain").iloc[0]


@pytest.mark.parametrize("alternative", ["greater", "less"])
def test_one_sided_t_tests_equal_the_tails_of_svyttest(sample, alternative):
    difference, test = ks.t_test(sample, "contacts", "sex", alternative=alternative)
    assert test.p_value == pytest.approx(in_r("t_test", alternative).iloc[0], rel=1e-9)
    assert difference.p_values(alternative=alternative)[0] == test.p_value


def test_a_difference_is_tested_against_another_than_none(sample):
    """`null` was passed over without a word where there were two groups."""
    plain, moved = ks.t_test(sample, "contacts", "sex"), ks.t_test(sample, "contacts", "sex", null=0.25)
    assert float(moved.difference) == pytest.approx(float(plain.difference) - 0.25)
    assert moved.test.statistic == pytest.approx((float(plain.difference) - 0.25) / plain.difference.se[0])


def test_calibration_within_domains_equals_that_of_crossed_margins(sample):
    margins = {"north": {"sex": {"male": 52000, "female": 58000}}, "south": {"sex": {"male": 30000, "female": 33000}}}
    found = ks.means(ks.calibrate(sample, margins, by="region", method="linear"), "lonely")
    assert found.value[0] == pytest.approx(in_r("by_domain", "mean").iloc[0], rel=1e-10)
    assert found.se[0] == pytest.approx(in_r("by_domain", "se").iloc[0], rel=1e-9)
