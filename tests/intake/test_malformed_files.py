"""Files that are damaged, hostile or not what their name says: told as that, with line and exit code, and never a crash."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import SurveyError, SurveyFaults
from kodoku_survey.intake.readers import workbooks

sys.path.insert(0, str(Path(__file__).parents[1] / "promises"))
from little import HEAD, Little, _excel


def refused(folder: Path) -> SurveyError:
    """The one fault of a folder."""
    found = run.check(folder).faults
    assert len(found) == 1, [fault.text("en") for fault in found]
    return found[0]


@pytest.fixture
def folder(tmp_path) -> Path:
    """The little survey, delivered as CSV."""
    return Little().write(tmp_path)


def rewrite(folder: Path, change) -> None:
    path = folder / "part0.csv"
    path.write_bytes(change(path.read_bytes()))


OTHER_KINDS = {
    "gzip": (lambda content: gzip.compress(content), "gzip"),
    "xlsx": (lambda _content: _excel([HEAD]), "Excel"),
    "sav": (lambda content: b"$FL2" + content, "SPSS"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_a_csv_that_is_something_else_is_told_as_that(folder, kind):
    change, word = OTHER_KINDS[kind]
    rewrite(folder, change)
    fault = refused(folder)
    assert fault.exit_code == 3
    assert word in fault.text("en")


def test_a_file_without_headings_is_told_by_counts_and_not_by_the_person_in_its_first_line(folder):
    rewrite(folder, lambda content: content.split(b"\n", 1)[1])
    fault = refused(folder)
    assert fault.exit_code == 3
    assert fault.text("en").startswith("part0.csv:1: none of the ")
    assert Little().rows[0][3] not in fault.text("en").split("fields")[0].replace("11", "").replace("9 ", "")


def test_two_files_joined_are_told_with_the_line_the_second_heading_stands_on(folder):
    rewrite(folder, lambda content: content + content)
    fault = refused(folder)
    assert (fault.exit_code, fault.where) == (3, "part0.csv:62")
    assert "heading occurs again" in fault.text("en")


def test_a_second_byte_order_mark_is_told_with_its_line(folder):
    rewrite(folder, lambda content: content + b"\xef\xbb\xbf" + content)
    fault = refused(folder)
    assert (fault.exit_code, fault.where) == (3, "part0.csv:62")


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_an_undecodable_byte_is_told_with_its_own_line_though_the_file_is_cp932(tmp_path, newline):
    folder = replace(Little(), encoding="cp932").with_cell(0, "why", "").write(tmp_path)
    text = (folder / "part0.csv").read_bytes().replace(b"\n", newline)
    lines = text.split(newline)
    lines[40] = lines[40] + b"\x81"
    (folder / "part0.csv").write_bytes(newline.join(lines))
    fault = refused(folder)
    assert (fault.exit_code, fault.where) == (3, "part0.csv:41")


def workbook(folder: Path, change) -> None:
    """The returns as a workbook, its parts changed: name → content, None to leave it out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_excel([HEAD, *Little().rows]))) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    (folder / "part0.xlsx").write_bytes(made.getvalue())
    settings = folder / "survey.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("part0.csv", "part0.xlsx"), encoding="utf-8")


SHEET = "xl/worksheets/sheet1.xml"


def entity(name: str, content: bytes) -> bytes:
    if name != SHEET:
        return content
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return content.replace(b"<worksheet", bomb + b"<worksheet", 1)


def far_cell(name: str, content: bytes) -> bytes:
    if name != SHEET:
        return content
    return content.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def strange_number(text: bytes):
    """The number by which a cell points to its text, otherwise."""

    def change(name: str, content: bytes) -> bytes:
        if name != SHEET:
            return content
        made = re.sub(rb'(<c r="A1"[^>]*t="s"[^>]*>)<v>\d+</v>', lambda found: found[1] + text, content, count=1)
        assert made != content
        return made

    return change


BROKEN_BOOKS = {
    "a text without a number": (strange_number(b"<v>x</v>"), "cell A1"),
    "half a number of a text": (strange_number(b"<v>0.5</v>"), "cell A1"),
    "a number below none": (strange_number(b"<v>-1</v>"), "cell A1"),
    "a number between blanks": (strange_number(b"<v> 0 </v>"), "cell A1"),
    "two numbers of a text": (strange_number(b"<v>0</v><v>1</v>"), "cell A1"),
    "a number written as data": (strange_number(b"<v><![CDATA[0]]></v>"), "cell A1"),
    "a number beyond the texts": (strange_number(b"<v>99999</v>"), "not found"),
    "entities": (entity, "XML entities"),
    "a cell far beyond": (far_cell, ""),
    "no sheet": (lambda name, content: None if name == SHEET else content, ""),
    "no workbook": (lambda name, content: None if name == "xl/workbook.xml" else content, ""),
    "half a sheet": (lambda name, content: content[: len(content) // 2] if name == SHEET else content, ""),
    "not a sheet": (lambda name, content: b"\0\1" if name == SHEET else content, ""),
}


@pytest.mark.parametrize("kind", BROKEN_BOOKS)
def test_a_broken_or_hostile_workbook_is_an_unreadable_file(folder, kind):
    change, word = BROKEN_BOOKS[kind]
    workbook(folder, change)
    fault = refused(folder)
    assert fault.exit_code == 3, fault.text("en")
    assert word in fault.text("en")


def test_a_workbook_that_swells_is_not_inflated(folder, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_INFLATED", 1000)
    workbook(folder, lambda _name, content: content)
    assert refused(folder).key == "intake.too_much"


def test_a_cut_archive_is_an_unreadable_file(folder):
    workbook(folder, lambda _name, content: content)
    path = folder / "part0.xlsx"
    path.write_bytes(path.read_bytes()[:-200])
    assert refused(folder).exit_code == 3


def test_a_file_that_needs_more_memory_than_it_may_have_ends_its_own_process(folder, monkeypatch):
    from kodoku_survey.intake.readers import bounded

    monkeypatch.setattr(bounded, "_LIMITS", bounded._LIMITS + "\nraise MemoryError\n")
    workbook(folder, lambda _name, content: content)
    assert refused(folder).key == "intake.too_much"


@pytest.mark.parametrize("cell", [b'<c r="E3" t="e"><v>#N/A</v></c>', b'<c r="E3"><f>1+1</f></c>'])
def test_an_error_cell_and_a_formula_without_a_value_are_issues(folder, cell):
    import re

    workbook(
        folder,
        lambda name, content: re.sub(rb'<c r="E3"[^>]*>.*?</c>', cell, content) if name == SHEET else content,
    )
    responses = run.respond(folder)
    assert responses.answers["lonely"][1] == 9
    issue = responses.issues.query("variable == 'lonely'")
    assert issue["count"].sum() == 1
    assert issue["lost"].all()


def test_value_labels_swapped_against_the_codebook_are_a_fault_of_definitions(folder):
    frame = pd.DataFrame(Little().rows, columns=list(HEAD)).replace("", None)
    numeric = frame.drop(columns=["番号", "受付"]).astype(float)
    frame = pd.concat([frame[["番号", "受付"]], numeric], axis=1)
    settings = folder / "survey.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("part0.csv", "part0.sav"), encoding="utf-8")
    good = {"sex": {1.0: "男性", 2.0: "女性"}}
    pyreadstat.write_sav(frame, str(folder / "part0.sav"), variable_value_labels=good)
    assert run.check(folder).faults == ()
    pyreadstat.write_sav(frame, str(folder / "part0.sav"), variable_value_labels={"sex": {1.0: "女性", 2.0: "男性"}})
    found = run.check(folder).faults
    assert [fault.exit_code for fault in found] == [4, 4]
    assert "part0.sav sex: in the file 1 is '女性', which is 2" in found[0].text("en")


def ticks_called(folder: Path, *labels: dict[float, str], ticked: str = "") -> list[str]:
    """What a check says where the columns of options call their values so (1 = ticked in all of them)."""
    frame = pd.DataFrame(Little().rows, columns=list(HEAD)).replace("", None)
    frame = pd.concat([frame[["番号", "受付"]], frame.drop(columns=["番号", "受付"]).astype(float)], axis=1)
    settings = folder / "survey.toml"
    if "part0.csv" in settings.read_text(encoding="utf-8"):
        text = settings.read_text(encoding="utf-8").replace('path = "part0.csv"', f'path = "part0.sav"{ticked}')
        settings.write_text(text, encoding="utf-8")
    own = {f"act_{k}": one for k, one in enumerate(labels, start=1)}
    pyreadstat.write_sav(frame, str(folder / "part0.sav"), variable_value_labels=own)
    faults = run.check(folder).faults
    assert {fault.exit_code for fault in faults} <= {4}
    return [fault.text("en") for fault in faults]


@pytest.mark.parametrize(
    ("none", "tick"),
    [("非選択", "選択"), ("いいえ", "はい"), ("Not Selected", "Selected"), ("自治会：非該当", "自治会：該当"), ("ない", "自治会"),
     ("×", "〇"), ("Ｎｏ", "自治会")],
)  # fmt: skip
def test_ticks_labelled_the_other_way_round_are_a_fault_of_definitions(folder, none, tick):
    assert ticks_called(folder, {0.0: none, 1.0: tick}) == []
    found = ticks_called(folder, {0.0: tick, 1.0: none})
    assert len(found) == 2
    assert f"part0.sav act: in column 'act_1' the file calls 0 '{tick}', but it is read as not chosen" in found[0]
    assert f"calls 1 '{none}', but it is read as chosen" in found[1]
    assert all("ticked and unticked" in one for one in found)


def test_ticks_labelled_the_other_way_round_are_read_where_the_settings_say_so(folder):
    swapped = {0.0: "選択", 1.0: "非選択"}
    assert ticks_called(folder, swapped, ticked='\nticked = ["0"]\nunticked = ["1"]') == []
    assert len(ticks_called(folder, {0.0: "非選択", 1.0: "選択"})) == 2


def test_a_column_of_an_option_called_by_another_is_a_fault_and_a_short_name_is_none(folder):
    assert ticks_called(folder, {1.0: "自治会"}, {1.0: "趣味"}, {0.0: "", 1.0: "なし"}) == []
    found = ticks_called(folder, {1.0: "趣味"}, {1.0: "自治会"})
    assert len(found) == 2
    assert "in column 'act_1' the file calls 1 '趣味', which is another option (2)" in found[0]


@pytest.mark.parametrize(
    ("column", "cell", "key"),
    [(1, "", "blank_design"), (2, " ", "blank_design"), (3, "-3", "negative_design"), (3, "x", "selection_value")],
)
def test_a_design_that_lacks_a_value_is_told_at_its_line_as_a_fault_of_the_design(tmp_path, column, cell, key):
    rows = [list(row) for row in Little().selected]
    rows[6][column] = cell
    folder = replace(Little(), selected=tuple(map(tuple, rows))).write(tmp_path)
    fault = refused(folder)
    assert (fault.exit_code, fault.key) == (6, f"intake.{key}")
    assert "8" in fault.text("en")


def test_a_returns_file_that_may_not_be_read_is_an_unreadable_file(folder, monkeypatch):
    truly = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "part0.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return truly(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    fault = refused(folder)
    assert (fault.exit_code, fault.key) == (3, "intake.cannot_open")


@pytest.mark.parametrize("declared", [True, False])
def test_a_stray_cell_in_the_column_of_modes_is_an_issue_and_no_row_of_a_page(tmp_path, declared):
    rows = [(*row, "1" if k % 2 else "2") for k, row in enumerate(Little().rows)]
    rows[5] = (*rows[5][:-1], "死にたい")
    modes = 'modes = { "1" = "郵送", "2" = "オンライン" }' if declared else ""
    little = replace(Little(), rows=tuple(rows), head=(*HEAD, "方法"), layout=f'mode_column = "方法"\n{modes}')
    folder = little.write(tmp_path / "survey")
    settings = folder / "survey.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('mode = "郵送"\n', ""), encoding="utf-8")
    sample = run.weigh(run.respond(folder))
    assert "死にたい" not in set(sample.responses.mode)
    assert sorted(pd.Series(sample.responses.mode).value_counts()) == [1, 29, 30]
    issue = sample.responses.issues.query("kind == 'bad_mode'").iloc[0]
    assert (issue["count"], issue["column"]) == (1, "方法")
    out = ks.write_report(ks.make_report(sample), tmp_path / "out")
    for path in out.rglob("*"):
        if path.is_file():
            assert "死にたい" not in path.read_bytes().decode("utf-8", errors="ignore"), path.name


def test_all_faults_of_files_are_told_at_once(tmp_path):
    folder = replace(Little(), parts=2).write(tmp_path)
    for name in ("part0.csv", "part1.csv"):
        (folder / name).write_bytes(b"\x1f\x8b")
    with pytest.raises(SurveyFaults) as found:
        ks.read_returns(ks.load_survey(folder))
    assert len(found.value.faults) == 2
