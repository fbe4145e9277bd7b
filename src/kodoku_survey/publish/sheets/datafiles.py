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

from kodoku_survey import __version__
from kodoku_survey.publish.release.writing import put, put_csv, put_workbook
from kodoku_survey.publish.sheets.workbook import CREATED, OPTIONS
from kodoku_survey.tables import Report, Row, Table
from kodoku_survey.tables.words import words

FIELDS = {
    "survey_year": ("調査年（西暦）", "survey year"),
    "table_id": ("表番号", "table"),
    "question": ("設問の変数名", "variable of the question"),
    "attribute": ("表側項目の変数名（空欄は全体）", "variable of the stub (blank: everybody)"),
    "group_code": ("表側項目の符号", "code of the group"),
    "group": ("表側項目の区分", "group"),
    "answer_code": ("回答の符号", "code of the answer"),
    "answer": ("回答", "answer"),
    "percent": ("割合（％）", "per cent"),
    "standard_error": ("標準誤差（ポイント）", "standard error (points)"),
    "interval_low": ("95％信頼区間の下限（％）", "95% interval, low (per cent)"),
    "interval_high": ("95％信頼区間の上限（％）", "95% interval, high (per cent)"),
    "design_effect": ("デザイン効果", "design effect"),
    "degrees_of_freedom": ("自由度", "degrees of freedom"),
    "count": ("該当回答の人数（ウエイトなし）", "respondents giving the answer (unweighted)"),
    "n_unweighted": ("回答者数（ウエイトなし）", "respondents in the base (unweighted)"),
    "n_weighted": ("ウエイトの合計", "sum of weights in the base"),
    "flag": ("注記の種類", "flag"),
    "basis": ("推定の基礎", "basis of estimation"),
}
OF_NUMBERS = {
    "statistic": (
        "統計量（share 以外の行では value・標準誤差・区間は設問の単位）",
        "statistic (where it is not a share, value, standard error and interval are in the unit of the question)",
    ),
    "value": ("平均・中央値の値", "value of a mean or median"),
}
INTEGERS = ("survey_year", "answer_code", "count", "n_unweighted")


def tidy(report: Report) -> pd.DataFrame:
    """Every cell of every table as one long frame with the columns of FIELDS."""
    identity = report.survey.settings.identity
    everybody = words(identity.lang)["total"]
    frame = pd.DataFrame(
        [record for table in report.tables for record in _records(table, identity.wave, everybody)],
        columns=[*FIELDS, *OF_NUMBERS],
    ).astype(dict.fromkeys(INTEGERS, "Int64"))
    # A plan of shares alone, as most are, makes the file it always made.
    return frame if (frame["statistic"] != "share").any() else frame[list(FIELDS)]


def _records(table: Table, year: int, everybody: str) -> list[tuple[object, ...]]:
    tab = table.crosstab
    found: list[tuple[object, ...]] = []
    for row in table.rows:
        own = None if tab is None or (row.wave or year) != year else _position(table, row)
        for code, answer, cell in zip(table.codes, table.header, row.cells, strict=True):
            deff = df = None
            if own is not None and tab is not None:
                place = own * len(tab.answers) + tab.keys.index(code)
                deff, df = float(tab.estimate.deff[place]), float(tab.estimate.degrees_of_freedom[place])
            known = cell.flag not in ("not_asked", "excluded", "suppressed")
            found.append(
                (
                    row.wave or year,
                    table.id,
                    table.question,
                    row.axis,
                    ":".join(map(str, row.keys)),
                    # On the page a line of a series is called by its year, which has a column of its own here.
                    row.group if row.wave is None else everybody,
                    code,
                    answer,
                    cell.value if known and table.statistic == "share" else None,
                    cell.se,
                    cell.low,
                    cell.high,
                    deff,
                    df,
                    cell.count,
                    row.n,
                    row.weighted_n,
                    cell.flag or row.flag,
                    table.basis if own is not None else "published",
                    table.statistic,
                    cell.value if known and table.statistic != "share" else None,
                )
            )
    return found


def _position(table: Table, row: Row) -> int | None:
    tab = table.crosstab
    assert tab is not None
    for index, group in enumerate(tab.groups):
        if (group.attribute, group.keys) == (row.axis, row.keys):
            return index
    return None


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
    said, second = words(identity.lang), 0 if identity.lang == "ja" else 1
    resources = []
    for name, frame in frames.items():
        content = (folder / f"{name}.csv").read_bytes()
        fields = [
            {"name": column, "type": _type(frame[column])}
            | ({"title": (FIELDS | OF_NUMBERS)[column][second]} if name == "tables" else {})
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
