"""A book of sheets as .xlsx: numbers as numbers, nothing merged, text never a formula, each table marked up as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kodoku_survey.publish.sheets.book import Book, BookSheet, Written

WORKBOOK_OPTIONS = {
    "in_memory": True,  # no parts of a table in temporary files
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
FONT = "BIZ UDゴシック"  # comes with Windows; Excel falls back where it is missing
CREATED = dt.datetime(2000, 1, 1)  # of files that belong to no publication: the same every time
NIL = "‐"
A4, A3 = 9, 8
ON_A4 = 138.0  # characters of the text width a lying A4 holds at 10 points
LINES_WIDTH, USUAL_WIDTH = 120.0, 8.43  # characters the lines above and below a table take; a column nobody set


def fill_excel(book: Book, made: BytesIO) -> None:
    """The bytes of a book, the same for the same book."""
    with xlsxwriter.Workbook(made, WORKBOOK_OPTIONS) as workbook:
        workbook.set_properties(
            {"title": book.title, "author": book.author, "company": book.author, "subject": book.subject,
             "created": dt.datetime.combine(book.made, dt.time())}
        )  # fmt: skip
        formats = {} if book.plain else _formats(workbook, book.decimals)
        places = [workbook.add_worksheet(sheet.name) for sheet in book.sheets]
        for number, (place, sheet) in enumerate(zip(places, book.sheets, strict=True), start=1):
            if book.plain:
                _plain(place, sheet)
            else:
                _sheet(place, sheet, formats, number)


def _formats(workbook: Workbook, decimals: int) -> dict[str, Format]:
    base: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    number = "0." + "0" * decimals if decimals else "0"
    styles: dict[str, dict[str, Any]] = {
        "text": {"text_wrap": True},
        "centre": {"align": "center"},
        "line": {},
        "title": {"bold": True, "font_size": 12},
        "head": {"text_wrap": True, "bottom": 1, "top": 2, "align": "center", "bg_color": "#eef3f8"},
        "number": {"num_format": number, "align": "right"},
        "count": {"num_format": "#,##0", "align": "right"},
        # The cell holds 0 and shows the mark of official tables for "nobody": a number to machines, 「‐」 to people.
        "nil": {"num_format": f'{number};{number};"{NIL}"', "align": "right"},
        "mark": {"align": "right"},
        "reference": {"num_format": "#,##0", "align": "right"},
        "link": {"font_color": "#1d4f80", "underline": 1},
    }
    return {name: workbook.add_format(base | extra) for name, extra in styles.items()}


def _sheet(place: Worksheet, sheet: BookSheet, formats: Mapping[str, Format], number: int) -> None:
    place.write_string(0, 0, sheet.title, formats["title"])
    for line, text in enumerate(sheet.lines, start=1):
        place.write_string(line, 0, text, formats["line"])
    if sheet.back is not None:
        _write(place, sheet.head_line - 1, 0, sheet.back, formats)
    first, last = sheet.head_line, sheet.head_line + len(sheet.rows)
    for line, row in enumerate(sheet.rows, start=first + 1):
        for index, cell in enumerate(row):
            _write(place, line, index, cell, formats)
    heads = [{"header": column.head, "header_format": formats["head"]} for column in sheet.columns]
    if sheet.rows:
        place.add_table(
            first, 0, last, len(heads) - 1,
            {"name": f"table_{number}", "columns": heads, "style": None, "autofilter": False},
        )  # fmt: skip
    for line, text in enumerate(sheet.notes, start=last + 2):
        place.write_string(line, 0, text, formats["line"])
    for index, column in enumerate(sheet.columns):
        place.set_column(index, index, column.width)
    tallest = max(_lines_of(column.head, column.width) for column in sheet.columns)
    place.set_row(first, 14 * tallest + 6)
    place.freeze_panes(first + 1, sheet.stub)
    _page(place, sheet, last + 1 + len(sheet.notes))


def _lines_of(text: str, width: float) -> int:
    """Lines a heading takes in its column; full-width characters are two wide."""
    wide = sum(2 if ord(c) > 0x2E7F else 1 for c in text)
    return -int(-wide // max(width - 1, 1))


def _write(place: Worksheet, line: int, column: int, cell: Written, formats: Mapping[str, Format]) -> None:
    style = formats[cell.style]
    if cell.link and isinstance(cell.value, str):
        place.write_url(line, column, f"internal:'{cell.link}'!A1", style, string=cell.value)
    elif isinstance(cell.value, str):
        place.write_string(line, column, cell.value, style)
    elif cell.value is not None:
        place.write_number(line, column, cell.value, style)


def _page(place: Worksheet, sheet: BookSheet, last: int) -> None:
    """Lying, as wide as one page: A4, or A3 where an A4 would shrink the type; heads and stub on every page."""
    width = sum(column.width for column in sheet.columns)
    place.set_landscape()
    place.set_paper(A4 if width <= 1.25 * ON_A4 else A3)
    place.fit_to_pages(1, 0)
    place.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    place.repeat_rows(sheet.head_line)
    # Lines longer than a narrow table is wide are printed too: columns beyond it belong to the page.
    beyond = max(0, int((LINES_WIDTH - width) // USUAL_WIDTH) + 1)
    place.print_area(0, 0, last, len(sheet.columns) - 1 + beyond)
    place.set_footer("&L&A&R&P / &N")


def _plain(place: Worksheet, sheet: BookSheet) -> None:
    place.write_row(0, 0, [column.head for column in sheet.columns])
    for line, row in enumerate(sheet.rows, start=1):
        place.write_row(line, 0, [cell.value for cell in row])
