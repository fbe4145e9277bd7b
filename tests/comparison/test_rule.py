"""The rule of a folder reaches the analyst: its reference base, its groups and differences, its word for everybody."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.crosstabs.published import rule_for
from small_folder import make_folder

BY = ["sex_age", "living", "years_class", ("area", "age_class")]


def test_the_reference_base_of_the_folder_flags_an_analysts_cross_tab(prefecture_sample):
    own = prefecture_sample.responses.survey.settings.publication.reference_base
    tab = ks.crosstab(prefecture_sample, "ucla_class", by=BY)
    held = tab.frame().query("count > 0")
    assert ((held["n"] >= own) & (held["n"] < rule_for().reference_base)).any()  # where the two rules disagree
    assert ((held["flag"] == "reference") == (held["n"] < own)).all()
    batch = ks.crosstabs(prefecture_sample, ["ucla_class"], by=["living"]).frame().query("count > 0")
    assert ((batch["flag"] == "reference") == (batch["n"] < own)).all()


def test_the_official_rule_is_the_folders(prefecture_sample):
    own = prefecture_sample.responses.survey.settings.publication
    tab = ks.crosstab(prefecture_sample.on("unweighted"), "ucla_class", by=BY)
    told = ks.official(
        tab, many_groups=own.many_groups, differences_needed=own.differences_needed, reference_base=own.reference_base
    )
    pd.testing.assert_frame_equal(ks.official(tab), told)
    assert not ks.official(tab).equals(ks.official(replace(tab, rule=rule_for())))


def test_anyones_data_is_told_by_the_published_rule():
    rule = rule_for()
    assert (rule.reference_base, rule.many_groups, rule.differences_needed, rule.z) == (50, 8, 3, 1.96)
    frame = pd.DataFrame({"q": list("ab") * 60, "g": ["x"] * 71 + ["y"] * 49, "w": 1.0})
    tab = ks.crosstab(ks.Sample.from_frame(frame, weight="w"), "q", by="g")
    assert dict(zip(tab.frame()["group"], tab.frame()["flag"], strict=True)) == {"全体": "", "x": "", "y": "reference"}


def test_everybody_is_named_in_the_language_of_the_folder(prefecture_sample):
    responses = prefecture_sample.responses
    settings = responses.survey.settings
    english = replace(settings, identity=replace(settings.identity, lang="en"))
    told = replace(prefecture_sample, responses=replace(responses, survey=replace(responses.survey, settings=english)))
    assert ks.crosstab(prefecture_sample, "ucla_class").groups[0].label == "全体"
    assert ks.crosstab(told, "ucla_class").groups[0].label == "Total"


def test_the_z_of_a_rule_is_a_setting_of_the_folder(tmp_path):
    folder = make_folder(tmp_path)
    survey = folder / "survey.toml"
    told = survey.read_text(encoding="utf-8")
    head = "[publication]\n"
    strict = told.replace(head, f"{head}minimum_differences = {{ groups = 8, differences = 3, z = 25.0 }}\n", 1)
    asked = []
    for text in (told, strict):
        survey.write_text(text, encoding="utf-8")
        sample = run.weigh(run.respond(folder), basis="unweighted")
        asked.append(ks.crosstab(sample, "lonely", by="sex").rule.z)
    assert asked == [1.96, 25.0]


def test_a_folder_in_english_calls_no_answer_and_everybody_by_english_words(tmp_path):
    folder = make_folder(tmp_path)
    survey = folder / "survey.toml"
    survey.write_text(
        survey.read_text(encoding="utf-8").replace("[survey]", '[survey]\nlang = "en"', 1), encoding="utf-8"
    )
    tab = ks.make_table(run.weigh(run.respond(folder)), "lonely", by=["sex"])
    assert tab.rows[0].group == "Total"
    assert "No answer" in tab.header
