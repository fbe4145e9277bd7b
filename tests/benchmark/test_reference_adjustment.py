"""People no frame lists, adjusted to a reference sample: Chen, Li & Wu (2020) as written out in R (tests/oracle/areas.R)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.benchmark import reference_adjustment as ra

ORACLE = Path(__file__).parents[1] / "oracle"
WANTED = pd.read_csv(ORACLE / "areas.csv").set_index(["quantity", "key"])["value"]


def matrix(frame):
    columns = [frame["sex"] == "f", frame["age"] == "middle", frame["age"] == "old"]
    return np.column_stack([np.ones(len(frame)), *columns]).astype(float)


@pytest.fixture(scope="module")
def both():
    a, b = (pd.read_csv(ORACLE / f"benchmark_{name}.csv") for name in ("first", "second"))
    b = b.assign(weight=b["weight"] * 10)
    sample = ks.Sample.from_frame(b, weight="weight", stratum="stratum", psu="psu")
    y = a["lonely"].to_numpy(float)[:, None]
    return ra.BothHold(y, matrix(a), matrix(b), sample, np.ones(len(b)), ("1", "f", "middle", "old"))


def near(found, quantity):
    assert found.value[0] == pytest.approx(float(WANTED[quantity, "value"]), rel=1e-6)
    assert found.se[0] == pytest.approx(float(WANTED[quantity, "se"]), rel=1e-6)


def test_the_propensity_is_that_of_the_pseudo_likelihood(both):
    theta = ra.propensity(both)
    np.testing.assert_allclose(theta, [float(WANTED["theta", str(k)]) for k in range(1, 5)], rtol=1e-6)
    near(ra.weighted_by_propensity(both, theta), "ipw")


def test_the_doubly_robust_estimate_and_its_variance(both):
    near(ra.doubly_robust(both, ra.propensity(both), *ra.outcome_model(both)), "dr")


def test_calibration_to_the_references_estimated_totals(both):
    found = ra.calibrated(both)
    near(found, "calibrated")
    np.testing.assert_allclose(found.weight @ both.x, both.d @ both.z, rtol=1e-9)


def test_weights_stand_for_the_population(both):
    theta = ra.propensity(both)
    for found in (ra.raw(both), ra.calibrated(both), ra.weighted_by_propensity(both, theta)):
        assert found.weight.sum() == pytest.approx(both.population)


def test_a_class_nobody_is_in_has_no_propensity(both):
    keep = both.x[:, 3] == 0
    lacking = ra.BothHold(both.y[keep], both.x[keep], both.z, both.sample, both.inside, both.names)
    with pytest.raises(ks.SurveyError):
        ra.propensity(lacking)
