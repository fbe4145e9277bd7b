"""Prepared microdata: cleaned answers, scores and weights, as CSV, SPSS and Stata, with labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from kodoku_survey.design import Sample
from kodoku_survey.intake import Responses

STATUS = {0: "回答 / answered", 1: "無回答 / no answer", 2: "判定不能 / undetermined"}


def microdata(sample: Sample) -> pd.DataFrame:
    """A row a respondent: id, mode, weight, stratum and PSU numbers, every variable as codes, a status beside each number."""
    responses = _responses(sample)
    frame = responses.frame()
    stage = sample.stages[0]
    front = pd.DataFrame(
        {
            "id": frame.pop("id"),
            "mode": frame.pop("mode"),
            "weight": sample.weight,
            "stratum_number": stage.group[stage.unit] + 1,
            "psu_number": stage.unit + 1,
        }
    )
    statuses = {
        f"{name}_status": pd.array(status, dtype="Int64")
        for name, status in responses.status.items()
        if (status > 0).any()
    }
    return pd.concat([front, frame, pd.DataFrame(statuses)], axis=1)


def _responses(sample: Sample) -> Responses:
    assert sample.responses is not None
    return sample.responses


def write_microdata(sample: Sample, path: Path) -> None:
    """Write in the format of the suffix: .csv (UTF-8 with BOM), .sav or .dta with variable and value labels."""
    frame = microdata(sample)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        return
    # Both formats know missing numbers only as floats.
    plain = frame.apply(lambda column: column.astype(float) if str(column.dtype) == "Int64" else column)
    labels, values, missing = _labels(_responses(sample), frame)
    if path.suffix == ".sav":
        pyreadstat.write_sav(
            plain, str(path), column_labels=labels, variable_value_labels=values, missing_ranges=missing
        )
        fix_date(path)
    else:
        pyreadstat.write_dta(plain, str(path), column_labels=labels, variable_value_labels=values)
        fix_stamp(path)


def _labels(responses: Responses, frame: pd.DataFrame) -> tuple[list[str | None], dict[str, Any], dict[str, Any]]:
    """Labels of the columns in order, value labels, and which codes mean 無回答, by column."""
    texts: dict[str, str] = {}
    values: dict[str, Any] = {}
    missing: dict[str, Any] = {}
    for name, variable in responses.variables.items():
        if variable.kind == "multiple":
            for code in variable.codes:
                texts[f"{name}_{code.code}"] = f"{variable.number} {variable.label}: {code.text}".strip()
        else:
            texts[name] = f"{variable.number} {variable.label}".strip()
        if variable.kind == "single":
            values[name] = {code.code: code.label for code in variable.codes}
            if variable.nonanswer is not None:
                missing[name] = [variable.nonanswer]
        if variable.kind == "number" and f"{name}_status" in frame:
            values[f"{name}_status"] = {-1: "非該当 / not asked", **STATUS}
    return [texts.get(column, column) for column in frame.columns], values, missing


def fix_date(path: Path) -> None:
    """The SPSS header holds the day and hour of writing (bytes 92–108); fixed ones make two writes the same."""
    with path.open("r+b") as file:
        file.seek(92)
        file.write(b"01 Jan 0000:00:00")


def fix_stamp(path: Path) -> None:
    """The Stata header holds the moment of writing as "dd Mon yyyy hh:mm"."""
    content = path.read_bytes()
    start = content.find(b"<timestamp>")
    if start >= 0:
        length = content[start + 11]
        fixed = b"01 Jan 2000 00:00"[:length].ljust(length)
        path.write_bytes(content[: start + 12] + fixed + content[start + 12 + length :])
