"""data/: the same figures for machines. Row 1 is the header, one datum a cell; the package says what each file and column is.

Rules: 行政データにおける機械可読性に関するルール (2026), 統計表における機械判読可能なデータの表記方法の統一ルール (2020).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from kodoku_survey.publish.release.dating import day_of
from kodoku_survey.publish.release.writing import put, put_csv, put_workbook
from kodoku_survey.publish.sheets.about import method_frame, updates_frame
from kodoku_survey.publish.sheets.book import Book, BookSheet, SheetColumn, Written
from kodoku_survey.publish.sheets.estat_lines import dimensions, estat
from kodoku_survey.publish.sheets.excel_book import fill_excel
from kodoku_survey.publish.sheets.lookups import codes, tables_index
from kodoku_survey.publish.sheets.ods_book import ods_of
from kodoku_survey.publish.sheets.tidy import tidy
from kodoku_survey.tables import Report
from kodoku_survey.tables.plain import TOTAL, plain
from kodoku_survey.tables.words import words_of
from kodoku_survey.version import __version__

IN_WORKBOOK = ("tables", "tables_index", "codes", "method", "updates")  # the rest would say the same once more

DIGITS = (("estat", "value"),)  # numbers kept as text, for the digits they are printed with
NO_TEST = "none"


def write_data(report: Report, folder: Path) -> None:
    """A CSV (UTF-8 with BOM, CRLF) for each of `frames_of`, datapackage.json, and data.xlsx with its copy data.ods."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = frames_of(report)
    for name, frame in frames.items():
        put_csv(frame, folder / f"{name}.csv")
    book = _book(report, {name: frames[name] for name in IN_WORKBOOK})
    put_workbook(folder / "data.xlsx", partial(fill_excel, book))
    put(folder / "data.ods", ods_of(book))
    package = _package(report, frames, folder)
    put(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def frames_of(report: Report) -> dict[str, pd.DataFrame]:
    """The files of data/ by name, the figures first."""
    said, by_estat = words_of(report.survey), estat(report)
    return {
        "tables": tidy(report),
        "tables_index": tables_index(report),
        "codes": codes(report),
        "estat": by_estat,
        "dimensions": dimensions(by_estat, said),
        "sentences": _sentences(report),
        "method": method_frame(report, said),
        "updates": updates_frame(report),
    }


def _sentences(report: Report) -> pd.DataFrame:
    """A line a cell of each sentence of the report: which it is, the test that made it, the cell and its part in it."""
    frame = report.sentence_cells()
    everybody = {"attribute": {"": TOTAL}, "group_code": {"": TOTAL}}
    spelled = {name: frame[name].map(plain) for name in ("sentence_id", "place", "table_id")}
    made = frame.replace(everybody).assign(**spelled).fillna({"test": NO_TEST})
    made.insert(made.columns.get_loc("percent") + 1, "unit", words_of(report.survey)["unit_share"])
    return made


def _package(report: Report, frames: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, object]:
    identity, said = report.survey.settings.identity, words_of(report.survey)
    resources = []
    for name, frame in frames.items():
        content = (folder / f"{name}.csv").read_bytes()
        fields = [
            {
                "name": column,
                "type": "number" if (name, column) in DIGITS else _type(frame[column]),
                "title": said[f"field_{column}"],
            }
            for column in frame.columns
        ]
        resources.append(
            {
                "name": name,
                "path": f"{name}.csv",
                "title": said[f"file_{name}"],
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
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
        "created": f"{day_of(report).isoformat()}T00:00:00Z",
        "resources": resources,
    }


def _type(column: pd.Series) -> str:
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(column) else "string"


def _book(report: Report, frames: Mapping[str, pd.DataFrame]) -> Book:
    """A sheet a file, nothing on it but the table."""
    identity = report.survey.settings.identity
    return Book(
        identity.title,
        identity.conductor,
        identity.name,
        day_of(report),
        identity.lang,
        tuple(
            BookSheet(name, name, tuple(SheetColumn(column, 14) for column in frame.columns), _cells(frame))
            for name, frame in frames.items()
        ),
        plain=True,
    )


def _cells(frame: pd.DataFrame) -> list[tuple[Written, ...]]:
    columns = [
        [Written(None if missing else value) for value, missing in zip(column.tolist(), column.isna(), strict=True)]
        for _, column in frame.items()
    ]
    return list(zip(*columns, strict=True))
