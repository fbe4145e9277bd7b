"""What is the same question is data: read and checked whole, proposed with reasons, and refused where scales differ."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import SEXES, make, side
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.crosswalk import read_crosswalk
from kodoku_survey.survey.crosswalk.drafted_crosswalk import draft_crosswalk, plain
from kodoku_survey.survey.sharing import Shared

FOUR = SEXES + ', { code = 3, label = "その他" }, { code = 4, label = "答えたくない" }'
THREE = SEXES + ', { code = 3, label = "その他（答えたくない・わからない）" }'
OTHER_BANDS = (
    '{ code = 1, label = "29歳以下", max = 29 }, { code = 2, label = "30～39歳", min = 30, max = 39 }, '
    '{ code = 3, label = "40歳以上", min = 40 }'
)
HEAD = 'first = "国"\nsecond = "県"\n'
SEX = """[[harmonised]]
name = "sex_common"
label = "性別"
first = "sex"
second = "sex"
reason = "その他をまとめる"
codes = [
  { code = 1, label = "男性", first = [1], second = [1] },
  { code = 2, label = "女性", first = [2], second = [2] },
"""


def surveys(tmp_path, **second):
    first = make(tmp_path / "a", name="国", sexes=THREE)
    return first, make(tmp_path / "b", **{"name": "県", "sexes": FOUR, "seed": 2, "prefix": "K", **second})


def read(tmp_path, first, second, text):
    path = tmp_path / "crosswalk.toml"
    path.write_text(text, encoding="utf-8")
    return read_crosswalk(path, ks.load_survey(first), ks.load_survey(second))


def test_sexes_of_three_and_of_four_codes_are_compared_as_the_crosswalk_says(tmp_path):
    first, second = surveys(tmp_path)
    assert Shared(*map(ks.load_survey, (first, second))).find("sex").reason == "answers"
    text = HEAD + SEX + '  { code = 3, label = "その他", first = [3], second = [3, 4] },\n]\n'
    found = ks.compare(side(first), side(second), crosswalk=read(tmp_path, first, second, text))
    frame = found.frame[(found.frame["attribute"] == "性別") & (found.frame["code"] == 1)]
    assert list(frame["group"])[:2] == ["男性", "女性"]
    answers = side(second).responses.answers
    assert frame["percent_second"].iloc[0] == pytest.approx(100 * (answers["lonely"][answers["sex"] == 1] == 1).mean())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SEX + "]\n", ["[sex_common]", "その他", "left_out_first"]),
        (SEX + '  { code = 3, label = "x", first = [3], second = [3, 4, 7] },\n]\n', ["7", "second"]),
        (SEX + '  { code = 3, label = "x", first = [2, 3], second = [3, 4] },\n]\n', ["2"]),
        ('[[question]]\nfirst = "sexx"\nsecond = "sex"\nreason = "x"\n', ["sexx", "Did you mean 'sex'?"]),
        ('[[question]]\nfirst = "sex"\nsecond = "age"\nreason = "x"\n', ["single", "number"]),
        ('[[question]]\nfirst = "sex"\nsecond = "sex"\n', ["reason"]),
        ("[[questions]]\n", ["questions", "Did you mean 'question'?"]),
    ],
)
def test_a_fault_of_the_crosswalk_is_told_with_its_place(tmp_path, text, words):
    first, second = surveys(tmp_path)
    with pytest.raises(SurveyError) as caught:
        read(tmp_path, first, second, HEAD + text)
    told = caught.value.text("en")
    assert [word for word in ["crosswalk.toml", *words] if word not in told] == []


def test_a_crosswalk_of_other_surveys_is_refused_and_one_written_the_other_way_round_is_turned(tmp_path):
    first, second = surveys(tmp_path)
    with pytest.raises(SurveyError):
        read(tmp_path, first, second, HEAD.replace("国", "よその国"))
    text = 'first = "県"\nsecond = "国"\n' + SEX + '{ code = 3, label = "その他", first = [3, 4], second = [3] } ]\n'
    made = read(tmp_path, first, second, text)
    assert made.harmonised[0].codes[2].first == (3,)
    assert made.harmonised[0].codes[2].second == (3, 4)


def test_two_scales_stay_two_whatever_a_crosswalk_says(tmp_path, project):
    folders = [project / "data" / "sample" / name for name in ("national_2024", "prefecture_2025")]
    names = [ks.load_survey(folder).settings.identity.name for folder in folders]
    entry = '[[question]]\nfirst = "ucla_score"\nsecond = "ucla_score"\nreason = "x"\n'
    with pytest.raises(SurveyError) as caught:
        read(tmp_path, *folders, f'first = "{names[0]}"\nsecond = "{names[1]}"\n' + entry)
    assert caught.value.key == "survey.crosswalk_scale"


def test_what_is_drafted_can_be_read_and_makes_age_and_sex_comparable(tmp_path):
    first, second = surveys(tmp_path, age="toshi", day="2025年９月１日", bands=OTHER_BANDS)
    text = draft_crosswalk(*map(ks.load_survey, (first, second)))
    assert "設問文が日付・記号を除いて同じ" in text
    made = read(tmp_path, first, second, text)
    found = ks.compare(side(first), side(second), crosswalk=made)
    axes = dict.fromkeys(found.frame["attribute"])
    assert list(axes) == ["", "性別", "年齢階級（共通）"]
    groups = dict.fromkeys(found.frame[found.frame["attribute"] == "年齢階級（共通）"]["group"])
    assert [group for group in groups if "－" not in group] == ["39歳以下", "40歳以上"]


def test_dates_are_no_difference_of_wording():
    assert plain("あなたの年齢（令和６年（2024年）12月１日現在の年齢）は。") == plain("あなたの年齢は。")
    assert plain("令和６年12月１日現在の年齢") == plain("2025年９月１日現在の年齢")
    assert plain("１か月の外出") != plain("１週間の外出")


def test_a_missing_instrument_and_a_namesake_are_told_as_what_they_are(tmp_path):
    item = (
        '[[variable]]\nname = "q10"\nkind = "single"\nlabel = "{}"\nquestion = "{}"\nsection = "孤独"\ncodes = [{}]\n{}'
    )
    direct = ", ".join(f'{{ code = {k}, label = "{k}の答え" }}' for k in range(1, 6))
    homes = '{ code = 1, label = "持ち家" }, { code = 2, label = "賃貸" }'
    first = make(
        tmp_path / "a", name="国", more=item.format("孤独", "孤独ですか。", direct, 'instrument = "direct_jp"')
    )
    lacking = make(tmp_path / "b", name="県", more=item.format("孤独", "孤独か。", direct, ""))
    namesake = make(tmp_path / "c", name="市", more=item.format("住まい", "お住まいは。", homes, ""))
    plain_first = make(tmp_path / "d", name="国", more=item.format("孤独", "孤独ですか。", direct, ""))
    load = ks.load_survey
    assert Shared(load(first), load(lacking)).find("q10").reason == "instrument"
    assert Shared(load(plain_first), load(namesake)).find("q10").reason == "namesake"


def test_the_command_drafts_and_takes_up_the_file_beside_the_folder(tmp_path):
    first, second = surveys(tmp_path)
    run = CliRunner()
    made = run.invoke(
        app, ["compare", str(first), str(second), "--draft-crosswalk", "-o", str(first / "crosswalk.toml")]
    )
    assert made.exit_code == 0, made.output
    again = run.invoke(
        app, ["compare", str(first), str(second), "--draft-crosswalk", "-o", str(first / "crosswalk.toml")]
    )
    assert again.exit_code != 0  # a file somebody worked on is not overwritten
    told = json.loads(run.invoke(app, ["compare", str(first), str(second), "--json"]).stdout)
    assert "性別" in {row["attribute"] for row in told["comparison"]}
    assert told["populations"]
