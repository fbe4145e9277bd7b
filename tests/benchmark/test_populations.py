"""Whom two surveys are of: restricted to whom both cover and told in the first line, or refused; never silent."""

from __future__ import annotations

import numpy as np
import pytest

import kodoku_survey as ks
from benchmark.two_folders import SWAPPED, make, side
from kodoku_survey.errors import SurveyError

OF_16 = '[population]\nage = { min = 16, of = "age" }\narea = "全国"'
OTHER = '{ code = 1, label = "64歳以下", max = 64 }, { code = 2, label = "65歳以上", min = 65 }'
OF_65 = '[population]\nage = { min = 65, of = "age" }\narea = "みさき県"'


def percent(found, of="first"):
    row = found.frame[(found.frame["attribute"] == "") & (found.frame["code"] == 1)].iloc[0]
    return row[f"percent_{of}"], row[f"n_{of}"]


def test_a_survey_of_the_old_is_compared_with_the_old_of_the_nation(tmp_path):
    nation = side(make(tmp_path / "a", name="全国", settings=OF_16, people=400))
    old = side(make(tmp_path / "b", name="県", settings=OF_65, ages=(65, 95), seed=2, prefix="K"))
    found = ks.compare(nation, old)
    answers = nation.responses.answers
    inside = answers["age"] >= 65
    assert percent(found) == pytest.approx((100 * (answers["lonely"][inside] == 1).mean(), inside.sum()))
    assert percent(found, "second")[1] == 200
    assert found.lines("ja")[0] == (
        "調査の対象：年齢は16歳以上と65歳以上（どちらも65歳以上に限った）、地域は全国とみさき県、"
        "国籍はどちらにも記載なし（同じとは限らない）。"
    )


def test_what_is_not_declared_is_told_and_not_taken_to_be_the_same(tmp_path):
    found = ks.compare(
        side(make(tmp_path / "a", settings=OF_16)), side(make(tmp_path / "b", name="他", seed=2, prefix="K"))
    )
    assert "age 16 and over against not declared" in found.lines("en")[0]
    assert percent(found)[1] == 200


@pytest.mark.parametrize(
    ("settings", "options", "key"),
    [
        ('[population]\nage = { max = 15, of = "age" }', {}, "benchmark.no_common_age"),
        ('[population]\nage = { min = 16, of = "age" }\nnationality = "日本人"', {}, "benchmark.nationality"),
        (OF_65, {"where": "age < 65"}, "benchmark.nobody_left"),
        (OF_65, {"where": "agee < 65"}, "benchmark.where_unknown"),
        (OF_65, {"where": "age_class == 2"}, "benchmark.where_not_shared"),
    ],
)
def test_what_cannot_be_restricted_alike_is_refused(tmp_path, settings, options, key):
    ours = OF_16 + '\nnationality = "すべて"'
    first = side(make(tmp_path / "a", settings=ours))
    second = side(make(tmp_path / "b", name="他", seed=2, settings=settings, prefix="K", bands=OTHER))
    with pytest.raises(SurveyError) as caught:
        ks.compare(first, second, **options)
    assert caught.value.key == key
    assert caught.value.text("ja")
    assert caught.value.text("en")


def test_a_difference_accepted_is_told(tmp_path):
    ours, theirs = (f'[population]\nnationality = "{one}"' for one in ("すべて", "日本人"))
    first = side(make(tmp_path / "a", settings=ours))
    second = side(make(tmp_path / "b", name="他", seed=2, settings=theirs, prefix="K"))
    found = ks.compare(first, second, despite=["nationality"])
    assert "国籍はすべてと日本人" in found.lines("ja")[0]


def test_a_condition_means_the_same_people_though_their_codes_are_exchanged(tmp_path):
    first = side(make(tmp_path / "a", people=300))
    second = side(make(tmp_path / "b", name="他", seed=2, sexes=SWAPPED, prefix="K", people=300))
    found = ks.compare(first, second, where="sex == 1 and lonely in [1, 2]")  # men, by the first survey's codes
    assert percent(found)[1] == (first.responses.answers["sex"] == 1).sum()
    assert percent(found, "second")[1] == (second.responses.answers["sex"] == 2).sum()
    assert "sex == 1" in found.lines("ja")[0]


def test_a_condition_of_either_folder_holds_for_both(tmp_path):
    first = side(make(tmp_path / "a", settings=OF_16))
    ours = OF_16.replace('"age"', '"toshi"') + '\n[compare]\nwhere = "toshi >= 40"'
    second = side(make(tmp_path / "b", name="他", seed=2, age="toshi", settings=ours, prefix="K"))
    found = ks.compare(first, second)
    assert percent(found)[1] == (first.responses.answers["age"] >= 40).sum()
    assert percent(found, "second")[1] == (second.responses.answers["toshi"] >= 40).sum()


def test_weights_stay_and_a_domain_is_no_subset(tmp_path):
    first = side(make(tmp_path / "a", settings=OF_16, weights=True))
    second = side(make(tmp_path / "b", name="他", seed=2, settings=OF_65, ages=(65, 95), prefix="K", weights=True))
    found = ks.compare(first, second, only=["1"]).frame
    tab = ks.crosstab(ks.domain(first.design, "age >= 65"), "lonely")
    row = found[(found["attribute"] == "") & (found["code"] == 1)].iloc[0]
    assert row["weighted_first"] == pytest.approx(100 * tab.value[0, 0])
    other = ks.crosstab(second.design, "lonely")
    half = (row["weighted_high"] - row["weighted_low"]) / 2
    assert half == pytest.approx(1.96 * 100 * np.hypot(tab.se[0, 0], other.se[0, 0]), rel=0.02)
