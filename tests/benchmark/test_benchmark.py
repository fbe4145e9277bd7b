"""A survey beside its benchmark, from two folders to the page: each number recomputed from the files."""

from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import SWAPPED, make, side
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import SurveyError

YOUNG = '[survey]\narea = "みさき県"'


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A young prefecture and an old nation, where the young are lonelier: they differ by composition alone."""
    root = tmp_path_factory.mktemp("benchmark")
    first = make(root / "pref", name="県", people=600, ages=(16, 60), seed=3, prefix="K", sexes=SWAPPED)
    return first, make(root / "nation", name="国", people=1500, ages=(16, 89), seed=4)


@pytest.fixture(scope="module")
def made(folders):
    return ks.benchmark(side(folders[0]), side(folders[1]), standardize="age_class", by="sex")


def rows(folder):
    frame = pd.DataFrame(csv.DictReader((folder / "web.csv").read_text(encoding="utf-8").splitlines())).astype(
        {"age": int}
    )
    return frame.assign(y=frame["lonely"] == "1", old=frame["age"] >= 40)


def everybody(made):
    return made.frame[(made.frame["code"] == 1) & (made.frame["group"] == made.frame["group"].iloc[0])].iloc[0]


def test_standardised_figures_are_those_counted_from_the_files(folders, made):
    a, b = map(rows, folders)
    row, tau = everybody(made), b["old"].mean()
    rate = a.groupby("old")["y"].mean()
    standard = (1 - tau) * rate[False] + tau * rate[True]
    assert row["first"] == pytest.approx(100 * a["y"].mean())
    assert row["standardized_first"] == pytest.approx(100 * standard)
    assert row["standardized_difference"] == pytest.approx(100 * (standard - b["y"].mean()))
    assert row["composition"] + row["not_composition"] == pytest.approx(row["difference"])
    assert row["verdict"] == "none"  # composition was all there was
    assert 50 < row["explained"] < 200


def test_groups_are_standardised_on_their_own_and_sexes_are_matched_by_what_they_mean(folders, made):
    a = rows(folders[0])
    women = made.frame[(made.frame["group"] == "女性") & (made.frame["code"] == 1)].iloc[0]
    assert women["first"] == pytest.approx(100 * a[a["sex"] == "1"]["y"].mean())  # coded 1 there, 2 in the nation
    assert women["n_first"] == (a["sex"] == "1").sum()


def test_sentences_follow_the_verdict(made):
    told = made.sentences("ja")[0]
    assert told.startswith("孤独感が「ある」の割合は、県が")
    assert "国と比べて差異はみられない" in told
    assert "同じ構成なら" in told


def test_a_group_stands_against_the_whole_nation(folders):
    found = ks.benchmark(side(folders[0]), side(folders[1]), standardize="sex", group="age >= 40")
    a = rows(folders[0])
    assert everybody(found)["n_first"] == a["old"].sum()
    assert everybody(found)["n_reference"] == 1500
    assert any("age >= 40" in line for line in found.lines("ja"))


def test_several_attributes_are_raked_and_the_raw_figures_stay(folders, made):
    found = ks.benchmark(side(folders[0]), side(folders[1]), standardize=["sex", "age_class"])
    row = everybody(found)
    assert row["first"] == pytest.approx(everybody(made)["first"])
    assert row["standardized_first"] == pytest.approx(everybody(made)["standardized_first"], abs=1.0)
    assert row["composition"] + row["not_composition"] == pytest.approx(row["difference"])


def test_published_rates_by_age_and_their_n_are_enough(folders, tmp_path):
    a, b = map(rows, folders)
    nation = make(tmp_path / "nation", name="国", people=50, settings="[publication]\ndecimals = 6")
    lines = ["wave,table,group,answer,percent,n,mark,source"]
    for k, old in ((1, False), (2, True)):
        own = b[b["old"] == old]["y"]
        for code, share in ((1, own.mean()), (2, 1 - own.mean()), (9, 0.0)):
            lines.append(f"2020,1,age_class={k},{code},{100 * share:.6f},{len(own)},,x")
    (nation / "history.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert everybody_refused(side(folders[0]), ks.Published(ks.load_survey(nation), 2020)) == "unknown"
    listed = "item,wave,status,note,source\nlonely,2020,same,,x\nage,2020,same,,x\n"
    (nation / "waves.csv").write_text(listed, encoding="utf-8")
    known = ks.Published(ks.load_survey(nation), 2020)
    row = everybody(ks.benchmark(side(folders[0]), known, standardize="age_class"))
    wanted = everybody(ks.benchmark(side(folders[0]), side(folders[1]), standardize="age_class"))
    for name in ("standardized_first", "standardized_difference", "standardized_difference_se", "composition_se"):
        assert row[name] == pytest.approx(wanted[name], rel=1e-6), name
    assert len(a) == row["n_first"]


def everybody_refused(first, reference):
    found = ks.benchmark(first, reference, standardize="age_class")
    assert not len(found.frame)
    return found.refused[0].reason


def test_a_share_of_nothing_is_not_tested(tmp_path):
    none = side(make(tmp_path / "a", name="県", rate=(0.0, 0.0), prefix="K"))
    found = ks.benchmark(none, side(make(tmp_path / "b", name="国", seed=2)), standardize="sex")
    row = everybody(found)
    assert (row["verdict"], row["word"]) == ("", "検定せず")
    assert np.isnan(row["standardized_difference_low"])
    assert found.sentences() == ()


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"standardize": "age"}, "benchmark.not_classes"),
        ({"standardize": "agee"}, "benchmark.where_unknown"),
        ({"standardize": "age_class", "group": "age >= 40"}, "benchmark.empty_cell"),
        ({"standardize": "age_class", "group": "age > 200"}, "benchmark.nobody_left"),
        ({"standardize": "sex", "people": "same"}, "benchmark.paired"),
        ({"standardize": ["sex", "age_class"], "shares": {(1,): 1.0}}, "benchmark.shares_of_one"),
        ({"standardize": "sex", "shares": {(1,): 1.0}}, "benchmark.shares_missing"),
    ],
)
def test_what_cannot_be_set_beside_is_refused_by_name(tmp_path, options, key):
    pair = [side(make(tmp_path / name, name=name, seed=seed)) for name, seed in (("a", 1), ("b", 2))]
    with pytest.raises(SurveyError) as caught:
        ks.benchmark(*pair, **options)
    assert caught.value.key == key
    assert caught.value.text("ja")
    assert caught.value.text("en")


def test_the_command_writes_the_page_the_workbook_the_data_and_the_charts(folders, tmp_path):
    margins = tmp_path / "m.csv"
    margins.write_text(
        "variable,code,value,unit,source\nage_class,1,300,persons,x\nage_class,2,700,persons,x\n", "utf-8"
    )
    arguments = ["compare", *map(str, folders), "--standardize", "age_class", "--margins", str(margins)]
    told = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "out"), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    a = rows(folders[0]).groupby("old")["y"].mean()
    assert found["benchmark"][0]["standardized_first"] == pytest.approx(100 * (0.3 * a[False] + 0.7 * a[True]))
    outputs = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert {"report.pdf", "tables.xlsx", "data/benchmark.csv", "data/notes.csv", "charts/001.svg"} <= set(outputs)
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")
