"""What is not compared is told by its true cause, with what to do about it; a crosswalk is taken as a file or a folder too."""

from __future__ import annotations

import pytest

import kodoku_survey as ks
from benchmark.two_folders import SEXES, make, side
from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.crosswalk.drafted_crosswalk import draft_crosswalk
from kodoku_survey.survey.sharing import Shared
from kodoku_survey.tables.words import words

ITEM = """[[variable]]
name = "{name}"
kind = "{kind}"
label = "{label}"
question = "{question}"
section = "孤独"
{codes}
"""
YES_NO = 'codes = [{ code = 1, label = "いる" }, { code = 2, label = "いない" }]'
OTHER_NO = 'codes = [{ code = 1, label = "いる" }, { code = 2, label = "いません" }]'


def item(name, label, question, codes=YES_NO, kind="single"):
    return ITEM.format(name=name, kind=kind, label=label, question=question, codes=codes)


RELY = item("q18", "困った時に頼れる人の有無", "あなたには、困った時に頼れる人はいますか。")
CASES = {
    "named otherwise": (item("rely", "頼れる人", "困ったときに頼れる人はいますか。"), "near", ["rely", "困ったとき"]),
    "other answers": (
        item("rely", "頼れる人", "困ったときに頼れる人はいますか。", OTHER_NO),
        "near",
        ["rely", "いません", "いない"],
    ),
    "another kind": (
        item("rely", "頼れる人", "困った時に頼れる人はいますか。", "", "number"),
        "near",
        ["rely", "数値"],
    ),
    "dates alone": (
        item("q18", "困った時に頼れる人の有無", "あなたには、困った時に（令和７年９月）頼れる人はいますか。"),
        "dated",
        ["日付"],
    ),
    "nothing like it": (
        item("home", "住まい", "お住まいは何年目ですか。", "", "number"),
        "missing",
        ["相手の調査にない"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_question_is_refused_by_what_stands_against_it(tmp_path, case):
    more, reason, told = CASES[case]
    first = ks.load_survey(make(tmp_path / "a", name="国", more=RELY))
    second = ks.load_survey(make(tmp_path / "b", name="県", more=more))
    found = Shared(first, second).find("q18")
    assert found.reason == reason
    assert [one for one in told if one not in found.text(words("ja"))] == []
    assert found.mendable == (case != "nothing like it")
    assert "q18" in draft_crosswalk(first, second)


def test_answers_of_one_side_alone_are_named_and_a_derived_item_names_its_root(tmp_path):
    four = SEXES + ', { code = 3, label = "その他" }'
    surveys = [
        ks.load_survey(make(tmp_path / name, name=name, sexes=sexes)) for name, sexes in (("国", SEXES), ("県", four))
    ]
    found = Shared(*surveys).find("sex")
    assert found.told == {"first": "‐", "second": "その他"}
    cross = '[[cross]]\nname = "both"\nof = ["sex", "age_class"]\nlabel = "男女、年齢階級"\n'
    for name in ("国", "県"):
        path = tmp_path / name / "measures.toml"
        path.write_text(path.read_text(encoding="utf-8") + cross, encoding="utf-8")
    rested = Shared(*(ks.load_survey(tmp_path / name) for name in ("国", "県"))).find("both")
    assert rested.reason in ("part", "answers")
    assert "その他" in rested.text(words("ja"))


def test_a_comparison_of_nothing_says_how_to_draft_a_crosswalk(tmp_path):
    first = make(tmp_path / "a", name="国", prefix="N")
    second = make(tmp_path / "b", name="県", sexes=SEXES + ', { code = 3, label = "その他" }', prefix="K")
    made = ks.compare(side(first), side(second))
    assert f"kodoku compare {first} {second} --draft-crosswalk -o {first}" in made.advice("en")
    same = make(tmp_path / "c", name="市", prefix="C")
    assert ks.compare(side(first), side(same)).advice("ja") == ""
    with pytest.raises(SurveyError) as caught:
        ks.benchmark(side(first), side(second), standardize="sex")
    assert "--draft-crosswalk" in caught.value.text("ja")
    assert "その他" in caught.value.text("en")


def test_a_crosswalk_is_given_as_its_file_or_its_folder_or_lies_beside_a_survey(tmp_path):
    first = make(tmp_path / "a", name="国", prefix="N")
    second = make(tmp_path / "b", name="県", sexes=SEXES + ', { code = 3, label = "その他" }', prefix="K")
    path = tmp_path / "crosswalk.toml"
    pairs = "codes = [{ first = 1, second = 1 }, { first = 2, second = 2 }]"
    entry = f'[[question]]\nfirst = "sex"\nsecond = "sex"\nreason = "x"\n{pairs}\n'
    path.write_text('first = "国"\nsecond = "県"\n' + entry, encoding="utf-8")
    sides = side(first), side(second)
    wanted = ks.benchmark(*sides, standardize="sex", crosswalk=path).frame
    for given in (str(path), tmp_path):
        assert ks.benchmark(*sides, standardize="sex", crosswalk=given).frame.equals(wanted)
    with pytest.raises(SurveyError) as caught:
        ks.benchmark(*sides, standardize="sex", crosswalk={"sex": "sex"})
    assert caught.value.key == "survey.crosswalk_given"
    with pytest.raises(SurveyError) as caught:
        ks.benchmark(*sides, standardize="sex", crosswalk=tmp_path / "nowhere.toml")
    assert caught.value.key == "survey.crosswalk_missing"
    (second / "crosswalk.toml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert ks.benchmark(*sides, standardize="sex").frame.equals(wanted)
    assert not ks.compare(*sides).frame.query("attribute == '性別'").empty
