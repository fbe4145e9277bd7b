"""People nobody drew by chance: what they say is described, and no output claims an error or tests a difference."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

import kodoku_survey as ks
from benchmark.two_folders import make, side

KINDS = ("quota", "volunteer", "service_users", "census")


def survey(folder, kind, **told):
    return make(folder, name="利用者", settings=f'[design]\nsample = "{kind}"', **told)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_have_shares_and_n_and_no_error(tmp_path, kind):
    made = ks.make_report(side(survey(tmp_path / "a", kind)).unweighted)
    cells = [cell for table in made.tables for row in table.rows for cell in row.cells]
    assert all(cell.se is cell.low is cell.high is cell.deff is None for cell in cells)
    assert any(cell.value for cell in cells)
    assert "単純任意抽出" not in made.tables[0].head_note
    assert all(not table.statements for table in made.tables)
    assert any("標本誤差" in note or "誤差" in note for note in made.tables[0].notes)


def test_every_output_says_what_the_figures_stand_for(tmp_path):
    made = ks.make_report(side(survey(tmp_path / "a", "volunteer")).unweighted)
    ks.write_report(made, tmp_path / "out")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/data/tables.csv").read_text(encoding="utf-8-sig"))))
    assert {row["standard_error"] for row in rows} == {row["interval_low"] for row in rows} == {""}
    assert "無作為に抽出されていない" in (tmp_path / "out/data/method.csv").read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(tmp_path / "out/tables.xlsx") as book:
        text = book.read("xl/sharedStrings.xml").decode("utf-8")
    assert "無作為抽出ではない" in text
    assert "単純任意抽出" not in text
    assert (tmp_path / "out" / "report.pdf").is_file()


def test_a_comparison_cautions_first_and_tests_nothing(tmp_path):
    clients = side(survey(tmp_path / "a", "service_users", prefix="K"))
    nation = side(make(tmp_path / "b", name="国", seed=2))
    for found in (ks.compare(clients, nation), ks.compare(nation, clients)):
        assert any("差の検定はしない" in line for line in found.lines("ja"))
        assert set(found.frame["verdict"]) == {"untested"}
        assert found.frame[["low", "high", "z", "p_value"]].isna().all().all()
    beside = ks.benchmark(clients, nation, standardize="sex")
    assert set(beside.frame["verdict"]) == {""}
    assert beside.frame.filter(regex="_(se|low|high)$").isna().all().all()
    assert beside.sentences() == ()
