"""Formulas: levels nobody has, names with dots and blanks, and no code."""

from __future__ import annotations

import numpy as np
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

FRAME = persons(6, strata=5, psus=3, size=8).assign(ok=lambda d: (d["y"] > d["y"].median()).astype(int))
SAMPLE = clustered(FRAME)


@pytest.mark.parametrize("kind", ["str", "category", "number"])
@pytest.mark.parametrize("left_out", ["middle", "old", "young"])
def test_a_level_nobody_in_the_domain_has_is_dropped_and_told(kind, left_out):
    codes = {"middle": 1, "old": 2, "young": 3}
    age = FRAME["age"].map(codes) if kind == "number" else FRAME["age"].astype(kind)
    term = "C(age)" if kind == "number" else "age"
    inside = (FRAME["age"] != left_out).to_numpy()
    model = ks.regression(ks.domain(clustered(FRAME.assign(age=age)), inside), f"ok ~ {term}", family="logistic")
    level = codes[left_out] if kind == "number" else left_out
    assert model.dropped == (f"{term}={level}",)
    assert f"nobody in {term}={level}" in repr(model)
    first, second = sorted({"middle", "old", "young"} - {left_out})
    odds = []
    for group in (first, second):
        rows = (FRAME["age"] == group).to_numpy()
        share = np.average(FRAME["ok"][rows], weights=FRAME["weight"][rows])
        odds.append(np.log(share / (1 - share)))
    assert model.coefficients.value == pytest.approx([odds[0], odds[1] - odds[0]], rel=1e-6)


def test_a_level_only_people_with_a_missing_answer_have_is_dropped_as_well():
    frame = FRAME.assign(y=FRAME["y"].where(FRAME["age"] != "old"))
    model = ks.regression(clustered(frame), "y ~ age")
    assert model.dropped == ("age=old",)
    assert len(model.coefficients) == 2


def test_names_with_dots_and_blanks_are_read_and_shown_as_they_are():
    odd = clustered(FRAME.rename(columns={"score": "my.score", "sex": "the sex"}))
    plain = ks.regression(SAMPLE, "y ~ score + sex")
    model = ks.regression(odd, "y ~ my.score + `the sex`")
    np.testing.assert_array_equal(model.coefficients.value, plain.coefficients.value)
    assert sorted(model.frame()["term"]) == ["Intercept", "my.score", "the sex[T.male]"]
    assert model.test("my.score").p_value == plain.test("score").p_value
    assert model.test("`the sex`").p_value == plain.test("sex").p_value


@pytest.mark.parametrize("formula", ["y ~ np.log(score)", "y ~ log(score)"])
def test_functions_of_numbers_may_stand_in_a_formula(formula):
    made = ks.regression(clustered(FRAME.assign(z=np.log(FRAME["score"]))), "y ~ z")
    np.testing.assert_allclose(ks.regression(SAMPLE, formula).coefficients.value, made.coefficients.value, rtol=1e-10)


@pytest.mark.parametrize(
    "term",
    [
        "I(__import__('os').getpid())",
        "eval('1')",
        "score.__class__",
        "I(score.to_csv('x'))",
        "Q('score')('x')",
        "np.load('x')",
        "I([z for z in (1,)])",
        "I((lambda: 1)())",
        "I(f'{score}')",
        "open('x')",
    ],
)
def test_a_formula_runs_no_code(term):
    with pytest.raises(DesignError) as refused:
        ks.regression(SAMPLE, f"y ~ {term}")
    assert refused.value.key == "estimation.code_in_formula"
    with pytest.raises(DesignError):
        ks.regression(SAMPLE, "y ~ sex", offset=term)


@pytest.mark.parametrize("family", ["linear", "poisson"])
def test_answers_are_no_numbers_to_be_modelled(family):
    """The last answer was modelled, in silence."""
    with pytest.raises(DesignError) as refused:
        ks.regression(SAMPLE, "answer ~ sex", family=family)
    assert refused.value.key == "estimation.answers_as_numbers"
    assert np.isfinite(ks.regression(clustered(FRAME.assign(ok=FRAME["ok"] == 1)), "ok ~ sex").coefficients.se).all()


def test_a_column_centred_in_a_domain_is_centred_at_its_own_mean():
    inside = (FRAME["sex"] == "male").to_numpy()
    model = ks.regression(ks.domain(SAMPLE, inside), "y ~ center(score)")
    own = FRAME.assign(z=FRAME["score"] - FRAME["score"][inside].mean())
    np.testing.assert_allclose(
        model.coefficients.value,
        ks.regression(ks.domain(clustered(own), inside), "y ~ z").coefficients.value,
        rtol=1e-9,
    )
