"""What `kodoku tab` refuses it refuses with the form that is right, in the user's language alone."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import SurveyError
from small_folder import make_folder

WORDS = """
[[variable]]
name = "wish"
kind = "text"
label = "要望"
section = "孤独"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = make_folder(tmp_path_factory.mktemp("small") / "survey")
    with (made / "codebook.toml").open("a", encoding="utf-8") as file:
        file.write(WORDS)
    return made


def told(folder, *arguments, lang="ja"):
    found = CliRunner().invoke(app, ["tab", str(folder), *arguments])
    assert isinstance(found.exception, SurveyError), found.output
    return found.exception.text(lang)


@pytest.mark.parametrize("by", ["sex,act", "sex、act", "sex×act"])
def test_attributes_written_as_one_are_told_both_right_forms(folder, by):
    message = told(folder, "lonely", "--by", by)
    assert "--by sex --by act" in message
    assert "--by sex:act" in message


@pytest.mark.parametrize("arguments", [["wish"], ["wish", "--statistic", "mean"], ["lonely", "--by", "wish"]])
def test_a_question_of_own_words_is_said_to_be_one(folder, arguments):
    message = told(folder, *arguments)
    assert "「wish」は自由記述" in message
    assert "--texts" in message


def test_the_mean_of_answers_is_refused_with_remedies_of_the_folder(folder):
    message = told(folder, "lonely", "--statistic", "mean")
    assert "[[score]]" in message
    assert "--statistic share" in message
    assert "pd.to_numeric" not in message


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("sex=1", "「==」と書きます"),
        ("sex==", "途中で終わっているか"),
        ("(sex==1", "閉じていません"),
        ("sex=='男性", "閉じていません"),
        ("sx==1", "もしかして「sex」"),
        ("sex==1and", "途中で終わっているか"),
    ],
)
def test_a_condition_that_cannot_be_read_is_explained_in_japanese(folder, condition, why):
    message = told(folder, "lonely", "--where", condition)
    assert why in message
    assert not re.search("invalid|syntax|line 1|never closed|not defined|Warning", message)


def test_the_same_in_english(folder):
    message = told(folder, "lonely", "--where", "sex=1", lang="en")
    assert "Equality is written ==" in message
    assert not re.search("[\u3040-\u30ff]", message.replace(str(folder), ""))


def test_intervals_nobody_can_have_are_said_to_be_none(project):
    asked = ["tab", str(project / "examples" / "npo_clients"), "q28", "--by", "sex", "--interval", "wilson"]
    found = CliRunner(env={"KODOKU_LANG": "ja"}).invoke(app, asked)
    assert found.exit_code == 0
    assert "信頼区間（wilson）はありません" in found.stdout
    assert "[design] model" in found.stdout.replace("\n", "")


def test_the_people_of_the_demonstration_look_like_people(tmp_path, monkeypatch):
    from kodoku_survey import run
    from kodoku_survey.run import demonstration

    monkeypatch.setattr(demonstration, "report", lambda *_, **__: None)
    demonstration.demonstrate(tmp_path / "demo", size=600)
    sex = run.respond(tmp_path / "demo" / "survey").answers["sex"]
    share = {code: (sex == code).mean() for code in (1, 2, 3, 99)}
    assert 0.42 < share[1] < 0.53
    assert 0.45 < share[2] < 0.56
    assert 0 < share[3] < 0.03
