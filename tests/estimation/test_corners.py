"""Numbers in the corners: ties, empty groups, no degree of freedom, exact balance, weights of unlike size."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

FRAME = persons(11, strata=6, psus=3, size=8)
SAMPLE = clustered(FRAME)


def of(values, weight, **options):
    frame = pd.DataFrame({"x": np.asarray(values, dtype=float), "w": weight})
    return ks.quantiles(ks.Sample.from_frame(frame, weight="w"), "x", **options)


@pytest.mark.parametrize("weight", [1.0, 0.7, 0.1, 1 / 3, 3e-9, 7e11])
@pytest.mark.parametrize(("rule", "right"), [("math", 3.0), ("hf1", 3.0), ("school", 3.5), ("hf2", 3.5), ("hf3", 4.0)])
def test_the_scale_of_the_weights_decides_no_tie(weight, rule, right):
    assert of(range(1, 7), weight, probabilities=[0.5], rule=rule).value[0] == right


@pytest.mark.parametrize("interval", ["mean", "score", "logit"])
@pytest.mark.parametrize("scale", [0.7, 0.1, 1 / 3])
def test_the_scale_of_the_weights_moves_no_limit_of_a_quantile(interval, scale):
    rng = np.random.default_rng(2)
    x, w = rng.integers(0, 12, 60), rng.integers(1, 4, 60)
    for rule in ("math", "school"):
        one, other = (of(x, w * s, rule=rule, interval=interval).interval(0.95) for s in (1.0, scale))
        np.testing.assert_array_equal(one, other)


def test_rows_without_a_weight_are_in_no_quantile_neither_n_nor_degrees_of_freedom():
    more = pd.concat([FRAME, FRAME.iloc[:9].assign(weight=0.0, stratum=99, psu=np.arange(9))], ignore_index=True)
    whole, extended = ks.quantiles(SAMPLE, "y"), ks.quantiles(clustered(more), "y")
    assert extended.n.tolist() == whole.n.tolist()
    assert extended.degrees_of_freedom.tolist() == whole.degrees_of_freedom.tolist()
    np.testing.assert_array_equal(extended.value, whole.value)


def test_a_quantile_of_negative_weights_is_refused():
    frame = pd.DataFrame({"x": np.arange(40.0), "z": np.r_[np.zeros(30), np.full(10, 9.0)], "w": 1.0})
    below_nothing = ks.calibrate(ks.Sample.from_frame(frame, weight="w"), {"z": -30.0}, method="linear")
    assert (below_nothing.weight < 0).any()
    with pytest.raises(DesignError) as refused:
        ks.quantiles(below_nothing, "x")
    assert refused.value.key == "estimation.negative_weights"


# tests of means and ranks ----------------------------------------------------------------------------------------------


def few_answers() -> ks.Sample:
    """Answers in two PSUs of two strata only."""
    held = FRAME["stratum"].isin([0, 1]) & FRAME["psu"].isin([0, 1])
    return clustered(FRAME.assign(y=FRAME["y"].where(held)))


def test_tests_count_only_psus_with_an_answer():
    sample = few_answers()
    regression = ks.regression(sample, "y ~ sex").frame().iloc[1]
    _, t = ks.t_test(sample, "y", "sex")
    _, rank = ks.rank_test(sample, "y", "sex")
    assert t.df[1] == rank.df[1] == regression["df"] == 1
    assert t.p_value == pytest.approx(regression["p"], rel=1e-9)
    assert ks.rank_test(sample, "y", "age").test.df == (2, 0)


def test_one_mean_and_its_test_have_the_same_degrees_of_freedom_and_limits():
    difference, test = ks.t_test(SAMPLE, "y", null=9.0)
    mean = ks.means(SAMPLE, "y")
    assert test.df[1] == mean.degrees_of_freedom[0] == 12
    np.testing.assert_allclose(np.add(difference.interval(0.9), 9.0), mean.interval(0.9), rtol=1e-12)
    assert ks.t_test(SAMPLE, "y", convention="r_survey").test.df[1] == 11


def test_a_test_hands_on_its_difference_as_an_estimate_that_rejects_as_the_test_does():
    for found in (ks.t_test(SAMPLE, "y", "sex"), ks.rank_test(SAMPLE, "y", "sex"), ks.t_test(SAMPLE, "y", null=10.0)):
        assert isinstance(found.difference, ks.Estimate)
        assert found.difference.se[0] == pytest.approx(abs(float(found.difference) / found.test.statistic), rel=1e-12)
        low, high = found.difference.interval(1 - found.test.p_value)  # the level at which it just touches 0
        assert min(abs(low[0]), abs(high[0])) < 1e-7
    several = ks.rank_test(SAMPLE, "y", "age").difference
    assert several.labels["contrast"].tolist() == ["old − middle", "young − middle"]
    assert np.isfinite(several.se).all()


def test_tests_show_themselves():
    found = ks.t_test(SAMPLE, "y", "sex")
    test = ks.independence(SAMPLE, "answer", "sex")
    assert "male − female" in repr(found)
    assert f"p {test.p_value:.4g}" in repr(test)
    assert test.frame()["p"].tolist() == [test.p_value]
    for one in (found, test):
        assert "<table>" in one._repr_html_()


# replicates somebody else made -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [(1, 1, 1), (1, 1, 3e5), (1e-9, 1, 1e9)])
def test_weights_of_unlike_size_lose_no_degree_of_freedom(weights):
    left_out = 1.5 * (1 - np.eye(3))
    frame = pd.DataFrame(np.array(weights)[:, None] * left_out, columns=["r1", "r2", "r3"]).assign(
        w=weights, y=[1, 2, 4]
    )
    sample = ks.Sample.from_frame(frame, weight="w", replicate_weights=["r1", "r2", "r3"], replicate_method="jk1")
    assert ks.means(sample, "y").degrees_of_freedom[0] == 2
    inside = ks.means(ks.domain(sample, np.array([True, True, False])), "y")
    assert inside.degrees_of_freedom[0] == 1


def test_persons_of_one_psu_are_one_degree_of_freedom():
    multiplier = np.repeat(4 / 3 * (1 - np.eye(4)), 5, axis=0)
    weight = np.random.default_rng(1).uniform(1, 1e6, 20)
    frame = pd.DataFrame(weight[:, None] * multiplier, columns=list("abcd")).assign(w=weight, y=np.arange(20.0))
    sample = ks.Sample.from_frame(frame, weight="w", replicate_weights=list("abcd"), replicate_method="jk1")
    assert ks.means(sample, "y").degrees_of_freedom[0] == 3


# contrasts, intervals, balance -----------------------------------------------------------------------------------------


def test_a_contrast_with_an_empty_group_is_refused_by_its_name():
    frame = FRAME.assign(g=pd.Categorical(np.resize(["a", "b"], len(FRAME)), categories=["a", "b", "c"]))
    means = ks.means(clustered(frame), "y", by="g")
    for comparison in ({"a": 1.0, "c": -1.0}, lambda v: v["a"] - v["c"]):
        with pytest.raises(DesignError, match="c") as refused:
            ks.contrast(means, {"a-c": comparison})
        assert refused.value.key == "estimation.empty_number"
    assert np.isfinite(ks.contrast(means, {"a-b": {"a": 1.0, "b": -1.0}}).value).all()


@pytest.mark.parametrize("comparison", [{}, lambda _v: 0.0])
def test_a_contrast_of_no_number_is_refused(comparison):
    with pytest.raises(DesignError) as refused:
        ks.contrast(ks.means(SAMPLE, "y", by="sex"), {"none": comparison})
    assert refused.value.key == "estimation.no_comparison"


def test_a_contrast_whose_slope_happens_to_be_nothing_still_says_who_is_in_it():
    found = ks.contrast(ks.means(SAMPLE, "y", by="sex"), {"square": lambda v: (v["male"] - v["male"]) ** 2})
    assert found.frame()["n"].tolist() == [72]


@pytest.mark.parametrize("events", range(8, 13))
def test_the_rule_of_ten_events_is_the_same_for_yes_and_no(events):
    """Of one table 10 of 50 took logit, and the 40 that are left Korn–Graubard."""
    answer = np.where(np.arange(50) < events, "yes", "no")
    found = ks.proportions(ks.Sample.from_frame(pd.DataFrame({"q": answer, "w": 1.0}), weight="w"), "q")
    assert found.interval_methods().tolist() == ["kg" if events < 10 else "logit"] * 2


def test_without_a_degree_of_freedom_there_is_no_interval_and_no_p_value():
    single = pd.DataFrame({"w": 1.0, "p": 1, "y": [1.0, 2.0, 4.0], "q": ["a", "b", "b"], "s": [1, 1, 1]})
    sample = ks.Sample.from_frame(single, weight="w", psu="p", lonely_psu="certainty")
    for found in (ks.means(sample, "y"), ks.proportions(sample, "q"), ks.quantiles(sample, "y")):
        assert found.degrees_of_freedom[0] == 0
        assert np.isnan(found.interval(0.95)).all()
    assert np.isnan(ks.t_test(sample, "y").test.p_value)


@pytest.mark.parametrize("statistic", ["saddlepoint", "exact", "F", "chisq"])
def test_exact_balance_has_a_p_value_of_one(statistic):
    frame = pd.DataFrame({"a": np.resize(["x", "y"], 40), "b": np.repeat(["u", "v"], 20), "w": 1.0})
    assert ks.independence(ks.Sample.from_frame(frame, weight="w"), "a", "b", statistic=statistic).p_value == 1.0


def test_a_term_that_does_nothing_has_a_likelihood_ratio_of_nothing():
    frame = pd.DataFrame({"a": np.resize([0.0, 1.0], 40), "b": np.repeat([0.0, 1.0], 20), "w": 1.0})
    model = ks.regression(ks.Sample.from_frame(frame, weight="w"), "a ~ b", family="logistic")
    assert model.test("b", statistic="likelihood_ratio").p_value == pytest.approx(1.0, abs=1e-6)


def test_a_ratio_to_nothing_is_no_number_and_says_why():
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [0.0, 0, 1, 2], "g": list("xxyy"), "w": 1.0})
    found = ks.ratio(ks.Sample.from_frame(frame, weight="w"), "a", "b", by="g")
    told = found.frame()
    assert np.isnan([found.value[0], found.se[0], found.cv[0]]).all()
    assert told["reason"].tolist()[1] == "" != told["reason"].tolist()[0]
    assert found.value[1] == pytest.approx(7 / 3)
