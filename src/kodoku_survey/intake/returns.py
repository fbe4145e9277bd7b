"""Returns as delivered: every cell as text, with its file, line and mode; nothing interpreted yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pandas as pd

from kodoku_survey.arrays import IntArray
from kodoku_survey.errors import ContentError, DefinitionError, FileError, SurveyError, SurveyFaults, expected
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.declared_ticks import contradicted
from kodoku_survey.intake.cells.wording import wording
from kodoku_survey.intake.files import read_file
from kodoku_survey.intake.headings import Headings
from kodoku_survey.intake.placing import Placed, Search, place
from kodoku_survey.intake.readers.opened import Opened
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout, filled
from kodoku_survey.survey.settings.frame_counts import FRAME_SIZE


@dataclass(frozen=True, eq=False)
class ReturnFile:
    """One file: its layout, its cells as text (n, columns wanted), the line each row stands on, and how it was opened.

    placed : the columns of each question, by position. unread : headings nobody asks for.
    """

    layout: FileLayout
    path: Path
    cells: pd.DataFrame
    lines: IntArray
    encoding: str
    sha256: str
    headings: Headings
    placed: Mapping[str, Placed]
    unread: tuple[str, ...] = ()

    def at(self, position: int) -> pd.Series:
        """The column at a position, as categorical text."""
        return self.cells[self.headings.told[position]]

    def column(self, heading: str) -> pd.Series:
        """The column of a heading, as categorical text. Raises KeyError."""
        position = self.headings.find(heading)
        if position is None:
            raise KeyError(heading)
        return self.at(position)


@dataclass(frozen=True, eq=False)
class Returns:
    """All files of a survey as delivered.

    >>> len(returns.survey.codebook)
    26
    """

    MADE_BY: ClassVar[str] = "ks.read_returns(survey)"

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

    >>> ks.read_returns(survey)
    <Returns: postal.xlsx (1,351 rows), web.sav (763 rows); register of 4,000>
    """
    expected(survey, Survey)
    faults: list[SurveyError] = []
    read: list[ReturnFile] = []
    for layout in survey.settings.files:
        try:
            read.append(_read(survey, layout, faults))
        except SurveyError as fault:
            faults.append(fault)
            continue
        if layout.role == "returns" and not len(read[-1].lines):
            faults.append(ContentError("intake.no_rows", read[-1].path.name))
    if faults:
        raise SurveyFaults(faults)
    selection = [file for file in read if file.layout.role == "selection"]
    returns = tuple(file for file in read if file.layout.role == "returns")
    return Returns(survey, returns, selection[0] if selection else None)


def _read(survey: Survey, layout: FileLayout, faults: list[SurveyError]) -> ReturnFile:
    """One file with the columns somebody wants; what it lacks is added to `faults`."""
    path = survey.path(layout.name)
    placed: dict[str, Placed] = {}
    named: list[int] = []

    def wanted(heads: Headings) -> Iterable[int]:
        search = Search(path.name, layout, heads)
        for text in _columns_of_rows(survey, layout):
            column = search.column(text)
            named.extend([] if column is None else [column])
        for variable in variables_in(survey, layout):
            own = place(search, variable)
            if own is not None:
                placed[variable.name] = own
        if search.faults and not named and not placed:
            # Nothing of what is looked for: the line is a person's answers, or all is called otherwise. Counts only.
            where = f"{path.name}:{layout.heading + layout.name_row - 1}"
            faults.append(FileError("intake.no_heading", where, found=len(heads), wanted=len(search.faults)))
            return []
        faults.extend({(type(fault), fault.key, fault.where, str(fault)): fault for fault in search.faults}.values())
        taken = [
            *named,
            *(column for own in placed.values() for column in (*own.columns, own.other) if column is not None),
        ]
        # The register is kept whole: design, weights and frame attributes may name any of its columns.
        return range(len(heads)) if layout.role == "selection" else sorted({column for column in taken if column >= 0})

    opened = read_file(path, layout, wanted)
    faults.extend(_swapped(survey, layout, path, opened, placed))
    cells = pd.DataFrame({opened.headings.told[k]: column for k, column in opened.columns.items()}, copy=False)
    cells = cells if len(cells.columns) else pd.DataFrame(index=range(len(opened.lines)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    unread = tuple(_unread(survey, layout, opened.headings, set(opened.columns)))
    return ReturnFile(layout, path, cells, opened.lines, opened.encoding, digest, opened.headings, placed, unread)


def _swapped(
    survey: Survey, layout: FileLayout, path: Path, opened: Opened, placed: Mapping[str, Placed]
) -> Iterable[SurveyError]:
    """A fault for every code that the file itself calls as the codebook calls another one, or a tick by its contrary."""
    if layout.answers != "codes" or not opened.labels:
        return
    for variable in variables_in(survey, layout):
        own = placed.get(variable.name)
        where = f"{path.name} {variable.name}"
        if own is None or variable.kind not in ("single", "multiple"):
            continue
        if variable.kind == "multiple" and layout.multiple != "cell":
            yield from _ticked_otherwise(variable, layout, where, opened, own)
            continue
        meant = {plain(text): code.code for code in variable.codes for text in (code.label, code.short) if text}
        spelt = {(alias, code.code) for code in variable.codes for alias in code.aliases}
        for code, label in opened.labels.get(own.columns[0], {}).items():
            other = meant.get(plain(label))
            # A value that is no code here may be called 無回答: it is one of the file's own kinds of missing.
            blank = other == variable.nonanswer and code not in {str(key) for key in variable.keys}
            if other is not None and str(other) != code and not blank and (code, other) not in spelt:
                yield DefinitionError("intake.label_of_another", where, code=code, value=label, other=other)


def _ticked_otherwise(
    variable: Variable, layout: FileLayout, where: str, opened: Opened, own: Placed
) -> Iterable[SurveyError]:
    """A fault for every value of an option's column that the file calls the contrary of what it is read as."""
    words = wording(variable, layout)
    for option, column in zip(variable.options, own.columns, strict=True):
        present = set(opened.columns[column].categories) if column in opened.labels else set()
        for code, label, said in contradicted(option, opened.labels.get(column, {}), present, words):
            told = {"column": opened.headings.told[column], "code": code, "value": label}
            if said is True:
                yield DefinitionError("intake.tick_read_as_none", where, **told)
            elif said is False:
                yield DefinitionError("intake.none_read_as_tick", where, **told)
            else:
                yield DefinitionError("intake.tick_of_another", where, **told, other=said)


def _columns_of_rows(survey: Survey, layout: FileLayout) -> list[str]:
    """Columns that say of a row who it is, when it came, and how it belongs to the sample."""
    wanted = [layout.id]
    wanted += [
        layout.received,
        *(marked.column for marked in (layout.complete, layout.test) if marked),
        layout.mode_column,
    ]
    if layout.role == "selection" or not any(file.role == "selection" for file in survey.settings.files):
        wanted += design_columns(survey)
    return list(dict.fromkeys(text for text in wanted if text))


def _unread(survey: Survey, layout: FileLayout, heads: Headings, taken: set[int]) -> Iterable[str]:
    """Headings of the file nobody reads: not ignored by name, and no question answered in words of one's own."""
    typed = {plain(column_of(layout, variable)) for variable in survey.codebook.texts}
    skipped = {given - 1 for v in survey.codebook.texts if isinstance(given := layout.columns.get(v.name), int)}
    ignored = [plain(text) for text in layout.ignore]
    for position, (name, told) in enumerate(zip(heads.names, heads.told, strict=True)):
        if position in taken or position in skipped or not name or layout.role == "selection":
            continue
        texts = (plain(name), plain(told))
        if not any(text in typed or any(_ignores(one, text) for one in ignored) for text in texts):
            yield told


def _ignores(pattern: str, text: str) -> bool:
    return text == pattern or (pattern.endswith("*") and text.startswith(pattern[:-1]))


def column_of(layout: FileLayout, variable: Variable) -> str:
    """The heading a variable has in a file."""
    given = layout.columns.get(variable.name, layout.column)
    return filled(given, variable) if isinstance(given, str) else str(given)


def option_columns(layout: FileLayout, variable: Variable) -> list[str]:
    """The headings of a multiple answer's options, in the order of its codes; an entry of `columns` is a pattern."""
    given = layout.columns.get(variable.name, layout.option_column)
    if isinstance(given, tuple):
        return [str(one) for one in given]
    return [filled(str(given), variable, position) for position in range(len(variable.options))]


def columns_of(layout: FileLayout, variable: Variable) -> list[str]:
    """Every column a variable takes in a file."""
    spread = variable.kind == "multiple" and layout.multiple != "cell"
    return option_columns(layout, variable) if spread else [column_of(layout, variable)]


def variables_in(survey: Survey, layout: FileLayout) -> list[Variable]:
    """The variables a file holds: those of the form in returns, those of the register in the selection."""
    source = "selection" if layout.role == "selection" else "form"
    return [variable for variable in survey.codebook if variable.source == source]


def design_columns(survey: Survey) -> list[str]:
    """Columns of the register (or, without one, of the returns) that design and weighting name."""
    design, weighting = survey.settings.design, survey.settings.weighting
    named: Sequence[str] = (design.stratum, design.psu, design.fpc, *weighting.numbers, weighting.response.column)
    return [column for column in dict.fromkeys(named) if column and column != FRAME_SIZE]
