"""Means, totals, ratios, variances and correlations as their definitions, with errors near the jackknife's."""

from __future__ import annotations

import numpy as np
import pytest
from designs import clustered, persons

import kodoku_survey as ks

FRAME = persons(14, strata=10, psus=4, size=8).assign(z=lambda f: f["y"] ** 2 / 20 + f["score"])
SAMPLE = clustered(FRAME)
W, Y, Z = (FRAME[name].to_numpy() for name in ("weight", "y", "z"))
N = len(FRAME)


def test_values_are_their_definitions():
    mean = W @ Y / W.sum()
    assert ks.totals(SAMPLE, "y").value[0] == pytest.approx(W @ Y, rel=1e-12)
    assert ks.means(SAMPLE, "y").value[0] == pytest.approx(mean, rel=1e-12)
    assert ks.ratio(SAMPLE, "y", "z").value[0] == pytest.approx(W @ Y / (W @ Z), rel=1e-12)
    assert ks.variances(SAMPLE, "y").value[0] == pytest.approx(N / (N - 1) * (W @ (Y - mean) ** 2) / W.sum(), rel=1e-12)
    covariance = np.cov(Y, Z, aweights=W)
    expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert ks.correlations(SAMPLE, ["y", "z"]).value[0] == pytest.approx(expected, rel=1e-12)


def test_without_weights_the_correlation_is_pearsons():
    found = ks.correlations(SAMPLE.on("unweighted"), ["y", "z", "score"])
    expected = np.corrcoef(FRAME[["y", "z", "score"]].to_numpy().T)
    np.testing.assert_allclose(found.value, expected[np.triu_indices(3, 1)], rtol=1e-12)
    assert list(found.labels["variable"]) == ["y × z", "y × score", "z × score"]


@pytest.mark.parametrize(
    "estimator",
    [
        lambda s: ks.means(s, ["y", "z"], by="sex"),
        lambda s: ks.ratio(s, "y", "z", by="sex"),
        lambda s: ks.variances(s, "y", by="sex"),
        lambda s: ks.correlations(s, ["y", "z"], by="sex"),
        lambda s: ks.regression(s, "z ~ y + sex").coefficients,
        lambda s: ks.regression(s, "score ~ y + sex", family="poisson").coefficients,
    ],
)
def test_linearised_errors_are_near_those_of_the_jackknife(estimator):
    linear, jackknife = estimator(SAMPLE), estimator(ks.replicates(SAMPLE, method="jkn"))
    np.testing.assert_allclose(linear.value, jackknife.value, rtol=1e-12)
    np.testing.assert_allclose(linear.se, jackknife.se, rtol=0.08)


def test_a_shift_changes_no_variance_and_no_correlation():
    """Also not a large one, where squares would cancel."""
    far = clustered(FRAME.assign(y=Y + 1e7))
    for estimator in (lambda s: ks.variances(s, "y"), lambda s: ks.correlations(s, ["y", "z"])):
        a, b = estimator(SAMPLE), estimator(far)
        np.testing.assert_allclose([a.value, a.se], [b.value, b.se], rtol=1e-7)


@pytest.mark.parametrize("basis", ["design", "unweighted"])
def test_a_shift_changes_no_error_of_a_mean(basis):
    far = clustered(FRAME.assign(y=Y + 1e7)).on(basis)
    for estimator in (
        lambda s: ks.means(s, "y", by="sex"),
        lambda s: ks.cell_means(s, "y", by=["sex"], question="answer").estimate,
        lambda s: ks.means(ks.replicates(s, method="jkn") if basis == "design" else s, "y"),
    ):
        a, b = estimator(SAMPLE.on(basis)), estimator(far)
        np.testing.assert_allclose(b.value - 1e7, a.value, atol=1e-6)
        np.testing.assert_allclose([b.se, b.deff], [a.se, a.deff], rtol=1e-6)


def test_several_names_have_the_covariance_between_them():
    both = ks.means(SAMPLE, ["y", "z"])
    gap = ks.contrast(both, {"gap": {"y": 1, "z": -1}})
    alone = ks.means(clustered(FRAME.assign(d=Y - Z)), "d")
    np.testing.assert_allclose([gap.value, gap.se], [alone.value, alone.se], rtol=1e-10)


def test_rows_without_the_number_are_a_domain_of_their_own():
    frame = FRAME.assign(y=FRAME["y"].mask(FRAME["score"] == 2))
    found = ks.means(clustered(frame), "y")
    domain = ks.means(ks.domain(SAMPLE, "score != 2"), "y")
    np.testing.assert_allclose([found.value, found.se, found.n], [domain.value, domain.se, domain.n], rtol=1e-12)


def test_a_domain_is_not_a_subset():
    """PSUs without anybody of the domain count as zeros: leaving them out understates the error of a total."""
    inside = (FRAME["psu"] < 2) & (FRAME["score"] >= 3)
    domain = ks.totals(ks.domain(SAMPLE, inside.to_numpy()), "y")
    subset = ks.totals(clustered(FRAME[inside], lonely_psu="centre"), "y")
    assert domain.value[0] == pytest.approx(subset.value[0], rel=1e-12)
    assert domain.se[0] > 1.2 * subset.se[0]


def test_a_domain_of_a_domain_is_their_intersection():
    one = ks.domain(ks.domain(SAMPLE, "score >= 2"), "sex == 'male'")
    both = ks.domain(SAMPLE, "score >= 2 and sex == 'male'")
    np.testing.assert_array_equal(ks.means(one, "y").se, ks.means(both, "y").se)
