"""What figures of people nobody drew by chance claim: no error anywhere, unless under a model that is asked for and named."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from typer.testing import CliRunner

import kodoku_survey as ks
from benchmark.two_folders import make
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.tables.studies.benchmark_study import benchmark_study
from kodoku_survey.tables.studies.comparison_study import comparison_study

ORACLE = Path(__file__).parents[1] / "oracle"
WANTED = pd.read_csv(ORACLE / "nonprob.csv").set_index(["quantity", "key"])["value"].astype(float)
CELLS = 'sample = "quota"\nmodel = "srs_within_cells"\ncells = ["sex", "age_class"]'


def sample(folder, design, basis=None, **told):
    make(folder, name="モニター", settings=f"[design]\n{design}", **told)
    return ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder)))), basis=basis)


def text_of(path):
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))


@pytest.mark.parametrize("design", ['sample = "volunteer"', 'sample = "service_users"'])
def test_a_notebook_shows_no_error_of_people_nobody_drew(tmp_path, design):
    made = sample(tmp_path / "a", design)
    tab = ks.crosstab(made, "lonely", by=["sex"])
    frames = [
        tab.frame(),
        ks.proportions(made, "lonely").frame(),
        ks.means(made, "age", by="sex").frame(),
        ks.quantiles(made, "age", [0.5]).frame(),
        ks.difference(tab, ("sex", "男性"), ("sex", "女性")).frame(),
    ]
    for frame in frames:
        assert frame.filter(regex="^(se|low|high|cv|deff|t|p)$").isna().all().all()
        assert frame.filter(regex="^(percent|value|points)$").notna().all().all()
    paper = ks.summary_table(made, ["lonely", "age"], by="sex")
    assert "標本誤差は示さない" in paper.notes[0]
    assert paper.frame()[["se", "p"]].isna().all().all()


def test_no_writer_says_simple_random_sampling_of_volunteers(tmp_path):
    ks.write_report(ks.make_report(sample(tmp_path / "a", 'sample = "volunteer"')), tmp_path / "out")
    for name in ("report.pdf", "point.pdf"):
        told = text_of(tmp_path / "out" / name)
        assert "無作為抽出ではない" in told
        assert "単純任意抽出" not in told
    for name in ("report.html", "quality.html", "data/method.csv"):
        assert "単純任意抽出" not in (tmp_path / "out" / name).read_text(encoding="utf-8")
    told = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))["sample"]
    assert told["kind"] == "volunteer"
    assert "無作為に抽出されていない" in told["note"]


def test_prepared_microdata_say_what_they_stand_for(tmp_path):
    ks.write_prepared(sample(tmp_path / "a", 'sample = "service_users"'), tmp_path / "out", formats=["csv"])
    told = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))["sample"]
    assert told["kind"] == "service_users"
    assert "利用者" in told["note"]


def test_a_benchmark_does_not_call_clients_a_simple_random_sample(tmp_path):
    clients = sample(tmp_path / "a", 'sample = "service_users"', prefix="K")
    nation = ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(make(tmp_path / "b", name="全国", seed=2))))))
    lines = ks.benchmark(clients, nation, standardize="sex").lines("ja")
    own = [line for line in lines if line.startswith("モニター")]
    assert not any("単純任意抽出" in line for line in own)
    assert not any("標本誤差を含む" in line for line in lines)
    for study in (
        benchmark_study(ks.benchmark(clients, nation, standardize="sex")),
        comparison_study(ks.compare(ks.Measured(clients), ks.Measured(nation))),
    ):
        told = [text for part in study.parts for text in (*part.head, *part.notes, part.caption)]
        assert not any("95" in text for text in told)
        assert any("検定しない" in text for text in told)


def test_errors_within_cells_are_those_of_r_stratified_by_cell(tmp_path):
    a = pd.read_csv(ORACLE / "benchmark_first.csv")
    old = {"young": 20, "middle": 50, "old": 80}
    bands = ", ".join(
        f'{{ code = {k}, label = "{name}", min = {low}, max = {high} }}'
        for k, (name, low, high) in enumerate((("若", 0, 39), ("中", 40, 69), ("老", 70, 120)), start=1)
    )
    make(tmp_path / "a", name="モニター", settings=f"[design]\n{CELLS}", bands=bands)
    rows = [
        f"{k},{old[one.age]},{1 if one.sex == 'm' else 2},{1 if one.lonely else 2}"
        for k, one in enumerate(a.itertuples())
    ]
    (tmp_path / "a/web.csv").write_text("\n".join(["番号,age,sex,lonely", *rows]) + "\n", encoding="utf-8")
    made = ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(tmp_path / "a")))))
    found = ks.crosstab(made, "lonely").frame().iloc[0]
    assert found["percent"] == pytest.approx(100 * WANTED["within_cells", "value"])
    assert found["se"] == pytest.approx(100 * WANTED["within_cells", "se"], rel=1e-6)
    group = ks.crosstab(ks.domain(made, made.responses.answers["age_class"] != 3), "lonely").frame().iloc[0]
    assert group["percent"] == pytest.approx(100 * WANTED["within_cells_group", "value"])
    assert group["se"] == pytest.approx(100 * WANTED["within_cells_group", "se"], rel=1e-6)


def test_every_output_names_the_model_its_errors_are_of(tmp_path):
    made = sample(tmp_path / "a", CELLS)
    report = ks.make_report(made)
    cells = [cell for table in report.tables for row in table.rows for cell in row.cells]
    assert any(cell.se for cell in cells)
    assert all("srs_within_cells" in table.head_note for table in report.tables)
    assert all(not table.statements for table in report.tables)
    ks.write_report(report, tmp_path / "out")
    for name in ("report.pdf", "point.pdf"):
        assert "srs_within_cells" in text_of(tmp_path / "out" / name).replace("\r\n", "")
    assert "srs_within_cells" in (tmp_path / "out/report.html").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/data/tables.csv").read_text(encoding="utf-8-sig"))))
    assert {row["basis"] for row in rows} == {"srs_within_cells"}
    with zipfile.ZipFile(tmp_path / "out/tables.xlsx") as book:
        assert "srs_within_cells" in book.read("xl/sharedStrings.xml").decode("utf-8")
    told = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))["sample"]
    assert told["model"] == "srs_within_cells"
    tab = CliRunner().invoke(app, ["tab", str(tmp_path / "a"), "lonely", "--by", "sex"])
    assert "srs_within_cells" in tab.output.replace("\n", "")
    plain = CliRunner().invoke(app, ["tab", str(tmp_path / "a"), "lonely", "--basis", "unweighted", "--json"])
    assert {row["se"] for row in json.loads(plain.stdout)} == {None}


def test_the_model_of_simple_random_sampling_is_named_too(tmp_path):
    table = ks.make_table(sample(tmp_path / "a", 'sample = "volunteer"\nmodel = "srs"'), "lonely")
    n, cell = 200, table.rows[0].cells[0]
    p = cell.count / n
    assert cell.se == pytest.approx(100 * np.sqrt(p * (1 - p) / n), rel=0.01)
    assert "モデル（srs）" in table.head_note


@pytest.mark.parametrize(
    ("design", "word"),
    [
        ('sample = "service_users"\nmodel = "srs"', "service_users"),
        ('sample = "probability"\nmodel = "srs"', "probability"),
        ('sample = "quota"\nmodel = "srs_within_cells"', "cells"),
        ('sample = "quota"\ncells = ["sex"]', "srs_within_cells"),
        ('sample = "quota"\nmodel = "srs_in_cells"', "srs_within_cells"),
    ],
)
def test_a_model_that_cannot_be_is_refused_as_the_folder_is_read(tmp_path, design, word):
    with pytest.raises(ks.SurveyError) as fault:
        sample(tmp_path / "a", design)
    assert word in fault.value.text("ja")


def test_cells_nobody_knows_or_of_one_respondent_are_refused_by_name(tmp_path):
    for design, key in (
        (CELLS.replace('"sex"', '"sx"'), "design.model_cell_unknown"),
        (CELLS.replace('"sex"', '"age"'), "design.model_cell_unknown"),
        (CELLS, "design.model_cell_of_one"),
    ):
        with pytest.raises(ks.SurveyError) as fault:
            sample(tmp_path / key / str(len(design)), design, people=4, seed=7)
        assert fault.value.key == key


def test_a_census_says_how_many_answered_and_claims_no_error_without_an_fpc(tmp_path):
    plain = ks.make_table(sample(tmp_path / "a", 'sample = "census"\ndrawn = 250'), "lonely")
    assert plain.rows[0].cells[0].se is None
    assert any("250人のうち答えたのは200人（80.0％）" in note for note in plain.notes)
    assert any("ほかの地域や時点の人々への推測ではない" in note for note in plain.notes)
    counted = 'sample = "census"\ndrawn = 250\nframe_size = 250'
    table = ks.make_table(sample(tmp_path / "b", counted, basis="design"), "lonely")
    cell = table.rows[0].cells[0]
    p = cell.count / 200
    assert cell.se == pytest.approx(100 * np.sqrt(p * (1 - p) / 199 * (1 - 200 / 250)), rel=1e-6)
    assert "答えなかった人の分だけ" in table.head_note
    assert ks.make_table(sample(tmp_path / "c", counted), "lonely").rows[0].cells[0].se is None


def test_given_weights_of_a_census_make_no_error_either(tmp_path):
    table = ks.make_table(sample(tmp_path / "a", 'sample = "census"', basis="design", weights=True), "lonely")
    assert table.rows[0].cells[0].se is None


def test_no_test_is_made_of_people_nobody_drew(project):
    folder = ks.load_survey(project / "examples" / "npo_clients")
    sample = ks.weighted(ks.score(ks.clean(ks.read_returns(folder))))
    for asked in (
        lambda: ks.independence(sample, "q28", "sex"),
        lambda: ks.t_test(sample, "ucla_score", "sex"),
        lambda: ks.rank_test(sample, "ucla_score", "sex"),
        lambda: ks.pairwise(ks.crosstab(sample, "q28", by=["sex"])),
    ):
        with pytest.raises(ks.SurveyError) as refused:
            asked()
        assert refused.value.key == "estimation.nobody_drawn"
    assert ks.screen(sample, ["q28"], by=["sex"]).tests["p_value"].isna().all()
