"""Ordered logit beside R's svyolr (tests/oracle/ordered.R), and as an identity with logistic regression."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.models.ordered import OrderedLogit

ORACLE = Path(__file__).parents[1] / "oracle"
MODELS = {
    "clustered": "lonely ~ C(age, levels=['young', 'middle', 'old']) + contacts",
    "interaction": "lonely ~ C(age, levels=['young', 'middle', 'old']) * C(sex, levels=['male', 'female'])",
    "single": "lonely ~ contacts + C(sex, levels=['male', 'female'])",
    "domain": "lonely ~ C(age, levels=['young', 'middle', 'old']) + contacts",
    "three": "rough ~ contacts",
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    told = pd.read_csv(ORACLE / "ordered_data.csv")
    return told.assign(rough=np.maximum(told["lonely"] - 2, 1))


def sample_of(frame: pd.DataFrame, model: str) -> ks.Sample:
    if model == "single":
        return ks.Sample.from_frame(frame, weight="weight")
    sample = ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")
    return ks.domain(sample, "sex == 'female'") if model == "domain" else sample


def in_r(term: str) -> str:
    """patsy's name of a coefficient as R writes it."""
    parts = [part.partition("(")[2].partition(",")[0] + part[part.index("[T.") + 3 : -1] if "[" in part else part
             for part in term.split(":")]  # fmt: skip
    return ":".join(parts)


@pytest.mark.parametrize("model", MODELS)
def test_coefficients_thresholds_and_covariances_equal_those_of_svyolr(frame, model):
    """To what R's optimiser and its numerical Hessian leave: 1e-5 of coefficients, 1e-4 of their errors."""
    theirs = pd.read_csv(ORACLE / "ordered.csv").query("model == @model").set_index(["quantity", "key"])["value"]
    found = ks.regression(sample_of(frame, model), MODELS[model], family="ordered").coefficients
    names = [in_r(term) for term in found.labels["term"]]
    assert set(names) == set(theirs["estimate"].index)
    np.testing.assert_allclose(found.value, theirs["estimate"][names], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.se, theirs["se"][names], rtol=1e-4)
    scale = np.outer(found.se, found.se)
    for key, value in theirs["vcov"].items():
        i, j = (names.index(name) for name in key.split(" : "))
        assert abs(found.covariance[i, j] - value) < 2e-4 * scale[i, j]


def test_with_two_categories_it_is_logistic_regression(frame):
    sample = sample_of(frame.assign(often=(frame["lonely"] >= 4).astype(int)), "clustered")
    ordered = ks.regression(sample, "often ~ contacts + age", family="ordered")
    logistic = ks.regression(sample, "often ~ contacts + age", family="logistic")
    at = [list(ordered.coefficients.labels["term"]).index(t) for t in logistic.coefficients.labels["term"][1:]]
    np.testing.assert_allclose(ordered.coefficients.value[at], logistic.coefficients.value[1:], rtol=1e-8)
    np.testing.assert_allclose(ordered.coefficients.se[at], logistic.coefficients.se[1:], rtol=1e-8)
    assert ordered.coefficients.value[-1] == pytest.approx(-logistic.coefficients.value[0], rel=1e-8)
    for statistic in ("wald", "working_wald", "likelihood_ratio"):
        p = [model.test("age", statistic=statistic).p_value for model in (ordered, logistic)]
        assert p[0] == pytest.approx(p[1], rel=1e-6)
    margins = ordered.margins("age"), logistic.margins("age")
    np.testing.assert_allclose(margins[0].value[1::2], margins[1].value, rtol=1e-8)
    np.testing.assert_allclose(margins[0].se[1::2], margins[1].se, rtol=1e-8)


def test_the_scores_and_the_information_are_derivatives_of_the_likelihood():
    rng = np.random.default_rng(3)
    y, x = rng.integers(0, 4, 50).astype(float), rng.normal(size=(50, 2))
    weight, offset, at = rng.uniform(1, 2, 50), rng.normal(size=50), np.array([0.3, -0.4, -1.0, 0.1, 1.2])
    model = OrderedLogit(("a", "b", "c", "d"))
    gradient = optimize.approx_fprime(at, lambda b: -0.5 * model.deviance(y, x, weight, offset, b), 1e-7)
    np.testing.assert_allclose(weight @ model.scores(y, x, offset, at), gradient, rtol=1e-4, atol=1e-4)
    jacobian = optimize.approx_fprime(at, lambda b: weight @ model.scores(y, x, offset, b), 1e-7)
    np.testing.assert_allclose(model.information(y, x, weight, offset, at), -jacobian, rtol=1e-4, atol=1e-4)
    slopes = optimize.approx_fprime(at, lambda b: weight @ model.predict(x, offset, b), 1e-7)
    np.testing.assert_allclose(model.slopes(x, weight, offset, at), slopes, rtol=1e-4, atol=1e-4)


def test_without_predictors_the_thresholds_are_the_weighted_shares(frame):
    sample = sample_of(frame, "clustered")
    found = ks.regression(sample, "lonely ~ 1", family="ordered").coefficients
    shares = np.cumsum(ks.proportions(sample, "lonely").value)[:-1]
    np.testing.assert_allclose(1 / (1 + np.exp(-found.value)), shares, rtol=1e-8)


def test_predicted_probabilities_of_a_group_add_up_to_one(frame):
    margins = ks.regression(sample_of(frame, "clustered"), "lonely ~ age * sex + contacts", family="ordered").margins(
        "age"
    )
    np.testing.assert_allclose(margins.value.reshape(3, 5).sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(margins.covariance.reshape(15, 3, 5).sum(axis=2), 0, atol=1e-12)


def test_answers_nobody_gave_are_left_out(frame):
    answers = pd.Categorical(frame["lonely"], categories=[1, 2, 3, 4, 5, 6], ordered=True)
    sample = sample_of(frame.assign(lonely=answers), "clustered")
    assert list(ks.regression(sample, "lonely ~ contacts", family="ordered").coefficients.labels["term"]) == [
        "contacts", "1|2", "2|3", "3|4", "4|5",
    ]  # fmt: skip


def test_an_answer_of_one_category_is_refused(frame):
    with pytest.raises(DesignError) as refused:
        ks.regression(sample_of(frame.assign(lonely=1), "clustered"), "lonely ~ contacts", family="ordered")
    assert refused.value.key == "estimation.one_category"


def test_every_replicate_is_fitted_again(frame):
    """Jackknife and linearisation agree closely, as they do for smooth statistics."""
    sample = sample_of(frame, "clustered")
    linear = ks.regression(sample, MODELS["clustered"], family="ordered").coefficients
    jackknife = ks.regression(ks.replicates(sample, method="jkn"), MODELS["clustered"], family="ordered").coefficients
    np.testing.assert_allclose(jackknife.se, linear.se, rtol=0.05)
    assert not np.allclose(jackknife.se, linear.se, rtol=1e-6)
