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
