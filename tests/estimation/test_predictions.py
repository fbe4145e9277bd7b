"""Average marginal predictions beside R's svypredmeans (tests/oracle/margins.R), and their errors beside the jackknife.

R adds the variance of the predictions' mean, the coefficients held fixed, to that of the coefficients, as if the two had nothing
to do with each other; here they are linearised together, covariance included. The values are the same.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks

ORACLE = Path(__file__).parents[1] / "oracle"
LEVELS = ["young", "middle", "old"]
MODELS = {
    "logistic": ("often ~ contacts + sex + age", "logistic"),
    "linear": ("lonely ~ contacts + sex + age", "linear"),
    "poisson": ("lonely ~ contacts + age", "poisson"),
    "raked": ("often ~ contacts + sex + age", "logistic"),
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    told = pd.read_csv(ORACLE / "ordered_data.csv")
    return told.assign(often=(told["lonely"] >= 4) * 1.0, age=pd.Categorical(told["age"], LEVELS))


def sample_of(frame: pd.DataFrame, model: str) -> ks.Sample:
    sample = ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")
    return ks.calibrate(sample, {"sex": {"male": 52_000.0, "female": 58_000.0}}) if model == "raked" else sample


def in_r(model: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / "margins.csv").query("model == @model").set_index("group").loc[LEVELS]


@pytest.mark.parametrize("model", MODELS)
def test_predictions_equal_those_of_r(frame, model):
    formula, family = MODELS[model]
    found = ks.regression(sample_of(frame, model), formula, family=family).margins("age")
    assert list(found.labels["group"]) == LEVELS
    np.testing.assert_allclose(found.value, in_r(model)["value"], rtol=1e-8)
    np.testing.assert_allclose(found.se, in_r(model)["se"], rtol=0.1)  # but for the covariance R leaves out


def test_rs_error_is_ours_without_the_covariance_of_coefficients_and_sample(frame):
    """Of the linear model, where the slope of an average is the average of x."""
    sample = sample_of(frame, "linear")
    coefficients = ks.regression(sample, MODELS["linear"][0]).coefficients
    names, w = list(coefficients.labels["term"]), frame["weight"] / frame["weight"].sum()
    for k, level in enumerate(LEVELS):
        x = pd.DataFrame(0.0, frame.index, names).assign(Intercept=1.0, contacts=frame["contacts"])
        x["sex[T.male]"] = (frame["sex"] == "male") * 1.0
        if level != "young":
            x[f"age[T.{level}]"] = 1.0
        fixed = ks.Sample.from_frame(
            frame.assign(prediction=x[names] @ coefficients.value), weight="weight", stratum="stratum", psu="psu"
        )
        slope = (w @ x[names]).to_numpy()
        variance = ks.means(fixed, "prediction").se[0] ** 2 + slope @ coefficients.covariance @ slope
        assert np.sqrt(variance) == pytest.approx(in_r("linear")["se"].iloc[k], rel=1e-6)


@pytest.mark.parametrize("model", ["logistic", "linear", "poisson"])
def test_errors_are_those_of_the_whole_done_again_in_every_replicate(frame, model):
    """The jackknife by hand: each replicate fits the model and averages the predictions with its own weights."""
    formula, family = MODELS[model]
    sample = sample_of(frame, model)
    made = ks.replicates(sample, method="jkn").replicates
    again = []
    for weight in made.weights():
        other = ks.Sample.from_frame(frame.assign(weight=weight), weight="weight", stratum="stratum", psu="psu")
        again.append(ks.regression(other, formula, family=family).margins("age").value)
    linear = ks.regression(sample, formula, family=family).margins("age")
    jackknife = np.sqrt((made.factor(np.array(again), linear.value) ** 2).sum(axis=0))
    np.testing.assert_allclose(linear.se, jackknife, rtol=0.04)
