"""Population: the census as margins, and newer figures in e-Stat's layout.

estat_constructed.csv is a constructed example: made by hand after the documented header of the API's CSV; its numbers are
invented.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.population import estat_margins, margins_of_table, prefecture_code, read_estat

FILE = Path(__file__).parent / "estat_constructed.csv"


@pytest.fixture(scope="module")
def census(project) -> dict[str, pd.DataFrame]:
    folder = project / "data" / "population"
    classes = pd.read_csv(folder / "classes_national_2024.csv", dtype=str, keep_default_na=False)
    tables = {
        name: pd.read_csv(folder / f"census2020_{name}.csv", dtype={"area": str}) for name in ("sex_age5", "prefecture")
    }
    return {**tables, "classes": classes}


def classes(**changes: str) -> pd.DataFrame:
    """男 1, 女 2; four fifths of 15–19 are class 1, 20–24 class 2; ages unknown left out unless told otherwise."""
    rows = [("cat01", "男", "1", ""), ("cat01", "女", "2", ""), ("cat02", "15～19歳", "1", "0.8")]
    rows += [("cat02", "20～24歳", "2", "1"), ("cat02", "不詳", changes.get("unknown", ""), "")]
    return pd.DataFrame(rows, columns=["axis", "category", "code", "share"])


def test_the_census_files_are_those_of_the_bureau(shared, census):
    for name, column in (("sex_age5", "sex"), ("prefecture", "prefecture")):
        theirs = pd.read_csv(shared / "population" / f"census2020_{name}.csv")
        assert list(census[name]["value"]) == list(theirs["population"])
        assert list(census[name][column]) == list(theirs[column])
    assert census["sex_age5"]["value"].sum() == 123_214_261
    assert census["prefecture"]["value"].sum() == 126_146_099


def test_the_national_margins_are_the_census_by_the_documented_rule(project, census):
    written = pd.read_csv(project / "data" / "sample" / "national_2024" / "margins.csv", dtype={"code": str})
    made = margins_of_table(census["sex_age5"], {"q2": "sex", "age_class": "age"}, census["classes"])
    own = written[written["variable"] == "q2:age_class"]
    assert dict(zip(made["code"], made["value"], strict=True)) == dict(zip(own["code"], own["value"], strict=True))
    areas = margins_of_table(census["prefecture"], {"prefecture": "area"}, census["classes"], unit="share")
    own = written[written["variable"] == "prefecture"]
    assert dict(zip(areas["code"], areas["value"], strict=True)) == dict(zip(own["code"], own["value"], strict=True))


def test_four_fifths_of_15_to_19_are_16_to_19(census):
    made = margins_of_table(census["sex_age5"], {"q2": "sex", "age_class": "age"}, census["classes"])
    assert made.loc[made["code"] == "1:1", "value"].item() == 2_304_023  # 2,880,029 × 0.8 = 2,304,023.2
    assert made.loc[made["code"] == "2:1", "value"].item() == 2_189_929  # 2,737,411 × 0.8 = 2,189,928.8


def test_ages_unknown_are_left_out_or_spread_in_proportion_within_their_sex():
    table = pd.DataFrame(
        [
            ("男", "15～19歳", 100),
            ("男", "20～24歳", 300),
            ("男", "不詳", 40),
            ("女", "20～24歳", 500),
            ("女", "不詳", 7),
        ],
        columns=["cat01", "cat02", "value"],
    )
    axes = {"sex": "cat01", "age": "cat02"}
    out = margins_of_table(table, axes, classes())
    assert dict(zip(out["code"], out["value"], strict=True)) == {"1:1": 80, "1:2": 300, "2:2": 500}
    spread = margins_of_table(table, axes, classes(unknown="*"))
    assert dict(zip(spread["code"], spread["value"], strict=True)) == {"1:1": 88, "1:2": 330, "2:2": 507}


def test_a_category_nobody_placed_is_refused():
    table = pd.DataFrame([("男", "25～29歳", 1)], columns=["cat01", "cat02", "value"])
    with pytest.raises(SurveyError, match="25～29歳"):
        margins_of_table(table, {"sex": "cat01", "age": "cat02"}, classes())


def test_the_layout_of_e_stat_is_read_with_its_preamble_units_and_axes():
    table = read_estat(FILE)
    assert table.titles == {
        "tab": "表章項目",
        "cat01": "男女別",
        "cat02": "年齢階級",
        "area": "地域",
        "time": "時間軸(年月日現在)",
    }
    assert len(table.frame) == 13
    assert "人口推計（作例）" in table.source
    assert "0000000001" in table.source


def test_e_stat_becomes_margins_with_area_codes():
    table = read_estat(FILE)
    one = estat_margins(table, {"sex": "cat01", "age_class": "cat02"}, classes(), only={"area": "13000"})
    assert dict(zip(one["code"], one["value"], strict=True)) == {
        "1:1": 480_000,
        "2:1": 440_000,
        "1:2": 700_000,
        "2:2": 690_000,
    }
    areas = estat_margins(table, {"prefecture": "area", "age_class": "cat02"}, classes(), only={"cat01": "110"})
    # The nation's line is no prefecture; 「-」 is nobody.
    assert dict(zip(areas["code"], areas["value"], strict=True)) == {
        "13:1": 480_000, "27:1": 240_000, "13:2": 700_000, "27:2": 0,
    }  # fmt: skip
    assert list(one.columns) == ["variable", "code", "value", "unit", "source"]
    assert set(one["variable"]) == {"sex:age_class"}


def test_the_same_file_without_its_preamble_reads_the_same(tmp_path):
    text = FILE.read_text(encoding="utf-8")
    bare = tmp_path / "bare.csv"
    bare.write_text(text[text.index('"tab_code"') :], encoding="utf-8")
    pd.testing.assert_frame_equal(read_estat(bare).frame, read_estat(FILE).frame)


@pytest.mark.parametrize(
    ("axes", "only", "unknown", "words"),
    [
        ({"sex": "cat01"}, {}, "", ["年齢階級", "3", "only"]),
        ({"sex": "cat01", "age": "cat02"}, {"area": "13"}, "", ["13", "符号"]),
        ({"sex": "cat01", "age": "cat02"}, {"area": "27000"}, "*", ["***"]),
        ({"sex": "cat09"}, {}, "", ["cat09"]),
    ],
    ids=["an axis nobody chose", "an area nobody knows", "a hidden value", "an axis nobody knows"],
)
def test_what_e_stat_cannot_give_is_told(axes, only, unknown, words):
    with pytest.raises(SurveyError) as caught:
        estat_margins(read_estat(FILE), axes, classes(unknown=unknown), only=only)
    assert [word for word in words if word not in caught.value.text("ja")] == []


def test_a_file_of_another_layout_is_refused(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SurveyError, match="getSimpleStatsData"):
        read_estat(other)


def test_municipalities_and_the_nation_are_no_prefectures():
    assert [prefecture_code(code) for code in ("13000", "01000", "00000", "13101")] == ["13", "1", "", ""]
