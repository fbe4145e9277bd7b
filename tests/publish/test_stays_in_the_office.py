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
