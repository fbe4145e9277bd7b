"""Input that cannot be right, case by case: a clear error by its key, or a result that is written down here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.design.selection import stages_of
from kodoku_survey.errors import SurveyError

FRAME = persons(5)


def with_first(name: str, value: object) -> pd.DataFrame:
    """The persons, the first one's value of a column replaced."""
    frame = FRAME.assign(N=20.0)
    frame[name] = frame[name].astype(object if isinstance(value, str) else float)
    frame.loc[0, name] = value
    return frame


def selected(frame: pd.DataFrame, extra: list[tuple[object, object]]) -> object:
    """Stages where a register says which PSUs were drawn."""
    table = frame[["stratum", "psu"]].drop_duplicates()
    register = pd.concat([table, pd.DataFrame(extra, columns=["stratum", "psu"])])
    return stages_of([frame["psu"].to_numpy()], frame["stratum"].to_numpy(), [], register)


def global_psus() -> pd.DataFrame:
    return FRAME.assign(psu=FRAME["stratum"] * 10 + FRAME["psu"])


CASES: dict[str, tuple[Callable[[], object], str]] = {
    "a negative weight": (lambda: clustered(with_first("weight", -1.0)), "design.bad_weight"),
    "a missing weight": (lambda: clustered(with_first("weight", np.nan)), "design.bad_weight"),
    "an infinite weight": (lambda: clustered(with_first("weight", np.inf)), "design.bad_weight"),
    "a weight that is text": (lambda: clustered(with_first("weight", "1,5")), "design.not_numbers"),
    "weights all zero": (lambda: clustered(FRAME.assign(weight=0.0)), "design.zero_weights"),
    "no weight and no fpc": (lambda: ks.Sample.from_frame(FRAME, stratum="stratum"), "design.no_weight"),
    "a weight column that is not there": (lambda: ks.Sample.from_frame(FRAME, weight="wieght"), "design.no_variable"),
    "a missing stratum": (lambda: clustered(with_first("stratum", np.nan)), "design.missing_unit"),
    "a missing PSU": (lambda: clustered(with_first("psu", np.nan)), "design.missing_unit"),
    "fpc below the sample": (lambda: clustered(FRAME.assign(N=3), fpc="N"), "design.fpc_below_sample"),
    "fpc of zero": (lambda: clustered(FRAME.assign(N=0), fpc="N"), "design.bad_fpc"),
    "a missing fpc": (lambda: clustered(with_first("N", np.nan), fpc="N"), "design.bad_fpc"),
    "two fpc in one stratum": (lambda: clustered(with_first("N", 30.0), fpc="N"), "design.bad_fpc"),
    "a PSU of the register in two strata": (lambda: selected(global_psus(), [(2, 0)]), "design.psu_in_two_strata"),
    "a respondent's PSU that was not drawn": (
        lambda: stages_of([np.array([1, 2])], np.array(["a", "a"]), [], pd.DataFrame({"stratum": ["a"], "psu": [1]})),
        "design.unselected_psu",
    ),
    "a domain with an unknown variable": (lambda: ks.domain(clustered(FRAME), "sexx == 'male'"), "design.bad_query"),
    "a domain that is no condition": (lambda: ks.domain(clustered(FRAME), "sex == "), "design.bad_query"),
    "a domain of another length": (lambda: ks.domain(clustered(FRAME), np.ones(3, dtype=bool)), "design.bad_domain"),
    "a stratum with one PSU": (lambda: ks.means(clustered(FRAME[FRAME["psu"] == 0]), "y"), "design.lonely_psu"),
    "one person": (lambda: ks.means(ks.Sample.from_frame(FRAME[:1], weight="weight"), "y"), "design.lonely_psu"),
    "an unknown variable": (lambda: ks.means(clustered(FRAME), "yy"), "design.no_variable"),
    "the mean of answers in words": (lambda: ks.means(clustered(FRAME), "sex"), "estimation.not_a_number"),
    "a total without a population": (lambda: ks.totals(clustered(FRAME).on("unweighted"), "y"), "estimation.no_total"),
    "the quantile 1.5": (lambda: ks.quantiles(clustered(FRAME), "y", [1.5]), "estimation.bad_probability"),
    "an unknown quantile rule": (
        lambda: ks.quantiles(clustered(FRAME), "y", rule="hf10"),
        "estimation.unknown_option",
    ),
    "a covariance of quantiles": (lambda: ks.quantiles(clustered(FRAME), "y").covariance, "estimation.no_quantile_factor"),
    "a t test of three groups": (lambda: ks.t_test(clustered(FRAME), "y", "age"), "estimation.two_groups"),
    "independence of a constant": (
        lambda: ks.independence(clustered(FRAME.assign(one="x")), "answer", "one"),
        "estimation.one_answer",
    ),
    "independence in an empty domain": (
        lambda: ks.independence(ks.domain(clustered(FRAME), FRAME["y"].to_numpy() > 1e9), "answer", "sex"),
        "estimation.one_answer",
    ),
    "an unknown statistic": (
        lambda: ks.independence(clustered(FRAME), "answer", "sex", statistic="fisher"),
        "estimation.unknown_option",
    ),
    "a singular model": (
        lambda: ks.regression(clustered(FRAME.assign(twice=2 * FRAME["score"])), "y ~ score + twice"),
        "estimation.singular",
    ),
    "a singular ordered model": (
        lambda: ks.regression(clustered(FRAME), "score ~ 0 + sex + age", family="ordered"),
        "estimation.singular",
    ),
    "a model of nobody": (
        lambda: ks.regression(ks.domain(clustered(FRAME), FRAME["y"].to_numpy() > 1e9), "y ~ sex"),
        "estimation.nobody",
    ),
    "a group whose answers are all alike": (
        lambda: ks.regression(
            clustered(FRAME.assign(b=((FRAME["y"] > 10) | (FRAME["sex"] == "male")) * 1)), "b ~ sex", family="logistic"
        ),
        "estimation.not_fitted",
    ),
    "a logistic answer of 1 and 2": (
        lambda: ks.regression(clustered(FRAME.assign(b=FRAME["score"] % 2 + 1)), "b ~ sex", family="logistic"),
        "estimation.bad_response",
    ),
    "a count below 0": (
        lambda: ks.regression(clustered(FRAME.assign(b=-1)), "b ~ sex", family="poisson"),
        "estimation.bad_response",
    ),
    "a group that most replicates have lost": (
        lambda: ks.regression(
            ks.replicates(
                clustered(FRAME.assign(few=np.where(FRAME.index == 0, "one", "rest"))), method="bootstrap", count=40, seed=1
            ),
            "y ~ few",
        ),
        "estimation.replicates_lost",
    ),
    "a formula with an unknown variable": (lambda: ks.regression(clustered(FRAME), "y ~ agee"), "design.no_variable"),
    "an unknown family": (
        lambda: ks.regression(clustered(FRAME), "y ~ age", family="probitt"),
        "estimation.unknown_option",
    ),
    "a term the model has not": (
        lambda: ks.regression(clustered(FRAME), "y ~ age").test("sex"),
        "estimation.no_term",
    ),
    "margins of a variable the data have not": (
        lambda: ks.regression(clustered(FRAME), "y ~ age").margins("agee"),
        "design.no_variable",
    ),
    "a contrast of a number that is not there": (
        lambda: ks.contrast(ks.means(clustered(FRAME), "y", by="sex"), {"x": {"men": 1}}),
        "estimation.no_number",
    ),
    "residuals of weights never calibrated": (
        lambda: clustered(FRAME).with_residuals("unweighted"),
        "design.not_calibrated",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_both_languages(case):
    call, key = CASES[case]
    with pytest.raises(SurveyError) as refused:
        call()
    assert refused.value.key == key
    for language in ("ja", "en"):
        assert "{" not in refused.value.text(language)


def test_a_singular_model_names_the_column_that_is_not_needed():
    with pytest.raises(SurveyError) as refused:
        CASES["a singular model"][0]()
    assert "twice" in refused.value.text("en")


def test_a_person_without_a_weight_is_in_no_number_neither_n_nor_degrees_of_freedom():
    """They counted among the respondents of means and shares, not of quantiles and regressions; `psu` 0 of stratum 0 is one."""
    alone = (FRAME["stratum"] == 0) & (FRAME["psu"] == 0)
    zero = clustered(FRAME.assign(weight=FRAME["weight"].where(~alone, 0.0)))
    outside = ks.domain(clustered(FRAME), ~alone.to_numpy())
    for estimate in (
        lambda s: ks.means(s, "y"),
        lambda s: ks.means(s, "y", by="sex"),
        lambda s: ks.variances(s, "y"),
        lambda s: ks.proportions(s, "answer"),
        lambda s: ks.crosstab(s, "answer", by="sex").estimate,
        lambda s: ks.quantiles(s, "y", [0.5]),
        lambda s: ks.t_test(s, "y", "sex").difference,
    ):
        found, expected = estimate(zero), estimate(outside)
        for what in ("value", "se", "n", "degrees_of_freedom", "simple"):
            np.testing.assert_allclose(getattr(found, what), getattr(expected, what), rtol=1e-10, err_msg=what)
    assert ks.degrees_of_freedom(zero) == ks.degrees_of_freedom(outside)
    assert ks.means(zero.on("unweighted"), "y").n[0] == len(FRAME)  # which knows no weights


def test_a_psus_number_is_its_own_within_its_stratum():
    """Number 1 of stratum A is not number 1 of stratum B: from a DataFrame this is no mistake."""
    assert clustered(FRAME).stages[0].units == 12


def test_a_stratum_drawn_but_without_respondents_adds_nothing():
    stages = selected(global_psus(), [("x", 91), ("x", 92)])
    assert isinstance(stages, tuple)
    sample = ks.Sample(FRAME["weight"].to_numpy(), stages, frame=FRAME)
    np.testing.assert_allclose(ks.totals(sample, "y").se, ks.totals(clustered(FRAME), "y").se, rtol=1e-12)
    assert ks.totals(sample, "y").degrees_of_freedom[0] == 9


def test_a_psu_drawn_but_without_respondents_counts_as_a_zero():
    stages = selected(global_psus(), [(0, 9)])
    sample = ks.Sample(FRAME["weight"].to_numpy(), stages, frame=FRAME)
    assert ks.totals(sample, "y").se[0] > ks.totals(clustered(FRAME), "y").se[0]


def test_an_answer_nobody_gave_has_the_share_0_with_a_one_sided_limit():
    frame = FRAME.assign(answer=FRAME["answer"].cat.add_categories([5]))
    told = ks.crosstab(clustered(frame), "answer").frame().iloc[-1]
    assert told["percent"] == told["se"] == told["low"] == 0
    assert 0 < told["high"] < 5
    assert (told["interval"], told["flag"]) == ("kg", "nil")


def test_who_cannot_be_told_to_be_in_a_domain_is_outside_it():
    frame = FRAME.assign(score=FRAME["score"].astype("Int64").mask(FRAME.index < 5))
    assert ks.domain(clustered(frame), "score >= 1").within.sum() == len(FRAME) - 5
    assert ks.domain(clustered(frame), frame["score"] >= 1).within.sum() == len(FRAME) - 5


EMPTY = ks.domain(clustered(FRAME), FRAME["y"].to_numpy() > 1e9)


@pytest.mark.parametrize(
    "estimate",
    [
        lambda: ks.means(EMPTY, "y"),
        lambda: ks.ratio(EMPTY, "y", "score"),
        lambda: ks.variances(EMPTY, "y"),
        lambda: ks.correlations(EMPTY, ["y", "score"]),
        lambda: ks.quantiles(EMPTY, "y"),
        lambda: ks.quantiles(EMPTY, "y", interval="score"),
        lambda: ks.crosstab(EMPTY, "answer", by=["sex"]).estimate,
        lambda: ks.crosstab(EMPTY.on("unweighted"), "answer", by=["sex"]).estimate,
        lambda: ks.cell_means(EMPTY, "y", by=["sex"]).estimate,
    ],
)
def test_of_an_empty_domain_nothing_is_known(estimate):
    """Value, error and limits are nan, the base is 0: never a share of 0 with an error of 0."""
    found = estimate()
    told = found.frame()
    assert told[[found.column, "se", "low", "high"]].isna().all(axis=None)
    assert (told["n"] == 0).all()


def test_the_total_of_an_empty_domain_is_0():
    found = ks.totals(EMPTY, "y")
    assert (found.value[0], found.se[0], found.n[0]) == (0, 0, 0)


def test_a_group_without_anybody_is_a_row_without_a_figure():
    frame = FRAME.assign(sex=pd.Categorical(FRAME["sex"], ["female", "male", "other"]))
    told = ks.means(clustered(frame), "y", by="sex").frame()
    assert told["n"].iloc[2] == 0
    assert np.isnan(told["value"].iloc[2])
    assert np.isnan(told["se"].iloc[2])


def test_a_correlation_with_a_constant_does_not_exist():
    found = ks.correlations(clustered(FRAME.assign(one=1.0)), ["y", "one"])
    assert np.isnan(found.value[0])
