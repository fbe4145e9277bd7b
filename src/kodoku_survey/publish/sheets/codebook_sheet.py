"""符号表.xlsx: the codebook for the people who must read it. `kodoku new --from` reads it back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.release.whole import whole_file
from kodoku_survey.publish.release.writing import put_workbook
from kodoku_survey.publish.sheets.excel_book import CREATED, FONT, WORKBOOK_OPTIONS
from kodoku_survey.survey.codebook.as_table import (
    ENGLISH,
    HEADINGS,
    OPTION_LABEL,
    OPTIONS,
    QUESTIONS,
    SheetRow,
    tables_of,
)
from kodoku_survey.survey.folder import Survey

COLUMN_WIDTHS = {
    HEADINGS["question"]: 60,
    HEADINGS["label"]: 28,
    OPTION_LABEL: 60,
    HEADINGS["short"]: 28,
    HEADINGS["question"] + ENGLISH: 60,
    HEADINGS["label"] + ENGLISH: 28,
    OPTION_LABEL + ENGLISH: 60,
    HEADINGS["name"]: 16,
}


def write_codebook(survey: Survey, path: Path, *, force: bool = False) -> None:
    """Write the sheets 設問 (a row a question) and 選択肢 (a row an option), whole or not at all.

    force : replace a file that is there, which somebody may have corrected by hand. Raises BusyError, OutputError.
    """
    heads, questions, option_heads, options = tables_of(
        survey.codebook, survey.english.codebook if survey.english else None
    )

    def write(made: io.BytesIO) -> None:
        with xlsxwriter.Workbook(made, WORKBOOK_OPTIONS | {"in_memory": True}) as book:
            book.set_properties({"title": f"{survey.settings.identity.title}　符号表", "created": CREATED})
            formats = _formats(book)
            _sheet(book, QUESTIONS, heads, questions, formats)
            _sheet(book, OPTIONS, option_heads, options, formats)

    if path.suffix.lower() != ".xlsx":
        raise OutputError("publish.not_a_workbook", path.name)
    with whole_file(path, force=force) as written:
        put_workbook(written, write)


def _formats(book: Workbook) -> tuple[Format, Format]:
    base = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
    return book.add_format(base), book.add_format(base | {"bold": True, "bg_color": "#eef3f8", "bottom": 1})


def _sheet(
    book: Workbook, name: str, heads: Sequence[str], rows: Sequence[SheetRow], formats: tuple[Format, Format]
) -> None:
    """Headings on the first line; columns nobody fills are left out, for people's sake."""
    plain, bold = formats
    sheet = book.add_worksheet(name)
    used = [head for head in heads if any(head in row for row in rows)]
    for column, head in enumerate(used):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, COLUMN_WIDTHS.get(head, 14))
    for line, row in enumerate(rows, start=1):
        for column, head in enumerate(used):
            cell = row.get(head, "")
            if isinstance(cell, str):
                sheet.write_string(line, column, cell, plain)
            else:
                sheet.write_number(line, column, cell, plain)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), max(len(used) - 1, 0))
