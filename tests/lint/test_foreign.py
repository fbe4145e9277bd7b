"""Files no one here made: every rule they break is told, no other, and what cannot be tested earns no points."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from foreign import FOREIGN, PERSONS, csv
from offending import OFFENDING, write_csv
from old_excel import write_old_excel
from typer.testing import CliRunner

from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import FileError
from kodoku_survey.lint import lint_files
from kodoku_survey.lint.read_file import read_file

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("name", FOREIGN)
def test_an_office_s_file_breaks_these_rules_and_no_other(name, tmp_path):
    told = FOREIGN[name]
    found = lint_files([told.make(tmp_path)])
    broken = {one.rule.id: {offence.place for _, offence in one.offences} for one in found.broken}
    assert " ".join(rule for rule in broken if rule.startswith("L")) == told.rules_2026
    assert " ".join(rule for rule in broken if not rule.startswith("L")) == told.rules_2020
    assert {rule for rule, place in told.places.items() if place not in broken[rule]} == set()


def test_headings_on_several_lines_are_read_as_one_name_each(tmp_path):
    (grid,) = read_file(FOREIGN["a census workbook with heads on three lines"].make(tmp_path))
    assert [column.head for column in grid.columns][2:4] == ["人口_総数_Total", "人口_男_Male"]
    assert grid.table.first == 6


def test_a_blank_age_is_not_to_be_filled(tmp_path):
    found = {one.rule.id: one for one in lint_files([csv(PERSONS)(tmp_path)], language="en").broken}
    assert not {"L2-02", "1-6"} & set(found)
    assert "do not fill it" in found["L1-09"].offences[0][1].reason


def test_rules_that_were_not_tested_earn_no_points_and_are_counted(tmp_path):
    (pdf,) = OFFENDING["L1-01"](tmp_path)
    found = lint_files([pdf], rule_sets=("2026",))
    assert found.points(pdf.name, "L1") == 0
    assert found.points(pdf.name, "L2") is None
    assert found.tested(pdf.name, "L2") == (0, 6)
    assert found.kept("2026") == (0, 1)
    shown = CliRunner().invoke(app, ["lint", str(pdf)]).output
    assert "レベル2 検査なし（未検査 6）" in shown
    files = write_csv(tmp_path)
    assert lint_files(files).points("figures.csv", "L2") == 100


@pytest.mark.parametrize("rule", ["L1-03", "L1-10", "L2-02", "L3-05", "L3-06", "L3-08", "1-12"])
def test_what_the_check_itself_says_is_in_one_language(rule, tmp_path):
    for language, foreign in (("en", JAPANESE), ("ja", re.compile("[A-Za-z]{4,}"))):
        (one,) = [one for one in lint_files(OFFENDING[rule](tmp_path), language=language).broken if one.rule.id == rule]
        assert one.offences[0][1].reason or one.offences[0][1].value
        assert not any(foreign.search(offence.reason) for _, offence in one.offences)


def test_an_open_document_is_read_with_what_is_merged_hidden_noted_and_calculated(tmp_path):
    path = _ods(tmp_path)
    found = {one.rule.id: [offence.place for _, offence in one.offences] for one in lint_files([path]).broken}
    assert (found["L1-12"], found["L1-13"], found["L2-06"]) == (["A1:B1"], ["3"], ["C4"])
    assert "L1-10" in found
    assert next(one.outcome for one in lint_files([path]).findings if one.rule.id == "L1-11") == "not_tested"


ROWS = """<table:table-row><table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>year</text:p>
</table:table-cell><table:covered-table-cell/><table:table-cell office:value-type="string"><text:p>persons</text:p>
<office:annotation><text:p>note</text:p></office:annotation></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="2023"/><table:table-cell/>
<table:table-cell office:value-type="float" office:value="10"/></table:table-row>
<table:table-row table:visibility="collapse"><table:table-cell office:value-type="float" office:value="2024"/><table:table-cell/>
<table:table-cell office:value-type="float" office:value="12"/></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="2025"/><table:table-cell/>
<table:table-cell table:formula="of:=[.C2]" office:value-type="float" office:value="10"/></table:table-row>
<table:table-row table:number-rows-repeated="1048572"><table:table-cell table:number-columns-repeated="16384"/>
</table:table-row>"""


def _ods(folder: Path) -> Path:
    import zipfile

    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="t">{ROWS}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(folder / "figures.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return folder / "figures.ods"


def test_the_values_of_an_old_excel_file_are_read_and_its_looks_are_not_judged(tmp_path):
    rows = [
        ["年", "地域", "人口（人）"],
        [2024.0, "東京都", 14178000.0],
        [2024.0, "大阪府", None],
        [2024.0, "京都府", -3.5],
    ]
    write_old_excel(tmp_path / "old.xls", rows, "人口")
    (grid,) = read_file(tmp_path / "old.xls")
    assert (grid.name, grid.kind) == ("人口", "xls")
    assert [
        [grid.cells[line, k].value if (line, k) in grid.cells else None for k in (1, 2, 3)] for line in (1, 2, 3, 4)
    ] == rows
    found = lint_files([tmp_path / "old.xls"])
    broken = {one.rule.id for one in found.broken}
    assert "L1-01" in broken  # a format of old
    assert "L1-09" in broken  # the blank among the figures
    assert not broken & {"L1-10", "L1-11", "L1-12", "L1-13", "1-4", "1-7", "1-8"}  # merged, hidden, formats: not read


def test_an_old_excel_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(FileError, match=r"old\.xls"):
        lint_files([tmp_path / "old.xls"])
