"""A sample as a table one can work on: new variables, recoded answers, joined columns; the sample itself never changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError, UsageError

FRAME = pd.DataFrame(
    {
        "area": [1, 1, 2, 2, 3, 3],
        "age": [20, 34, 35, 64, 65, 80],
        "mood": pd.Categorical(["low", "high", "low", "fine", "fine", None], ["low", "fine", "high"]),
        "w": [1.0, 2.0, 1.0, 2.0, 1.0, 2.0],
    }
)
SAMPLE = ks.Sample.from_frame(FRAME, weight="w", stratum="area")


def refused(call, key, kind=DesignError):
    with pytest.raises(kind) as fault:
        call()
    assert fault.value.key == key
    assert fault.value.text("en")
    assert fault.value.text("ja")


def test_assigned_columns_are_there_for_every_estimator_and_the_sample_is_as_it_was():
    made = SAMPLE.assign(old=lambda d: d["age"] >= 65).assign(decade=lambda d: d["age"] // 10 * d["old"])
    assert ks.proportions(made, "old").value[1] == pytest.approx(3 / 9)
    assert ks.totals(made, "decade").value[0] == 6 * 1 + 8 * 2
    assert "old" not in SAMPLE.frame
    assert made.stages is SAMPLE.stages


def test_a_surveys_new_variables_keep_labels_and_its_own_stay(prefecture_sample):
    made = prefecture_sample.assign(
        old=lambda d: d["age"] >= 65,
        half=lambda d: d["age"] / 2,
        third=lambda d: pd.cut(d["age"].astype(float), [0, 39, 64, 200], labels=["young", "middle", "old"]),
    )
    assert ks.crosstab(made, "third", by="sex").answers == ("young", "middle", "old")
    assert ks.means(made, "half").value[0] == pytest.approx(ks.means(prefecture_sample, "age").value[0] / 2)
    shares = ks.proportions(made, "old")
    assert list(shares.labels["answer"]) == ["False", "True"]
    assert shares.value[1] == pytest.approx(ks.proportions(made, "third").value[2])
    assert ks.crosstab(made, "lonely").answers == ks.crosstab(prefecture_sample, "lonely").answers
    assert "old" not in prefecture_sample.responses.variables
    assert made.responses.frame(labels=True)["half"].dtype == "Float64"


def test_a_missing_value_of_a_surveys_new_variable_is_outside_the_base(prefecture_sample):
    made = prefecture_sample.assign(
        some=lambda d: np.where(np.arange(len(d)) < 100, 1.0, np.nan),
        word=lambda d: np.where(np.arange(len(d)) < 50, "a", None),
    )
    assert ks.means(made, "some").n[0] == 100
    assert ks.crosstab(made, "word").n[0] == 50


def test_a_surveys_own_name_is_taken_and_an_infinite_number_is_none(prefecture_sample):
    refused(lambda: prefecture_sample.assign(lonely=1), "design.name_taken")
    refused(lambda: prefecture_sample.assign(x=lambda d: d["age"] / 0), "design.not_finite")


def test_recoded_answers_add_up_and_nonanswer_stays_what_it_is(prefecture_sample):
    before = ks.crosstab(prefecture_sample, "lonely")
    keys = [key for k, key in enumerate(before.keys) if k != before.nonanswer]
    made = prefecture_sample.recode("lonely", {"first": keys[:2], "rest": keys[2:]}, into="two", label="孤独（2区分）")
    after = ks.crosstab(made, "two")
    assert after.question_label == "孤独（2区分）"
    assert list(after.counts[0][:2]) == [before.counts[0][:2].sum(), before.counts[0][2 : len(keys)].sum()]
    assert after.nonanswer is not None
    assert after.counts[0][after.nonanswer] == before.counts[0][before.nonanswer]


def test_a_number_is_recoded_by_ranges_or_lists_and_chains():
    made = SAMPLE.recode("age", {"young": (None, 34), "middle": (35, 64), "old": (65, None)}, into="age3")
    assert list(made.frame["age3"]) == ["young", "young", "middle", "middle", "old", "old"]
    again = made.recode("age3", {"not old": ["young", "middle"]}, into="two", others="keep")
    assert list(again.frame["two"].cat.categories) == ["not old", "old"]
    assert list(SAMPLE.recode("area", {"town": [1], "village": [2, 3]}, into="kind").frame["kind"])[-1] == "village"


def test_answers_in_no_group_are_missing_where_that_is_said():
    made = SAMPLE.recode("mood", {"bad": ["low"]}, into="bad", others="missing")
    assert list(made.frame["bad"].isna()) == [False, True, False, True, True, True]


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda: SAMPLE.recode("mood", {"bad": ["low"]}, into="x"), "design.in_no_group"),
        (lambda: SAMPLE.recode("mood", {"a": ["low"], "b": ["low", "fine", "high"]}, into="x"), "design.in_two_groups"),
        (lambda: SAMPLE.recode("mood", {"a": ["lo"]}, into="x"), "design.no_code"),
        (lambda: SAMPLE.recode("age", {"a": (0, 40), "b": (40, 99), "c": (30, 35)}, into="x"), "design.in_two_groups"),
        (lambda: SAMPLE.recode("age", {"a": (0, 40)}, into="x"), "design.in_no_group"),
        (lambda: SAMPLE.recode("age", {"a": (0, 40, 50)}, into="x"), "design.bad_range"),
        (lambda: SAMPLE.join(pd.DataFrame({"area": [1, 1], "x": [1, 2]}), on="area"), "design.doubled_key"),
        (lambda: SAMPLE.join(pd.DataFrame({"area": [1, 2], "x": [1, 2]}), on="area"), "design.unmatched"),
        (lambda: SAMPLE.join(pd.DataFrame({"area": [1, 2, 3], "age": 1}), on="area"), "design.name_taken"),
        (lambda: SAMPLE.join(pd.DataFrame({"aera": [1]}), on="area"), "design.no_variable"),
    ],
)
def test_what_would_lose_or_mix_answers_in_silence_is_refused(call, key):
    refused(call, key)


def test_an_unknown_choice_is_refused():
    refused(lambda: SAMPLE.recode("mood", {}, into="x", others="drop"), "design.unknown_choice", UsageError)
    refused(lambda: SAMPLE.join(FRAME, on="area", unmatched="drop"), "design.unknown_choice", UsageError)


def test_a_row_of_another_table_is_joined_to_everybody_it_is_about():
    areas = pd.DataFrame({"area": [3, 1, 2], "density": [30.0, 10.0, 20.0], "kind": ["c", "a", "b"]}, index=[7, 8, 9])
    made = SAMPLE.join(areas, on="area", columns=["density"])
    assert list(made.frame["density"]) == [10, 10, 20, 20, 30, 30]
    assert "kind" not in made.frame
    some = SAMPLE.join(areas.iloc[:2], on="area", unmatched="missing")
    assert ks.means(some, "density").n[0] == 4


def test_a_survey_is_joined_by_its_codes(prefecture_sample):
    codes = [code.code for code in prefecture_sample.responses.variables["sex"].codes]
    made = prefecture_sample.join(pd.DataFrame({"sex": codes, "word": [f"w{c}" for c in codes]}), on="sex")
    tab, own = ks.crosstab(made, "word"), ks.crosstab(made, "sex")
    assert tab.counts[0].sum() == own.counts[0].sum()


def test_index_labels_of_a_series_are_matched_and_not_positions():
    shuffled = SAMPLE.frame["age"].sample(frac=1, random_state=1)
    assert list(SAMPLE.assign(same=shuffled).frame["same"]) == list(FRAME["age"])
