"""data/: the same figures for machines. Row 1 is the header, one datum a cell, numbers or blanks, marks in a flag column.

Rules: 行政データにおける機械可読性に関するルール (2026), 統計表における機械判読可能なデータの表記方法の統一ルール (2020).
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from io import BytesIO
from pathlib import Path

import pandas as pd
import xlsxwriter

from kodoku_survey.publish.release.writing import put, put_csv, put_workbook
from kodoku_survey.publish.sheets.workbook import CREATED, OPTIONS
from kodoku_survey.tables import Report, Table
from kodoku_survey.tables.words import words_of
from kodoku_survey.version import __version__

FIELDS = (
    "survey_year", "table_id", "question", "attribute", "group_code", "group", "answer_code", "answer", "percent",
    "standard_error", "interval_low", "interval_high", "design_effect", "degrees_of_freedom", "count", "n_unweighted",
    "n_weighted", "flag", "basis",
)  # fmt: skip
OF_NUMBERS = ("statistic", "value")  # fields of a plan that has means or medians
INTEGERS = ("survey_year", "answer_code", "count", "n_unweighted")


def tidy(report: Report) -> pd.DataFrame:
    """Every cell of every table as one long frame with the columns of FIELDS."""
    identity = report.survey.settings.identity
    everybody = words_of(report.survey)["total"]
    frame = pd.DataFrame(
        [record for table in report.tables for record in _records(table, identity.wave, everybody)],
        columns=[*FIELDS, *OF_NUMBERS],
    ).astype(dict.fromkeys(INTEGERS, "Int64"))
    # A plan of shares alone, as most are, makes the file it always made.
    return frame if (frame["statistic"] != "share").any() else frame[list(FIELDS)]


def _records(table: Table, year: int, everybody: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    labels = {(row.axis, row.keys): row.group for row in table.rows if row.wave is None}
    for row in table.rows:
        own = row.wave is None or row.wave == year
        for code, answer, cell in zip(table.codes, table.header, row.cells, strict=True):
            known = cell.flag not in ("not_asked", "excluded", "suppressed")
            found.append(
                (
                    row.wave or year,
                    table.id,
                    table.question,
                    row.axis,
                    ":".join(map(str, row.keys)),
                    # On the page a line of a series is called by its year, which has a column of its own here.
                    row.group if row.wave is None else everybody if not row.axis else labels[row.axis, row.keys],
                    code,
                    answer,
                    cell.value if known and table.statistic == "share" else None,
                    cell.se,
                    cell.low,
                    cell.high,
                    cell.deff,
                    cell.df,
                    cell.count,
                    row.n,
                    row.weighted_n,
                    cell.flag or row.flag,
                    table.basis if own else "published",
                    table.statistic,
                    cell.value if known and table.statistic != "share" else None,
                )
            )
    return found


def codes(report: Report) -> pd.DataFrame:
    """The code table: variable, label, code, label and short label of each answer."""
    return pd.DataFrame(
        [
            (variable.name, variable.number, variable.label, variable.kind, code.code, code.label, code.text)
            for variable in report.responses.variables.values()
            for code in variable.codes
        ],
        columns=["variable", "question_number", "variable_label", "kind", "code", "label", "short_label"],
    )


def write_data(report: Report, folder: Path) -> None:
    """tables.csv, codes.csv (UTF-8 with BOM, CRLF), datapackage.json, data.xlsx."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = {"tables": tidy(report), "codes": codes(report)}
    for name, frame in frames.items():
        put_csv(frame, folder / f"{name}.csv")
    put_workbook(folder / "data.xlsx", partial(_fill, frames))
    package = _package(report, frames, folder)
    put(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def _package(report: Report, frames: dict[str, pd.DataFrame], folder: Path) -> dict[str, object]:
    identity = report.survey.settings.identity
    said = words_of(report.survey)
    resources = []
    for name, frame in frames.items():
        content = (folder / f"{name}.csv").read_bytes()
        fields = [
            {"name": column, "type": _type(frame[column])}
            | ({"title": said[f"field_{column}"]} if name == "tables" else {})
            for column in frame.columns
        ]
        resources.append(
            {
                "name": name,
                "path": f"{name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": {"fields": fields, "missingValues": [""]},
            }
        )
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"kodoku-survey-{identity.wave}",
        "title": identity.title,
        "description": said["synthetic"] if identity.synthetic == "yes" else identity.citation,
        "version": __version__,
        "resources": resources,
    }


def _type(column: pd.Series) -> str:
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(column) else "string"


def _fill(frames: dict[str, pd.DataFrame], made: BytesIO) -> None:
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        for name, frame in frames.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(frame.columns))
            plain = frame.astype(object).where(frame.notna(), None)
            for line, row in enumerate(plain.itertuples(index=False, name=None), start=1):
                sheet.write_row(line, 0, row)
