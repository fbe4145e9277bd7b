"""The scan of finished files finds the number of a hidden cell wherever it is planted, and nothing where none is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pikepdf
import pytest
import xlsxwriter

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import DisclosureError
from kodoku_survey.publish import output
from kodoku_survey.publish.pages.pdf import typeset
from kodoku_survey.publish.release.leaks import leaks, refuse_leaks
from small_folder import make_folder

WOMEN = "[1-1] 女性 ある"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One woman alone said 「ある」."""
    folder = make_folder(tmp_path_factory.mktemp("leaks") / "folder")
    rows = [line.split(",") for line in (folder / "postal.csv").read_text(encoding="utf-8").splitlines()]
    women = [row for row in rows[1:] if row[1] == "2"]
    for row in women:
        row[2] = "2"
    women[0][2] = "1"
    (folder / "postal.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> ks.Report:
    return run.report(folder, folder.parent / "out", protection="protected")


@pytest.fixture(scope="module")
def figure(report: ks.Report) -> str:
    """The printed share of the hidden cell."""
    line = next(line for line in report.protection.kept if line.group == "女性")
    assert line.counts[0] == 1
    return line.texts[0]


@pytest.fixture
def out(folder: Path, report: ks.Report, tmp_path: Path) -> Path:
    shutil.copytree(folder.parent / "out", tmp_path / "out")
    return tmp_path / "out"


def test_a_protected_report_has_none(report: ks.Report, out: Path) -> None:
    assert leaks(report, out) == ()


def test_every_file_with_figures_of_the_report_without_gaps_is_found(report: ks.Report, folder: Path) -> None:
    run.report(folder, folder.parent / "official", protection="official")
    found = {place.split(":")[0] for place in leaks(report, folder.parent / "official")}
    assert {
        "report.pdf", "report.html", "tables.xlsx", "tables.ods", "charts.xlsx", "charts/1-1_孤独感.svg",
        "data/tables.csv", "data/data.xlsx", "data/data.ods",
    } <= found  # fmt: skip


def test_a_sentence_is_found(report: ks.Report, out: Path, figure: str) -> None:
    page = out / "report.html"
    for planted in (
        f"女性では「ある」と答えた人が{figure}％となっている。",
        "女性で「ある」と答えた人は1人である。",
        f"男性では多い。「ある」は、女性で{figure}％である。",
    ):
        page.write_text(f"<html><body><p>{planted}</p></body></html>", encoding="utf-8")
        assert any(place.startswith(f"report.html: {WOMEN}") for place in leaks(report, out)), planted


def test_what_only_looks_like_it_is_not(report: ks.Report, out: Path, figure: str) -> None:
    text = (
        f"女性では「ない」が{figure}％。男性では「趣味」が{figure}％。女性の「ある」は1年ぶりに増え、1.0ポイントの差。"
    )
    (out / "report.html").write_text(f"<html><body><p>{text}</p></body></html>", encoding="utf-8")
    assert leaks(report, out) == ()


def test_a_label_named_after_a_number_is_not_the_group_of_the_next(report: ks.Report, out: Path, figure: str) -> None:
    ends = "ない 62.6%（56.2%＝女性から67.7%＝男性まで）、無回答 2.5% （‐%＝女性から3.5%＝男性まで）"
    page = out / "report.html"
    page.write_text(f"<p>全体: {ends}、ある {figure}%（{figure}%＝全体から9.9%＝男性まで）</p>", encoding="utf-8")
    assert leaks(report, out) == ()
    page.write_text(f"<p>女性: {ends}、ある {figure}%</p>", encoding="utf-8")
    assert any(place.startswith(f"report.html: {WOMEN}") for place in leaks(report, out))


def test_an_answer_that_is_a_group_elsewhere_is_none_of_the_answer_after_it(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "folder")
    with (other / "tables.toml").open("a", encoding="utf-8") as plan:
        plan.write('[[table]]\nid = "1-3"\nsection = "1"\ntitle = "性別"\nquestion = "sex"\nby = ["lonely"]\n')
    sample = ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(other)))))
    report = ks.protect(ks.make_report(sample), profile="protected")
    line = next(line for line in report.protection.kept if (line.table, line.group) == ("1-3", "ある"))
    hidden = line.texts[line.answers.index("女性")]
    made = tmp_path / "made"
    made.mkdir()
    for group, found in (("全体: ある 12.0、", False), ("全体: ある x、", False), ("ある n=9: ", True)):
        (made / "report.html").write_text(f"<p>{group}女性 {hidden}</p>", encoding="utf-8")
        assert bool(leaks(report, made)) == found, group


def test_a_figure_of_another_year_is_none_of_this_one(report: ks.Report, out: Path, figure: str) -> None:
    line = next(line for line in report.protection.kept if line.group == "女性")
    heads = "survey_year,table_id,attribute,group_code,group,answer_code,answer,percent"
    for year, found in ((2025, False), (2026, True)):
        row = f"{year},1-1,{line.axis},{line.keys[0]},女性,{line.codes[0]},ある,{figure}"
        (out / "data" / "tables.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")
        assert any(WOMEN in place for place in leaks(report, out)) == found, year


def test_an_alternative_text_is_found(report: ks.Report, out: Path, figure: str) -> None:
    (out / "point.pdf").unlink()
    (out / "report.html").write_text(
        f'<img src="x" alt="帯グラフ。女性 n=25: ある {figure}、ない x">', encoding="utf-8"
    )
    assert any(place.startswith(f"report.html: {WOMEN}") for place in leaks(report, out))


def test_a_chart_is_found(report: ks.Report, out: Path, figure: str) -> None:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><title>図</title><desc>女性 n=25: ある {figure}、ない x</desc></svg>'
    )
    (out / "charts" / "1-1_孤独感.svg").write_text(svg, encoding="utf-8")
    with xlsxwriter.Workbook(out / "charts.xlsx") as book:
        sheet = book.add_worksheet("1-1")
        sheet.write_row(3, 0, ["性別", "n", "ある", "ない"])
        sheet.write_row(4, 0, ["女性", 25, float(figure) + 0.0123])
    found = leaks(report, out)
    assert any(place.startswith(f"charts/1-1_孤独感.svg: {WOMEN}") for place in found)
    assert any(place.startswith(f"charts.xlsx: {WOMEN}") for place in found)


def test_a_total_in_a_sheet_is_found(report: ks.Report, out: Path) -> None:
    with xlsxwriter.Workbook(out / "tables.xlsx") as book:
        sheet = book.add_worksheet("1-1")
        sheet.write_row(0, 0, ["性別", "計", "ある"])
        sheet.write_row(1, 0, ["女性", 25, 1])
    assert any(place.startswith(f"tables.xlsx: {WOMEN}") for place in leaks(report, out))


def test_a_long_table_is_found(report: ks.Report, out: Path) -> None:
    path = out / "data" / "tables.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    here = (frame["table_id"] == "1-1") & (frame["group"] == "女性") & (frame["answer"] == "ある")
    assert here.sum() == 1
    frame.loc[here, "count"] = "1"
    frame.to_csv(path, index=False, encoding="utf-8-sig")
    assert any(place.startswith(f"data/tables.csv: {WOMEN}") for place in leaks(report, out))


@pytest.mark.parametrize("column", ["standard_error", "interval_low", "design_effect", "degrees_of_freedom", "percent"])
def test_any_figure_in_the_long_table_s_line_of_a_hidden_cell_is_found(
    column: str, report: ks.Report, out: Path
) -> None:
    """A standard error tells the share: n = p(1 − p) / se²."""
    path = out / "data" / "tables.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    here = (frame["table_id"] == "1-1") & (frame["group"] == "女性") & (frame["answer"] == "ある")
    frame.loc[here, column] = "7.77"
    frame.to_csv(path, index=False, encoding="utf-8-sig")
    assert f"data/tables.csv: {WOMEN}" in leaks(report, out)


def test_a_standard_error_in_words_is_found(report: ks.Report, out: Path) -> None:
    line = next(line for line in report.protection.kept if line.group == "女性")
    for told in line.errors[0]:
        (out / "report.html").write_text(f"<p>女性の「ある」の標準誤差は{told}である。</p>", encoding="utf-8")
        assert f"report.html: {WOMEN}" in leaks(report, out)


def test_what_a_chart_of_a_workbook_keeps_of_its_own_is_found(report: ks.Report, out: Path, figure: str) -> None:
    """The sheet is right, and the chart still has the figures it was drawn from."""
    with xlsxwriter.Workbook(out / "charts.xlsx") as book:
        sheet = book.add_worksheet("1-1")
        sheet.write_row(3, 0, ["性別", "n", "ある", "ない"])
        sheet.write_row(4, 0, ["女性", 25, float(figure)])
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"name": "='1-1'!$C$4", "categories": "='1-1'!$A$5:$A$5", "values": "='1-1'!$C$5:$C$5"})
        sheet.insert_chart("F1", chart)
        sheet.write(4, 2, "X")
        # The library reads the cell when it closes: the cache is written by hand.
        chart.formula_data[chart.formula_ids["'1-1'!$C$5:$C$5"]] = [float(figure)]
        chart.formula_data[chart.formula_ids["'1-1'!$A$5:$A$5"]] = ["女性"]
        chart.formula_data[chart.formula_ids["'1-1'!$C$4"]] = ["ある"]
    assert any(place.startswith(f"charts.xlsx: {WOMEN}") for place in leaks(report, out))


def test_what_a_workbook_says_beside_its_cells_is_found(report: ks.Report, out: Path, figure: str) -> None:
    said = f"女性の「ある」は{figure}％"

    def plant(how: str, book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        if how == "title":
            book.set_properties({"title": said})
        elif how == "comment":
            sheet.write_comment("A1", said)
        elif how == "format":
            sheet.write(0, 0, 1, book.add_format({"num_format": f'"{said}"'}))
        elif how == "header":
            sheet.set_header(f"&L{said}")
        else:
            sheet.insert_textbox(1, 1, "図", {"description": said})

    for how in ("title", "comment", "format", "header", "alternative text"):
        with xlsxwriter.Workbook(out / "tables.xlsx") as book:
            plant(how, book, book.add_worksheet("1-1"))
        assert any(place.startswith(f"tables.xlsx: {WOMEN}") for place in leaks(report, out)), how


def test_properties_of_a_pdf_and_words_in_a_picture_are_found(report: ks.Report, out: Path, figure: str) -> None:
    said = f"女性の「ある」は{figure}％"
    with pikepdf.open(out / "point.pdf", allow_overwriting_input=True) as pages:
        pages.docinfo["/Subject"] = said
        pages.save()
    picture = out / "charts" / "1-1_孤独感.png"
    text = b"Comment\0" + said.encode()
    chunk = len(text).to_bytes(4, "big") + b"tEXt" + text + b"\0\0\0\0"
    content = picture.read_bytes()
    picture.write_bytes(content[:33] + chunk + content[33:])
    found = leaks(report, out)
    assert any(place.startswith(f"point.pdf: {WOMEN}") for place in found)
    assert any(place.startswith(f"charts/1-1_孤独感.png: {WOMEN}") for place in found)


def test_the_threshold_is_told_nowhere(folder: Path, tmp_path: Path) -> None:
    settings = folder / "survey.toml"
    kept = settings.read_text(encoding="utf-8")
    settings.write_text(kept.replace("[publication]", "[publication]\nthreshold = 4"), encoding="utf-8")
    run.report(folder, tmp_path / "out", protection="protected")
    settings.write_text(kept, encoding="utf-8")
    assert "threshold" not in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")


def test_the_gate_closes_and_names_no_number(
    report: ks.Report, tmp_path: Path, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(_report: ks.Report, path: Path) -> None:
        path.write_text(f"<p>女性では「ある」が{figure}％。</p>", encoding="utf-8")

    monkeypatch.setattr(output, "WRITERS", {**output.WRITERS, "report.html": told})
    with pytest.raises(DisclosureError) as closed:
        ks.write_report(report, tmp_path / "out")
    assert closed.value.exit_code == 7
    assert WOMEN in str(closed.value)
    assert figure not in str(closed.value)
    assert not (tmp_path / "out").exists()


def test_the_text_of_a_page_is_read(report: ks.Report, folder: Path, tmp_path: Path) -> None:
    unprotected = ks.make_report(report.sample)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.pdf").write_bytes(typeset(unprotected, tmp_path))
    assert any(place.startswith("report.pdf: [1-1] 女性") for place in leaks(report, tmp_path / "out"))
    with pytest.raises(DisclosureError):
        refuse_leaks(report, tmp_path / "out")
