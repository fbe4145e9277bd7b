"""Means and medians of two surveys compared: as the estimates of both sides say by hand, in pairs, by groups, and refused."""

from __future__ import annotations

import csv
import json
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import kodoku_survey as ks
from benchmark.two_folders import make, side
from kodoku_survey.cli.compared import show_comparison
from kodoku_survey.cli.speaking import say
from kodoku_survey.publish.release.comparison_files import write_comparison
from kodoku_survey.tables.studies.comparison_study import comparison_study
from kodoku_survey.tables.studies.many import many
from kodoku_survey.tables.words import words

CALLS = """
[[variable]]
name = "calls"
kind = "number"
label = "通話"
section = "孤独"
minimum = 0
maximum = {most}
unit = "{unit}"
{more}
"""
PLAN = """
[[table]]
id = "2"
section = "1"
title = "通話の平均"
question = "calls"
by = ["sex", "age_class"]
statistic = "mean"
[[table]]
id = "3"
section = "1"
title = "通話の中央値"
question = "calls"
by = ["sex"]
statistic = "median"
"""


def folder(path, *, seed=1, raised=0, unit="分", most=600, more="", weights=False, given=None, people=200, **rest):
    """Two_folders' survey with minutes of calls, of everybody but each eleventh; `given` overwrites who said what."""
    book = CALLS.format(unit=unit, most=most, more=more)
    make(path, more=book, seed=seed, weights=weights, people=people, **rest)
    rows = list(csv.reader((path / "web.csv").read_text(encoding="utf-8").splitlines()))
    minutes = np.random.default_rng(seed + 100).gamma(2, 40, size=people).astype(int) + raised
    told = [given(k) if given else "" if k % 11 == 0 else str(min(minutes[k], 600)) for k in range(people)]
    rows = [[*row, cell] for row, cell in zip(rows, ["calls", *told], strict=True)]
    (path / "web.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    with (path / "tables.toml").open("a", encoding="utf-8") as file:
        file.write(PLAN)
    return side(path)


@pytest.fixture(scope="module")
def weighted_sides(tmp_path_factory):
    place = tmp_path_factory.mktemp("numbers")
    return [
        folder(place / "a", name="甲", weights=True, raised=12),
        folder(place / "b", name="乙", weights=True, seed=2, prefix="b", people=260),
    ]


@pytest.fixture(scope="module")
def compared(weighted_sides):
    return ks.compare(*weighted_sides)


def row_of(made, statistic, group="全体", measure=None):
    frame = made.frame
    found = frame[(frame["statistic"] == statistic) & (frame["group"] == group)]
    found = found[found["measure"] == (measure or statistic)]
    assert len(found) == 1
    return found.iloc[0]


def estimated(sample, statistic, by=None):
    return ks.means(sample, "calls", by=by) if statistic == "mean" else ks.quantiles(sample, "calls", [0.5], by=by)


@pytest.mark.parametrize("statistic", ["mean", "median"])
@pytest.mark.parametrize("basis", ["unweighted", "design"])
@pytest.mark.parametrize("group", [None, 1])
def test_a_difference_has_the_limits_and_the_test_of_both_estimates_by_hand(
    statistic, basis, group, weighted_sides, compared
):
    sides = [one.unweighted if basis == "unweighted" else one.design for one in weighted_sides]
    a, b = (estimated(one, statistic, None if group is None else "sex") for one in sides)
    k = group or 0
    row = row_of(compared, statistic, "全体" if group is None else "女性")
    va, vb = a.se[k] ** 2, b.se[k] ** 2
    se = sqrt(va + vb)
    df = (va + vb) ** 2 / (va**2 / a.degrees_of_freedom[k] + vb**2 / b.degrees_of_freedom[k])
    prefix = "" if basis == "unweighted" else "weighted_"
    names = ("value_first", "value_second") if basis == "unweighted" else ("weighted_first", "weighted_second")
    assert [row[name] for name in names] == pytest.approx([a.value[k], b.value[k]])
    difference, reach = a.value[k] - b.value[k], stats.t.ppf(0.975, df) * se
    wanted = [difference, difference - reach, difference + reach, 2 * stats.t.sf(abs(difference) / se, df)]
    assert [row[f"{prefix}{name}"] for name in ("difference", "low", "high", "p_value")] == pytest.approx(wanted)
    verdict = "none" if wanted[3] >= 0.05 else "higher" if difference > 0 else "lower"
    assert row[f"{prefix}verdict"] == verdict
    assert (row["unit"], row["n_first"], row["n_second"]) == ("分", int(a.n[k]), int(b.n[k]))
    assert pd.isna(row["percent_first"])


def test_unweighted_means_are_the_test_of_welch(weighted_sides, compared):
    files = [(one.survey.folder / "web.csv").read_text(encoding="utf-8") for one in weighted_sides]
    given = [[float(row["calls"]) for row in csv.DictReader(text.splitlines()) if row["calls"]] for text in files]
    found = stats.ttest_ind(*given, equal_var=False)
    row = row_of(compared, "mean")
    assert (row["z"], row["p_value"]) == pytest.approx((found.statistic, found.pvalue))


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_a_gap_of_two_groups_is_that_of_the_estimates(statistic, weighted_sides, compared):
    row = row_of(compared, statistic, "男性－女性", "gap")
    gaps, errors = [], []
    for one in weighted_sides:
        found = estimated(one.unweighted, statistic, "sex")
        gaps.append(found.value[0] - found.value[1])
        errors.append(sqrt((found.se**2).sum()))
    assert row["difference"] == pytest.approx(gaps[0] - gaps[1])
    assert abs(row["difference"] / row["z"]) == pytest.approx(sqrt(sum(e * e for e in errors)))
    if statistic == "mean":
        contrasts = [
            ks.contrast(ks.means(one.design, "calls", by="sex"), {"gap": {"男性": 1, "女性": -1}})
            for one in weighted_sides
        ]
        (va, da), (vb, db) = ((one.se[0] ** 2, one.degrees_of_freedom[0]) for one in contrasts)
        df = (va + vb) ** 2 / (va**2 / da + vb**2 / db)
        reach = (row["weighted_high"] - row["weighted_low"]) / 2
        assert reach == pytest.approx(sqrt(va + vb) * stats.t.ppf(0.975, df))


def joint_error(one, other, first, second):
    """The error of a difference of two estimates that covary as two columns of the same people do."""
    r = np.corrcoef(first, second)[0, 1]
    return sqrt(one.se[0] ** 2 + other.se[0] ** 2 - 2 * r * one.se[0] * other.se[0])


def test_the_same_people_asked_again_have_the_error_of_pairs(tmp_path):
    now = np.array([90 + k % 7 * 30 + k % 2 * 2 for k in range(200)])
    then = np.array([90 + k % 7 * 30 - (k % 3 == 0) * 5 for k in range(200)])
    sides = [
        folder(tmp_path / name, name=name, given=lambda k, told=told: str(told[k]), weights=True)
        for name, told in (("今年", now), ("昨年", then))
    ]
    made, apart = (ks.compare(*sides, people=people) for people in ("same", "new"))
    row, d = row_of(made, "mean"), now - then
    assert abs(row["difference"] / row["z"]) == pytest.approx(d.std(ddof=1) / sqrt(200))
    assert (row["verdict"], row_of(apart, "mean")["verdict"]) == (
        "higher",
        "none",
    )  # pairs tell what two samples cannot
    # Weighted: the error of the mean of each person's difference.
    wanted = ks.means(sides[0].design.assign(d=lambda _: d), "d").se[0]
    a, b = (ks.means(one.design, "calls").se[0] ** 2 for one in sides)
    df = (a + b) ** 2 / ((a**2 + b**2) / 199)
    reach = (row["weighted_high"] - row["weighted_low"]) / 2
    assert reach == pytest.approx(wanted * stats.t.ppf(0.975, df))
    # Medians covary as the shares at or below them do.
    a, b = (estimated(one.unweighted, "median") for one in sides)
    wanted = joint_error(a, b, now <= a.value[0], then <= b.value[0])
    row = row_of(made, "median")
    reach = (row["high"] - row["low"]) / 2
    assert reach == pytest.approx(
        wanted * stats.t.ppf(0.975, (a.se[0] ** 2 + b.se[0] ** 2) ** 2 / ((a.se[0] ** 4 + b.se[0] ** 4) / 199))
    )
    assert 0 < row["weighted_high"] - row["weighted_low"] < row_of(apart, "median")["weighted_high"] * 2


def test_the_restriction_of_both_holds_for_numbers(weighted_sides):
    made = ks.compare(*weighted_sides, where="sex == 2")
    for statistic in ("mean", "median"):
        found = [estimated(one.unweighted, statistic, "sex").value[1] for one in weighted_sides]
        row = row_of(made, statistic)
        assert (row["value_first"], row["value_second"]) == pytest.approx(found)


def test_without_an_error_nothing_is_tested(tmp_path):
    first = folder(tmp_path / "a", name="甲", given=lambda _: "50")
    second = folder(tmp_path / "b", name="乙", seed=2, prefix="b")
    for statistic in ("mean", "median"):
        row = row_of(ks.compare(first, second), statistic)
        assert row["verdict"] == "untested"
        assert row[["low", "high", "z", "p_value"]].isna().all()
        assert row["difference"] == pytest.approx(50 - row["value_second"])
        assert "no_error" in row["note"]


@pytest.mark.parametrize(
    ("other", "reason", "said"),
    [
        ({"unit": "時間"}, "unit", "分 and 時間"),
        ({"most": 1440}, "bounds", "0～600 and 0～1440"),
        ({"more": "places = 1"}, "bounds", "0～600 (0.1)"),
    ],
)
def test_numbers_that_are_not_the_same_number_are_refused(other, reason, said, tmp_path):
    first = folder(tmp_path / "a", name="甲")
    second = folder(tmp_path / "b", name="乙", seed=2, prefix="b", **other)
    made = ks.compare(first, second)
    assert set(made.frame["statistic"]) == {"share"}
    refused = made.refusals("en").set_index("item").loc["calls"]
    assert refused["reason"] == reason
    assert said in refused["text"]


def test_an_earlier_wave_has_published_no_mean(tmp_path):
    folder(tmp_path / "a", name="甲")
    told = "item,wave,status,note,source\ncalls,2023,same,,t\n"
    (tmp_path / "a" / "waves.csv").write_text(told, encoding="utf-8")
    first = side(tmp_path / "a")
    made = ks.compare(first, ks.Published(first.survey, 2023))
    assert [one.reason for one in made.refused if one.item == "calls"] == ["unpublished"]
    assert not len(made.frame)


def test_ages_of_both_populations_may_have_other_bounds(tmp_path):
    settings = '[population]\nage = {{ min = {low}, of = "age" }}\n'
    plan = PLAN.replace("calls", "age")
    sides = []
    for name, low in (("甲", 16), ("乙", 20)):
        path = tmp_path / name
        make(path, name=name, settings=settings.format(low=low), ages=(low, 80), prefix=name)
        book = (path / "codebook.toml").read_text(encoding="utf-8")
        path.joinpath("codebook.toml").write_text(
            book.replace('label = "年齢"', f'label = "年齢"\nminimum = {low}'), "utf-8"
        )
        path.joinpath("tables.toml").write_text((path / "tables.toml").read_text("utf-8") + plan, "utf-8")
        sides.append(side(path))
    row = row_of(ks.compare(*sides), "mean")
    ages = sides[0].responses.answers["age"]
    assert row["value_first"] == pytest.approx(ages[ages >= 20].astype(float).mean())


def test_terminal_and_files_tell_them_in_their_unit(compared, tmp_path, capsys):
    show_comparison(compared, say, verbose=True)
    told = capsys.readouterr().out
    row = row_of(compared, "mean")
    assert f"{row['value_first']:.2f}" in told
    assert "分" in told
    write_comparison(compared, tmp_path / "out")
    frame = pd.read_csv(tmp_path / "out" / "comparison.csv", encoding="utf-8-sig")
    kept = frame[frame["measure"].isin(["mean", "median"])]
    assert set(kept["answer"]) == {words("ja")["statistic_mean"], words("ja")["statistic_median"]}
    assert kept["value_first"].notna().all()
    assert frame.loc[frame["statistic"] == "share", "value_first"].isna().all()


def test_a_benchmark_and_many_surveys_tell_them_too(weighted_sides, tmp_path):
    made = ks.benchmark(*weighted_sides, standardize="sex")
    assert set(made.frame.loc[made.frame["question"] == "calls", "statistic"]) == {"mean", "median"}
    third = folder(tmp_path / "c", name="丙", seed=3, prefix="c", weights=True)
    fourth = folder(tmp_path / "d", name="丁", seed=4, prefix="d", weights=True)
    told = many([*weighted_sides, third], fourth).frame
    assert list(told.loc[(told["label"] == "通話") & (told["statistic"] == "mean"), "area"]) == ["甲", "乙", "丙"]


def test_two_surveys_have_a_page_a_workbook_and_charts(compared, tmp_path):
    write_comparison(compared, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    wanted = {"comparison.csv", "refused.csv", "report.pdf", "tables.xlsx", "charts/001.svg", "charts/001.png"}
    assert wanted == set(manifest["outputs"])
    study = comparison_study(compared)
    mean = row_of(compared, "mean")
    told = [sentence for part in study.parts for sentence in part.sentences]
    assert any(f"{mean['value_first']:.2f}" in sentence and "平均" in sentence for sentence in told)
    tables = [part for part in study.parts if part.rows]
    assert all(len(row) == len(part.head) for part in tables for row in part.rows)
