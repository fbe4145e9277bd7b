"""Two waves or surveys compared: figures recomputed from what stands in the files, words, refusals, and the command."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks


def kodoku(*arguments, lang="en"):
    command = [sys.executable, "-c", "from kodoku_survey.cli import main; main()", *map(str, arguments)]
    env = {**os.environ, "KODOKU_LANG": lang, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, timeout=120, check=False)


@pytest.fixture(scope="module")
def national_side(national):
    return ks.Measured(ks.weighted(national, basis="unweighted"))


@pytest.fixture(scope="module")
def last_year(national, national_side):
    return ks.compare(national_side, ks.Published(national.survey, 2023))


def test_every_published_figure_of_last_year_that_is_comparable_is_compared_and_no_other(project, last_year):
    with (project / "data" / "sample" / "national_2024" / "history.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["wave"] == "2023" and row["mark"] == ""]
    rows = [row for row in rows if row["n"]]  # a share without its base can be printed, not tested
    wanted = {(row["table"], int(row["answer"])): row for row in rows}
    found = {(row.table, row.code): row for row in last_year.frame.itertuples()}
    assert set(found) == set(wanted)
    for key, row in found.items():
        assert row.percent_second == pytest.approx(float(wanted[key]["percent"]), abs=0.05)
        assert row.n_second == int(wanted[key]["n"])
        assert row.group == "全体"


def test_differences_limits_and_verdicts_are_those_of_the_rule_written_out(national, last_year):
    """The rule of the published report, from counts recomputed here: pooled z, limits unpooled, ±1.96."""
    rows = last_year.frame.set_index(["table", "code"])
    for code in (1, 2, 3, 4, 5, 99):
        row = rows.loc[("1-1", code)]
        given = national.answers["q28"]
        a, n = int((given == code).sum()), len(given)
        m = int(row["n_second"])
        b = round(row["percent_second"] * m / 100)
        p, q, pooled = a / n, b / m, (a + b) / (n + m)
        z = (p - q) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        reach = 1.96 * sqrt(p * (1 - p) / n + q * (1 - q) / m)
        assert row["difference"] == pytest.approx(100 * (p - q))
        assert (row["low"], row["high"]) == pytest.approx((100 * (p - q - reach), 100 * (p - q + reach)))
        assert row["z"] == pytest.approx(z)
        assert row["verdict"] == ("none" if abs(z) <= 1.96 else "up" if z > 0 else "down")


def test_words_speak_of_increase_only_from_an_earlier_wave_to_a_later(national, national_side, last_year):
    words = {"up": "増加している", "down": "減少している", "none": "差異はみられない"}
    assert last_year.in_time
    assert (last_year.frame["word"] == last_year.frame["verdict"].map(words)).all()
    assert set(last_year.frame["verdict"]) == {"up", "down", "none"}
    back = ks.compare(ks.Published(national.survey, 2023), national_side)
    assert not back.in_time
    assert set(back.frame["word"]) == {"高い", "低い", "差異はみられない"}
    merged = last_year.frame.merge(back.frame, on=["table", "code"])
    np.testing.assert_allclose(merged["z_x"], -merged["z_y"])


def test_two_earlier_waves_are_compared_by_their_published_figures(national):
    found = ks.compare(ks.Published(national.survey, 2023), ks.Published(national.survey, 2022)).frame
    often = found[(found["question"] == "q28") & (found["code"] == 5)].iloc[0]
    assert (round(often["percent_first"], 1), round(often["percent_second"], 1)) == (4.8, 4.9)
    assert often["verdict"] == "none"
    never = found[(found["question"] == "q28") & (found["code"] == 99)].iloc[0]
    assert never["verdict"] == "up"  # 無回答 0.6 → 1.5


def test_a_verdict_that_hangs_on_the_digits_not_published_says_so(last_year):
    found = last_year.frame
    near = found[found["note"].str.contains("rounding")]
    assert len(near) > 0
    # One step of the last digit moves z across 1.96, so z is near it.
    assert (abs(abs(near["z"]) - 1.96) < 0.5).all()
    far = found[abs(abs(found["z"]) - 1.96) > 1]
    assert not far["note"].str.contains("rounding").any()


REFUSED = [
    (2023, "q20", "absent"), (2023, "q33", "absent"), (2023, "q29", "unknown"), (2023, "q23_3:3", "absent"),
    (2023, "q3", "unpublished"), (2023, "isolation_indicators", "absent"), (2022, "q23_3:9", "absent"),
    (2021, "q16_1b", "differs"), (2021, "q17", "differs"), (2021, "q12", "absent"), (2021, "q23", "differs"),
]  # fmt: skip


@pytest.mark.parametrize("wave", [2021, 2022, 2023])
def test_what_cannot_be_compared_is_refused_by_name_and_never_stands_in_the_table(national, national_side, wave):
    found = ks.compare(national_side, ks.Published(national.survey, wave))
    reasons = {one.item: one.reason for one in found.refused}
    for year, item, reason in REFUSED:
        if year == wave:
            assert reasons[item] == reason, item
    assert set(found.frame["question"]) & set(reasons) == set()
    planned = {entry.question for entry in national.survey.plan.tables}
    assert planned <= set(found.frame["question"]) | set(reasons)
    texts = found.refusals()
    assert (texts["text"] != "").all()
    assert not texts["text"].str.contains("{", regex=False).any()


def test_a_recombined_figure_is_compared_and_marked(national, national_side):
    found = ks.compare(national_side, ks.Published(national.survey, 2022), only=["2-1-3"]).frame
    assert len(found) == 8
    assert found["note"].str.contains("recombined").all()


def test_published_figures_of_groups_are_compared_where_their_axis_can_be(project, national, national_side, tmp_path):
    """Groups by sex and age are the same people in every wave; by household nobody has confirmed it."""
    folder = tmp_path / "national"
    shutil.copytree(project / "data" / "sample" / "national_2024", folder)
    rows = [
        "2023,1-3,20～29歳,5,7.1,836,,x",
        "2023,1-5,男性　50～59歳,5,6.9,940,,x",
        "2023,1-13,ひとり世帯,5,9.9,1700,,x",
    ]
    with (folder / "history.csv").open("a", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    found = ks.compare(national_side, ks.Published(ks.load_survey(folder), 2023)).frame
    groups = found[(found["question"] == "q28") & (found["attribute"] != "")]
    assert list(groups["group"]) == ["20～29歳", "男性 50～59歳"]
    assert list(groups["n_second"]) == [836, 940]
    young = national.answers["age_class"] == 2
    assert groups["percent_first"].iloc[0] == pytest.approx(100 * (national.answers["q28"][young] == 5).mean())


@pytest.fixture(scope="module")
def next_wave(project, tmp_path_factory):
    """The prefecture a year later: the same returns."""
    folder = tmp_path_factory.mktemp("waves") / "prefecture_2026"
    shutil.copytree(project / "data" / "sample" / "prefecture_2025", folder)
    settings = folder / "survey.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("wave = 2025", "wave = 2026"), encoding="utf-8")
    return folder


def renumbered(responses):
    """The same answers given by other people."""
    ids = {one: f"N{one}" for one in responses.selection["id"]}
    selection = responses.selection.assign(id=[ids[one] for one in responses.selection["id"]])
    return replace(responses, id=np.array([ids[one] for one in responses.id], dtype=object), selection=selection)


@pytest.fixture(scope="module")
def sides(next_wave, prefecture):
    later = renumbered(ks.score(ks.clean(ks.read_returns(ks.load_survey(next_wave)))))
    return [
        ks.Measured(ks.weighted(responses, basis="unweighted"), ks.weighted(responses, basis="design"))
        for responses in (later, prefecture)
    ]


def test_the_same_returns_differ_in_nothing(sides):
    found = ks.compare(*sides)
    assert found.refused == ()
    assert (found.frame["verdict"] == "none").all()
    assert (found.frame["weighted_verdict"] == "none").all()
    assert found.frame["difference"].abs().max() == found.frame["weighted_difference"].abs().max() == 0
    questions = {entry.question for entry in sides[0].survey.plan.tables}
    assert set(found.frame["question"]) == questions


def test_the_same_people_a_year_later_are_found_by_their_numbers_and_paired(next_wave, prefecture):
    later = ks.score(ks.clean(ks.read_returns(ks.load_survey(next_wave))))
    found = ks.compare(*(ks.Measured(ks.weighted(one, basis="unweighted")) for one in (later, prefecture)), only=["1"])
    assert found.beside.overlap.paired
    assert found.beside.overlap.common == len(prefecture)
    assert found.frame[["low", "high"]].abs().max().max() == pytest.approx(0, abs=1e-6)


def test_weighted_differences_have_the_errors_of_the_tables_themselves(sides):
    found = ks.compare(*sides, only=["1"]).frame
    tab = ks.crosstab(sides[0].design, "lonely", by=["sex"])
    row = found[(found["attribute"] == "性別") & (found["measure"] == "share") & (found["code"] == 1)].iloc[0]
    at = tab.position("sex", row["group"]), tab.keys.index(1)
    assert row["weighted_first"] == pytest.approx(100 * tab.value[at])
    reach = (row["weighted_high"] - row["weighted_low"]) / 2
    assert reach == pytest.approx(1.96 * sqrt(2) * 100 * tab.se[at], rel=0.01)


def test_a_gap_that_has_grown_is_said_to_have_widened(sides):
    """Of the later wave only lonely women and men who are not: the gap between women and men is then all there is."""
    later, earlier = sides
    answers = later.responses.answers
    lonely = answers["lonely"] <= 2
    inside = (lonely & (answers["sex"] == 1)) | (~lonely & (answers["sex"] == 2))
    skewed = ks.Measured(ks.domain(later.unweighted, inside), ks.domain(later.design, inside))
    for first, second, word in (
        (skewed, earlier, "拡大している"),
        (later, ks.Measured(earlier.unweighted), "差異はみられない"),
    ):
        found = ks.compare(first, second, only=["1"]).frame
        gap = found[(found["measure"] == "gap") & (found["code"] == 2)].iloc[0]
        assert gap["group"] == "女性－男性"
        assert gap["word"] == word
    women = found[(found["attribute"] == "性別") & (found["measure"] == "share") & (found["code"] == 2)]
    assert gap["percent_second"] == pytest.approx(women["percent_second"].iloc[0] - women["percent_second"].iloc[1])
    narrowed = ks.compare(earlier, skewed, only=["1"]).frame
    gap = narrowed[(narrowed["measure"] == "gap") & (narrowed["code"] == 2)].iloc[0]
    assert gap["word"] == gap["weighted_word"] == "縮小している"


def test_the_nation_and_the_prefecture_share_no_scale(project, national_side, sides):
    found = ks.compare(national_side, sides[1])
    reasons = {one.item: one for one in found.refused}
    assert reasons["ucla_class"].reason == "scale"
    assert reasons["q28"].reason == "answers"
    assert "ucla_class" not in set(found.frame["question"])


def test_the_command_writes_its_tables_whole_and_says_what_it_refused(tmp_path, project):
    national = project / "data" / "sample" / "national_2024"
    told = kodoku("compare", national, f"{national}@2023", "-o", tmp_path / "out", lang="ja")
    assert told.returncode == 0, told.stderr
    assert "減少している" in told.stdout
    assert "比べられない項目" in told.stdout
    assert "擬似データ" in told.stdout
    assert (tmp_path / "out" / "comparison.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(tmp_path / "out" / "comparison.csv", encoding="utf-8-sig")
    assert {"percent_first", "percent_second", "difference", "low", "high", "verdict", "word"} <= set(frame)
    refused = pd.read_csv(tmp_path / "out" / "refused.csv", encoding="utf-8-sig")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["rows"], manifest["refused"]) == (len(frame), len(refused))
    assert set(manifest["outputs"]) == {"comparison.csv", "refused.csv"}
    assert manifest["second"]["figures"] == "published"


def test_the_command_speaks_json_to_programs_and_english_to_readers(project, next_wave):
    prefecture = project / "data" / "sample" / "prefecture_2025"
    found = json.loads(kodoku("compare", next_wave, prefecture, "--only", "1", "--json").stdout)
    assert found["first"]["wave"] == 2026
    assert found["rows"] == len(found["comparison"]) > 50
    assert found["comparison"][0]["difference"] == 0
    told = kodoku("compare", next_wave, prefecture, "--only", "1").stdout
    assert "Synthetic data" in told
    assert "Verdict" in told


@pytest.mark.parametrize(
    ("second", "code", "words"),
    [("@2019", 2, ["2019", "2021, 2022, 2023"]), ("@2024", 2, ["same", "@2023"]), ("_nowhere", 3, ["no such folder"])],
)
def test_a_wave_or_folder_that_is_not_there_has_its_exit_code(project, second, code, words):
    national = project / "data" / "sample" / "national_2024"
    told = kodoku("compare", national, f"{national}{second}")
    assert told.returncode == code
    assert [word for word in words if word not in told.stderr] == []
    assert "Traceback" not in told.stderr
