"""庁内限り: marked wherever it is seen, and nothing for machines; microdata are no release."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from kodoku_survey import run
from small_folder import make_folder

MARK = "庁内限り"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    above = tmp_path_factory.mktemp("onsite")
    run.report(make_folder(above / "folder"), above / "out", protection="onsite")
    return above / "out"


def test_nothing_for_machines_is_written(written: Path) -> None:
    assert not (written / "data").exists()
    assert not (written / "charts.xlsx").exists()
    assert not list(written.rglob("*.csv"))


def test_every_sheet_page_and_picture_is_marked(written: Path) -> None:
    for kind in ("xlsx", "ods"):
        book = CalamineWorkbook.from_path(str(written / f"tables.{kind}"))
        for name in book.sheet_names:
            assert any(MARK in str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row), name
    for name in ("report.pdf", "point.pdf"):
        with pypdfium2.PdfDocument(written / name) as pages:
            assert [k for k, page in enumerate(pages) if MARK not in page.get_textpage().get_text_bounded()] == [], name
        with pikepdf.open(written / name) as held:
            assert len(held.pages)
    told = [written / "report.html", written / "quality.html", *written.glob("charts/*.svg")]
    assert len(told) > 3
    assert all(MARK in path.read_text(encoding="utf-8") for path in told)


def test_the_manifest_says_that_it_stays(written: Path) -> None:
    told = json.loads((written / "manifest.json").read_text(encoding="utf-8"))["protection"]
    assert told == {"profile": "onsite", "release": False, "notice": MARK}


def test_the_manifest_of_microdata_says_that_they_are_no_release(tmp_path: Path) -> None:
    run.prepare(make_folder(tmp_path / "folder"), tmp_path / "out", formats=("csv",))
    told = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["protection"]
    assert told["release"] is False
    assert "個票" in told["notice"]


def test_it_speaks_of_no_file_that_is_not_written_and_of_no_mark_it_does_not_use(written: Path) -> None:
    with pypdfium2.PdfDocument(written / "report.pdf") as pages:
        told = "".join(page.get_textpage().get_text_bounded() for page in pages)
    for text in (told, (written / "report.html").read_text(encoding="utf-8")):
        assert "tables.csv" not in text
        assert "秘匿したもの" not in text
    sheets = CalamineWorkbook.from_path(str(written / "tables.xlsx"))
    notes = [
        str(cell) for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row
    ]
    assert not any("秘匿したもの" in note for note in notes)


def test_diff_with_an_official_release_tells_the_profile_and_no_table_as_gone(written: Path, tmp_path: Path) -> None:
    run.report(written.parent / "folder", tmp_path / "official", protection="official")
    found = run.diff(tmp_path / "official", written).frame
    assert found["kind"].to_list() == ["setting", "table"]
    assert found.iloc[0][["place", "old", "new"]].to_list() == ["--protection", "official", "onsite"]
    assert found.iloc[1][["place", "new"]].to_list() == ["data/tables.csv", "absent"]
    assert run.diff(written, written).frame.empty
