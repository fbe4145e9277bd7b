"""Answers as the cells of a layout: what the reader of that layout takes back for the same answers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from kodoku_survey.arrays import BoolArray, CodeArray, IndexArray, TextArray
from kodoku_survey.errors import DefinitionError
from kodoku_survey.intake.cells import read_number, read_single, wording
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.intake.returns import column_of, columns_of, option_columns
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout

TextColumns = dict[str, TextArray]
KEYED_AS_MARK = 0.5  # of 無回答 keyed as its mark, where the layout has one; the rest is left blank


def form(survey: Survey) -> list[Variable]:
    """The variables a return holds, in the order of the form."""
    return [variable for variable in survey.codebook if variable.source == "form"]


def statistical(layout: FileLayout) -> bool:
    """Whether cells are numbers with labels beside them (.sav, .dta) rather than text."""
    return Path(layout.path).suffix.lower() in (".sav", ".dta")


def said(code: int, variable: Variable, layout: FileLayout) -> str:
    """One answer as a cell says it: its label, or its code."""
    return variable.code(code).label if layout.answers == "labels" and not statistical(layout) else str(code)


def refuse_shared_columns(survey: Survey, layout: FileLayout) -> None:
    """Raises DefinitionError where two variables or options would stand in one column."""
    owner: dict[str, str] = {}
    for variable in form(survey):
        for column in columns_of(layout, variable):
            if column in owner:
                where = f"survey.toml [file {layout.name}]"
                raise DefinitionError(
                    "synthetic.two_columns", where, value=column, first=owner[column], second=variable.name
                )
            owner[column] = variable.name


def columns_in(people: Responses, rows: IndexArray, layout: FileLayout, rng: np.random.Generator) -> TextColumns:
    """The answers of some people, a column a variable or option."""
    found: TextColumns = {}
    for variable in form(people.survey):
        values = people.answers[variable.name][rows]
        if variable.kind == "multiple":
            asked = values[:, 0] != NOT_ASKED
            found |= ticks_as_text(variable, values[:, :-1] == 1, asked, layout)
            continue
        if variable.kind == "number":
            state = people.status[variable.name][rows]
            texts = np.where(state == ANSWERED, numbers_as_text(variable, values), "")
            asked, silent = state != NOT_ASKED, state == NONANSWER
        else:
            meant = {code.code: said(code.code, variable, layout) for code in variable.options}
            texts = np.array([meant.get(int(value), "") for value in values], dtype=object)
            asked, silent = values != NOT_ASKED, values == variable.nonanswer
        _mark(texts, silent & (rng.random(len(texts)) < KEYED_AS_MARK), layout.tokens(variable.name), variable, layout)
        _mark(texts, ~asked, layout.not_applicable, variable, layout)
        found[column_of(layout, variable)] = texts
    return found


def numbers_as_text(variable: Variable, values: CodeArray) -> TextArray:
    """Numbers as they are written: kept in whole tenths, told with their decimals."""
    if not variable.places:
        return values.astype(str).astype(object)
    return np.array([f"{value / 10**variable.places:.{variable.places}f}" for value in values], dtype=object)


def _mark(texts: TextArray, where: BoolArray, marks: Iterable[str], variable: Variable, layout: FileLayout) -> None:
    """Put the first mark there that its reader takes for a blank, in place."""
    read = read_number if variable.kind == "number" else read_single
    for mark in marks:
        fits = not statistical(layout) or mark.lstrip("-").isdigit()
        if mark and fits and (taken := read(mark, wording(variable, layout))).codes == () and not taken.rule:
            texts[where] = mark
            return


def ticks_as_text(variable: Variable, ticks: BoolArray, asked: BoolArray, layout: FileLayout) -> TextColumns:
    """A multiple answer, ticks (n, options), in one column or in a column an option."""
    options = [code.code for code in variable.options]
    if layout.multiple == "cell":
        worded = layout.answers == "labels"  # several answers in a cell are text in every format
        words = [code.label if worded else str(code.code) for code in variable.options]
        joined = [layout.separator.join(w for w, held in zip(words, row, strict=True) if held) for row in ticks]
        return {column_of(layout, variable): np.array(joined, dtype=object)}
    ticked = layout.multiple == "ticked"
    tick, no_tick = (*layout.ticked, "1")[0], (*layout.unticked, "0")[0]
    words = [tick.replace("{code}", str(code.code)).replace("{option}", code.label) for code in variable.options]
    marks = [said(code, variable, layout) for code in options] if ticked and not layout.ticked else words
    nothing = np.where(asked, "" if ticked else no_tick, "").astype(object)
    return {
        column: np.where(held, mark, nothing).astype(object)
        for column, mark, held in zip(option_columns(layout, variable), marks, ticks.T, strict=True)
    }


def headings(survey: Survey, layout: FileLayout) -> dict[str, str]:
    """The wording under each heading, as deliveries with several rows of headings have it."""
    found: dict[str, str] = {}
    for variable in form(survey):
        columns = columns_of(layout, variable)
        if len(columns) == 1:
            found[columns[0]] = variable.question or variable.label
        else:
            found |= dict(zip(columns, (code.label for code in variable.options), strict=True))
    return found


def value_labels(survey: Survey, layout: FileLayout) -> dict[str, dict[int | float, str]]:
    """Labels of the codes of each single answer, by column."""
    return {
        column_of(layout, variable): {code.code: code.label for code in variable.options}
        for variable in form(survey)
        if variable.kind == "single"
    }
