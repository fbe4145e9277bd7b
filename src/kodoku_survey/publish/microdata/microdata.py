"""Prepared microdata: cleaned answers, scores and weights, as CSV, SPSS and Stata, with labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.design import Sample
from kodoku_survey.intake import Responses
from kodoku_survey.intake.responses import NONANSWER, UNDETERMINED
from kodoku_survey.publish.microdata.dictionary import Dictionary, LabelCut, dictionary_of, shortened
from kodoku_survey.publish.microdata.response_sets import declare_sets, sets_of
from kodoku_survey.publish.release.writing import put_csv, put_statistical

# Stata's extended missings: a number nobody gave is left out of every mean, and still says why it is not there.
NO_ANSWER, UNKNOWN = "n", "u"
MISSING_LABELS = {NO_ANSWER: "無回答 / no answer", UNKNOWN: "不明 / undetermined"}


def microdata(sample: Sample) -> pd.DataFrame:
    """A row a respondent: id, mode, weight, stratum and PSU numbers, fpc where the design has one, every variable as codes,
    a status beside each number.
    """
    responses = responses_of(sample)
    frame = responses.frame()
    front = pd.DataFrame({"id": frame.pop("id"), "mode": frame.pop("mode"), **design_of(sample)})
    statuses = {
        f"{name}_status": pd.array(status, dtype="Int64")
        for name, status in responses.status.items()
        if (status > 0).any()
    }
    return pd.concat([front, frame, pd.DataFrame(statuses)], axis=1)


def design_of(sample: Sample) -> dict[str, Any]:
    """Weight, stratum and PSU number of each respondent, and the PSUs of the stratum in the population where it is known."""
    stage = sample.stages[0]
    stratum = stage.group[stage.unit]
    columns = {"weight": sample.weight, "stratum_number": stratum + 1, "psu_number": stage.unit + 1}
    if not (stage.fraction > 0).all():
        return columns
    return columns | {"fpc": (stage.count / stage.fraction)[stratum]}


def responses_of(sample: Sample) -> Responses:
    """The responses a sample was made of."""
    assert sample.responses is not None
    return sample.responses


def write_microdata(sample: Sample, path: Path) -> None:
    """Write in the format of the suffix, one of `WRITERS`: .csv (UTF-8 with BOM), .sav or .dta with variable and value labels.

    .sav : 無回答 as user-missing, levels of measurement, multiple answers as response sets. .dta : 無回答 as .n, what could
    not be determined as .u. Labels too long for the format are cut (`label_cuts` tells them).
    """
    WRITERS[path.suffix.removeprefix(".")](sample, microdata(sample), path)


def label_cuts(sample: Sample, formats: Sequence[str]) -> list[LabelCut]:
    """Every label the formats could not hold whole, in the order of the columns."""
    whole = dictionary_of(sample, microdata(sample).columns)
    return [cut for kind in formats if kind != "csv" for cut in shortened(whole, kind)[1]]


def _write_csv(_sample: Sample, frame: pd.DataFrame, path: Path) -> None:
    put_csv(frame, path)


def _write_sav(sample: Sample, frame: pd.DataFrame, path: Path) -> None:
    told, _ = shortened(dictionary_of(sample, frame.columns), "sav")
    labels: dict[str, dict[int | float, str]] = {}
    for name, entries in told.codes.items():
        labels[name] = dict(entries.items())
    sets = sets_of(responses_of(sample))

    def complete(written: Path) -> None:
        declare_sets(written, sets)
        fix_date(written)

    put_statistical(
        _plain(frame),
        path,
        complete,
        column_labels=dict(told.columns),
        variable_value_labels=labels,
        missing_ranges={name: [code] for name, code in told.nonanswer.items()},
        variable_measure=dict(told.levels),
    )


def _write_dta(sample: Sample, frame: pd.DataFrame, path: Path) -> None:
    told, _ = shortened(dictionary_of(sample, frame.columns), "dta")
    plain = _plain(frame)
    labels: dict[str, dict[Any, str]] = {name: dict(entries) for name, entries in told.codes.items()}
    declared: dict[str, list[str]] = {}
    for name, why in _reasons(responses_of(sample), told).items():
        given = set(why) - {""}
        if not given:
            continue
        plain[name] = plain[name].astype(object).where(why == "", why)
        declared[name] = sorted(given)
        own = labels.setdefault(name, {}).pop(told.nonanswer.get(name), None)
        labels[name] |= {mark: own or MISSING_LABELS[mark] for mark in declared[name]}
    put_statistical(
        plain,
        path,
        fix_stamp,
        column_labels=dict(told.columns),
        variable_value_labels=labels,
        missing_user_values=declared,
    )


def _reasons(responses: Responses, told: Dictionary) -> dict[str, np.ndarray]:
    """Column → (n,) the mark of Stata that says why a value is not there; "" where it is, or where nobody asked for it."""
    found: dict[str, np.ndarray] = {}
    for name, code in told.nonanswer.items():
        mark = UNKNOWN if responses.variables[name].source == "derived" else NO_ANSWER
        found[name] = np.where(responses.answers[name] == code, mark, "")
    for name, status in responses.status.items():
        found[name] = np.select([status == NONANSWER, status == UNDETERMINED], [NO_ANSWER, UNKNOWN], "")
    return found


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Both formats know missing numbers only as floats."""
    return frame.apply(lambda column: column.astype(float) if str(column.dtype) in ("Int64", "Float64") else column)


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


# What microdata can be written as, by suffix. A further format is a function here and a line of the command's choices.
WRITERS: Mapping[str, Callable[[Sample, pd.DataFrame, Path], None]] = MappingProxyType(
    {"csv": _write_csv, "sav": _write_sav, "dta": _write_dta}
)
