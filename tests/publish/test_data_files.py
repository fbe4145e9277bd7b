"""data/ and the workbook by the rules of official statistics: every table found by its number, every code and unit told."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.publish.sheets.book import distinct_heads, sheet_names
from kodoku_survey.publish.sheets.datafiles import write_data
from kodoku_survey.publish.sheets.workbook import write_workbook, written
from kodoku_survey.tables import Cell
from kodoku_survey.tables.plain import plain
from small_folder import CODEBOOK, SURVEY, make_folder

IDENTITY = """wave = 2026
area = "全国"
area_code = "00000"
"""
RELEASES = """
[[release]]
date = 2027-05-01
note = "正誤：表1-1を直した。"
[[release]]
date = 2027-04-01
note = "公表"
[[file]]
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A small report: an id and labels as no data file should hold them, and two releases, the later one first."""
    folder = make_folder(tmp_path_factory.mktemp("small") / "survey")
    (folder / "survey.toml").write_text(
        SURVEY.replace("wave = 2026\n", IDENTITY).replace("[[file]]\n", RELEASES.lstrip(), 1), encoding="utf-8"
    )
    (folder / "codebook.toml").write_text(
        CODEBOOK.replace('"自治会"', '"自治会・町内会・近所"').replace('"問2"', '"問2①"'), encoding="utf-8"
    )
    tables = (folder / "tables.toml").read_text(encoding="utf-8").replace('id = "1-2"', 'id = "問2①"')
    (folder / "tables.toml").write_text(tables, encoding="utf-8")
    return ks.make_report(run.weigh(run.respond(folder)))


@pytest.fixture(scope="module")
def out(report, tmp_path_factory) -> Path:
    """Its workbook and data files."""
    folder = tmp_path_factory.mktemp("out")
    write_workbook(report, folder / "tables.xlsx")
    write_data(report, folder / "data")
    return folder


def read(out: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(out / "data" / f"{name}.csv", dtype=str, keep_default_na=False)


def told(rows: list[list[object]]) -> list[list[str]]:
    """The cells that hold something, numbers to the digits Excel keeps."""
    return [[f"{cell:.14g}" if isinstance(cell, float) else str(cell) for cell in row if cell != ""] for row in rows]


def test_a_table_is_found_by_its_number_in_every_file(out):
    index, cells = read(out, "tables_index"), read(out, "tables")
    sheets = CalamineWorkbook.from_path(out / "tables.xlsx").sheet_names
    assert set(index["sheet"]) <= set(sheets)
    assert list(index["table_id"]) == list(dict.fromkeys(cells["table_id"])) == ["1-1", "問2(1)"]
    for line in index.itertuples():
        rows = cells.iloc[int(line.first_row) - 2 : int(line.last_row) - 1]  # row 1 has the headings
        assert set(rows["table_id"]) == {line.table_id}
    assert int(index["last_row"].iloc[-1]) == len(cells) + 1


def test_every_line_says_its_unit_area_and_time(out):
    cells = read(out, "tables")
    assert set(cells["unit"]) == {"%"}
    assert set(cells["area_code"] + cells["area"]) == {"00000全国"}
    assert set(cells["time_code"]) == {"2026000000"}
    for name in ("attribute", "group_code", "group", "answer"):
        assert (cells[name] != "").all(), name


def test_every_flag_and_code_of_the_figures_is_in_the_code_table(out):
    cells, codes = read(out, "tables"), read(out, "codes")
    known = set(zip(codes["variable"], codes["code"], strict=True))
    sentences = read(out, "sentences")
    assert len(sentences)
    for frame, name in [
        (cells, "flag"),
        (cells, "basis"),
        *((sentences, n) for n in ("kind", "origin", "test", "role")),
    ]:
        assert {(name, value) for value in frame[name] if value} <= known
    assert {
        ("flag", flag) for flag in ("nil", "suppressed", "not_asked", "excluded", "reference", "below_unit")
    } <= known
    assert set(zip(cells["question"], cells["answer_code"], strict=True)) <= known


def test_no_label_of_a_data_file_divides_itself_twice_or_needs_one_platform(out):
    for path in (out / "data").glob("*.csv"):
        for name, column in pd.read_csv(path, dtype=str, keep_default_na=False).items():
            for cell in column[~column.str.endswith("。")]:
                assert not re.search("[①-⑳Ⅰ-Ⅻ　]|・.*・|、.*、", cell), (path.name, name, cell)


def test_a_label_is_spelled_plainly():
    assert plain("①　介護・看護・育児") == "(1) 介護／看護／育児"
    assert plain("㈱甲、乙、丙") == "(株)甲／乙／丙"
    assert plain("しばしばある・常にある") == "しばしばある・常にある"
    assert plain("甲、乙、丙を見た。") == "甲、乙、丙を見た。"


def test_the_update_history_is_in_the_order_of_its_days(out):
    assert list(read(out, "updates")["date"]) == ["2027-04-01", "2027-05-01"]


def test_the_package_describes_every_file_and_column_in_words(out):
    package = json.loads((out / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert {entry["path"] for entry in package["resources"]} == {path.name for path in (out / "data").glob("*.csv")}
    assert all(field["title"] for entry in package["resources"] for field in entry["schema"]["fields"])
    assert package["created"].startswith("2027-05-01")


def test_estat_lines_have_the_figures_of_the_tables(report, out):
    lines, codes = read(out, "estat"), read(out, "dimensions")
    for axis in ("tab", "cat01", "cat02", "cat03", "area", "time"):
        known = codes[codes["dimension"] == axis]
        assert known["code"].is_unique, axis
        assert set(lines[f"{axis}_code"]) == set(known["code"])
    figures = [cell for table in report.tables for row in table.rows for cell in row.cells]
    assert list(lines.loc[lines["tab_code"] == "10", "value"]) == [
        "0" if cell.flag == "nil" else cell.text for cell in figures
    ]
    bases = [str(row.n) for table in report.tables for row in table.rows]
    assert list(lines.loc[lines["tab_code"] == "20", "value"]) == bases


def test_a_hidden_cell_is_a_symbol_in_the_workbook_whatever_it_holds():
    hidden = Cell("12.3", 12.3, 1.0, 10.0, 14.0, 40, "suppressed")
    assert written(hidden).value == "X"
    assert written(Cell("‐", 0.0, count=0, flag="nil")).value == 0
    assert written(Cell("‐", None, count=0, flag="nil")).value == "***"
    assert written(Cell("…", flag="not_asked")).value == "***"


def test_the_open_format_has_the_cells_of_the_excel_file(out):
    for name in ("tables", "data/data"):
        books = [CalamineWorkbook.from_path(out / f"{name}.{kind}") for kind in ("xlsx", "ods")]
        assert books[0].sheet_names == books[1].sheet_names
        for sheet in books[0].sheet_names:
            one, other = (told(book.get_sheet_by_name(sheet).to_python()) for book in books)
            assert one == other, (name, sheet)


def test_every_table_of_the_workbook_is_marked_up_and_no_type_is_small(out):
    with zipfile.ZipFile(out / "tables.xlsx") as archive:
        names = archive.namelist()
        assert sum(name.startswith("xl/tables/") for name in names) == sum("worksheets/sheet" in name for name in names)
        styles = archive.read("xl/styles.xml").decode()
        properties = archive.read("docProps/core.xml").decode()
        pages = [archive.read(name).decode() for name in names if "worksheets/sheet" in name]
    assert min(map(float, re.findall(r'<font>.*?<sz val="([\d.]+)"', styles))) >= 10
    assert "2027-05-01" in properties
    assert "小さな調査" in properties
    assert all('fitToPage="1"' in page and "landscape" in page for page in pages)


def test_two_writings_are_the_same_bytes(report, out, tmp_path):
    write_workbook(report, tmp_path / "tables.xlsx")
    write_data(report, tmp_path / "data")
    for path in out.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / path.relative_to(out)).read_bytes(), path.name


def test_names_of_sheets_are_what_programs_allow():
    assert sheet_names(["1/2", "1-2", "History", "a" * 40]) == ("1-2", "1-2 (2)", "History (2)", "a" * 31)
    assert distinct_heads(["男", "男", "n"]) == ("男", "男 (2)", "n")
