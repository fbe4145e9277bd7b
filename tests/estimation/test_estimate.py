"""What every result answers: its frame, its error in every form, and how it is shown."""

from __future__ import annotations

import re

import numpy as np
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.errors import UsageError

FRAME = persons(9)
SAMPLE = clustered(FRAME)
EVERY = {
    "proportion": lambda s: ks.proportions(s, "answer", by="sex"),
    "mean": lambda s: ks.means(s, "y", by=["sex", "age"]),
    "ratio": lambda s: ks.ratio(s, "y", "score"),
    "variance": lambda s: ks.variances(s, "y"),
    "correlation": lambda s: ks.correlations(s, ["y", "score"], by="sex"),
    "quantile": lambda s: ks.quantiles(s, "y", [0.1, 0.5], by="sex"),
    "contrast": lambda s: ks.contrast(ks.means(s, "y", by="sex"), {"gap": {"male": 1, "female": -1}}),
    "difference": lambda s: ks.difference(ks.crosstab(s, "answer", by=["sex"]), ("sex", "male"), ("sex", "female")),
    "coefficient": lambda s: ks.regression(s, "y ~ sex + age").coefficients,
    "margin": lambda s: ks.regression(s, "y ~ sex + age").margins("sex"),
}


@pytest.mark.parametrize("basis", ["design", "unweighted"])
@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_answers_on_both_bases(kind, basis):
    found = EVERY[kind](SAMPLE.on(basis))
    assert found.kind == kind
    assert found.basis == basis
    frame = found.frame()
    named = {"proportion": "percent", "difference": "points"}.get(kind, "value")
    assert found.column == named
    assert {named, "se", "low", "high", "interval", "cv", "deff", "df", "n"} <= set(frame.columns)
    assert frame[[named, "se", "low", "high", "df", "n"]].notna().all(axis=None)
    assert (frame["low"] <= frame[named]).all()
    assert (frame["high"] >= frame[named]).all()
    if kind != "quantile":
        np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), found.se, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(found.cv, found.se / np.abs(found.value), rtol=1e-12)


@pytest.mark.parametrize("method", ["jkn", "bootstrap"])
@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_works_on_replicates(kind, method):
    found = EVERY[kind](
        ks.replicates(SAMPLE, method=method, **({"count": 60, "seed": 1} if method == "bootstrap" else {}))
    )
    linear = EVERY[kind](SAMPLE)
    np.testing.assert_allclose(found.value, linear.value, rtol=1e-12)
    assert (found.se > 0.3 * linear.se).all()
    assert (found.se < 3 * linear.se).all()


def test_degrees_of_freedom_are_those_of_the_domain():
    """PSUs less strata in which somebody of the domain answered."""
    frame = FRAME.assign(sex=np.where((FRAME["stratum"] == 0) & (FRAME["psu"] < 2), "male", "female"))
    found = ks.means(clustered(frame), "y", by="sex")
    assert dict(zip(found.labels["group"], found.degrees_of_freedom, strict=True)) == {"female": 10 - 3, "male": 2 - 1}


def test_domains_in_the_same_psus_have_a_covariance():
    covariance = ks.means(SAMPLE, "y", by="sex").covariance
    assert abs(covariance[0, 1]) > 0.05 * np.sqrt(covariance[0, 0] * covariance[1, 1])


def test_design_effects_are_named_by_what_they_are_against():
    mean = ks.means(SAMPLE, "y")
    n, total = len(FRAME), FRAME["weight"].sum()
    w = FRAME["weight"] / total
    variance = (w * FRAME["y"] ** 2).sum() - (w * FRAME["y"]).sum() ** 2
    against = variance / (n - 1)
    assert mean.deff[0] == pytest.approx(mean.se[0] ** 2 / against, rel=1e-10)
    assert mean.design_effect("without_replacement")[0] == pytest.approx(mean.deff[0] / (1 - n / total), rel=1e-10)
    assert "deff" in mean.frame()
    assert "deff_without_replacement" in mean.frame(compared="without_replacement")
    assert "deff" not in mean.frame(compared="without_replacement")
    with pytest.raises(UsageError):
        mean.frame(compared="with")


@pytest.mark.parametrize(
    ("estimate", "same"),
    [
        (lambda s: ks.ratio(s, "y", "one"), lambda s: ks.means(s, "y")),
        (
            lambda s: ks.totals(s, "answer").deff[:1],
            lambda s: ks.proportions(s, "answer").deff[:1] * 0 + _total_deff(s),
        ),
    ],
)
def test_design_effects_agree_where_two_estimates_are_one(estimate, same):
    sample = clustered(FRAME.assign(one=1.0))
    a, b = estimate(sample), same(sample)
    np.testing.assert_allclose(getattr(a, "deff", a), getattr(b, "deff", b), rtol=1e-9)


def _total_deff(sample: ks.Sample) -> float:
    """Of the total of a 0/1 number."""
    ticks = clustered(FRAME.assign(first=(FRAME["score"] == 1) * 1.0))
    return float(ks.totals(ticks, "first").deff[0])


def test_a_difference_tells_t_and_p():
    frame = EVERY["contrast"](SAMPLE).frame()
    gap, test = ks.t_test(SAMPLE, "y", "sex")
    assert frame["value"].iloc[0] == pytest.approx(gap, rel=1e-12)
    assert frame["t"].iloc[0] == pytest.approx(test.statistic, rel=1e-10)
    assert "p" in frame
    assert "p" not in ks.means(SAMPLE, "y").frame()


def test_markdown_has_a_line_a_number_and_a_head():
    lines = ks.means(SAMPLE, "y", by="sex").to_markdown().splitlines()
    assert len(lines) == 2 + 2
    assert lines[0].startswith("| 変数 | 属性 | 区分 | 値 | 標準誤差 | 95％下限 | 95％上限 | 区間 |")
    english = ks.means(SAMPLE, "y", by="sex").to_markdown(0.9, language="en")
    assert english.startswith("| Variable | Attribute | Group | Value | Std. error | 90% low | 90% high | Interval |")


@pytest.mark.parametrize("result", [ks.means(SAMPLE, "y", by="sex"), ks.crosstab(SAMPLE, "answer", by=["sex"]),
                                    ks.pairwise(ks.crosstab(SAMPLE, "answer", by=["sex"])),
                                    ks.regression(SAMPLE, "y ~ sex")])  # fmt: skip
def test_html_is_a_table_that_can_be_read_aloud(result):
    html = result._repr_html_()
    assert re.match(r"<table><caption>[^<]+</caption><thead><tr><th scope=\"col\">", html)
    assert '<th scope="row">' in html
    assert html.count("<tr>") == html.count("</tr>")
    assert "nan" not in html


def test_names_of_groups_are_escaped_in_html():
    frame = FRAME.assign(sex=FRAME["sex"].replace("male", "<b>&"))
    html = ks.means(clustered(frame), "y", by="sex")._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html
