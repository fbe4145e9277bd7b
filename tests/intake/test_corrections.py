"""corrections.csv: made as edits after reading and before routing; what the codebook or the returns do not know is refused."""

from __future__ import annotations

import pytest

import kodoku_survey as ks
from kodoku_survey.errors import ContentError
from kodoku_survey.survey.skeleton import new_folder

HEAD = "id,variable,value,reason,by,on\n"
POSTAL = "1,2026-01-10,1,40,1,1,0,0\r\n2,2026-01-10,2,,2,0,0,0\r\n"


@pytest.fixture
def corrected(delivered, tmp_path):
    def make(*lines: str):
        text = HEAD + "".join(f"{line},電話で確認,佐藤,2026-01-20\n" for line in lines)
        (tmp_path / "corrections.csv").write_text(text, encoding="utf-8")
        return delivered(POSTAL)

    return make


def test_a_correction_replaces_an_answer_and_is_an_edit(corrected):
    found = corrected("1,sex,2", "2,age,55", "1,when,2;1", "1,age,")
    assert found.answers["sex"].tolist() == [2, 2]
    assert found.given("age").state.tolist() == [0, 0]  # 1 is completed from the register, as any blank is
    assert found.answers["age"].tolist() == [31, 55]
    assert found.answers["when"][0].tolist() == [1, 1, 0, 0]
    own = found.edits[found.edits["rule"] == "corrected"]
    assert own[["id", "variable", "before", "after", "file", "line"]].to_numpy().tolist() == [
        ["1", "sex", "1", "2", "corrections.csv", 2],
        ["2", "age", "", "55", "corrections.csv", 3],
        ["1", "when", "1", "1;2", "corrections.csv", 4],
        ["1", "age", "40", "", "corrections.csv", 5],
    ]


def test_routing_follows_the_corrected_answer(corrected):
    found = corrected("1,lonely,2")
    assert (found.answers["when"][0] == -1).all()
    assert {"corrected", "off_route"} <= set(found.edits["rule"])


def test_of_two_corrections_of_one_answer_the_later_stands_and_both_are_told(corrected):
    found = corrected("1,sex,2", "1,sex,1")
    assert found.answers["sex"][0] == 1
    assert (found.edits["rule"] == "corrected").sum() == 2


@pytest.mark.parametrize("line", ["7,sex,1", "0001,sex,1"])
def test_a_number_no_valid_return_has_is_refused(corrected, line):
    with pytest.raises(ContentError, match=r"corrections\.csv line 2 id"):
        corrected(line)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("1,sexx,1", "variable"),
        ("1,frame_age,40", "variable"),
        ("1,sex,3", "value"),
        ("1,sex,1;2", "value"),
        ("1,age,15", "value"),
        ("1,age,４０", "value"),
        ("1,when,1;4", "value"),
        (",sex,1", "id"),
    ],
)
def test_what_the_codebook_does_not_know_is_refused(corrected, line, place):
    with pytest.raises(ks.SurveyError) as told:
        corrected(line)
    assert f"corrections.csv line 2 {place}" in str(told.value)
    assert told.value.exit_code == 4


def test_a_correction_says_when_it_was_made(delivered, tmp_path):
    (tmp_path / "corrections.csv").write_text(HEAD + "1,sex,2,電話,佐藤,昨日\n", encoding="utf-8")
    with pytest.raises(ks.SurveyError, match="line 2 on"):
        delivered(POSTAL)


def test_a_new_survey_like_another_does_not_take_its_corrections(corrected, tmp_path):
    corrected("1,sex,2")
    new_folder(tmp_path / "next", like=tmp_path)
    assert not (tmp_path / "next" / "corrections.csv").exists()
    assert (tmp_path / "next" / "codebook.toml").exists()
