"""What a draft takes over whole, what it puts in order, what it leaves as found and says so: nothing is guessed in silence."""

from __future__ import annotations

import csv
import random
import tomllib

import pytest

from kodoku_survey import run
from kodoku_survey.intake.draft.drafting import draft_folder
from kodoku_survey.intake.draft.guess import guess
from kodoku_survey.intake.draft.identified import numbered_by, year_of
from kodoku_survey.intake.draft.ordered_options import in_order

LONG = "この1か月間に、あなたはどのくらいの頻度で孤独であると感じることがありましたか（ひとつだけ選択してください）。"


def drafted(place, heads, rows, name="returns.csv"):
    with (place / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    draft_folder(place / "new", [place / name])
    told = {one: (place / "new" / one).read_text(encoding="utf-8") for one in ("survey.toml", "codebook.toml")}
    book = {one["label"]: one for one in tomllib.loads(told["codebook.toml"])["variable"]}
    return told, tomllib.loads(told["survey.toml"]), book


def labels(variable):
    return [code["label"] for code in variable["codes"] if code["label"] != "無回答"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("5点", "1点", "10点"), ("1点", "5点", "10点")),
        (("30～39歳", "20歳未満", "40歳以上", "20～29歳"), ("20歳未満", "20～29歳", "30～39歳", "40歳以上")),
        (("70代以上", "20代", "～19歳"), ("～19歳", "20代", "70代以上")),
        (("3人以上", "いない", "1人", "2人"), ("いない", "1人", "2人", "3人以上")),
        (
            ("1,000万円以上", "100万円未満", "100万円～500万円未満"),
            ("100万円未満", "100万円～500万円未満", "1,000万円以上"),
        ),
        (("25-34", "65+", "Under 18", "18-24"), ("Under 18", "18-24", "25-34", "65+")),
        (("５（満足）", "１（不満）", "３"), ("１（不満）", "３", "５（満足）")),
    ],
)
def test_a_scale_of_numbers_of_one_unit_is_put_in_their_order(given, wanted):
    assert in_order(given) == (wanted, "numbers")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            ("そう思わない", "わからない", "そう思う", "どちらともいえない"),
            ("そう思う", "どちらともいえない", "そう思わない", "わからない"),
        ),
        (("時々ある", "常にある", "決してない", "たまにある"), ("常にある", "時々ある", "たまにある", "決してない")),
        (("Neutral", "Disagree", "Strongly agree"), ("Strongly agree", "Neutral", "Disagree")),
    ],
)
def test_a_scale_of_known_words_is_put_in_their_order(given, wanted):
    assert in_order(given) == (wanted, "words")


@pytest.mark.parametrize(
    "given",
    [
        ("30分未満", "1時間以上", "30分～1時間"),  # two units
        ("月に1回", "週に1回", "年に1回"),  # of other times
        ("6か月～1年", "1～3年", "3年以上"),
        ("非常に満足", "とても満足", "満足"),  # two words of one step
        ("満足", "そう思う", "あてはまる"),  # of several scales
        ("男性", "女性", "その他"),
        ("1人暮らし", "2世代", "3世代"),
    ],
)
def test_what_has_no_certain_order_is_left_as_found(given):
    assert in_order(given) == (given, "found")


def test_numbers_with_classes_among_them_are_options_and_no_mean_is_drafted():
    ages = ["20代"] * 30 + ["30代"] * 30 + ["70歳以上"] * 10
    assert guess("年代", ages).options == ("20代", "30代", "70歳以上")
    assert guess("睡眠時間", ["30分"] * 10 + ["1時間"] * 10).kind != "number"
    assert guess("年齢", ["35歳", "35才", "70歳", "41"] * 5).kind == "number"
    assert guess("家族の人数", ["1人", "2人", "5人"] * 5 + ["3人くらい"]).kind == "number"


def test_a_question_keeps_its_whole_wording_and_says_how_its_options_are_ordered(tmp_path):
    random.seed(1)
    stamps = [f"2023/11/{day:02d} 3:15:06 午後 GMT+9" for day in range(1, 29)]
    rows = [
        [stamp, random.choice(["常にある", "時々ある", "決してない"]), random.choice(["猫", "犬", "鳥"]), 1 + k % 5]
        for k, stamp in enumerate(stamps * 3)
    ]
    told, survey, book = drafted(tmp_path, ["タイムスタンプ", LONG, "好きな生き物", "今の気持ち"], rows)
    assert labels(book[LONG]) == ["常にある", "時々ある", "決してない"]
    assert labels(book["今の気持ち"]) == ["1", "2", "3", "4", "5"]
    assert "言葉の強い順とみなして" in told["codebook.toml"]
    assert "調査票の順ではない" in told["codebook.toml"]
    assert survey["survey"]["wave"] == 2023
    assert "受付日（2023年）" in told["survey.toml"]
    found = run.check(tmp_path / "new")
    assert [fault.text() for fault in found.faults] == []
    assert len(found.responses) == len(rows)


def test_a_wave_no_date_tells_is_a_marked_placeholder(tmp_path):
    told, survey, _ = drafted(tmp_path, ["性別", "満足"], [[1 + k % 2, 1 + k % 3] for k in range(30)])
    assert survey["survey"]["wave"] == 1000
    assert "確認：調査年（西暦）。受付日のないファイルなので、仮の値" in told["survey.toml"]
    assert year_of([["令和7年12月5日", "2026-01-03", "R7.12.8", "", "never"]]) == (2025, "2025～2026")


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("会員コード", [f"K{7 * k:05d}" for k in range(40)]),
        ("世帯", [f"{7 * k:06d}" for k in range(40)]),
        ("Respondent", [str(5000 + 3 * k) for k in range(40)]),
        ("通番", [str(k) for k in range(1, 41)]),
        ("case_id", [f"{k:x}-a{k}" for k in range(40)]),
    ],
)
def test_a_column_of_peoples_numbers_is_known_by_its_values(heading, cells, tmp_path):
    told, survey, book = drafted(tmp_path, [heading, "性別"], [[cell, 1 + k % 2] for k, cell in enumerate(cells)])
    assert survey["file"][0]["id"] == heading
    assert list(book) == ["性別"]
    assert "どの行も違う値なので人の番号とみなした" in told["survey.toml"]
    assert len(run.check(tmp_path / "new").responses) == 40


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("年収（万円）", [str(300 + 7 * k) for k in range(40)]),
        ("身長", [f"{150 + k}.5" for k in range(40)]),
        ("会員コード", [f"K{k % 20:05d}" for k in range(40)]),
        ("電話番号", [f"090{k:08d}" for k in range(40)]),
        ("ご意見", [f"意見 {k}" for k in range(40)]),
    ],
)
def test_amounts_texts_and_numbers_that_come_twice_are_no_peoples_numbers(heading, cells):
    assert numbered_by([heading, "性別"], [cells, ["1"] * 40], [False, False])[0] is None


def test_numbers_of_people_that_come_twice_are_told(tmp_path):
    told, survey, _ = drafted(tmp_path, ["ID", "性別"], [[k % 20, 1 + k % 2] for k in range(40)])
    assert survey["file"][0]["id"] == {"row": True}
    assert "「ID」は同じ値の行が多い" in told["survey.toml"]
