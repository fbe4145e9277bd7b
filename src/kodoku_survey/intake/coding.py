"""Coding (符号化): the cells of one file → arrays of codes, with the edits and issues made on the way. Routing comes later.

Each distinct text of a column is interpreted once; rows only look it up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray, ByteArray, CodeArray, IntArray, TextArray
from kodoku_survey.intake import cells
from kodoku_survey.intake.cells import Value, Wording, wording
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.value import COMMON_OTHER, OTHER_TEXT
from kodoku_survey.intake.cells.wording import evenly
from kodoku_survey.intake.issues import OTHER_BESIDE, Issue, issues_of, shown
from kodoku_survey.intake.placing import Placed
from kodoku_survey.intake.responses import ANSWERED, NONANSWER
from kodoku_survey.intake.returns import ReturnFile, variables_in
from kodoku_survey.intake.rows import numbers_of, totals
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.folder import Survey

EDIT_COLUMNS = ("id", "variable", "before", "after", "rule", "file", "line")
COMMON, COMMON_SHARE = 3, 0.1  # words from as many returns, and as large a share of the answers, are the form's own
_BLANK = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Coded:
    """Rows of one file as codes: as in Responses, but a blank is 無回答 and nothing is 非該当 yet.

    absent : rows whose cell says 非該当, of the questions where any does.
    """

    file: ReturnFile
    id: TextArray
    answers: dict[str, CodeArray]
    status: dict[str, ByteArray]
    nonanswer: dict[str, int]  # the code that means 無回答, of single answers
    absent: dict[str, BoolArray]
    edits: pd.DataFrame
    issues: tuple[Issue, ...]
    filled: int  # cells that hold something, for the tolerance

    @property
    def line(self) -> IntArray:
        """The line of the file each row stands on."""
        return self.file.lines


@dataclass
class _Found:
    """What the columns of one file come to, gathered question by question."""

    sums: BoolArray | None = None  # rows that sum up the others: what they hold is nobody's answer
    edits: list[pd.DataFrame] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    absent: dict[str, BoolArray] = field(default_factory=dict)
    filled: int = 0


@dataclass(frozen=True, eq=False)
class _Column:
    """One column read: which distinct text each row holds, and what each was read as."""

    index: IntArray
    texts: Sequence[str]
    values: Sequence[Value]

    def taken(self, worth: Callable[[Value], int], kind: type[np.generic]) -> AnyArray:
        """What each value is worth, a row each."""
        return np.array([worth(value) for value in self.values] or [0], dtype=kind)[self.index]


def code_file(survey: Survey, file: ReturnFile) -> Coded:
    """Code every variable a file holds."""
    found = _Found(totals(file) if file.layout.id else None)
    answers: dict[str, CodeArray] = {}
    status: dict[str, ByteArray] = {}
    variables = variables_in(survey, file.layout)
    for variable in variables:
        if variable.kind == "multiple":
            answers[variable.name] = _code_multiple(file, variable, found)
            continue
        codes = _code_column(file, variable, found)
        blank = codes == _BLANK
        if variable.kind == "number":
            answers[variable.name] = np.where(blank, 0, codes).astype(np.int32)
            status[variable.name] = np.where(blank, NONANSWER, ANSWERED).astype(np.int8)
        else:
            answers[variable.name] = np.where(blank, nonanswer_code(variable), codes).astype(code_type(variable))
    ids = numbers_of(survey, file)
    nonanswer = {v.name: nonanswer_code(v) for v in variables if v.kind == "single"}
    edits = _with_rows(found.edits, file, ids)
    return Coded(file, ids, answers, status, nonanswer, found.absent, edits, tuple(found.issues), found.filled)


def code_type(variable: Variable) -> type[np.signedinteger]:
    """The narrowest integers that hold every code of a variable: 47201 is a municipality, and no −18335."""
    narrow = np.iinfo(np.int16)
    return np.int16 if all(narrow.min <= key <= narrow.max for key in variable.keys) else np.int32


def nonanswer_code(variable: Variable) -> int:
    """The code of 無回答 of a single answer, which the codebook gives every one."""
    assert variable.nonanswer is not None
    return variable.nonanswer


def _with_rows(edits: list[pd.DataFrame], file: ReturnFile, ids: TextArray) -> pd.DataFrame:
    empty = pd.DataFrame(columns=["row", "variable", "before", "after", "rule"])
    whole = pd.concat(edits, ignore_index=True) if edits else empty
    rows = whole["row"].to_numpy(int)
    return whole.assign(id=ids[rows], file=file.layout.name, line=file.lines[rows])


def _read(
    column: pd.Series, words: Wording, read: Callable[[str, Wording], Value], sums: BoolArray | None = None
) -> tuple[_Column, dict[str, int], int]:
    """A column interpreted, how many returns hold each unknown text, and how many cells hold anything."""
    index = column.cat.codes.to_numpy(np.int64)
    texts = [str(text) for text in column.cat.categories]
    values = [read(text, words) for text in texts]
    counts = _counts(index, len(texts), sums)
    held = [not words.empty(plain(text)) or bool(value.rule) for text, value in zip(texts, values, strict=True)]
    filled = int(counts[np.array(held or [False], dtype=bool)[: len(counts)]].sum())
    common: Counter[str] = Counter()
    for value, n in zip(values, counts, strict=True):
        common.update(dict.fromkeys(value.unknown, int(n)))
    many = {text: n for text, n in common.items() if n >= COMMON}
    frequent = {text for text, n in many.items() if n >= COMMON_SHARE * filled}
    settled = [
        replace(value, rule=COMMON_OTHER) if value.rule == OTHER_TEXT and frequent & set(value.unknown) else value
        for value in values
    ]
    return _Column(index, texts, settled), many, filled


def _counts(index: IntArray, texts: int, sums: BoolArray | None) -> IntArray:
    """How many people hold each text."""
    return np.bincount(index if sums is None or not sums.any() else index[~sums], minlength=texts)


def _keep(found: _Found, file: ReturnFile, words: Wording, position: int, option: int | None, read: _Column,
          many: dict[str, int], filled: int) -> None:  # fmt: skip
    """Note what one column lost or changed."""
    variable = words.variable
    name = variable.name if option is None else f"{variable.name}_{option}"
    blank = "0" if option is not None else "" if variable.kind != "single" else str(variable.nonanswer)
    counts = _counts(read.index, len(read.texts), found.sums)
    found.filled += filled
    found.issues += issues_of(file, position, variable, option, zip(read.values, counts, strict=True), filled, many)
    absent = np.array([not value.applies for value in read.values] or [False], dtype=bool)
    if absent.any():
        rows = absent[read.index]
        found.absent[variable.name] = found.absent.get(variable.name, rows) & rows
    changed = np.array([bool(value.rule) for value in read.values] or [False], dtype=bool)
    rows = np.flatnonzero(changed[read.index]) if len(read.index) else np.empty(0, dtype=np.int64)
    if len(rows):
        which = read.index[rows]
        before = [shown(text, value, words) for text, value in zip(read.texts, read.values, strict=True)]
        said = variable.printed if variable.kind == "number" else str
        after = [";".join(map(said, value.codes)) or blank for value in read.values]
        told = {"row": rows, "variable": name, "before": [before[i] for i in which], "after": [after[i] for i in which]}
        found.edits.append(pd.DataFrame(told | {"rule": [read.values[i].rule for i in which]}))


def _code_column(file: ReturnFile, variable: Variable, found: _Found) -> IntArray:
    """One code a row, or _BLANK."""
    placed = file.placed[variable.name]
    column = file.at(placed.columns[0])
    words = wording(variable, file.layout, column.cat.categories)
    read, many, filled = _read(
        column, words, cells.read_number if variable.kind == "number" else cells.read_single, found.sums
    )
    _keep(found, file, words, placed.columns[0], None, read, many, filled)
    codes = read.taken(lambda value: value.codes[0] if value.codes else _BLANK, np.int64)
    if placed.other is not None and variable.other_code is not None:
        typed = _typed(file, placed, words)
        beside = typed & (codes != _BLANK) & (codes != variable.other_code)
        if beside.any():
            found.issues.append(_beside(file, placed, variable, beside, typed))
        codes = np.where(typed & (codes == _BLANK), variable.other_code, codes)
    return codes


def _typed(file: ReturnFile, placed: Placed, words: Wording) -> BoolArray:
    """Who typed what その他 is, in the column for it."""
    assert placed.other is not None
    column = file.at(placed.other)
    held = [not words.empty(plain(str(text))) and plain(str(text)).casefold() not in ("0", "n", "no", "false")
            for text in column.cat.categories]  # fmt: skip
    found: BoolArray = np.array(held or [False], dtype=bool)[column.cat.codes.to_numpy(np.int64)]
    return found


def _beside(file: ReturnFile, placed: Placed, variable: Variable, beside: BoolArray, typed: BoolArray) -> Issue:
    assert placed.other is not None
    heading = file.headings.told[placed.other]
    return Issue(
        OTHER_BESIDE, file.layout.name, heading, variable.name, variable.other_code, int(beside.sum()), int(typed.sum())
    )


def _code_multiple(file: ReturnFile, variable: Variable, found: _Found) -> ByteArray:
    options = [code.code for code in variable.options]
    block = np.zeros((len(file.lines), len(options) + 1), dtype=np.int8)
    placed = file.placed[variable.name]
    if len(placed.columns) == 1 and file.layout.multiple == "cell" and variable.name not in file.layout.options:
        even = evenly(file.layout)
        column = file.at(placed.columns[0])
        words = wording(variable, file.layout, _parts(column, file), even=even)
        read, many, filled = _read(column, words, cells.read_cell, found.sums)
        _keep(found, file, words, placed.columns[0], None, read, many, filled)
        ticks = np.array([[option in value.codes for option in options] for value in read.values], dtype=np.int8)
        block[:, :-1] = ticks.reshape(len(read.texts), len(options))[read.index] if len(read.texts) else 0
    else:
        words = wording(variable, file.layout)
        for place, (option, position) in enumerate(zip(options, placed.columns, strict=True)):

            def tick(text: str, words: Wording, option: int = option) -> Value:
                return cells.read_tick(text, option, words)

            read, many, filled = _read(file.at(position), words, tick, found.sums)
            _keep(found, file, words, position, option, read, many, filled)
            block[:, place] = read.taken(lambda value: bool(value.codes), np.int8)
    if placed.other is not None and variable.other_code is not None:
        block[:, options.index(variable.other_code)] |= _typed(file, placed, words)
    block[:, -1] = ~(block[:, :-1] == 1).any(axis=1)
    return block


def _parts(column: pd.Series, file: ReturnFile) -> list[str]:
    """The parts of a column's cells, for the letter before its codes."""
    parts = [str(text) for text in column.cat.categories[:1000]] if file.layout.answers == "codes" else []
    for mark in file.layout.between:
        parts = [piece for part in parts for piece in part.split(mark)]
    return parts
