"""Answers as the cells of a layout: what the reader of that layout takes back for the same answers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray, TextArray
from kodoku_survey.errors import DefinitionError
from kodoku_survey.intake.cells import Value, read_number, read_single, wording
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.intake.returns import column_of, columns_of, option_columns
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.delivered_bytes import CODES

TextColumns = dict[str, TextArray]
KEYED_AS_MARK = 0.5  # of 無回答 keyed as its mark, where the layout has one; the rest is left blank


def form(survey: Survey) -> list[Variable]:
    """The variables a return holds, in the order of the form."""
    return [variable for variable in survey.codebook if variable.source == "form"]


def statistical(layout: FileLayout) -> bool:
    """Whether cells are numbers with labels beside them (.sav, .dta) rather than text."""
    return Path(layout.path).suffix.lower() in (".sav", ".dta")


def said(value: int, variable: Variable, layout: FileLayout) -> str:
    """One answer as a cell says it: a number, a label, or a code."""
    if variable.kind == "number":
        return variable.printed(value)
    return variable.code(value).label if layout.answers == "labels" and not statistical(layout) else str(value)


def read_as(text: str, variable: Variable, layout: FileLayout) -> Value | None:
    """What the layout's own reader takes a cell for; None where the file cannot hold it."""
    if statistical(layout) and not CODES.fullmatch(text):
        return None
    return (read_number if variable.kind == "number" else read_single)(text, wording(variable, layout))


def refuse_shared_columns(survey: Survey, layout: FileLayout) -> None:
    """Raises DefinitionError where two variables or options would stand in one column."""
    owner: dict[str, str] = {}
    for variable in form(survey):
        for column in columns_of(layout, variable):
            if column in owner:
                told = {"value": column, "first": owner[column], "second": variable.name}
                raise DefinitionError("synthetic.two_columns", f"survey.toml [file {layout.name}]", **told)
            owner[column] = variable.name


def columns_in(people: Responses, rows: IndexArray, layout: FileLayout, rng: np.random.Generator) -> TextColumns:
    """The answers of some people, a column a variable or option."""
    found: TextColumns = {}
    for variable in form(people.survey):
        values, state = people.answers[variable.name][rows], people.given(variable.name).state[rows]
        if variable.kind == "multiple":
            found |= ticks_as_text(variable, values[:, :-1] == 1, state != NOT_ASKED, layout)
            continue
        words = {value: said(int(value), variable, layout) for value in np.unique(values[state == ANSWERED])}
        texts = np.array(
            [words.get(v, "") if s == ANSWERED else "" for v, s in zip(values, state, strict=True)], object
        )
        keyed = (state == NONANSWER) & (rng.random(len(texts)) < KEYED_AS_MARK)
        texts[keyed] = _mark(layout.tokens(variable.name), variable, layout)
        texts[state == NOT_ASKED] = _mark(layout.not_applicable, variable, layout)
        found[column_of(layout, variable)] = texts
    return found


def _mark(marks: Iterable[str], variable: Variable, layout: FileLayout) -> str:
    """The first mark that its reader takes for a blank; else a blank."""
    taken = ((mark, read_as(mark, variable, layout)) for mark in marks if mark)
    return next((mark for mark, read in taken if read is not None and not read.codes and not read.rule), "")


def ticks_as_text(variable: Variable, ticks: BoolArray, asked: BoolArray, layout: FileLayout) -> TextColumns:
    """A multiple answer, ticks (n, options), in one column or in a column an option."""
    if layout.multiple == "cell":
        worded = layout.answers == "labels"  # several answers in a cell are text in every format
        words = [code.label if worded else str(code.code) for code in variable.options]
        joined = [layout.separator.join(w for w, held in zip(words, row, strict=True) if held) for row in ticks]
        return {column_of(layout, variable): np.array(joined, dtype=object)}
    ticked = layout.multiple == "ticked"
    tick, no_tick = (*layout.ticked, "1")[0], (*layout.unticked, "0")[0]
    nothing = np.where(asked, "" if ticked else no_tick, "").astype(object)
    found = {}
    for column, option, held in zip(option_columns(layout, variable), variable.options, ticks.T, strict=True):
        own = said(option.code, variable, layout)
        mark = tick.replace("{code}", str(option.code)).replace("{option}", option.label)
        found[column] = np.where(held, own if ticked and not layout.ticked else mark, nothing).astype(object)
    return found
