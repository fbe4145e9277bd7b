"""The published figures read back from what others receive: CSV, Excel, OpenDocument, HTML and the PDF's text hold every one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pypdfium2 as pdfium
import pytest
from python_calamine import CalamineWorkbook

import kodoku_survey as ks
from kodoku_survey.publish.pages.pdf import typeset
from kodoku_survey.publish.pages.report_page import report_page
from kodoku_survey.publish.sheets.datafiles import write_data
from kodoku_survey.publish.sheets.table_places import anchor
from kodoku_survey.publish.sheets.workbook import write_workbook
from kodoku_survey.tables.plain import plain
from kodoku_survey.tables.rounding import half_up
from reproduce.reproduction import reproduction

Lines = list[tuple[str, list[str]]]  # of a table: the base and the cells of each line, as text


@pytest.fixture(scope="module")
def report(national) -> ks.Report:
    return ks.make_report(ks.weighted(national, basis="unweighted"))


@pytest.fixture(scope="module")
def out(report, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_workbook(report, folder / "tables.xlsx")
    write_data(report, folder / "data")
    (folder / "report.html").write_text(report_page(report), encoding="utf-8")
    return folder


def as_read(report: ks.Report, found: dict[str, Lines]) -> ks.Report:
    """The report with the bases and figures of every table as they were read."""
    tables = []
    for table in report.tables:
        rows = [
            replace(row, n=int(base) if base.isdigit() else None,
                    cells=tuple(replace(cell, text=text) for cell, text in zip(row.cells, cells, strict=True)))
            for row, (base, cells) in zip(table.rows, found[table.id], strict=True)
        ]  # fmt: skip
        tables.append(replace(table, rows=tuple(rows)))
    return replace(report, tables=tuple(tables))


def missed(report: ks.Report, found: dict[str, Lines]) -> int:
    """Published figures that were not read back; all that are usable were looked for."""
    cells = reproduction(as_read(report, found))
    usable = cells[cells["usable"]]
    assert len(usable) == 4863
    return int((~usable["exact"]).sum())


def from_csv(report: ks.Report, out: Path) -> dict[str, Lines]:
    frame = pd.read_csv(out / "data" / "tables.csv", dtype=str, keep_default_na=False)
    of_table = dict(list(frame.groupby("table_id", sort=False)))
    found: dict[str, Lines] = {}
    for table in report.tables:
        own = of_table[plain(table.id)]
        texts = [
            "‐" if flag == "nil" else half_up(float(percent), 1) if percent else ""
            for percent, flag in zip(own["percent"], own["flag"], strict=True)
        ]
        wide = len(table.header)
        bases = list(own["n_unweighted"])[::wide]
        found[table.id] = [(base, texts[k * wide : (k + 1) * wide]) for k, base in enumerate(bases)]
    return found


def from_book(report: ks.Report, path: Path) -> dict[str, Lines]:
    sheets = pd.read_csv(path.parent / "data" / "tables_index.csv", dtype=str).set_index("table_id")["sheet"]
    book = CalamineWorkbook.from_path(path)
    found: dict[str, Lines] = {}
    for table in report.tables:
        rows = book.get_sheet_by_name(sheets[plain(table.id)]).to_python()
        top = next(k for k, row in enumerate(rows) if row[0] == "調査年")
        shown = rows[top + 1 : top + 1 + len(table.rows)]
        found[table.id] = [
            (_text(row[3], 0), [_text(cell, 1) for cell in row[4 : 4 + len(table.header)]]) for row in shown
        ]
    return found


def _text(cell: object, decimals: int) -> str:
    """As the sheet shows it; a published 「‐」 is held as 0 and shown as such, a 0.0 is one person or more."""
    return half_up(cell, decimals) if isinstance(cell, float) else str(cell)


class Tables(HTMLParser):
    """Every table of a page by its id: the cells of its body, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._id, self._in, self._small = "", False, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._id = dict(attrs)["id"] or ""
            self.found[self._id] = []
        elif tag == "tr" and self._id:
            self.found[self._id].append([])
        elif tag in ("td", "th") and self._id:
            self._in = True
            self.found[self._id][-1].append("")
        self._small = tag == "small"

    def handle_endtag(self, tag: str) -> None:
        self._in = self._in and tag not in ("td", "th")
        self._small = False
        self._id = "" if tag == "table" else self._id

    def handle_data(self, data: str) -> None:
        if self._in and not self._small:
            self.found[self._id][-1][-1] += data


def from_page(report: ks.Report, page: str) -> Iterator[tuple[str, Lines]]:
    parser = Tables()
    parser.feed(page)
    for table in report.tables:
        shown = parser.found[anchor(table.id)]
        if len(shown[0]) == 4 and shown[0][-1] == "%":  # a question of the form: a line an option, in the form's order
            asked = [key for key in report.responses.variables[table.question].keys if key in table.codes]
            printed = {key: row[3] for key, row in zip(asked, shown[1:], strict=True)}
            yield table.id, [(str(table.rows[0].n), [printed[key] for key in table.codes])]
        elif table.across == "answers":
            rows = [row for row in shown[1:] if len(row) > 1]  # no titles of groups
            yield table.id, [(row[1].replace(",", ""), row[2:]) for row in rows]
        else:  # waves side by side: not one line a row of the table
            yield table.id, [(str(row.n or ""), [cell.text for cell in row.cells]) for row in table.rows]


class Pages:
    """The text of a PDF, and whether figures stand in it one after another."""

    def __init__(self, path: Path) -> None:
        with pdfium.PdfDocument(path) as document:
            self.text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())

    def have(self, *figures: str) -> bool:
        return " ".join(figure for figure in figures if figure) in self.text

    def line(self, row: ks.tables.Row) -> bool:
        """A line of a table: its base (with the mark of few respondents) and its figures, in either order of the answers."""
        cells, base = [cell.text for cell in row.cells], f"{row.n:,}" if row.n else ""
        return any(self.have(told, *order) for told in (base, f"{base}*") for order in (cells, cells[::-1]))

    def column(self, rows: list[ks.tables.Row], answer: int) -> bool:
        """An answer of a table laid the other way: its figures of every line; alone, with its count beside it."""
        cells = [row.cells[answer] for row in rows]
        return self.have(*(cell.text for cell in cells) if len(cells) > 1 else (f"{cells[0].count:,}", cells[0].text))


def from_pages(report: ks.Report, pages: Pages) -> dict[str, Lines]:
    """The lines of every table that stand in the text; nothing for the others."""
    found: dict[str, Lines] = {}
    for table in report.tables:
        apart = [row for row in table.rows if not pages.line(row)]
        turned = all(
            pages.column(apart, k) or pages.column(list(table.rows), k)
            for k in range(len(table.header) if apart else 0)
        )
        found[table.id] = [
            (str(row.n or ""), [cell.text if turned or row not in apart else "" for cell in row.cells])
            for row in table.rows
        ]
    return found


@pytest.fixture(scope="module")
def pages(report, tmp_path_factory) -> Pages:
    place = tmp_path_factory.mktemp("pages")
    (place / "report.pdf").write_bytes(typeset(report, place))
    return Pages(place / "report.pdf")


def test_every_published_figure_is_read_back_from_the_text_of_the_pdf(report, pages):
    assert missed(report, from_pages(report, pages)) == 0


def test_a_figure_that_is_not_in_the_text_is_missed(report, pages):
    table = next(table for table in report.tables if table.id == "1-3")
    row = table.rows[2]
    printed = " ".join([f"{row.n:,}", *(cell.text for cell in row.cells)])
    other = Pages.__new__(Pages)
    other.text = pages.text.replace(printed, printed.replace(row.cells[0].text, "99.9", 1))
    assert missed(report, from_pages(report, other)) > 0


def test_every_published_figure_is_read_back_from_the_csv(report, out):
    assert missed(report, from_csv(report, out)) == 0


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_every_published_figure_is_read_back_from_the_workbook(report, out, kind):
    found = from_book(report, out / f"tables.{kind}")
    nobody = {
        (t.id, k, a)
        for t in report.tables
        for k, r in enumerate(t.rows)
        for a, c in enumerate(r.cells)
        if c.flag == "nil"
    }
    for table, k, a in nobody:
        assert found[table][k][1][a] == "0.0"  # the number 0, shown as 「‐」
        found[table][k][1][a] = "‐"
    assert missed(report, found) == 0


def test_every_published_figure_is_read_back_from_the_page(report, out):
    found = dict(from_page(report, (out / "report.html").read_text(encoding="utf-8")))
    assert missed(report, found) == 0


def test_a_figure_that_was_changed_on_the_way_is_missed(report, out):
    found = from_csv(report, out)
    base, cells = found["1-3"][2]
    found["1-3"][2] = (base, ["99.9", *cells[1:]])
    assert missed(report, found) == 1
