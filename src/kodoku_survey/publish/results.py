"""What results of lower rooms are drawn and written by, registered when this room is loaded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kodoku_survey.errors import Language, OutputError
from kodoku_survey.media import Result, makes
from kodoku_survey.publish.release.spreadsheets import safe
from kodoku_survey.tables.report import Report
from kodoku_survey.tables.shown import part_of
from kodoku_survey.tables.summary_table import SummaryTable


@makes("Result", "to_csv")
def to_csv(result: Result, path: Path | None, level: float, part: str) -> str | Path:
    """The frame as text, or as a file no spreadsheet takes for formulas."""
    from kodoku_survey.publish.release.writing import NEWLINE, put_csv

    frame: pd.DataFrame = part_of(result, level, part)
    if path is None:
        return str(safe(frame).to_csv(index=False, lineterminator=NEWLINE))
    try:
        put_csv(frame, path)
    except OSError as fault:
        raise OutputError("publish.cannot_write", str(path), reason=str(fault)) from fault
    return path


@makes("Result", "to_excel")
def to_excel(result: Result, path: Path, level: float, language: Language | None) -> Path:
    """The table as it is printed, then every frame."""
    from kodoku_survey.publish.sheets.result_book import write_result

    return write_result(result, path, level, language)


@makes("SummaryTable", "to_excel")
def summary_to_excel(table: SummaryTable, path: Path, level: float, language: Language | None) -> Path:  # noqa: ARG001
    """A summary table as a workbook."""
    from kodoku_survey.publish.sheets.summary_sheet import write_summary

    return write_summary(table, path)


@makes("Report", "to_excel")
def report_to_excel(report: Report, path: Path, level: float, language: Language | None) -> Path:  # noqa: ARG001
    """tables.xlsx of the report: contents, one sheet a table, layout for people."""
    from kodoku_survey.publish.sheets.workbook import write_workbook

    try:
        write_workbook(report, path)
    except OSError as fault:
        raise OutputError("publish.cannot_write", str(path), reason=str(fault)) from fault
    return path
