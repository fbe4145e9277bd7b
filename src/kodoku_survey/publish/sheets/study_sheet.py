"""A study as a workbook: what it says, then a sheet for every table of its parts."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from kodoku_survey.publish.sheets.excel_book import CREATED, FONT, WORKBOOK_OPTIONS
from kodoku_survey.tables.studies.study import Study

WIDE, NARROW = 34, 20  # widths of the columns of words and of numbers


def fill_study(study: Study, made: BytesIO) -> None:
    """Cells as they are printed, text never a formula."""
    with xlsxwriter.Workbook(made, WORKBOOK_OPTIONS) as book:
        book.set_properties({"title": study.title, "created": CREATED})
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        title = book.add_format(base | {"bold": True, "font_size": 12})
        head = book.add_format(base | {"bold": True, "text_wrap": True, "bottom": 1})
        text, cell = book.add_format(base | {"text_wrap": True}), book.add_format(base | {"align": "right"})
        front = book.add_worksheet("0")
        front.set_column(0, 0, 110)
        said = [sentence for part in study.parts for sentence in part.sentences]
        front.write_string(0, 0, study.title, title)
        for row, line in enumerate((study.basis, *study.lines, *said), start=1):
            front.write_string(row, 0, line, text)
        number = 0
        for part in study.parts:
            if not part.rows:
                continue
            number += 1
            sheet = book.add_worksheet(str(number))
            sheet.write_string(0, 0, part.caption or part.heading, title)
            for column, label in enumerate(part.head):
                sheet.write_string(1, column, label, head)
            for row, cells in enumerate(part.rows, start=2):
                for column, value in enumerate(cells):
                    sheet.write_string(row, column, value, text if column < part.words else cell)
            for row, note in enumerate((*part.notes, *study.lines[:1]), start=len(part.rows) + 3):
                sheet.write_string(row, 0, note)
            sheet.set_column(0, part.words - 1, WIDE)
            sheet.set_column(part.words, len(part.head), NARROW)
            sheet.freeze_panes(2, 1)
