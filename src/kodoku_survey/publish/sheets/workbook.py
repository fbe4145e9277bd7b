"""tables.xlsx: the tables for people. One a sheet, numbers as numbers, no merged cells, text never a formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kodoku_survey.publish.pages.accounts import title_of
from kodoku_survey.publish.release.writing import put_workbook
from kodoku_survey.tables import Cell, Report, Table
from kodoku_survey.tables.history import laid_out
from kodoku_survey.tables.words import words_of

OPTIONS = {
    "in_memory": True,  # no parts of a table in temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
FONT = "BIZ UDゴシック"  # comes with Windows; Excel falls back where it is missing
CREATED = dt.datetime(2000, 1, 1)  # fixed, so that the same tables make the same bytes


def write_workbook(report: Report, path: Path) -> None:
    """Contents with links, then a sheet a table in the order of the report. Raises OutputError, OSError."""
    put_workbook(path, partial(_fill, report))


def _fill(report: Report, made: BytesIO) -> None:
    said = words_of(report.survey)
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        book.set_properties({"title": report.survey.settings.identity.title, "created": CREATED})
        formats = _formats(book, report.survey.settings.publication.decimals)
        contents = book.add_worksheet(said["contents"])
        names = [f"T{number:03d}" for number in range(1, len(report.tables) + 1)]
        for name, table in zip(names, report.tables, strict=True):
            _sheet(book.add_worksheet(name), table, formats, said, report)
        _contents(contents, report, names, formats, said)


def _formats(book: Workbook, decimals: int) -> dict[str, Format]:
    base: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    percent = "0." + "0" * decimals if decimals else "0"
    styles: dict[str, dict[str, Any]] = {
        "text": {},
        "title": {"bold": True, "font_size": 12},
        "faint": {"font_color": "#6b7785", "font_size": 9},
        "head": {"text_wrap": True, "bottom": 1, "top": 2, "align": "center", "bg_color": "#eef3f8"},
        "number": {"num_format": percent, "align": "right"},
        "count": {"num_format": "#,##0", "align": "right"},
        "mark": {"align": "right"},
        "reference": {"num_format": "#,##0", "align": "right", "italic": True, "font_color": "#6b7785"},
        "link": {"font_color": "#2f5d8a", "underline": 1},
    }
    return {name: book.add_format(base | extra) for name, extra in styles.items()}


def _contents(
    sheet: Worksheet, report: Report, names: list[str], formats: Mapping[str, Format], said: Mapping[str, str]
) -> None:
    identity = report.survey.settings.identity
    sheet.write_string(0, 0, f"{identity.title}　{said['contents']}", formats["title"])
    notes = [
        said[f"basis_{report.sample.basis}"],
        said["rounding_note"],
        *([said["synthetic"]] if identity.synthetic == "yes" else []),
    ]
    for line, note in enumerate(notes, start=1):
        sheet.write_string(line, 0, note, formats["faint"])
    start = len(notes) + 2
    for column, head in enumerate((said["table"], said["item"], said["n"])):
        sheet.write_string(start - 1, column, head, formats["head"])
    for line, (name, table) in enumerate(zip(names, report.tables, strict=True), start=start):
        sheet.write_url(line, 0, f"internal:'{name}'!A1", formats["link"], string=name)
        sheet.write_string(line, 1, title_of(table, said["number_of_table"]), formats["text"])
        if table.rows and table.rows[0].n is not None:
            sheet.write_number(line, 2, table.rows[0].n, formats["count"])
        else:
            sheet.write_string(line, 2, table.rows[0].base_text if table.rows else "", formats["mark"])
    sheet.set_column(0, 0, 9)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 12)
    sheet.freeze_panes(start, 0)
    _page(sheet)


def _sheet(
    sheet: Worksheet, table: Table, formats: Mapping[str, Format], said: Mapping[str, str], report: Report
) -> None:
    sheet.write_string(0, 0, title_of(table, said["number_of_table"]), formats["title"])
    sheet.write_string(1, 0, table.head_note, formats["faint"])
    sheet.write_url(2, 0, f"internal:'{said['contents']}'!A1", formats["link"], string=said["back"])
    table = laid_out(table, said["total"])
    heads = [said["item"], said["group"], said["n"], *table.header]
    for column, head in enumerate(heads):
        sheet.write_string(3, column, head, formats["head"])
    for line, row in enumerate(table.rows, start=4):
        sheet.write_string(line, 0, row.attribute, formats["text"])
        sheet.write_string(line, 1, row.group, formats["text"])
        if row.hidden:
            sheet.write_string(line, 2, row.base_text, formats["mark"])
        elif row.n is not None:
            sheet.write_number(line, 2, row.n, formats["reference" if row.flag == "reference" else "count"])
        for column, cell in enumerate(row.cells, start=3):
            _cell(sheet, line, column, cell, formats)
    last = 4 + len(table.rows)
    notes = [*table.notes, said["rounding_note"], f"{said['source']}：{table.source}" if table.source else ""]
    if report.survey.settings.identity.synthetic == "yes":
        notes.append(said["synthetic"])
    for line, note in enumerate((note for note in notes if note), start=last + 1):
        sheet.write_string(line, 0, note, formats["faint"])
    sheet.set_row(3, 60 if max((len(head) for head in heads), default=0) > 8 else 30)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2 + len(table.header), 11)
    sheet.freeze_panes(4, 3)
    sheet.repeat_rows(3)
    _page(sheet)


def _cell(sheet: Worksheet, line: int, column: int, cell: Cell, formats: Mapping[str, Format]) -> None:
    """The number as it is printed, so that reader and page see the same; a mark as text."""
    if cell.flag in ("nil", "not_asked", "suppressed", "excluded"):
        sheet.write_string(line, column, cell.text, formats["mark"])
    else:
        sheet.write_number(line, column, float(cell.text), formats["number"])


def _page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
