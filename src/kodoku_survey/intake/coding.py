"""Coding (符号化): the cells of one file → arrays of codes, with the edits made on the way. Routing comes later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import ByteArray, CodeArray, TextArray
from kodoku_survey.intake import cells
from kodoku_survey.intake.responses import ANSWERED, NONANSWER
from kodoku_survey.intake.returns import ReturnFile, column_of, option_columns, variables_in
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.folder import Survey

EDIT_COLUMNS = ("id", "variable", "before", "after", "rule", "file", "line")
Edit = tuple[str, str, str, str, str, str, int]


@dataclass(frozen=True, eq=False)
class Coded:
    """Rows of one file as codes: as in Responses, but a blank is 無回答 and nothing is 非該当 yet."""

    file: ReturnFile
    id: TextArray
    line: CodeArray
    answers: dict[str, CodeArray]
    status: dict[str, ByteArray]
    nonanswer: dict[str, int]  # the code that means 無回答, of single answers
    edits: pd.DataFrame
    filled: int  # cells that hold something, for the tolerance


def code_file(survey: Survey, file: ReturnFile) -> Coded:
    """Code every variable a file holds."""
    layout = file.layout
    count = len(file.cells)
    ids = (
        file.cells[layout.id].astype(str).str.strip().to_numpy(object)
        if layout.id
        else np.arange(1, count + 1).astype(str)
    )
    line = np.asarray(file.lines, dtype=np.int64)
    answers: dict[str, CodeArray] = {}
    status: dict[str, ByteArray] = {}
    edits: list[pd.DataFrame] = []
    filled = 0
    for variable in variables_in(survey, layout):
        if variable.kind == "multiple":
            block, changed, seen = _code_multiple(file, variable)
            answers[variable.name] = block
        else:
            codes, changed, seen = _code_column(file, variable)
            blank = codes == _BLANK
            if variable.kind == "number":
                answers[variable.name] = np.where(blank, 0, codes).astype(np.int32)
                status[variable.name] = np.where(blank, NONANSWER, ANSWERED).astype(np.int8)
            else:
                answers[variable.name] = np.where(blank, nonanswer_code(variable), codes).astype(np.int16)
        edits += changed
        filled += seen
    whole = (
        pd.concat(edits, ignore_index=True)
        if edits
        else pd.DataFrame(columns=["row", "variable", "before", "after", "rule"])
    )
    whole["id"], whole["file"], whole["line"] = (
        ids[whole["row"].to_numpy(int)],
        layout.name,
        line[whole["row"].to_numpy(int)],
    )
    nonanswer = {v.name: nonanswer_code(v) for v in variables_in(survey, layout) if v.kind == "single"}
    return Coded(file, ids, line, answers, status, nonanswer, whole, filled)


_BLANK = np.iinfo(np.int32).min


def nonanswer_code(variable: Variable) -> int:
    """The code of 無回答 of a single answer, which the codebook gives every one."""
    assert variable.nonanswer is not None
    return variable.nonanswer


def _distinct(column: pd.Series) -> tuple[CodeArray, Sequence[str]]:
    """Which distinct text each row holds: a question has few, so each is interpreted once."""
    index, texts = pd.factorize(column.astype(object))
    return index.astype(np.int64), [str(text) for text in texts]


def _changes(
    index: CodeArray, texts: Sequence[str], values: Sequence[cells.Value], name: str, blank: str
) -> list[pd.DataFrame]:
    """Edits of one column: each row whose distinct text was changed by a rule."""
    changed = np.array([bool(value.rule) for value in values], dtype=bool)
    rows = np.flatnonzero(changed[index]) if len(texts) else np.empty(0, dtype=np.int64)
    if not len(rows):
        return []
    after = [";".join(map(str, value.codes)) or blank for value in values]
    which = index[rows]
    return [
        pd.DataFrame(
            {
                "row": rows,
                "variable": name,
                "before": [texts[i] for i in which],
                "after": [after[i] for i in which],
                "rule": [values[i].rule for i in which],
            }
        )
    ]


def _code_column(file: ReturnFile, variable: Variable) -> tuple[CodeArray, list[pd.DataFrame], int]:
    read: Callable[[str, Variable, Any], cells.Value]
    read = cells.read_number if variable.kind == "number" else cells.read_single
    index, texts = _distinct(file.cells[column_of(file.layout, variable)])
    values = [read(text, variable, file.layout) for text in texts]
    codes = np.array([value.codes[0] if value.codes else _BLANK for value in values], dtype=np.int64)
    blank = "" if variable.nonanswer is None or variable.kind == "number" else str(variable.nonanswer)
    return codes[index], _changes(index, texts, values, variable.name, blank), _filled(index, texts, file)


def _filled(index: CodeArray, texts: Sequence[str], file: ReturnFile) -> int:
    empty = cells.blanks(file.layout)
    held = np.array([cells.plain(text) not in empty for text in texts], dtype=bool)
    return int(held[index].sum()) if len(texts) else 0


def _code_multiple(file: ReturnFile, variable: Variable) -> tuple[ByteArray, list[pd.DataFrame], int]:
    options = [code.code for code in variable.options]
    block = np.zeros((len(file.cells), len(options) + 1), dtype=np.int8)
    edits: list[pd.DataFrame] = []
    filled = 0
    if file.layout.multiple == "cell":
        index, texts = _distinct(file.cells[column_of(file.layout, variable)])
        values = [cells.read_cell(text, variable, file.layout) for text in texts]
        ticks = np.array([[option in value.codes for option in options] for value in values], dtype=np.int8)
        block[:, :-1] = ticks.reshape(len(texts), len(options))[index]
        edits += _changes(index, texts, values, variable.name, "")
        filled = _filled(index, texts, file)
    else:
        for position, (option, column) in enumerate(zip(options, option_columns(file.layout, variable), strict=True)):
            index, texts = _distinct(file.cells[column])
            values = [cells.read_tick(text, option, file.layout) for text in texts]
            block[:, position] = np.array([bool(value.codes) for value in values], dtype=np.int8)[index]
            edits += _changes(index, texts, values, f"{variable.name}_{option}", "0")
            filled += _filled(index, texts, file)
    block[:, -1] = ~(block[:, :-1] == 1).any(axis=1)
    return block, edits, filled
