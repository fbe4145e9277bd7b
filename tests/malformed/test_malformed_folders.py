"""Files and settings nobody should deliver: each told as what it is, at its place, by the exit code of its kind.

Structure of files 3; names, keys, labels, definitions and history 4; cells and people 5; margins, weights and PSUs 6.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
import xlsxwriter
from damage import (
    HEAD,
    MARGINS,
    REGISTER,
    RETURNS,
    SECRET,
    SETTINGS,
    SHEET,
    Little,
    changed,
    found,
    line,
    replaced,
    setting,
    workbook,
    written,
)
from typer.testing import CliRunner

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.cli.demonstrating import app
from kodoku_survey.errors import UsageError
from kodoku_survey.intake.readers import bulk, delimited

KEPT = ("sex,1,1700,persons,t", "sex,2,1900,persons,t")
DIGITS = "9" * 5000


def margins(*lines: str):
    return written(MARGINS, "variable,code,value,unit,source\n" + "\n".join(lines) + "\n")


def history(*lines: str):
    return written("history.csv", "wave,table,group,answer,percent,n,mark,source\n" + "\n".join(lines) + "\n")


def declared(text: str):
    return setting('mode = "郵送"', 'mode = "郵送"\n' + text)


def far_doctype(name: str, content: bytes) -> bytes:
    far = b"<!-- " + b"<x" * 90_000 + b' --><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'
    return content.replace(b"<worksheet", far, 1) if name == SHEET else content


def impossible_place(name: str, content: bytes) -> bytes:
    cell = b'<c r="ZZZZZZZ99999999999"><v>1</v></c>'
    return re.sub(rb'<c r="E3"[^>]*?>.*?</c>', cell, content, count=1) if name == SHEET else content


def swollen(name: str, content: bytes) -> bytes:
    return content.replace(b"</sheetData>", b" " * (120 << 20) + b"</sheetData>") if name == SHEET else content


# What is wrong → how, the exit code, what the message names.
CASES = {
    # structure of files
    "EUC-JP that is no cp932": (
        changed(RETURNS, lambda c: c.decode().replace("sex", "孤独感の質問").encode("euc_jp")), 3, "EUC-JP"),
    "ISO-2022-JP": (changed(RETURNS, lambda c: c.decode().encode("iso2022_jp")), 3, "ISO-2022-JP"),
    "UTF-16 without a mark": (changed(RETURNS, lambda c: c.decode().encode("utf-16-le")), 3, "UTF-16"),
    "a byte cp932 has no character for": (
        changed(RETURNS, lambda c: c.decode().encode("cp932").replace(b"\n30,", b"\n30\xff,")), 3, "part0.csv:31"),
    "a private character of cp932": (
        changed(RETURNS, lambda c: c.decode().encode("cp932").replace(b"\n30,", b"\n\x8030,")), 3, "part0.csv:31"),
    "a workbook with a password": (
        lambda folder: (written("part0.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 999)(folder), setting(RETURNS, "part0.xlsx")(folder)),
        3, "password"),
    "entities far behind a comment": (workbook(far_doctype), 3, "entities"),
    "a cell nowhere in a sheet": (workbook(impossible_place), 3, "part0.xlsx"),
    "a workbook that is mostly blanks": (workbook(swollen), 3, "swell"),
    "margins with a field too many": (margins(KEPT[0] + ",x", KEPT[1]), 3, "margins.csv line 2"),
    "margins with a quotation mark left open": (margins('sex,"1,1700,persons,t', KEPT[1]), 3, "line"),
    # names, keys, definitions, history
    "a number of thousands of digits": (setting("wave = 2026", f"wave = {DIGITS}"), 4, SETTINGS),
    "the encoding that refuses everything": (declared('encoding = "undefined"'), 4, "encoding"),
    "an encoding of programs": (declared('encoding = "unicode_escape"'), 4, "encoding"),
    "half a year": (history("2023.5,1-1,男性,1,10,30,,t"), 4, "history.csv line 2 wave"),
    "half a person": (history("2023,1-1,男性,1,10,30.5,,t"), 4, "history.csv line 2 n"),
    "a figure twice, its group called otherwise": (
        history("2023,1-1,男性,1,10,30,,t", "2023,1-1,sex=1,1,11,30,,t"), 4, "history.csv line 3"),
    "a total with a code": (margins(*KEPT, "age,5,99,total,t"), 4, "age=5"),
    "a total of what is no number": (margins(*KEPT, "lonely,,99,total,t"), 4, "lonely"),
    "a control character of the second kind": (replaced("codebook.toml", "決してない", "決して\\u0085ない"), 4, "control"),
    "the character that deletes": (setting("小さな調査", "小さな\\u007f調査"), 4, "control"),
    "a limit wider than 32 bits": (replaced("codebook.toml", "maximum = 110", "maximum = 1e20"), 4, "maximum"),
    # margins, weights, PSUs
    "a margin of nobody": (margins("sex,1,0,persons,t", "sex,2,0,persons,t"), 6, "margins.csv [sex]"),
    "a margin of two units": (margins(KEPT[0], "sex,2,0.5,share,t"), 6, "margins.csv [sex=2]"),
    "a blank in the margins": (margins("sex,1,,persons,t", KEPT[1]), 6, "margins.csv line 2 value"),
    "a word in the margins": (margins("sex,1,many,persons,t", KEPT[1]), 6, "margins.csv line 2 value"),
    "fewer than nobody": (margins("sex,1,-5,persons,t", KEPT[1]), 6, "margins.csv line 2 value"),
    "more than anybody counts": (margins("sex,1,1e308,persons,t", KEPT[1]), 6, "margins.csv line 2 value"),
    "a margin twice": (margins(*KEPT, KEPT[0]), 6, "margins.csv [sex=1]"),
    "a weight without measure": (changed(REGISTER, lambda c: c.replace(b"\n5,2,6,55", b"\n5,2,6,1e300")), 6, "line 6"),
    "a PSU nobody sees": (changed(REGISTER, lambda c: c.replace(b"\n5,2,6,", "\n5,2,\u200b,".encode())), 6, "line 6"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_told_at_its_place_with_the_exit_code_of_its_kind(case, tmp_path):
    damage, code, words = CASES[case]
    assert found(tmp_path, damage)[0] == code
    assert words in found(tmp_path / "again", damage)[1]


@pytest.mark.parametrize(
    ("cells", "variable"),
    [(f"9,2026-01-10,1,{DIGITS},1,1,1,0,0", "age"), (f"9,2026-01-10,{DIGITS},40,1,1,1,0,0", "sex"),
     (f"9,2026-01-10,1,40,1,1,{DIGITS},0,0", "act"), (f"9,2026-01-10,1,40,{SECRET},1,1,0,0", "lonely")],
)  # fmt: skip
def test_a_cell_of_thousands_of_digits_is_an_issue_of_its_column(cells, variable, tmp_path):
    code, issues = found(tmp_path, line(10, cells))
    assert code == 0
    assert variable in issues
    assert SECRET not in issues


def test_an_error_cell_is_found_in_a_sheet_whose_part_has_another_number(tmp_path):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet("表紙 & 注").write(0, 0, "x")
        sheet = book.add_worksheet("回答")
        for row, cells in enumerate([HEAD, *Little().rows]):
            sheet.write_row(row, 0, cells)
        sheet.write_formula(2, 4, "=1/0", None, "#DIV/0!")
    exchanged = {SHEET: SHEET.replace("1", "2"), SHEET.replace("1", "2"): SHEET}
    content = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                part = part.replace(b"sheet1", b"sheet0").replace(b"sheet2", b"sheet1").replace(b"sheet0", b"sheet2")
            new.writestr(exchanged.get(name, name), part)

    def damage(folder):
        workbook(lambda _name, part: part, content.getvalue())(folder)
        setting('path = "part0.xlsx"', 'path = "part0.xlsx"\nsheet = "回答"')(folder)

    code, issues = found(tmp_path, damage)
    assert code == 0
    assert "lonely" in issues


def test_a_large_file_keeps_the_noughts_before_its_numbers(tmp_path, monkeypatch):
    """pandas makes numbers of digits where it may: 007 would be another person, and 01 no code as it was written."""
    monkeypatch.setattr(delimited, "LARGE", 10)
    monkeypatch.setattr(bulk, "ROWS", 7)
    padded = tuple((f"{int(row[0]):03}", *row[1:]) for row in Little().rows)
    selected = tuple((f"{int(row[0]):03}", *row[1:]) for row in Little().selected)
    made = replace(Little(), rows=padded, selected=selected).responses(tmp_path / "large")
    monkeypatch.undo()
    strict = replace(Little(), rows=padded, selected=selected).responses(tmp_path / "strict")
    assert list(made.id) == list(strict.id)
    assert list(made.line) == list(strict.line)
    assert made.frame().equals(strict.frame())


def test_figures_of_groups_in_the_history_are_not_the_row_of_everybody(tmp_path):
    lines = [
        f"2023,1-1,{group},{code},{value},30,,t" for group, value in (("全体", 40), ("男性", 7)) for code in (1, 2, 3)
    ]
    folder = Little().write(tmp_path)
    history(*lines)(folder)
    replaced("tables.toml", "focus = [1]", 'focus = [1]\nhistory = "yes"')(folder)
    table = ks.make_report(run.weigh(run.respond(folder))).tables[0]
    (earlier,) = [row for row in table.rows if row.wave == 2023 and not row.axis]
    assert [cell.value for cell in earlier.cells][:3] == [40, 40, 40]


@pytest.mark.parametrize("arguments", [["lonley"], ["lonely", "--by", "sex:aeg"]])
def test_a_question_nobody_has_is_a_wrong_argument_with_the_one_that_is_meant(arguments, tmp_path):
    told = CliRunner().invoke(app, ["tab", str(Little().write(tmp_path)), *arguments], standalone_mode=False)
    assert isinstance(told.exception, UsageError)
    assert {"lonley": "lonely"}.get(arguments[0], "age") in told.exception.text("en")


def test_a_workbook_of_many_blanks_but_no_great_size_is_read(tmp_path):
    def padded(name: str, content: bytes) -> bytes:
        return content.replace(b"</sheetData>", b" " * (8 << 20) + b"</sheetData>") if name == SHEET else content

    assert found(tmp_path, workbook(padded))[0] == 0
