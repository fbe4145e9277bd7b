"""A category respondents hold and a margin forgot is refused, not raked into the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError


def without(responses: ks.Responses, margin: str, code: str) -> ks.Responses:
    """The responses of the same folder, its margins.csv without one line."""
    margins = responses.survey.margins
    kept = margins[(margins["variable"] != margin) | (margins["code"] != code)]
    return replace(responses, survey=replace(responses.survey, margins=kept))


@pytest.mark.parametrize(("margin", "code"), [("area", "5"), ("sex:age_class", "2:3")])
def test_a_folder_whose_margin_forgot_a_category_is_refused_naming_it(prefecture, margin, code):
    with pytest.raises(DesignError) as fault:
        ks.weighted(without(prefecture, margin, code))
    names, codes = margin.split(":"), list(map(int, code.split(":")))
    held = sum(
        all(prefecture.answers[n][i] == c for n, c in zip(names, codes, strict=True)) for i in range(len(prefecture))
    )
    assert fault.value.key == "design.unlisted_codes"
    assert fault.value.where == f"margins.csv [{margin}]"
    assert fault.value.fields["count"] == held > 0
    for name, one in zip(names, codes, strict=True):
        label = next(c.text for c in prefecture.variables[name].codes if c.code == one)
        assert f"{name}={one} {label}" in fault.value.text("ja")


def test_a_code_that_is_no_group_and_no_answer_keep_the_population_shares(prefecture, prefecture_sample):
    sex = prefecture.answers["sex"]
    assert set(np.unique(sex)) - {1, 2}  # there are such people
    assert prefecture_sample.weight[~np.isin(sex, [1, 2])].min() > 0


def frame() -> pd.DataFrame:
    return pd.DataFrame({"w": 1.0, "age": list("aabbcc"), "sex": [1, 2, 1, 2, 1, 2]})


def test_a_category_of_a_data_frame_the_margin_lacks_is_refused():
    sample = ks.Sample.from_frame(frame(), weight="w")
    with pytest.raises(DesignError) as fault:
        ks.calibrate(sample, {"age": {"a": 1000.0, "b": 1000.0}})
    assert "age=c (n=2)" in fault.value.text("en")
    shared = ks.calibrate(sample, {"age": {"a": 1000.0, "b": 1000.0}}, unlisted="shares")
    assert shared.weight.sum() == pytest.approx(2000)
    same = ks.poststratify(sample, "age", {"a": 1000.0, "b": 1000.0}, unlisted="shares")
    assert same.weight == pytest.approx(shared.weight)
    with pytest.raises(DesignError):
        ks.calibrate(sample, {"age": {"a": 1000.0, "b": 1000.0}}, unlisted="share")


def test_a_missing_value_of_a_data_frame_keeps_the_population_shares():
    people = frame().assign(age=["a", "a", "b", "b", None, None])
    made = ks.calibrate(ks.Sample.from_frame(people, weight="w"), {"age": {"a": 1000.0, "b": 1000.0}})
    assert made.weight.sum() == pytest.approx(2000)


def test_a_person_without_a_weight_is_asked_for_nothing():
    people = frame().assign(w=[1.0, 1.0, 1.0, 1.0, 0.0, 0.0])
    made = ks.calibrate(ks.Sample.from_frame(people, weight="w"), {"age": {"a": 1000.0, "b": 1000.0}})
    assert made.weight.sum() == pytest.approx(2000)
