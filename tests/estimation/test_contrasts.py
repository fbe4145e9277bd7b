"""Contrasts: linear and not, of one estimate and of several, with the covariance between the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

FRAME = persons(8)
SAMPLE = clustered(FRAME)
MEANS = ks.means(SAMPLE, "y", by="age")


def test_a_linear_contrast_is_its_quadratic_form():
    c = np.array([1.0, -0.5, -0.5])
    found = ks.contrast(MEANS, {"x": {"middle": 1, "old": -0.5, "young": -0.5}})
    assert found.value[0] == pytest.approx(c @ MEANS.value, rel=1e-12)
    assert found.se[0] == pytest.approx(np.sqrt(c @ MEANS.covariance @ c), rel=1e-10)


def test_a_ratio_of_means_is_the_ratio_of_its_totals():
    """mean(y)/mean(score) over the same persons is total(y)/total(score)."""
    found = ks.contrast(ks.means(SAMPLE, ["y", "score"]), {"x": lambda v: v["y"] / v["score"]})
    ratio = ks.ratio(SAMPLE, "y", "score")
    np.testing.assert_allclose([found.value, found.se], [ratio.value, ratio.se], rtol=1e-10)


def test_a_function_takes_its_derivative():
    found = ks.contrast(MEANS, {"x": lambda v: np.log(v["old"]) - v["young"] ** 2})
    d = np.array([0.0, 1 / MEANS.value[1], -2 * MEANS.value[2]])
    assert found.se[0] == pytest.approx(np.sqrt(d @ MEANS.covariance @ d), rel=1e-10)


def test_an_odds_ratio_of_a_cross_tab_is_that_of_logistic_regression():
    frame = FRAME.assign(b=(FRAME["score"] > 2) * 1, q=np.where(FRAME["score"] > 2, "yes", "no"))
    tab = ks.crosstab(clustered(frame), "q", by=["sex"], total="")
    found = ks.contrast(tab, {
        "log odds ratio": lambda v: np.log(v["male:yes"] / v["male:no"]) - np.log(v["female:yes"] / v["female:no"])
    })  # fmt: skip
    slope = ks.regression(clustered(frame), "b ~ sex", family="logistic").coefficients
    np.testing.assert_allclose([found.value[0], found.se[0]], [slope.value[1], slope.se[1]], rtol=1e-7)


def test_under_replicates_a_contrast_of_totals_is_linear():
    sample = ks.replicates(SAMPLE, method="jkn")
    totals = ks.totals(sample, ["y", "score"])
    found = ks.contrast(totals, {"x": {"y": 1, "score": -2}})
    both = clustered(FRAME.assign(d=FRAME["y"] - 2 * FRAME["score"]))
    assert found.se[0] == pytest.approx(ks.totals(ks.replicates(both, method="jkn"), "d").se[0], rel=1e-9)


def test_independent_samples_side_by_side_have_no_covariance():
    other = ks.means(clustered(persons(9)), "y", by="age")
    joined = ks.side_by_side({"now": MEANS, "before": other})
    assert (joined.covariance[:3, 3:] == 0).all()
    gap = ks.contrast(joined, {"old": {"now:old": 1, "before:old": -1}})
    assert gap.se[0] == pytest.approx(np.hypot(MEANS.se[1], other.se[1]), rel=1e-12)


def test_on_the_unweighted_basis_groups_are_independent():
    plain = ks.means(SAMPLE.on("unweighted"), "y", by="age")
    gap = ks.contrast(plain, {"x": {"middle": 1, "old": -1}})
    assert gap.se[0] == pytest.approx(np.hypot(plain.se[0], plain.se[1]), rel=1e-9)


def test_bases_are_not_mixed():
    with pytest.raises(DesignError) as refused:
        ks.side_by_side({"a": MEANS, "b": ks.means(SAMPLE.on("unweighted"), "y", by="age")})
    assert refused.value.key == "estimation.mixed_bases"


def test_a_number_that_is_not_there_is_told_with_a_guess():
    for comparison in ({"od": 1}, lambda v: v["od"]):
        with pytest.raises(DesignError) as refused:
            ks.contrast(MEANS, {"x": comparison})
        assert "old" in refused.value.text("en")
