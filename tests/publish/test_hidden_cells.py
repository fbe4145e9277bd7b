"""What every writer makes of a figure the release keeps to itself: the mark, and nothing it could be told from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import kodoku_survey as ks
from kodoku_survey.publish.charts.charts import draw, render
from kodoku_survey.publish.charts.drawing import draw_charts
from kodoku_survey.publish.charts.left_out import left_out
from kodoku_survey.publish.pages.digest import digest
from kodoku_survey.publish.pages.document import document
from kodoku_survey.publish.pages.report_page import report_page
from kodoku_survey.publish.pages.result_blocks import table_blocks
from kodoku_survey.publish.sheets.chart_book import write_chart_book
from kodoku_survey.publish.sheets.datafiles import tidy
from kodoku_survey.tables.table import HIDDEN, Cell
from kodoku_survey.tables.words import words
from small_folder import make_folder

KEPT = Cell(HIDDEN, flag="suppressed")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ks.Report:
    folder = make_folder(tmp_path_factory.mktemp("hidden") / "folder")
    made = ks.make_report(ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey(folder))))))
    table = made.tables[0]
    last = replace(table.rows[-1], n=None, weighted_n=None, hidden=True, cells=(KEPT,) * len(table.header))
    first = replace(table.rows[0], cells=(KEPT, KEPT, *table.rows[0].cells[2:]))
    told = replace(table, rows=(first, *table.rows[1:-1], last), crosstab=None)
    return replace(made, tables=(told, *made.tables[1:]))


def test_hidden_cells_have_no_figure_in_the_data_file(report: ks.Report) -> None:
    frame = tidy(report).query("table_id == '1-1'")
    kept = frame[frame["flag"] == "suppressed"]
    assert len(kept) == 2 + len(report.tables[0].header)
    figures = ["percent", "standard_error", "interval_low", "interval_high", "design_effect", "count"]
    assert kept[figures].isna().all(axis=None)
    assert kept[kept["attribute"] != "total"][["n_unweighted", "n_weighted"]].isna().all(axis=None)


def test_hidden_cells_print_their_mark_and_the_hidden_base_too(report: ks.Report) -> None:
    blocks = document(report)["results"]
    told = next(
        b
        for b in blocks
        if b["kind"] == "table" and ["".join(h) for h in b["head"][2:]] == list(report.tables[0].header)
    )
    assert told["rows"][0][2:4] == [HIDDEN, HIDDEN]
    assert set(told["rows"][-1][1:]) == {HIDDEN}


def test_a_band_tells_hidden_answers_together(report: ks.Report) -> None:
    figure = draw(report.tables[0])
    axes = figure.axes[0]
    hatched = [patch for patch in axes.patches if patch.get_hatch() == "xxxx" and patch.get_y() > 15]  # not the key's
    assert len(hatched) == 1
    (end,) = (text.get_position()[0] for text in axes.texts if text.get_text() == "100%")
    assert hatched[0].get_x() + hatched[0].get_width() == pytest.approx(end)
    assert HIDDEN in render(figure, "svg").decode()


def test_a_workbook_writes_the_mark(report: ks.Report, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    from kodoku_survey.publish.sheets.workbook import write_workbook

    write_workbook(report, tmp_path / "t.xlsx")
    rows = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).get_sheet_by_name("1-1").to_python()
    lines = [
        row
        for row in rows
        if len(row) > 2 and row[2] in (report.tables[0].rows[0].group, report.tables[0].rows[-1].group)
    ]
    # In a workbook the mark is the one the rules of 2020 allow (1-13).
    assert lines[0][4:6] == [HIDDEN.upper()] * 2
    assert set(lines[1][3:]) - {""} == {HIDDEN.upper()}


def test_under_a_chart_stands_what_it_leaves_out(report: ks.Report, tmp_path: Path) -> None:
    """Rows that are not drawn and answers drawn as one: in PDF, digest, page, picture and its words, workbook of charts."""
    from python_calamine import CalamineWorkbook

    groups, together = "秘匿した区分は図に示していない", "一つにまとめている"
    alone = replace(report, tables=report.tables[:1])
    chart = next(table_blocks(report.tables[0], words("ja"), japanese=True, drawn=True))
    assert [any(text in note for note in chart["notes"]) for text in (groups, together)] == [True, True]
    assert groups in chart["alt"]
    assert groups in str(digest(alone))
    assert groups in report_page(report)
    draw_charts(report, tmp_path / "charts", lambda *_: None)
    assert any(groups in path.read_text(encoding="utf-8") for path in (tmp_path / "charts").glob("*.svg"))
    write_chart_book(report, tmp_path / "c.xlsx")
    assert groups in str(CalamineWorkbook.from_path(str(tmp_path / "c.xlsx")).get_sheet_by_name("1-1").to_python())


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_a_chart_leaves_out_tells_no_number(report: ks.Report, lang: str) -> None:
    said, (table, other, *_) = words(lang), report.tables
    assert len(left_out(table, said)) == 2
    assert len(left_out(replace(table, partial=True), said)) == 2
    assert not any(letter.isdigit() for note in left_out(table, said) for letter in note)
    assert left_out(other, said) == [], "where nothing is left out nothing is said"
    first = replace(table, rows=table.rows[:-1], figure="bars")
    assert len(left_out(first, said)) == 1
