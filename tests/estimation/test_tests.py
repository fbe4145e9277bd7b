"""Tests of independence, of means and of ranks: by identity with each other and with simple random sampling."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from designs import clustered, persons
from scipy import stats

import kodoku_survey as ks
from kodoku_survey.errors import UsageError
from kodoku_survey.estimation.hypotheses import mixtures

FRAME = persons(4, strata=8, psus=3, size=10)
SAMPLE = clustered(FRAME)
SIMPLE = ks.Sample.from_frame(FRAME.assign(weight=1.0), weight="weight")
TABLE = pd.crosstab(FRAME["score"], FRAME["age"])


@pytest.mark.parametrize("statistic", ["chisq", "exact", "saddlepoint"])
def test_without_weights_and_clusters_the_statistic_is_pearsons(statistic):
    expected = stats.chi2_contingency(TABLE, correction=False).statistic
    assert ks.independence(SIMPLE, "answer", "age", statistic=statistic).statistic == pytest.approx(expected, rel=1e-10)


def test_the_first_order_correction_divides_by_the_mean_design_effect():
    """Of a simple random sample that is about 1, so that the p-value is about Pearson's."""
    pearson = stats.chi2_contingency(TABLE, correction=False)
    assert ks.independence(SIMPLE, "answer", "age", statistic="chisq").p_value == pytest.approx(
        pearson.pvalue, abs=0.02
    )


def test_every_record_ten_times_changes_nothing_but_the_statistic():
    """The second-order statistic knows that ten copies in a PSU are one: R's and ours do not grow with n."""
    ten = clustered(pd.concat([FRAME] * 10))
    for statistic in ("F", "wald", "adjusted_wald"):
        a, b = (ks.independence(s, "answer", "age", statistic=statistic) for s in (SAMPLE, ten))
        assert b.statistic == pytest.approx(a.statistic, rel=1e-9)
        assert b.p_value == pytest.approx(a.p_value, rel=1e-8)


def test_in_a_2_by_2_table_second_order_and_first_order_are_one():
    frame = FRAME.assign(two=FRAME["score"] > 2)
    f, chisq = (ks.independence(clustered(frame), "two", "sex", statistic=s) for s in ("F", "chisq"))
    assert f.df[0] == pytest.approx(1, rel=1e-9)
    assert stats.f.sf(f.statistic, 1, 1e9) == pytest.approx(chisq.p_value, rel=1e-6)


@pytest.mark.parametrize("statistic", ["F", "chisq", "wald", "adjusted_wald", "exact", "saddlepoint"])
def test_an_answer_nobody_gave_is_left_out(statistic):
    wider = clustered(FRAME.assign(answer=FRAME["answer"].cat.add_categories([5, 6])))
    a, b = (ks.independence(s, "answer", "age", statistic=statistic) for s in (SAMPLE, wider))
    assert (a.statistic, *a.df, a.p_value) == pytest.approx((b.statistic, *b.df, b.p_value), rel=1e-9)


@pytest.mark.parametrize("statistic", ["F", "chisq", "wald", "adjusted_wald", "exact", "saddlepoint"])
def test_rows_and_columns_may_change_places(statistic):
    a, b = (ks.independence(SAMPLE, *pair, statistic=statistic) for pair in (("answer", "age"), ("age", "answer")))
    assert a.statistic == pytest.approx(b.statistic, rel=1e-8)
    assert a.p_value == pytest.approx(b.p_value, rel=1e-6)


def test_exact_and_saddlepoint_are_near_each_other():
    exact, near = (ks.independence(SAMPLE, "answer", "age", statistic=s).p_value for s in ("exact", "saddlepoint"))
    assert near == pytest.approx(exact, rel=0.03)


# Source: Imhof (1961), Biometrika 48, table 1.
@pytest.mark.parametrize(("x", "tail"), [(0.1, 0.9458), (0.7, 0.5064), (2.0, 0.1240)])
def test_tails_of_a_mixture_are_the_published_ones(x, tail):
    assert mixtures.exact(x, np.array([0.6, 0.3, 0.1])) == pytest.approx(tail, abs=5e-5)


def test_a_mixture_of_equal_weights_is_a_chi_square_and_over_a_denominator_an_f():
    assert mixtures.exact(7.0, np.ones(4)) == pytest.approx(stats.chi2.sf(7.0, 4), rel=1e-8)
    assert mixtures.exact(7.0, np.ones(4), 20) == pytest.approx(stats.f.sf(7.0 / 4, 4, 20), rel=1e-7)


def test_the_t_test_is_the_test_of_the_slope():
    gap, test = ks.t_test(SAMPLE, "y", "sex")
    slope = ks.regression(SAMPLE, "y ~ sex").frame().iloc[1]
    assert gap == pytest.approx(slope["value"], rel=1e-10)
    assert test.statistic == pytest.approx(slope["t"], rel=1e-9)
    assert test.df[1] == slope["df"]
    assert test.p_value == pytest.approx(slope["p"], rel=1e-8)


@pytest.mark.parametrize("scores", ["wilcoxon", "van_der_waerden", "median"])
@pytest.mark.parametrize("by", ["sex", "age"])
def test_ranks_do_not_change_with_a_rising_function(scores, by):
    a, b = (
        ks.rank_test(clustered(FRAME.assign(y=f(FRAME["y"]))), "y", by, scores=scores) for f in (lambda y: y, np.exp)
    )
    assert b[1].statistic == pytest.approx(a[1].statistic, rel=1e-10)
    assert b[1].p_value == pytest.approx(a[1].p_value, rel=1e-9)


def test_the_rank_test_of_two_groups_is_the_t_test_of_their_ranks():
    w = FRAME["weight"]
    order = np.argsort(FRAME["y"].to_numpy())
    rank = np.empty(len(FRAME))
    rank[order] = (np.cumsum(w.to_numpy()[order]) - w.to_numpy()[order] / 2) / w.sum()
    gap, test = ks.t_test(clustered(FRAME.assign(rank=rank)), "rank", "sex")
    found = ks.rank_test(SAMPLE, "y", "sex")
    assert found[0] == pytest.approx(gap, rel=1e-10)
    assert found[1].p_value == pytest.approx(test.p_value, rel=1e-9)


def test_the_wald_test_of_a_term_of_one_coefficient_is_its_t_squared():
    model = ks.regression(SAMPLE, "y ~ sex + score")
    t = model.frame().set_index("term")["t"]["score"]
    assert model.test("score").statistic == pytest.approx(t**2, rel=1e-9)


@pytest.mark.parametrize("family", ["linear", "logistic", "poisson", "ordered"])
def test_the_three_tests_of_a_term_tell_the_same_story(family):
    frame = FRAME.assign(r={"linear": FRAME["y"], "logistic": (FRAME["score"] > 2) * 1}.get(family, FRAME["score"]))
    model = ks.regression(clustered(frame), "r ~ age + sex", family=family)
    wald, working, ratio = (
        model.test("age", statistic=s).p_value for s in ("wald", "working_wald", "likelihood_ratio")
    )
    assert working == pytest.approx(ratio, rel=0.35, abs=1e-3)
    assert wald == pytest.approx(ratio, rel=0.6, abs=5e-3)
    with pytest.raises(UsageError):
        model.test("age", statistic="score")


def test_marginal_predictions_of_a_saturated_model_are_the_means_of_the_groups():
    margins, means = ks.regression(SAMPLE, "y ~ sex").margins("sex"), ks.means(SAMPLE, "y", by="sex")
    np.testing.assert_allclose(margins.value, means.value, rtol=1e-9)
    np.testing.assert_allclose(margins.se, means.se, rtol=1e-8)
    np.testing.assert_allclose(margins.covariance, means.covariance, rtol=1e-7)


def test_marginal_predictions_are_averages_over_everybody():
    model = ks.regression(clustered(FRAME.assign(b=(FRAME["score"] > 2) * 1)), "b ~ sex + y", family="logistic")
    beta = dict(zip(model.coefficients.labels["term"], model.coefficients.value, strict=True))
    eta = beta["Intercept"] + beta["sex[T.male]"] + beta["y"] * FRAME["y"]
    expected = np.average(1 / (1 + np.exp(-eta)), weights=FRAME["weight"])
    assert model.margins("sex").value[1] == pytest.approx(expected, rel=1e-10)


def test_ratios_are_the_coefficients_as_powers_of_e():
    model = ks.regression(clustered(FRAME.assign(b=(FRAME["score"] > 2) * 1)), "b ~ sex + y", family="logistic")
    odds, plain = model.frame(scale="ratio"), model.frame()
    np.testing.assert_allclose(odds[["ratio", "low", "high"]], np.exp(plain[["value", "low", "high"]]), rtol=1e-12)


def test_a_survey_goes_into_models_by_its_labels_and_without_nonanswer(national_sample):
    model = ks.regression(national_sample, "ucla_score ~ q2 + age_class")
    terms = list(model.coefficients.labels["term"])
    assert "q2[T.女性]" in terms
    assert not any("無回答" in term for term in terms)
    means = ks.means(ks.domain(national_sample, "q2 == 1"), "ucla_score")
    single = ks.regression(ks.domain(national_sample, "q2 <= 2"), "ucla_score ~ q2").coefficients
    assert single.value[0] == pytest.approx(means.value[0], rel=1e-9)
    assert single.se[0] == pytest.approx(means.se[0], rel=1e-7)


def test_a_surveys_answers_in_order_are_an_ordered_model(national_sample):
    model = ks.regression(national_sample, "ucla_class ~ q2 + age_class", family="ordered")
    assert "無回答" not in "".join(model.coefficients.labels["term"])
    assert len(model._model.categories) == 4
    np.testing.assert_allclose(model.margins("q2").value.reshape(-1, 4).sum(axis=1), 1, rtol=1e-12)


def test_a_category_nobody_of_the_domain_gave_is_none_of_the_model():
    frame = FRAME.assign(age=pd.Categorical(FRAME["age"], ["young", "middle", "old", "ancient"]))
    model = ks.regression(ks.domain(clustered(frame), "age != 'old'"), "y ~ age")
    assert list(model.coefficients.labels["term"]) == ["Intercept", "age[T.middle]"]


def test_numbers_that_may_be_missing_go_into_models():
    frame = FRAME.assign(score=FRAME["score"].astype("Int64").mask(FRAME.index < 5))
    a = ks.regression(clustered(frame), "y ~ score").coefficients
    b = ks.regression(ks.domain(SAMPLE, FRAME.index.to_numpy() >= 5), "y ~ score").coefficients
    np.testing.assert_allclose([a.value, a.se], [b.value, b.se], rtol=1e-10)
