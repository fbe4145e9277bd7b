"""People nobody drew by chance, adjusted to a reference sample: balance, who is lacking, points under a model, bounds."""

from __future__ import annotations

import csv
import io
import json
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import SWAPPED, make, side
from kodoku_survey.cli.demonstrating import app

THIRDS = ", ".join(
    (
        '{ code = 1, label = "29歳以下", max = 29 }',
        '{ code = 2, label = "30～59歳", min = 30, max = 59 }',
        '{ code = 3, label = "60歳以上", min = 60 }',
    )
)
PERSONS = 100_000


def sample(folder, kind="volunteer", **told):
    return side(make(folder, **{"name": "モニター", "prefix": "P", "settings": f'[design]\nsample = "{kind}"'} | told))


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    return side(make(tmp_path_factory.mktemp("nation"), name="全国", people=900, seed=5, weights=True))


def refusal(*sides, **told):
    with pytest.raises(ks.SurveyError) as fault:
        ks.adjust_to_reference(*sides, **{"on": "sex:age_class", "population": PERSONS} | told)
    return fault.value.key


def test_young_volunteers_are_adjusted_to_the_nations_ages(tmp_path, nation):
    panel = sample(tmp_path / "a", people=400, ages=(16, 50))
    made = ks.adjust_to_reference(panel, nation, on="sex:age_class", population=PERSONS)
    again = pickle.loads(pickle.dumps(made))
    assert repr(again) == repr(made)
    assert repr(made).startswith("<ReferenceAdjusted: ")
    assert made.to_html().count("<table>") == made.to_html().count("</table>") > 1
    row = made.frame.iloc[0]
    cells = [
        pd.DataFrame({"cell": [*zip(r["sex"], r["age_class"], strict=True)], "lonely": r["lonely"] == 1, "w": weight})
        for r, weight in (
            (panel.responses.frame(), 1.0),
            (nation.responses.frame(), nation.design.weight),
        )
    ]
    rates, shares = cells[0].groupby("cell")["lonely"].mean(), cells[1].groupby("cell")["w"].sum()
    wanted = 100 * float((rates * shares).sum() / shares.sum())
    for method in ("calibrated", "pseudo_weights", "propensity", "doubly_robust"):
        assert row[method] == pytest.approx(wanted)
        assert row[f"{method}_low"] < row[method] < row[f"{method}_high"]
    assert row["raw"] > row["doubly_robust"]
    ages = made.balance[made.balance["attribute"] == "年齢階級"]
    assert (ages["smd_raw"].abs() > 0.1).all()
    assert ages["smd_propensity"].abs().max() < 1e-6
    assert any("モデルの下でだけ" in line for line in made.lines("ja"))
    assert "モデルの下の値" in made.sentences("ja")[0]


def test_an_adjustment_travels_as_a_file(tmp_path, nation):
    made = ks.adjust_to_reference(sample(tmp_path / "a"), nation, on="sex", population=PERSONS)
    again = pickle.loads(pickle.dumps(made))
    pd.testing.assert_frame_equal(again.frame, made.frame)
    assert again.lines("en") == made.lines("en")


def test_attributes_nobody_adjusted_for_tell_whether_it_was_enough(tmp_path, nation):
    made = ks.adjust_to_reference(
        sample(tmp_path / "a", people=400, ages=(16, 50)), nation, on="sex", population=PERSONS
    )
    ages = made.balance[made.balance["attribute"] == "年齢階級"]
    assert set(ages["adjusted"]) == {"no"}
    assert any("年齢階級" in line and "0.1" in line for line in made.lines("ja"))


def test_a_class_nobody_is_in_is_named_and_bounded_for_everybody(tmp_path):
    panel = sample(tmp_path / "a", ages=(16, 58), bands=THIRDS)
    nation = side(make(tmp_path / "b", name="全国", people=900, seed=5, weights=True, bands=THIRDS))
    made = ks.adjust_to_reference(panel, nation, on="age_class", population=PERSONS)
    old = made.lacking[made.lacking["in_model"] == "yes"]
    assert list(old["class"]) == ["60歳以上"]
    assert old["share"].iloc[0] == pytest.approx(100 * (1 - made.covered))
    assert any("60歳以上" in line for line in made.lines("ja"))
    row = made.frame.iloc[0]
    assert row["everybody_low"] == pytest.approx(made.covered * row["doubly_robust"])
    assert row["everybody_high"] == pytest.approx(made.covered * row["doubly_robust"] + 100 * (1 - made.covered))


def test_a_crossing_a_model_reaches_across_is_named(tmp_path):
    panel = sample(tmp_path / "a", people=60, ages=(16, 89), bands=THIRDS)
    inside = ~((panel.responses.answers["sex"] == 2) & (panel.responses.answers["age_class"] == 3))
    panel = ks.domain(panel.unweighted, inside)
    nation = side(make(tmp_path / "b", name="全国", people=900, seed=5, weights=True, bands=THIRDS))
    made = ks.adjust_to_reference(panel, nation, on=["sex", "age_class"], population=PERSONS)
    assert made.covered == 1
    assert list(made.lacking["in_model"]) == ["no"]
    assert "女性 60歳以上" in set(made.lacking["class"])
    assert any("モデルが補っている" in line for line in made.lines("ja"))


def test_service_users_have_bounds_and_no_point_in_any_output(tmp_path, nation):
    clients = sample(tmp_path / "a", "service_users", people=150, rate=(0.9, 0.7))
    made = ks.adjust_to_reference(clients, nation, on="sex:age_class", population=PERSONS, gamma=[3, 2])
    points = made.frame.filter(regex="^(calibrated|pseudo_weights|propensity|doubly_robust|difference)")
    assert points.isna().all().all()
    row = made.frame.iloc[0]
    assert row["gamma_3_low"] < row["gamma_2_low"] < row["raw"] < row["gamma_2_high"] < row["gamma_3_high"]
    assert row["inclusion_odds"] > 2
    told = "\n".join([*made.lines("ja"), *made.sentences("ja")])
    assert "一つの値の代わりに" in told
    assert "Γ＝3なら" in told
    assert "調整すると" not in told
    shown = ks.adjust_to_reference(clients, nation, on="sex:age_class", population=PERSONS, ignorable=True)
    assert shown.frame["doubly_robust"].notna().all()
    assert any("求めに応じて" in line for line in shown.lines("ja"))
    assert refusal(clients, nation, gamma=[1, 2]) == "benchmark.gamma_is_the_point"


def test_every_output_says_what_the_figures_suppose(tmp_path, nation):
    make(tmp_path / "a", name="利用者", settings='[design]\nsample = "service_users"', prefix="K", people=150)
    make(tmp_path / "b", name="全国", people=900, seed=5, weights=True)
    out = tmp_path / "out"
    asked = ["adjust", str(tmp_path / "a"), str(tmp_path / "b"), "--on", "sex,age_class", "--population", "9e4"]
    ran = CliRunner().invoke(app, [*asked, "-o", str(out), "--gamma", "2,4"])
    assert ran.exit_code == 0, ran.output
    assert "一つの値の代わりに" in ran.output
    rows = list(csv.DictReader(io.StringIO((out / "data/adjusted.csv").read_text(encoding="utf-8-sig"))))
    assert {row["doubly_robust"] for row in rows} == {""}
    assert [row["gamma_4_low"] != "" for row in rows] == [True, True, False]  # nobody was silent: no bounds of that
    assert "一つの値の代わりに" in (out / "data/notes.csv").read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(out / "tables.xlsx") as book:
        assert "範囲だけを示す" in book.read("xl/sharedStrings.xml").decode("utf-8")
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["points"] == "withheld"
    assert (out / "report.pdf").is_file()
    assert len(list((out / "charts").glob("*.svg"))) == 2
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert told["points"] == "withheld"
    assert told["adjusted"][0]["doubly_robust"] is None
    wrong = CliRunner().invoke(app, [*asked, "--gamma", "two"]).exception
    assert isinstance(wrong, ks.SurveyError)
    assert wrong.key == "benchmark.gamma_below_one"


def test_sides_this_cannot_be_done_with_are_refused_each_by_its_reason(tmp_path, nation):
    panel = sample(tmp_path / "a")
    plain = side(make(tmp_path / "plain", name="全国", people=900, seed=5))
    assert refusal(side(make(tmp_path / "p", prefix="R")), nation) == "benchmark.adjust_probability"
    assert refusal(sample(tmp_path / "c", "census"), nation) == "benchmark.adjust_census"
    assert refusal(panel, sample(tmp_path / "d", prefix="Q")) == "benchmark.adjust_reference"
    assert refusal(panel, ks.Published(nation.survey, 2020)) == "benchmark.adjust_published"
    assert refusal(panel, plain, population=None) == "benchmark.population_unknown"
    assert refusal(panel, nation, population=150.0) == "benchmark.sample_above_population"
    assert refusal(panel, nation, population=-1.0) == "benchmark.population_size"
    assert refusal(panel, nation, on=()) == "benchmark.on_nothing"
    assert refusal(panel, nation, on="lonley") == "benchmark.where_unknown"
    assert refusal(panel, nation, gamma=[0.5]) == "benchmark.gamma_below_one"
    same = sample(tmp_path / "same", prefix="", people=900, seed=5)
    assert refusal(same, nation, people="same") == "benchmark.paired"


def test_weights_of_mean_1_are_no_population(tmp_path, nation):
    weight = nation.design.weight / nation.design.weight.mean()
    normed = ks.Measured(nation.unweighted, ks.domain(nation.design, "sex == sex"))
    object.__setattr__(normed.design, "weight", weight)
    assert refusal(sample(tmp_path / "a"), normed, population=None) == "benchmark.population_unknown"


def test_a_reference_smaller_than_the_sample_tells_the_error_it_makes(tmp_path, nation):
    panel = sample(tmp_path / "a", people=3000, ages=(16, 60))
    small = side(make(tmp_path / "b", name="全国", people=60, seed=5, weights=True))
    errors = [
        ks.adjust_to_reference(panel, one, on="age_class", population=PERSONS).frame["doubly_robust_se"].iloc[0]
        for one in (small, nation)
    ]
    assert errors[0] > 1.5 * errors[1]


def test_codes_that_mean_the_same_are_adjusted_as_the_same(tmp_path):
    panel = sample(tmp_path / "a", people=400, ages=(16, 50))
    nation = side(make(tmp_path / "b", name="全国", people=900, seed=5, weights=True, sexes=SWAPPED))
    made = ks.adjust_to_reference(panel, nation, on="sex", population=PERSONS)
    women = made.balance[(made.balance["attribute"] == "性別") & (made.balance["class"] == "女性")].iloc[0]
    weight = nation.design.weight
    answers = nation.responses.answers["sex"]
    assert women["reference"] == pytest.approx(100 * weight[answers == 1].sum() / weight.sum())


def test_a_crosswalk_says_which_classes_are_the_same(tmp_path):
    panel = sample(tmp_path / "a", people=400)
    sexes = '{ code = 1, label = "男" }, { code = 2, label = "女" }'
    nation = side(make(tmp_path / "b", name="全国", people=900, seed=5, weights=True, sexes=sexes))
    assert refusal(panel, nation, on="sex") == "benchmark.where_not_shared"
    told = (
        'first = "モニター"\nsecond = "全国"\n[[question]]\nfirst = "sex"\nsecond = "sex"\nreason = "同じ"\n'
        "codes = [{ first = 1, second = 1 }, { first = 2, second = 2 }]\n"
    )
    (tmp_path / "crosswalk.toml").write_text(told, encoding="utf-8")
    made = ks.adjust_to_reference(panel, nation, on="sex", population=PERSONS, crosswalk=tmp_path / "crosswalk.toml")
    weight, answers = nation.design.weight, nation.responses.answers["sex"]
    wanted = 100 * weight[answers == 1].sum() / weight.sum()
    assert made.balance["propensity"].iloc[0] == pytest.approx(wanted)


def test_people_of_classes_the_reference_has_nobody_in_are_left_out_and_counted(tmp_path):
    panel = sample(tmp_path / "a", people=300, ages=(16, 89), bands=THIRDS)
    nation = side(make(tmp_path / "b", name="全国", people=600, seed=5, weights=True, ages=(16, 59), bands=THIRDS))
    made = ks.adjust_to_reference(panel, nation, on="age_class", population=PERSONS)
    old = int((panel.responses.answers["age_class"] == 3).sum())
    assert made.left_out["beyond"] == old > 0
    assert any(f"{old}人おり" in line for line in made.lines("ja"))


def test_an_answer_nobody_of_a_class_gave_and_one_everybody_gave_do_not_break_a_method(tmp_path, nation):
    panel = sample(tmp_path / "a", people=400, rate=(1.0, 0.0))
    row = ks.adjust_to_reference(panel, nation, on=["sex", "age_class"], population=PERSONS).frame.iloc[0]
    weight, young = nation.design.weight, nation.responses.answers["age_class"] == 1
    wanted = 100 * weight[young].sum() / weight.sum()
    for method in ("calibrated", "pseudo_weights", "propensity", "doubly_robust"):
        assert row[method] == pytest.approx(wanted, abs=0.5)
    everybody = sample(tmp_path / "b", people=400, rate=(1.0, 1.0))
    row = ks.adjust_to_reference(everybody, nation, on=["sex", "age_class"], population=PERSONS).frame.iloc[0]
    assert row["doubly_robust"] == pytest.approx(100)
    assert np.isnan([row["doubly_robust_low"], row["gamma_2_low"], row["inclusion_odds"]]).all()


def test_a_panel_as_large_as_the_population_of_a_class_has_no_propensity_and_says_so(tmp_path, nation):
    panel = sample(tmp_path / "a", people=700, ages=(16, 45))
    made = ks.adjust_to_reference(panel, nation, on="age_class", population=1000)
    assert made.failed == ("propensity",)
    assert "doubly_robust" not in made.frame
    assert made.frame["calibrated"].notna().all()
    assert any("定まらず" in line for line in made.lines("ja"))


def test_respondents_whose_class_is_not_known_are_left_out_and_counted(tmp_path, nation):
    folder = make(tmp_path / "a", name="モニター", prefix="P", people=400, settings='[design]\nsample = "volunteer"')
    lines = (folder / "web.csv").read_text(encoding="utf-8").splitlines()
    silent = [",".join([*line.split(",")[:2], "9", line.split(",")[3]]) for line in lines[1:31]]
    (folder / "web.csv").write_text("\n".join([lines[0], *silent, *lines[31:]]) + "\n", encoding="utf-8")
    made = ks.adjust_to_reference(side(folder), nation, on="sex", population=PERSONS)
    assert made.left_out == {"unknown_first": 30, "unknown_reference": 0, "beyond": 0}
    assert made.frame["n"].iloc[0] == 370
    assert any("30人" in line for line in made.lines("ja"))


def test_attributes_that_coincide_in_the_sample_are_refused(tmp_path, nation):
    panel = sample(tmp_path / "a", people=400)
    responses = panel.responses
    inside = responses.answers["sex"] == responses.answers["age_class"]
    alone = ks.domain(panel.unweighted, np.asarray(inside))
    assert refusal(alone, nation, on=["sex", "age_class"]) == "benchmark.classes_entangled"
