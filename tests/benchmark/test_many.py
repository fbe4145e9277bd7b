"""Several surveys beside one benchmark, from the command to the files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import SWAPPED, make, side
from kodoku_survey.benchmark.small_areas import fay_herriot
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.tables.studies.many import many


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("many")
    rates = [(0.3, 0.2), (0.45, 0.35), (0.5, 0.4), (0.85, 0.7)]
    made = [
        make(root / f"p{k}", name=f"県{k}", seed=k, prefix=f"P{k}-", rate=rate) for k, rate in enumerate(rates, start=1)
    ]
    return [*made, make(root / "nation", name="国", seed=9, people=800, rate=(0.48, 0.38))]


def test_areas_are_told_apart_as_far_as_they_can_be(folders):
    made = many([side(folder) for folder in folders[:-1]], side(folders[-1]))
    frame = made.frame[made.frame["question"] == "lonely"].set_index("area")
    y = (side(folders[0]).responses.answers["lonely"] == 1).mean()
    assert frame.loc["県1", "share"] == pytest.approx(100 * y)
    assert frame.loc["県4", "verdict"] == "higher"
    assert frame.loc["県1", "verdict"] == "lower"
    assert (frame["p_adjusted"] >= frame["p_value"]).all()
    assert (frame.loc["県4", ["rank", "rank_best", "rank_worst"]] == 1).all()
    assert frame.loc["県2", "rank_best"] <= frame.loc["県2", "rank"] <= frame.loc["県2", "rank_worst"]
    wanted = fay_herriot(frame["share"].to_numpy(), frame["se"].to_numpy() ** 2)
    np.testing.assert_allclose(frame["shrunken"], wanted.value)


def test_the_command_takes_the_last_as_the_benchmark_and_writes_a_page_an_area(folders, tmp_path):
    told = CliRunner().invoke(app, ["compare", *map(str, folders), "-o", str(tmp_path / "out"), "--json"])
    assert told.exit_code == 0, told.output
    assert {row["area"] for row in json.loads(told.stdout)["areas"]} == {"県1", "県2", "県3", "県4"}
    outputs = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert {"report.pdf", "tables.xlsx", "data/areas.csv", "charts/001.svg", "charts/002.svg"} <= set(outputs)


def test_too_few_and_people_not_drawn_by_chance_are_refused(folders, tmp_path):
    with pytest.raises(ks.SurveyError) as caught:
        many([side(folders[0])], side(folders[-1]))
    assert caught.value.key == "benchmark.few_surveys"
    panel = make(tmp_path / "panel", name="パネル", settings='[design]\nsample = "volunteer"', prefix="V")
    with pytest.raises(ks.SurveyError) as caught:
        many([side(panel), *(side(folder) for folder in folders[:2])], side(folders[-1]))
    assert caught.value.key == "benchmark.many_by_chance"


def test_areas_are_standardised_as_one_by_one(folders):
    sides = [side(folder) for folder in folders]
    made = many(sides[:-1], sides[-1], standardize=["age_class"], where="sex == 1")
    for area in sides[:-1]:
        alone = ks.benchmark(area, sides[-1], standardize="age_class", where="sex == 1").frame
        alone = alone[alone["code"] == 1].iloc[0]
        row = made.frame[made.frame["area"] == area.survey.settings.identity.name].iloc[0]
        assert row["n"] == (area.responses.answers["sex"] == 1).sum()
        for name, wanted in (("share", "first"), ("standardized", "standardized_first"), ("p_value", "p_value")):
            assert row[name] == pytest.approx(alone[wanted]), name
        for name in ("difference", "difference_low"):
            assert row[name] == pytest.approx(alone[f"standardized_{name}"]), name
    wanted = fay_herriot(made.frame["standardized"].to_numpy(), made.frame["standardized_se"].to_numpy() ** 2)
    np.testing.assert_allclose(made.frame["shrunken"], wanted.value)


CROSSWALK = """first = "{area}"
second = "国"
[[harmonised]]
name = "sex_common"
label = "性別"
first = "sex"
second = "sex"
reason = "符号が違う"
codes = [
  {{ code = 1, label = "男性", first = [{men}], second = [1] }},
  {{ code = 2, label = "女性", first = [{women}], second = [2] }},
]
left_out_first = [3]
"""


def in_other_codes(root, name, seed):
    sexes = SWAPPED + ', { code = 3, label = "その他" }'
    folder = make(root, name=name, seed=seed, prefix=f"{name}-", sexes=sexes, people=300)
    text = CROSSWALK.format(area=name, men=2, women=1)
    (folder / "crosswalk.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_crosswalk_of_each_folder_is_taken_up_and_two_meanings_of_one_name_are_refused(folders, tmp_path):
    others = [side(in_other_codes(tmp_path / name, name, seed)) for seed, name in ((21, "甲"), (22, "乙"), (23, "丙"))]
    nation = side(folders[-1])
    made = many(others, nation, standardize=["sex_common"])
    row = made.frame[made.frame["area"] == "甲"].iloc[0]
    answers, men = others[0].responses.answers, (nation.responses.answers["sex"] == 1).mean()
    rates = [(answers["lonely"][answers["sex"] == code] == 1).mean() for code in (2, 1)]
    assert row["standardized"] == pytest.approx(100 * (men * rates[0] + (1 - men) * rates[1]))
    assert any("その他" in line for line in made.lines["甲"])
    path = tmp_path / "乙" / "crosswalk.toml"
    path.write_text(CROSSWALK.format(area="乙", men=1, women=2), encoding="utf-8")
    assert many(others, nation, standardize=["sex_common"]) is not None  # the area's own codes may be any
    path.write_text(CROSSWALK.format(area="乙", men=2, women=1).replace("second = [1]", "second = [2]").replace(
        "first = [1], second = [2]", "first = [1], second = [1]"), encoding="utf-8")  # fmt: skip
    with pytest.raises(ks.SurveyError) as caught:
        many(others, nation, standardize=["sex_common"])
    assert caught.value.key == "benchmark.many_harmonised"


def test_an_area_without_anybody_in_a_class_is_named_and_the_others_go_on(folders, tmp_path):
    young = side(make(tmp_path / "young", name="若い県", ages=(16, 39), prefix="Y"))
    sides = [side(folder) for folder in folders]
    made = many([young, *sides[:-1]], sides[-1], standardize=["age_class"])
    assert set(made.frame["area"]) == {"県1", "県2", "県3", "県4"}
    assert "40歳以上" in made.refused.set_index("area").loc["若い県", "text"]


def test_the_command_takes_a_composition_and_a_condition_and_refuses_the_rest(folders, tmp_path):
    margins = tmp_path / "m.csv"
    margins.write_text("variable,code,value,unit,source\nage_class,1,3,persons,x\nage_class,2,7,persons,x\n", "utf-8")
    arguments = ["compare", *map(str, folders), "--standardize", "age_class", "--margins", str(margins), "--json"]
    told = CliRunner().invoke(app, [*arguments, "--where", "sex == 2", "-o", str(tmp_path / "out")])
    assert told.exit_code == 0, told.output
    row = json.loads(told.stdout)["areas"][0]
    answers = side(folders[0]).responses.answers
    women = answers["sex"] == 2
    p = [(answers["lonely"][women & (answers["age_class"] == k)] == 1).mean() for k in (1, 2)]
    assert row["standardized"] == pytest.approx(100 * (0.3 * p[0] + 0.7 * p[1]))
    refused = CliRunner().invoke(app, [*arguments, "--by", "sex"])
    assert refused.exception.key == "benchmark.many_plain"
