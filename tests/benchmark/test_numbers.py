"""Means and medians beside a benchmark: as poststratification gives them, and as they are counted from the files."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import make, side
from kodoku_survey.cli.demonstrating import app

HOURS = """[[variable]]
name = "hours"
kind = "number"
label = "スマートフォンの時間"
section = "孤独"
unit = "時間"
minimum = 0
maximum = 24
places = 1
"""
TABLES = """
[[table]]
id = "2"
section = "1"
title = "時間の平均"
question = "hours"
statistic = "mean"
[[table]]
id = "3"
section = "1"
title = "時間の中央値"
question = "hours"
statistic = "median"
"""


def with_hours(folder, seed):
    """Hours that fall with age, so that composition matters; with a few blanks."""
    rng = np.random.default_rng(seed)
    frame = pd.read_csv(folder / "web.csv", dtype=str)
    old = frame["age"].astype(int)
    hours = np.clip(rng.gamma(4, 0.8, len(frame)) + (60 - old) / 12, 0, 24).round(1)
    frame["hours"] = np.where(rng.random(len(frame)) < 0.03, "", hours.astype(str))
    frame.to_csv(folder / "web.csv", index=False)
    path = folder / "tables.toml"
    path.write_text(path.read_text(encoding="utf-8") + TABLES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("numbers")
    common = {"more": HOURS, "weights": True}
    first = with_hours(make(root / "pref", name="県", people=500, ages=(16, 60), seed=3, prefix="K", **common), 5)
    return first, with_hours(make(root / "nation", name="国", people=900, seed=4, **common), 6)


@pytest.fixture(scope="module")
def sides(folders):
    return side(folders[0]), side(folders[1])


def row(made, statistic):
    return made.frame[made.frame["statistic"] == statistic].iloc[0]


SHARES = {(1,): 0.35, (2,): 0.65}


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_a_standardised_number_is_that_of_poststratified_weights_with_their_error(sides, statistic):
    made = row(ks.benchmark(*sides, standardize="age_class", shares=SHARES), statistic)
    answered = sides[0].design.responses.status["hours"] == 0
    known = ks.domain(sides[0].design, answered)
    counts = {code: 1000 * share for (code,), share in SHARES.items()}
    calibrated = ks.poststratify(subset(sides[0].design, answered), "age_class", counts)
    wanted = ks.means(calibrated, "hours") if statistic == "mean" else ks.quantiles(calibrated, "hours", [0.5])
    raw = ks.means(known, "hours") if statistic == "mean" else ks.quantiles(known, "hours", [0.5])
    assert made["first"] == pytest.approx(raw.value[0], rel=1e-12)
    assert made["first_se"] == pytest.approx(raw.se[0], rel=1e-9)
    assert made["standardized_first"] == pytest.approx(wanted.value[0], rel=1e-12)
    assert made["standardized_first_se"] == pytest.approx(wanted.se[0], rel=1e-4)
    assert made["unit"] == "時間"


def subset(sample, rows):
    """The respondents alone, as a sample of their own."""
    frame = pd.DataFrame(
        {
            "hours": sample.responses.answers["hours"][rows] / 10,
            "age_class": sample.responses.answers["age_class"][rows],
            "w": sample.weight[rows],
        }
    )
    return ks.Sample.from_frame(frame, weight="w")


def test_parts_of_a_mean_add_up_and_a_median_has_none(sides):
    made = ks.benchmark(*sides, standardize="age_class", by="sex")
    mean, median = row(made, "mean"), row(made, "median")
    assert mean["composition"] + mean["not_composition"] == pytest.approx(mean["difference"])
    assert mean["composition"] > 0.5  # the prefecture is young, and the young use it longer
    assert np.isnan(median["composition"])
    assert np.isfinite(median["standardized_difference_se"])
    assert abs(median["standardized_difference"]) < abs(median["difference"])
    assert len(made.frame[made.frame["statistic"] == "median"]) == 3  # everybody, men, women
    assert any("中央値" in sentence and "時間" in sentence for sentence in made.sentences("ja"))


def test_margins_alone_give_a_median_near_that_of_the_crossing(sides):
    crossed = row(ks.benchmark(*sides, standardize="sex:age_class"), "median")
    raked = row(ks.benchmark(*sides, standardize=["sex", "age_class"]), "median")
    assert raked["standardized_first"] == pytest.approx(crossed["standardized_first"], abs=0.2)
    assert raked["first_se"] == pytest.approx(crossed["first_se"], rel=1e-9)
    assert raked["standardized_difference_se"] == pytest.approx(crossed["standardized_difference_se"], rel=0.5)


def test_a_number_all_have_given_is_not_tested(tmp_path, folders):
    frame = pd.read_csv(folders[0] / "web.csv", dtype=str)
    same = with_hours(make(tmp_path / "same", name="同", people=200, seed=9, prefix="S", more=HOURS), 1)
    held = pd.read_csv(same / "web.csv", dtype=str).assign(hours="2.0")
    held.to_csv(same / "web.csv", index=False)
    made = ks.benchmark(side(same), side(folders[1]), standardize="age_class")
    for statistic in ("mean", "median"):
        assert row(made, statistic)["word"] == "検定せず"
        assert np.isnan(row(made, statistic)["difference_low"])
    assert len(frame) == 500


def test_the_page_and_the_data_have_numbers_in_their_unit(folders, tmp_path):
    told = CliRunner().invoke(
        app, ["compare", *map(str, folders), "--standardize", "age_class", "-o", str(tmp_path / "out"), "--json"]
    )
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)["benchmark"]
    assert {row["statistic"] for row in rows} == {"share", "mean", "median"}
    saved = pd.read_csv(tmp_path / "out" / "data" / "benchmark.csv")
    assert set(saved["unit"]) == {"%", "時間"}
