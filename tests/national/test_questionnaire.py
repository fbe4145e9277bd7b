"""The codebook of 令和6年 against the published form: every option of every question, in its place, with its words."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest

import kodoku_survey as ks

KINDS = {"SA": "single", "MA": "multiple", "NUM": "number"}


@pytest.fixture(scope="module")
def survey(project) -> ks.Survey:
    return ks.load_survey(project / "data" / "sample" / "national_2024")


@pytest.fixture(scope="module")
def printed(shared) -> pd.DataFrame:
    """The 363 printed options: question, kind, n, code, label, percent."""
    return pd.read_csv(shared / "golden" / "toplines_r6.csv", dtype={"question": str, "code": "Int64"})


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("－", "-").replace(" ", "")


def by_number(survey: ks.Survey) -> dict[str, object]:
    form = [variable for variable in survey.codebook if variable.source == "form"]
    return {plain(variable.number).removeprefix("問"): variable for variable in form}


def test_every_question_of_the_form_is_there_once_and_no_other(survey, printed):
    assert sorted(by_number(survey)) == sorted({plain(number) for number in printed["question"]})


def test_every_option_has_its_code_its_place_and_its_words(survey, printed):
    known = by_number(survey)
    checked = 0
    for number, told in printed.groupby("question", sort=False):
        variable = known[plain(number)]
        assert variable.kind == KINDS[told["kind"].iloc[0]], number
        if variable.kind == "number":
            continue
        options = told[told["code"].notna()]
        assert [code.code for code in variable.options] == options["code"].tolist(), number
        for code, label in zip(variable.options, options["label"], strict=True):
            assert plain(code.label).startswith(plain(label).rstrip("）)")) or plain(label) == plain(code.label), (
                number,
                code,
            )
            checked += 1
    assert checked == int(printed[printed["kind"] != "NUM"]["code"].notna().sum())


def test_a_filtered_question_is_asked_of_those_the_form_sends_there(survey):
    """Each parent's printed counts add up to the printed base of the filtered question (survey report, p.70–81)."""
    known = by_number(survey)
    routed = {number for number, variable in known.items() if variable.asked_if is not None}
    assert routed == {
        "5-1", "5-2", "13-1", "16(2)", "18-1", "19-1", "22-1", "22-2", "23", "23-1", "23-2", "23-3", "24-1", "30-1", "33-1",
    }  # fmt: skip


@pytest.mark.parametrize(("number", "exclusive"), [("17", (6,)), ("30", (21,)), ("30-1", (21,))])
def test_an_option_that_stands_alone_is_said_to(survey, number, exclusive):
    assert by_number(survey)[number].exclusive == exclusive
