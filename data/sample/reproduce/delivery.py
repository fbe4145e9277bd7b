"""Delivery: answers as the cells and bytes of a file, in the layout the folder describes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, CodeArray, IndexArray, TextArray
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.intake.returns import column_of, option_columns
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.layouts import FileLayout
from reproduce.fieldwork import spoil_number, spoil_off_route, spoil_single
from reproduce.model import Dirt


def cells_of(
    people: Responses, rows: IndexArray, layout: FileLayout, dirt: Dirt, rng: np.random.Generator
) -> pd.DataFrame:
    """The answers of some people as delivered cells, with the slips of pen and keyboard."""
    columns: dict[str, TextArray] = {}
    for variable in people.survey.codebook:
        if variable.source != "form":
            continue
        values = people.answers[variable.name][rows]
        if variable.kind == "multiple":
            columns |= _multiple(variable, values, layout, dirt, rng)
        elif variable.kind == "number":
            known = people.status[variable.name][rows] == ANSWERED
            texts = np.where(known, values.astype(str).astype(object), "")
            if not layout.path.endswith(".sav"):  # a web form lets only digits through
                silent = people.status[variable.name][rows] == NONANSWER
                spoil_number(texts, dirt, rng, silent, _in_register(variable, people, rows))
            columns[column_of(layout, variable)] = texts
        else:
            asked = values != NOT_ASKED
            if variable.proved_by_answer_if_blank is not None:
                # An answer beside a blank parent would prove that the question applied.
                asked |= people.given(variable.proved_by_answer_if_blank).state[rows] == NONANSWER
            columns[column_of(layout, variable)] = _single(variable, values, asked, layout, dirt, rng)
    return pd.DataFrame(columns)


def _in_register(variable: Variable, people: Responses, rows: IndexArray) -> BoolArray | None:
    """Whose number stands in the register too, so that a blank is completed by the same number."""
    if variable.complete_from is None or variable.complete_from not in people.answers:
        return None
    same: BoolArray = people.answers[variable.complete_from][rows] == people.answers[variable.name][rows]
    return same


def _single(
    variable: Variable,
    values: CodeArray,
    asked: BoolArray,
    layout: FileLayout,
    dirt: Dirt,
    rng: np.random.Generator,
) -> TextArray:
    texts = {code.code: _said(code.code, variable, layout) for code in variable.options}
    found = np.array([texts.get(int(value), "") for value in values], dtype=object)
    spoil_off_route(found, asked, list(texts.values()), dirt.off_route, rng)
    if layout.answers == "codes" and layout.path.endswith((".csv", ".xlsx")):
        # A keying contractor writes 無回答 as a code about half the time, else leaves the cell blank.
        coded = next((text for text in layout.nonanswer if text), "")
        found[(values == variable.nonanswer) & (rng.random(len(found)) < 0.5)] = coded
        spoil_single(found, list(texts.values()), dirt, rng, values == variable.nonanswer)
    return found


def _said(code: int, variable: Variable, layout: FileLayout) -> str:
    return variable.code(code).label if layout.answers == "labels" else str(code)


def _multiple(
    variable: Variable, values: CodeArray, layout: FileLayout, dirt: Dirt, rng: np.random.Generator
) -> dict[str, TextArray]:
    options = [code.code for code in variable.options]
    ticks = values[:, :-1] == 1
    if dirt.loses == "nothing":
        _cross_out(variable, ticks, options, dirt, rng)
    for code in variable.exclusive if dirt.loses == "answers" else ():
        beside = [i for i, option in enumerate(options) if option not in variable.exclusive]
        for row in np.flatnonzero(ticks[:, options.index(code)] & (rng.random(len(ticks)) < dirt.exclusive_conflict)):
            ticks[row, beside[int(rng.integers(len(beside)))]] = True
    asked = values[:, 0] != NOT_ASKED
    if layout.multiple == "cell":
        said = [_said(code, variable, layout) for code in options]
        joined = [layout.separator.join(text for text, held in zip(said, row, strict=True) if held) for row in ticks]
        found = np.array(joined, dtype=object)
        spoil_off_route(found, asked, said, dirt.off_route, rng)
        return {column_of(layout, variable): found}
    off_route = ~asked & (rng.random(len(asked)) < dirt.off_route)
    ticks[off_route, rng.integers(len(options), size=int(off_route.sum()))] = True
    marks = [str(option) if layout.multiple == "ticked" else "1" for option in options]
    zero = "" if layout.multiple == "ticked" else "0"
    return {
        column: np.where(held, mark, np.where(asked | off_route, zero, "")).astype(object)
        for column, mark, held in zip(option_columns(layout, variable), marks, ticks.T, strict=True)
    }


def _cross_out(variable: Variable, ticks: BoolArray, options: list[int], dirt: Dirt, rng: np.random.Generator) -> None:
    """Some who ticked others tick an exclusive option too, in place: cleaning drops it (exclusive_conflict = "others")."""
    for code in variable.exclusive:
        others = ticks[:, [i for i, option in enumerate(options) if option not in variable.exclusive]].any(axis=1)
        ticks[others & (rng.random(len(ticks)) < dirt.exclusive_conflict), options.index(code)] = True


def write_file(
    frame: pd.DataFrame, layout: FileLayout, heads: dict[str, str], labels: dict[str, dict[int | float, str]]
) -> bytes:
    """The bytes of a delivered file, the same for the same cells. heads : second heading line; labels : value labels (.sav)."""
    writers: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: _csv(frame, "cp932" if layout.answers == "codes" else "utf-8-sig"),
        ".xlsx": lambda: _xlsx(frame, layout, heads),
        ".sav": lambda: _sav(frame, labels),
    }
    return writers[Path(layout.path).suffix]()


def _csv(frame: pd.DataFrame, encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(frame.columns)
    writer.writerows(frame.itertuples(index=False, name=None))
    return text.getvalue().encode(encoding)


def _xlsx(frame: pd.DataFrame, layout: FileLayout, heads: dict[str, str]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": True, "strings_to_formulas": False})
    book.set_properties({"created": dt.datetime(2000, 1, 1)})
    sheet = book.add_worksheet(layout.sheet or "回答")
    sheet.write_row(0, 0, frame.columns)
    for line in range(1, layout.header_rows):
        sheet.write_row(line, 0, [heads.get(column, "") for column in frame.columns])
    for line, row in enumerate(frame.itertuples(index=False, name=None), start=layout.header_rows):
        sheet.write_row(line, 0, row)
    book.close()
    return buffer.getvalue()


def _sav(frame: pd.DataFrame, labels: dict[str, dict[int | float, str]]) -> bytes:
    import pyreadstat

    numeric = {name: pd.to_numeric(frame[name]) for name in frame if name in labels or _is_number(frame[name])}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.sav"
        pyreadstat.write_sav(frame.assign(**numeric), str(path), variable_value_labels=labels)
        content = bytearray(path.read_bytes())
    # Bytes 92–108 of the header are the day and hour of writing; fixed, two writes are the same bytes.
    content[92:109] = b"01 Jan 0000:00:00"
    return bytes(content)


def _is_number(column: pd.Series) -> bool:
    held = column[column != ""]
    return len(held) > 0 and bool(held.str.fullmatch(r"\d{1,4}").all())
