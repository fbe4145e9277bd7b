"""A wrong argument is told in the user's words, never as a fault of the program."""

from __future__ import annotations

import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError, DidYouMean, UsageError


@pytest.mark.parametrize(("lang", "told"), [("en", "Did you mean 'design'?"), ("ja", "もしかして「design」")])
def test_a_basis_misspelt_is_refused_with_the_one_meant(prefecture, prefecture_sample, lang, told):
    for asked in (lambda: ks.weighted(prefecture, basis="desing"), lambda: prefecture_sample.on("desing")):
        with pytest.raises(UsageError) as fault:
            asked()
        assert told in fault.value.text(lang)


def test_a_value_of_another_stage_is_refused_with_the_call_that_makes_the_right_one(prefecture):
    survey = prefecture.survey
    calls = {
        "ks.read_returns(survey)": lambda: ks.clean(survey),
        "ks.load_survey(folder)": lambda: ks.read_returns(prefecture),
        "ks.score(ks.clean(returns))": lambda: ks.weighted(survey),
        "ks.weighted(responses)": lambda: ks.crosstab(prefecture, "ucla_class"),
        "ks.make_report(sample)": lambda: ks.protect(ks.weighted(prefecture)),
    }
    for maker, call in calls.items():
        with pytest.raises(UsageError) as fault:
            call()
        assert f"{maker} makes a " in fault.value.text("en")
    with pytest.raises(UsageError):
        ks.score(ks.read_returns(survey))


def test_a_name_that_is_no_text_is_an_unknown_name():
    with pytest.raises(DesignError) as fault:
        ks.Sample.from_frame(pd.DataFrame({"w": [1.0, 1.0]}), weight="w", fpc=[1, 2])
    assert "'1'" in fault.value.text("en")
    assert DidYouMean(12, (123, "12x")).text("en")


def test_fewer_than_two_replicates_have_no_spread(prefecture_sample):
    for count in (0, 1):
        with pytest.raises(DesignError) as fault:
            ks.replicates(prefecture_sample, method="bootstrap", count=count)
        assert fault.value.key == "design.bad_count"


@pytest.fixture(scope="module")
def people() -> ks.Sample:
    frame = pd.DataFrame(
        {"y": [1.0, 2.0, 4.0, 3.0, 5.0, 2.5], "sex": list("abbaab"), "age": [1, 2, 3, 4, 5, 7], "w": 1.0}
    )
    return ks.Sample.from_frame(frame, weight="w")


def test_predictions_by_a_variable_the_formula_does_not_name_are_refused(people):
    for formula in ("y ~ sex", "y ~ C(sex)", "y ~ Q('sex')"):
        model = ks.regression(people, formula)
        assert len(model.margins("sex").value) == 2
        with pytest.raises(DesignError) as fault:
            model.margins("age")
        assert fault.value.key == "estimation.no_term"


@pytest.mark.parametrize("formula", ["y ~ sexx", "sexx ~ y", "y ~ I(sexx > 1)"])
def test_a_formula_with_an_unknown_name_asks_for_the_one_meant(people, formula):
    with pytest.raises(DesignError) as fault:
        ks.regression(people, formula)
    assert fault.value.text("en") == f"{formula}: there is no variable 'sexx'. Did you mean 'sex'? Correct the name."
    with pytest.raises(DesignError) as fault:
        ks.regression(people, "y ~ sex", family="poisson", offset="log(aeg)")
    assert "'age'" in fault.value.text("en")
