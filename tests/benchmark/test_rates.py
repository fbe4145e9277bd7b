"""Published rates and their n, where no answers can be had: hand-worked, either side, and refused by name where they deceive."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import make, side
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import SurveyError

HEAD = "survey,question,answer,group,percent,n,source"
SHARES = {(1,): 0.25, (2,): 0.75}


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    return side(make(tmp_path_factory.mktemp("rates") / "nation", name="国", people=1500, seed=4))


def rates(tmp_path, nation, *rows, head=HEAD, more=""):
    """A file of みさき県: rows are answer, group, percent, n and whatever else the head has."""
    path = tmp_path / "rates.csv"
    lines = [f"みさき県,lonely,{row},表3{more}" for row in rows]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return ks.read_rates(path, nation.survey)


BY_AGE = ("1,age_class=1,60.0,50", "9,age_class=1,0,50", "1,age_class=2,20.0,150", "9,age_class=2,0,150")


def only(made):
    return made.frame[made.frame["code"] == 1].iloc[0]


def test_direct_standardisation_of_rates_is_worked_by_hand(tmp_path, nation):
    made = only(ks.benchmark(rates(tmp_path, nation, *BY_AGE), nation, standardize="age_class", shares=SHARES))
    assert made["first"] == pytest.approx((50 * 60 + 150 * 20) / 200)
    assert made["standardized_first"] == pytest.approx(0.25 * 60 + 0.75 * 20)
    by_hand = np.sqrt(0.25**2 * 0.6 * 0.4 / 50 + 0.75**2 * 0.2 * 0.8 / 150)
    assert made["standardized_first_se"] == pytest.approx(100 * by_hand)
    own = ks.benchmark(nation, nation_copy(tmp_path), standardize="age_class", shares=SHARES)
    error = np.hypot(100 * by_hand, only(own)["standardized_first_se"])
    assert made["standardized_difference_se"] == pytest.approx(error)


def nation_copy(tmp_path):
    return side(make(tmp_path / "copy", name="同じ国", people=300, seed=8, prefix="X"))


def test_composition_from_respondents_has_an_error_and_from_persons_none(tmp_path, nation):
    head = HEAD.replace(",source", ",persons,source")
    with_persons = [f"{row},{persons}" for row, persons in zip(BY_AGE, (400, 400, 600, 600), strict=True)]
    known = only(ks.benchmark(nation, rates(tmp_path, nation, *with_persons, head=head), standardize="age_class"))
    counted = only(ks.benchmark(nation, rates(tmp_path, nation, *BY_AGE), standardize="age_class"))
    assert known["reference"] == pytest.approx(0.4 * 60 + 0.6 * 20)
    assert counted["reference"] == pytest.approx(30.0)
    p = np.array([0.6, 0.2])
    cells = np.array([50, 150])
    alone = (np.array([0.4, 0.6]) ** 2 * p * (1 - p) / cells).sum()
    assert known["reference_se"] == pytest.approx(100 * np.sqrt(alone))
    pi = cells / 200
    shared = ((pi * p**2).sum() - (pi @ p) ** 2) / 199 + (pi**2 * p * (1 - p) / cells).sum()
    assert counted["reference_se"] == pytest.approx(100 * np.sqrt(shared))
    assert counted["composition"] + counted["not_composition"] == pytest.approx(counted["difference"])


def test_standard_errors_that_are_published_are_taken(tmp_path, nation):
    head = HEAD.replace(",source", ",se,source")
    rows = [f"{row},{se}" for row, se in zip(BY_AGE, (9.0, "", 4.0, ""), strict=True)]
    made = only(ks.benchmark(rates(tmp_path, nation, *rows, head=head), nation, standardize="age_class", shares=SHARES))
    assert made["standardized_first_se"] == pytest.approx(np.hypot(0.25 * 9, 0.75 * 4))


def test_crossed_groups_are_found_in_whatever_order_they_are_named(tmp_path, nation):
    rows = [f"{a},sex:age_class={s}:{k},{p},40" for s in (1, 2) for k in (1, 2) for a, p in ((1, 30), (9, 0))]
    made = ks.benchmark(nation, rates(tmp_path, nation, *rows), standardize="age_class:sex")
    assert only(made)["reference"] == pytest.approx(30)


def test_everybody_is_enough_for_a_raw_difference_and_the_lines_say_what_it_rests_on(tmp_path, nation):
    head, more = HEAD + ",area,ages", ",みさき県,16-"
    made = ks.benchmark(nation, rates(tmp_path, nation, "1,,41.5,800", "9,,0.5,800", head=head, more=more))
    assert only(made)["reference_se"] == pytest.approx(100 * np.sqrt(0.415 * 0.585 / 800))
    told = "\n".join(made.lines("ja"))
    assert "rates.csv" in told
    assert "みさき県" in told
    refused = ks.benchmark(nation, rates(tmp_path, nation, *BY_AGE))
    assert refused.refused[0].reason == "unlisted"
    assert "rates.csv" in refused.refusals("ja")["text"].iloc[0]


def test_rates_of_those_who_answered_are_set_beside_those_who_answered(tmp_path, nation):
    head = HEAD.replace(",source", ",base,source")
    made = ks.benchmark(nation, rates(tmp_path, nation, "1,,40.0,800,answered", "2,,60.0,800,answered", head=head))
    answers = nation.responses.answers["lonely"]
    assert only(made)["first"] == pytest.approx(100 * (answers == 1).sum() / np.isin(answers, [1, 2]).sum())
    assert set(made.frame["code"]) == {1, 2}


FAULTS = {
    "no answer unknown": (HEAD, ["1,,40.0,800"], "survey.rates_base"),
    "sum": (HEAD, ["1,,40,800", "2,,50,800", "9,,0,800"], "survey.rates_sum"),
    "above 100": (HEAD, ["1,,80,800", "2,,50,800", "9,,0,800"], "survey.rates_sum"),
    "two n": (HEAD, ["1,,40,800", "9,,0,900"], "survey.rates_of_several"),
    "unknown code": (HEAD, ["7,,40,800"], "survey.unknown_code"),
    "unknown group": (HEAD, ["1,age_clas=1,40,800"], "survey.unknown_variable"),
    "twice": (HEAD, ["1,,40,800", "1,,40,800", "9,,0,800"], "survey.duplicate"),
    "percent": (HEAD, ["1,,140,800"], "survey.out_of_range"),
    "half a person": (HEAD, ["1,,40,80.5"], "survey.wrong_type"),
    "misspelt column": (HEAD.replace(",source", ",popul,source"), ["1,,40,800,3"], "survey.unknown_key"),
    "some persons": (
        HEAD.replace(",source", ",persons,source"),
        ["1,age_class=1,40,80,5", "9,age_class=1,0,80,5", "1,age_class=2,40,80,", "9,age_class=2,0,80,"],
        "survey.rates_persons",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_file_is_told_by_its_name(tmp_path, nation, fault):
    head, rows, key = FAULTS[fault]
    with pytest.raises(SurveyError) as caught:
        rates(tmp_path, nation, *rows, head=head)
    keys = {one.key for one in getattr(caught.value, "faults", [caught.value])}
    assert key in keys
    assert "rates.csv" in caught.value.text("en")


def test_what_would_deceive_is_refused(tmp_path, nation):
    skewed = rates(tmp_path, nation, *BY_AGE, "1,,24.0,200", "9,,0,200")
    with pytest.raises(SurveyError) as caught:
        ks.benchmark(nation, skewed, standardize="age_class")
    assert caught.value.key == "benchmark.rates_composition"  # n does not stand as the population does
    published = rates(tmp_path, nation, *BY_AGE)
    for refused, key in (
        (lambda: ks.benchmark(published, published, standardize="age_class"), "benchmark.rates_alone"),
        (lambda: ks.benchmark(nation, published, standardize="age_class", by="sex"), "benchmark.published_crossed"),
        (
            lambda: ks.benchmark(nation, published, standardize="age_class", where="sex == 1"),
            "benchmark.published_restricted",
        ),
        (lambda: ks.compare(nation, published), "benchmark.rates_compare"),
        (
            lambda: ks.benchmark(nation, rates(tmp_path, nation, *BY_AGE[:2]), standardize="age_class"),
            "benchmark.empty_cell",
        ),
    ):
        with pytest.raises(SurveyError) as caught:
            refused()
        assert caught.value.key == key


def test_the_command_takes_the_file_on_either_side(tmp_path, nation):
    rates(tmp_path, nation, *BY_AGE)
    for names in ((nation.survey.folder, tmp_path / "rates.csv"), (tmp_path / "rates.csv", nation.survey.folder)):
        out = tmp_path / f"out{names[0].suffix}"
        told = CliRunner().invoke(
            app, ["compare", *map(str, names), "--standardize", "age_class", "-o", str(out), "--json"]
        )
        assert told.exit_code == 0, told.output
        assert {row["question"] for row in json.loads(told.stdout)["benchmark"]} == {"lonely"}
        assert (out / "report.pdf").is_file()
    alone = CliRunner().invoke(app, ["compare", *[str(tmp_path / "rates.csv")] * 2])
    assert isinstance(alone.exception, SurveyError)
    assert alone.exception.key == "benchmark.rates_alone"


def test_weighted_percentages_of_an_earlier_wave_are_taken_as_printed(tmp_path, nation):
    listed = "item,wave,status,note,source\nlonely,2020,same,,x\n"
    lines = ["wave,table,group,answer,percent,n,mark,source", "2020,1,全体,1,41.3,30,,x", "2020,1,全体,2,58.7,30,,x"]
    for basis, printed in (("design", 41.3), ("unweighted", 40.0)):  # of 30 respondents, 12 are nearest
        settings = f'[estimation]\nbasis = "{basis}"'
        folder = make(tmp_path / basis, name="国", people=50, settings=settings, weights=True)
        (folder / "history.csv").write_text("\n".join([*lines, "2020,1,全体,9,0.0,30,,x"]) + "\n", encoding="utf-8")
        (folder / "waves.csv").write_text(listed, encoding="utf-8")
        made = ks.benchmark(nation, ks.Published(ks.load_survey(folder), 2020))
        assert only(made)["reference"] == pytest.approx(printed)
