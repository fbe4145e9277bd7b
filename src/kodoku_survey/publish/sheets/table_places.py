"""What a table is of, and where it stands: its sheet in tables.xlsx, its place in report.html."""

from __future__ import annotations

from kodoku_survey.publish.sheets.book import sheet_names
from kodoku_survey.tables import Report, Table
from kodoku_survey.tables.plain import plain, readable
from kodoku_survey.tables.words import words_of


def names_of(report: Report) -> dict[str, str]:
    """The sheet of each table, by its id."""
    said = words_of(report.survey)
    front = (said["cover"], said["contents"], said["notes_sheet"])
    names = sheet_names([*front, *(readable(table.id) for table in report.tables)])
    return {table.id: name for table, name in zip(report.tables, names[len(front) :], strict=True)}


def scope_of(table: Table, report: Report) -> str:
    """集計対象: whom the plan says a table is of, or everybody."""
    planned = next((entry for entry in report.survey.plan.tables if entry.id == table.id), None)
    said = words_of(report.survey)
    return plain(planned.base_note if planned is not None else "") or said["scope_all"]


def anchor(table: str) -> str:
    """The place of a table in report.html."""
    return "table-" + "".join(c if c.isalnum() or c == "-" else "_" for c in plain(table))
