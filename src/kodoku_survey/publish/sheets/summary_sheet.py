"""A summary table as a workbook of one sheet."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.sheets.excel_book import CREATED, FONT, WORKBOOK_OPTIONS
from kodoku_survey.tables.summary_table import SummaryTable


def write_summary(table: SummaryTable, path: Path) -> Path:
    """Cells as they are printed, text never a formula. Raises OutputError where the path cannot be written."""
    try:
        with xlsxwriter.Workbook(str(path), WORKBOOK_OPTIONS) as book:
            book.set_properties({"title": table.title, "created": CREATED})
            base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
            style = {
                "title": book.add_format(base | {"bold": True, "font_size": 12}),
                "head": book.add_format(base | {"text_wrap": True, "top": 2, "bottom": 1, "align": "center"}),
                "variable": book.add_format(base | {"bold": True}),
                "item": book.add_format(base | {"indent": 1}),
                "cell": book.add_format(base | {"align": "right"}),
                "faint": book.add_format(base | {"font_size": 9, "font_color": "#6b7785"}),
            }
            sheet = book.add_worksheet()
            sheet.write_string(0, 0, table.title, style["title"])
            for column, head in enumerate(table.heads):
                sheet.write_string(1, column, head, style["head"])
            lines = table.lines()
            for row, line in enumerate(lines, start=2):
                sheet.write_string(row, 0, line.label, style["item" if line.indented else "variable"])
                for column, cell in enumerate(line.cells, start=1):
                    sheet.write_string(row, column, cell, style["cell"])
            for row, note in enumerate(table.notes, start=len(lines) + 3):
                sheet.write_string(row, 0, note, style["faint"])
            sheet.set_row(1, 32)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, len(table.heads) - 1, 16)
            sheet.freeze_panes(2, 1)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    except (OSError, FileCreateError) as fault:
        raise OutputError("publish.cannot_write", str(path), reason=str(fault)) from fault
    return path
