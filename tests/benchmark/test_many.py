"""Several surveys beside one benchmark, from the command to the files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import make, side
from kodoku_survey.benchmark.small_areas import fay_herriot
from kodoku_survey.cli.definitions import app
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
