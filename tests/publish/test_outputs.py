"""What comes out: read back by other programs and compared; the same bytes twice; whole or not at all."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pikepdf
import pyreadstat
import pytest
from python_calamine import CalamineWorkbook

import kodoku_survey as ks
from kodoku_survey.errors import BusyError, OutputError
from kodoku_survey.publish.microdata.microdata import microdata, write_microdata
from kodoku_survey.publish.release.whole import whole_folder


@pytest.fixture(scope="module")
def report(prefecture_sample):
    """The prefecture's report, all tables."""
    return ks.make_report(prefecture_sample)


@pytest.fixture(scope="module")
def out(report, tmp_path_factory) -> Path:
    """The report, published."""
    return ks.write_report(report, tmp_path_factory.mktemp("published") / "out")


def test_everything_promised_is_there(out):
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {"report.pdf", "tables.xlsx", "data/tables.csv", "data/codes.csv", "data/datapackage.json"} <= names
    assert {"data/data.xlsx", "report.html", "quality.html", "manifest.json"} <= names
    assert any(name.startswith("charts/") and name.endswith(".svg") for name in names)
    assert any(name.startswith("charts/") and name.endswith(".png") for name in names)


def test_a_second_run_writes_the_same_bytes(report, out, tmp_path):
    again = ks.write_report(report, tmp_path / "again")
    assert (again / "manifest.json").read_bytes() == (out / "manifest.json").read_bytes()
    assert (again / "report.pdf").read_bytes() == (out / "report.pdf").read_bytes()


def test_the_manifest_has_the_hash_of_every_output(out):
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    found = {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert told == found


def test_the_data_file_is_utf8_with_bom_and_crlf_and_has_no_title_row(out):
    content = (out / "data" / "tables.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8)
    assert content.count(b"\r\n") == content.count(b"\n")
    frame = pd.read_csv(out / "data" / "tables.csv", keep_default_na=False)
    assert frame.columns[0] == "survey_year"
    assert not frame.duplicated(["table_id", "question", "attribute", "group_code", "answer_code", "survey_year"]).any()


def test_a_number_or_a_blank_stands_in_the_data_file_never_a_mark(out):
    frame = pd.read_csv(out / "data" / "tables.csv", dtype=str, keep_default_na=False)
    for column in ("percent", "standard_error", "interval_low", "interval_high", "count", "n_unweighted", "n_weighted"):
        assert frame[column].str.fullmatch(r"-?\d*\.?\d*(e-?\d+)?").all(), column


def test_the_data_package_describes_the_file_as_it_is(out):
    package = json.loads((out / "data" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = out / "data" / resource["path"]
        assert resource["hash"].removeprefix("sha256:") == hashlib.sha256(path.read_bytes()).hexdigest()
        if path.suffix == ".csv":
            header = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
            assert [field["name"] for field in resource["schema"]["fields"]] == header


def test_the_workbook_holds_the_figures_of_the_tables(report, out):
    book = CalamineWorkbook.from_path(out / "tables.xlsx")
    tables = {table.id: table for table in report.tables}
    front = ["表紙", "目次", "注記"]
    assert book.sheet_names == [*front, *tables]  # a sheet is called by the number of its table
    checked = 0
    for name, table in zip(book.sheet_names[len(front) :], report.tables, strict=True):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        numbers = [cell for row in rows for cell in row if isinstance(cell, float)]
        for row in table.rows:
            for cell in row.cells:
                if cell.flag in ("", "reference", "below_unit") and cell.value is not None:
                    assert any(abs(number - float(cell.text)) < 1e-9 for number in numbers), (table.id, cell.text)
                    checked += 1
    assert checked > 500


def test_the_machine_workbook_merges_nothing_and_has_the_csv(out):
    with zipfile.ZipFile(out / "data" / "data.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any("<mergeCell" in sheet for sheet in sheets)
    book = CalamineWorkbook.from_path(out / "data" / "data.xlsx")
    rows = book.get_sheet_by_index(0).to_python()
    frame = pd.read_csv(out / "data" / "tables.csv", keep_default_na=False)
    assert rows[0] == list(frame.columns)
    assert len(rows) - 1 == len(frame)


def test_no_cell_of_the_workbook_is_a_formula(out):
    for name in ("tables.xlsx", "data/data.xlsx"):
        with zipfile.ZipFile(out / name) as archive:
            assert not any(b"<f>" in archive.read(part) for part in archive.namelist() if "worksheets" in part)


def test_the_pdf_is_tagged_titled_bookmarked_and_speaks_japanese(out):
    with pikepdf.open(out / "report.pdf") as pdf:
        assert {"/StructTreeRoot", "/MarkInfo", "/Outlines", "/Lang"} <= set(pdf.Root.keys())
        assert str(pdf.Root.Lang).startswith("ja")
        assert "調査報告書" in str(pdf.docinfo["/Title"])


def test_the_quality_page_needs_no_network(out):
    page = (out / "quality.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"https?:", page)
    assert '<html lang="ja"' in page


def test_synthetic_data_is_said_to_be_so_everywhere(out):
    assert "擬似データ" in (out / "quality.html").read_text(encoding="utf-8")
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["synthetic"] == "yes"
    book = CalamineWorkbook.from_path(out / "tables.xlsx")
    for name in book.sheet_names:
        text = " ".join(str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row)
        assert "擬似データ" in text, name
    for chart in (out / "charts").glob("*.svg"):
        assert "擬似データ" in chart.read_text(encoding="utf-8"), chart.name


@pytest.mark.parametrize("ending", ["csv", "sav", "dta"])
def test_microdata_reads_back_as_it_was(prefecture_sample, tmp_path, ending):
    path = tmp_path / f"microdata.{ending}"
    write_microdata(prefecture_sample, path)
    frame = microdata(prefecture_sample)
    if ending == "csv":
        back = pd.read_csv(path, dtype={"id": str})
    else:
        back, meta = pyreadstat.read_sav(path, user_missing=True) if ending == "sav" else pyreadstat.read_dta(path)
        assert meta.column_names_to_labels["lonely"].endswith("孤独感（直接質問）")
        assert meta.variable_value_labels["lonely"][1] == "いつもある"
    assert list(back.columns) == list(frame.columns)
    np.testing.assert_allclose(back["weight"], frame["weight"], rtol=1e-15)
    for name in ("sex", "lonely", "ucla_score", "activity_1"):
        # Stata holds 無回答 as .n, which reads as missing (test_microdata_labels.py).
        given = (
            frame[name].mask(frame[name] == 9) if (ending, name) in (("dta", "sex"), ("dta", "lonely")) else frame[name]
        )
        assert (back[name].astype("Float64").fillna(-5) == given.astype("Float64").fillna(-5)).all(), name


def test_an_interrupted_run_leaves_what_was_there(tmp_path):
    out = tmp_path / "out"
    with whole_folder(out) as made:
        (made / "manifest.json").write_text('{"kodoku_survey": "first", "outputs": {}}')

    def interrupted():
        with whole_folder(out) as made:
            (made / "manifest.json").write_text('{"kodoku_survey": "second", "outputs": {}}')
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "first" in (out / "manifest.json").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_second_run_on_the_same_folder_is_refused(tmp_path):
    with whole_folder(tmp_path / "out") as made, pytest.raises(BusyError), whole_folder(tmp_path / "out"):
        pass
    assert not made.exists()


def test_a_lock_of_a_run_that_died_is_taken_over(tmp_path):
    (tmp_path / ".out.lock").write_text("999999999")
    with whole_folder(tmp_path / "out") as made:
        (made / "manifest.json").write_text("{}")
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_folder_of_the_users_own_is_never_replaced(tmp_path):
    own = tmp_path / "out"
    own.mkdir()
    (own / "thesis.docx").write_text("mine")
    with pytest.raises(OutputError), whole_folder(own):
        pass
    assert os.listdir(own) == ["thesis.docx"]
