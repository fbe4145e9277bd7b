"""What a reader who does not see the pages is told; the digest; charts as files; figures read back from the pages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pytest

import kodoku_survey as ks
from kodoku_survey.publish.charts.charts import pictures
from kodoku_survey.publish.charts.drawing import draw_charts, stems_of
from kodoku_survey.publish.charts.palette import APART, LEGIBLE, ORDERED, contrast, hatches, ink_on
from kodoku_survey.publish.pages.pdf import typeset, typeset_digest


@pytest.fixture(scope="module")
def excerpt(national) -> ks.Report:
    """A few figures of the national report."""
    return ks.make_report(ks.weighted(national), only=("1-3", "1-4", "1-5", "1-42", "1-61", "2-7", "問28"))


@pytest.fixture(scope="module")
def pdf(excerpt, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("accessible")
    (place / "report.pdf").write_bytes(typeset(excerpt, place))
    return place / "report.pdf"


def elements(pdf: Path, kind: str) -> list:
    """The elements of a kind in the structure of a document."""
    found, waiting = [], []
    with pikepdf.open(pdf) as document:
        waiting.append(document.Root.StructTreeRoot)
        while waiting:
            element = waiting.pop()
            if element.get("/S") == pikepdf.Name("/" + kind):
                found.append((str(element.get("/A", "")), str(element.get("/Alt", ""))))
            kids = element.get("/K", [])
            kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
            waiting += [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)]
    return found


def test_the_checks_of_accessibility_find_nothing(pdf):
    ran = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", str(pdf)], capture_output=True, text=True, check=False
    )
    assert "errors=0 warnings=0" in ran.stdout


def test_every_line_of_a_table_has_a_head(pdf, excerpt):
    rows = [scope for scope, _ in elements(pdf, "TH") if "/Row" in scope]
    assert len(rows) >= sum(len(table.rows) for table in excerpt.tables if table.id != "問28")


def test_a_figure_says_its_message_and_the_range_of_each_answer(pdf):
    told = [alt for _, alt in elements(pdf, "Figure")]
    assert len(set(told)) == 6  # a figure that runs on is told the same in each part
    by_age = next(alt for alt in told if alt.startswith("年齢階級別孤独の状況（直接質問）"))
    assert "「20～29歳」" in by_age
    assert "2.5%＝70～79歳から7.4%＝20～29歳まで" in by_age


def test_the_document_is_dated_after_its_data_and_describes_itself(pdf):
    with pikepdf.open(pdf) as document:
        assert str(document.docinfo["/CreationDate"])[2:10] >= "20250131"
        with document.open_metadata() as told:
            assert told["dc:description"]


def test_the_digest_has_two_to_four_pages_with_sentences_charts_and_change(national, tmp_path):
    report = ks.make_report(ks.weighted(national))
    (tmp_path / "point.pdf").write_bytes(typeset_digest(report, tmp_path))
    document = pdfium.PdfDocument(tmp_path / "point.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert 2 <= len(document) <= 4
    document.close()
    assert all(part in text for part in ("主な結果", "これまでの調査との比較", "図1-1", "図1-2", "図1-3"))


def test_published_figures_are_read_back_from_the_text_of_the_pages(pdf, shared):
    told = pd.read_csv(shared / "golden" / "published_figures.csv", dtype=str, keep_default_na=False)
    document = pdfium.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    checked = 0
    for figure in ("fig1-3", "fig1-4"):
        own = told[
            (told["figure"] == figure) & (told["wave"] == "2024") & (told["usable"] == "yes") & (told["percent"] != "")
        ]
        for group, row in own.groupby("row_category", sort=False):
            printed = r"\s+".join(re.escape(value) for value in row["percent"])
            assert re.search(printed, text), (figure, group)
            checked += len(row)
    assert checked > 80


def test_a_chart_file_is_named_by_its_table_and_explains_itself(excerpt, tmp_path):
    stems = draw_charts(excerpt, tmp_path / "charts", lambda *_: None)
    assert stems == stems_of(excerpt.tables)
    assert stems["1-3"].startswith("1-3_年齢階級別孤独の状況")
    svg = (tmp_path / "charts" / f"{stems['1-3']}.svg").read_text(encoding="utf-8")
    assert "<title" in svg
    assert "<desc" in svg
    assert "<text" not in svg  # letters are outlines
    png = (tmp_path / "charts" / f"{stems['1-3']}.png").read_bytes()
    assert int.from_bytes(png[16:20], "big") >= 1600


def test_every_figure_of_a_band_is_printed(excerpt):
    for table in excerpt.tables:
        if table.figure == "band":
            drawn = [text for picture in pictures(table) for text in picture.texts]
            for row in table.rows:
                for cell in row.cells:
                    assert not cell.value or cell.text in drawn, (table.id, row.group, cell.text)


def test_a_figure_titled_by_groups_draws_the_groups_and_earlier_waves_are_drawn(excerpt):
    by_id = {
        table.id: [t for p in pictures(table) for t in p.texts] for table in excerpt.tables if table.figure != "none"
    }
    assert any(text.startswith("女性 80歳以上") for text in by_id["1-42"])
    assert any(text.startswith("2022年") for text in by_id["2-7"])
    assert any(re.fullmatch(r"[+-]\d+\.\d", text) for text in by_id["1-61"])


def test_labels_can_be_read_on_their_ground_and_neighbours_be_told_apart():
    for shade in ORDERED:
        assert contrast(shade, ink_on(shade)) >= LEGIBLE
    for shades in (ORDERED, ("#3f90da", "#ffa90e", "#bd1f01")):
        lined = hatches(list(shades), None)
        for k in range(1, len(shades)):
            assert contrast(shades[k - 1], shades[k]) >= APART or lined[k] != lined[k - 1]


def test_the_manifest_does_not_claim_what_nobody_verified(prefecture, tmp_path):
    out = ks.write_report(ks.make_report(ks.weighted(prefecture), only=("1",)), tmp_path / "out")
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert told["pdf"]["full_validation"] == "not verified"
    assert "point.pdf" in told["outputs"]
