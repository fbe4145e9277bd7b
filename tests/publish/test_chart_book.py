"""charts.xlsx: a native chart for each figure, made of the cells beside it, which hold the figures of the report."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.publish.charts.charts import is_drawn
from kodoku_survey.publish.sheets.chart_book import write_chart_book
from kodoku_survey.tables import Cell
from small_folder import make_folder


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> ks.Report:
    """Shares in bands and bars."""
    return ks.make_report(run.weigh(run.respond(make_folder(tmp_path_factory.mktemp("small") / "survey"))))


@pytest.fixture(scope="module")
def book(report, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("out") / "charts.xlsx"
    write_chart_book(report, path)
    return path


def charts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
        return [archive.read(name).decode() for name in names]


def test_every_figure_has_its_sheet_and_its_chart(report, book):
    drawn = [table.id for table in report.tables if is_drawn(table)]
    assert CalamineWorkbook.from_path(book).sheet_names == ["目次", *drawn]
    assert len(charts(book)) == len(drawn)


def test_a_chart_is_made_of_the_cells_beside_it(report, book):
    made = CalamineWorkbook.from_path(book)
    for table, chart in zip(report.tables, charts(book), strict=True):
        rows = made.get_sheet_by_name(table.id).to_python(skip_empty_area=False)
        for reference in re.findall(r"<c:f>([^<]+)</c:f>", chart):
            sheet, _, cells = reference.rpartition("!")
            assert sheet.strip("'") == table.id
            line = int(re.findall(r"\d+", cells)[0])
            assert any(rows[line - 1])
        held = [cell for row in rows[4:] for cell in row[2 : 2 + len(table.header)]]
        assert held == [0.0 if cell.flag == "nil" else float(cell.text) for row in table.rows for cell in row.cells]


def test_a_band_adds_up_as_printed_and_is_not_stretched_to_a_hundred(book):
    band = charts(book)[0]
    assert 'grouping val="stacked"' in band
    assert "percentStacked" not in band
    assert '<c:max val="100"/>' in band


def test_a_hidden_cell_has_no_number_in_the_chart(report, tmp_path):
    table = report.tables[0]
    row = table.rows[0]
    kept = replace(row, cells=(Cell("x", flag="suppressed"), *row.cells[1:]))
    write_chart_book(replace(report, tables=(replace(table, rows=(kept, *table.rows[1:])),)), tmp_path / "c.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "c.xlsx").get_sheet_by_name(table.id).to_python(skip_empty_area=False)
    assert rows[4][2] == "X"


def test_a_chart_says_in_words_what_it_shows_and_two_writings_are_the_same(report, book, tmp_path):
    with zipfile.ZipFile(book) as archive:
        drawings = [
            archive.read(name).decode() for name in archive.namelist() if re.match(r"xl/drawings/drawing\d", name)
        ]
    assert all(re.search(r'descr="[^"]{20,}', drawing) for drawing in drawings)
    write_chart_book(report, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()
