"""Returns as delivered: every cell as text, with its file, line and mode; nothing interpreted yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from kodoku_survey.errors import ContentError, DefinitionError, SurveyError, SurveyFaults, expected
from kodoku_survey.intake.files import Delivered, read_file
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout


@dataclass(frozen=True, eq=False)
class ReturnFile:
    """One file: its layout, its cells as text (n, columns), the line each row stands on, and how it was opened."""

    layout: FileLayout
    path: Path
    cells: pd.DataFrame
    lines: tuple[int, ...]
    encoding: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Returns:
    """All files of a survey as delivered."""

    survey: Survey
    files: tuple[ReturnFile, ...]
    selection: ReturnFile | None = field(default=None)

    def __repr__(self) -> str:
        files = ", ".join(f"{file.path.name} ({len(file.cells):,} rows)" for file in self.files)
        register = "" if self.selection is None else f"; register of {len(self.selection.cells):,}"
        return f"<Returns: {files}{register}>"


def read_returns(survey: Survey) -> Returns:
    """Read every file survey.toml names.

    Raises
    ------
    SurveyFaults
        Files that are missing or cannot be read, and columns that are not there: all of them, together.
    ContentError
        A file of returns without a single row.
    """
    expected(survey, Survey)
    faults: list[SurveyError] = []
    read: list[ReturnFile] = []
    for layout in survey.settings.files:
        path = survey.path(layout.name)
        try:
            delivered = read_file(path, layout)
        except SurveyError as fault:
            faults.append(fault)
            continue
        faults += _missing_columns(survey, layout, path, delivered)
        if layout.role == "returns" and delivered.cells.empty:
            faults.append(ContentError("intake.no_rows", path.name))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        read.append(ReturnFile(layout, path, delivered.cells, delivered.lines, delivered.encoding, digest))
    if faults:
        raise SurveyFaults(faults)
    selection = [file for file in read if file.layout.role == "selection"]
    returns = tuple(file for file in read if file.layout.role == "returns")
    return Returns(survey, returns, selection[0] if selection else None)


def column_of(layout: FileLayout, variable: Variable) -> str:
    """The column a variable has in a file."""
    if variable.name in layout.columns:
        return layout.columns[variable.name]
    return layout.column.format(name=variable.name, number=variable.number)


def option_columns(layout: FileLayout, variable: Variable) -> list[str]:
    """The columns of a multiple answer's options, in the order of its codes; an entry of `columns` is a pattern."""
    pattern = layout.columns.get(variable.name, layout.option_column)
    return [pattern.format(name=variable.name, number=variable.number, code=code.code) for code in variable.options]


def columns_of(layout: FileLayout, variable: Variable) -> list[str]:
    """Every column a variable takes in a file."""
    spread = variable.kind == "multiple" and layout.multiple != "cell"
    return option_columns(layout, variable) if spread else [column_of(layout, variable)]


def variables_in(survey: Survey, layout: FileLayout) -> list[Variable]:
    """The variables a file holds: those of the form in returns, those of the register in the selection."""
    source = "selection" if layout.role == "selection" else "form"
    return [variable for variable in survey.codebook if variable.source == source]


def _missing_columns(survey: Survey, layout: FileLayout, path: Path, delivered: Delivered) -> list[SurveyError]:
    """A fault for each column the layout promises and the file lacks."""
    present = list(delivered.cells.columns)
    wanted: list[str] = [layout.id] if layout.id else []
    wanted += [layout.received] if layout.received else []
    wanted += [layout.complete_column] if layout.complete_column else []
    wanted += [layout.mode_column] if layout.mode_column else []
    for variable in variables_in(survey, layout):
        wanted += columns_of(layout, variable)
    if layout.role == "selection" or not any(file.role == "selection" for file in survey.settings.files):
        wanted += design_columns(survey)
    absent = [column for column in dict.fromkeys(wanted) if column not in present]
    return [_absent(column, path, present) for column in absent]


def design_columns(survey: Survey) -> list[str]:
    """Columns of the register (or, without one, of the returns) that design and weighting name."""
    design, weighting = survey.settings.design, survey.settings.weighting
    named: Sequence[str] = (design.stratum, design.psu, design.fpc, *weighting.numbers, weighting.response.column)
    return [column for column in dict.fromkeys(named) if column]


def _absent(column: str, path: Path, present: list[str]) -> SurveyError:
    near = get_close_matches(column, present, n=1)
    nearest = near[0] if near else ", ".join(present[:5])
    return DefinitionError("intake.no_column", path.name, value=column, nearest=nearest)
