"""report.html: one file for everybody, whole, accessible by axe in a browser, every figure with its place in the data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.publish.pages import report_page as report_page_module
from kodoku_survey.publish.pages.document import document
from kodoku_survey.publish.pages.quality import quality_page
from kodoku_survey.publish.pages.report_page import report_page
from kodoku_survey.publish.sheets.datafiles import write_data
from small_folder import make_folder

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
TOLD = """axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const told = document.createElement("pre"); told.id = "axe-told";
  told.textContent = JSON.stringify(found.violations.map(v => [v.id, v.impact, v.nodes.length, v.nodes[0].html]));
  document.body.appendChild(told)})"""


@pytest.fixture(scope="module")
def japanese(prefecture_sample) -> str:
    return report_page(ks.make_report(prefecture_sample))


@pytest.fixture(scope="module")
def english_report(tmp_path_factory) -> ks.Report:
    folder = make_folder(tmp_path_factory.mktemp("english") / "survey")
    settings = (folder / "survey.toml").read_text(encoding="utf-8").replace("wave = 2026", 'wave = 2026\nlang = "en"')
    (folder / "survey.toml").write_text(settings, encoding="utf-8")
    return ks.make_report(run.weigh(run.respond(folder)))


@pytest.fixture(scope="module")
def english(english_report) -> str:
    return report_page(english_report)


def violations(page: str, folder: Path) -> list[list[object]]:
    """What axe finds in the page, in a browser without a screen. Skips where there is no browser or no axe."""
    spec = find_spec("axe_core_python")
    if BROWSER is None or spec is None or spec.origin is None:
        pytest.skip("needs chromium and the package axe-core-python")
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    file = folder / "page.html"
    file.write_text(page.replace("</body>", f"<script>{axe}</script><script>{TOLD}</script></body>"), encoding="utf-8")
    command = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'browser'}",
        "--virtual-time-budget=60000", "--dump-dom", file.as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True).stdout
    told = re.search(r'<pre id="axe-told">(.*?)</pre>', shown, re.DOTALL)
    assert told is not None, shown[-300:]
    return json.loads(unescape(told[1]))


def test_axe_finds_nothing_in_japanese(japanese, tmp_path):
    assert violations(japanese, tmp_path) == []


def test_axe_finds_nothing_in_english(english, tmp_path):
    assert violations(english, tmp_path) == []


def test_axe_finds_nothing_in_the_page_of_quality(english_report, tmp_path):
    assert violations(str(quality_page(english_report)), tmp_path) == []


def test_axe_would_have_found_what_is_wrong(english, tmp_path):
    wrong = english.replace(' lang="en"', "", 1).replace('role="img" aria-label', 'role="img" data-told')
    assert {"html-has-lang", "svg-img-alt"} <= {found[0] for found in violations(wrong, tmp_path)}


@pytest.mark.parametrize("page", ["japanese", "english"])
def test_the_page_needs_no_other_and_leads_nowhere_that_is_not(page, request, tmp_path):
    text = request.getfixturevalue(page)
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert "<script" not in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


@pytest.mark.parametrize(("page", "lang"), [("japanese", "ja"), ("english", "en")])
def test_tables_have_captions_and_scopes_and_charts_say_what_they_show(page, lang, request):
    text = request.getfixturevalue(page)
    assert f'<html lang="{lang}">' in text
    assert text.count("<table") == text.count("<caption>")
    assert not re.findall(r"<th(?![a-z])(?![^>]*scope=)[^>]*>", text)
    assert not re.findall(r"<th[^>]*></th>", text)
    charts = re.findall(r"<svg[^>]*>", text)
    assert charts
    assert all('role="img"' in chart and 'aria-label="' in chart for chart in charts)
    levels = [int(level) for level in re.findall(r"<h(\d)", text)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_figure_and_table_leads_to_its_rows_of_the_data(english_report, english, tmp_path):
    write_data(english_report, tmp_path / "data")
    index = pd.read_csv(tmp_path / "data" / "tables_index.csv", dtype=str)
    for line in index.itertuples():
        part = english.split(f'<table id="{line.page.partition("#")[2]}">')[1].split("<table")[0]
        assert f"rows {line.first_row}–{line.last_row}" in part
        assert f"sheet '{line.sheet}'" in unescape(part)


def test_every_sentence_of_the_report_is_on_the_page(english_report, english):
    for table in english_report.tables:
        for sentence in table.sentences:
            assert f">{sentence}<" in unescape(english)


def test_the_same_report_is_the_same_page(english_report, english):
    assert report_page(english_report) == english


def test_a_label_that_is_a_tag_is_text(tmp_path):
    folder = make_folder(tmp_path / "survey")
    book = (folder / "codebook.toml").read_text(encoding="utf-8").replace('"男性"', '"<b>男性</b>"')
    (folder / "codebook.toml").write_text(book, encoding="utf-8")
    page = report_page(ks.make_report(run.weigh(run.respond(folder))))
    assert "<b>男性" not in page
    assert "&lt;b&gt;男性" in page


def test_no_part_of_the_document_is_lost(national):
    """A kind of block this page does not know would be left out in silence."""
    report = ks.make_report(ks.weighted(national, basis="unweighted"))
    kinds = {block["kind"] for block, _ in report_page_module._blocks(document(report))}
    assert kinds <= {"heading", "text", "list", "facts", "sentence", "table", "question"}
