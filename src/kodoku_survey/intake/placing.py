"""Which column of a file each question takes: by heading, position, question and option, or a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from kodoku_survey.errors import DefinitionError, SurveyError
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.cells.wording import wording
from kodoku_survey.intake.headings import Headings, TwiceError
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.layouts import FileLayout, filled, of_options


@dataclass(frozen=True)
class Placed:
    """The columns of one question, 0 = first: one, or one an option in the order of its codes; that of その他's text."""

    columns: tuple[int, ...]
    other: int | None = None


@dataclass(frozen=True, eq=False)
class Search:
    """Columns looked for in one file; those it lacks are kept as faults."""

    file: str
    layout: FileLayout
    heads: Headings
    faults: list[SurveyError] = field(default_factory=list)

    def column(self, wanted: str | int) -> int | None:
        """A column by heading, or by position from 1; a fault where there is none."""
        if isinstance(wanted, int):
            if wanted <= len(self.heads):
                return wanted - 1
            self.faults.append(DefinitionError("intake.no_position", self.file, value=wanted, count=len(self.heads)))
            return None
        found = self.quietly(wanted)
        if found is None:
            near = get_close_matches(wanted, self.heads.told, n=1)
            nearest = near[0] if near else ", ".join(self.heads.told[:5])
            self.faults.append(DefinitionError("intake.no_column", self.file, value=wanted, nearest=nearest))
        return found

    def quietly(self, wanted: str) -> int | None:
        """A column by heading that need not be there; two of the name are a fault all the same."""
        try:
            return self.heads.find(wanted)
        except TwiceError:
            self.faults.append(DefinitionError("intake.double_column", self.file, value=wanted))
            return -1


def place(search: Search, variable: Variable) -> Placed | None:
    """The columns of a question in a file; None where it lacks one (a fault is kept)."""
    layout, given = search.layout, search.layout.columns.get(variable.name)
    if variable.kind == "multiple" and variable.name in layout.options:
        return _named_freely(search, variable, layout.options[variable.name])
    if variable.kind == "multiple" and layout.multiple != "cell":
        found = _spread(search, variable, given)
    else:
        wanted = given[0] if isinstance(given, tuple) and len(given) == 1 else given
        if isinstance(wanted, tuple):
            search.faults.append(_one_column(search, variable, len(wanted), 1))
            return None
        text = wanted if isinstance(wanted, int) else filled(wanted or layout.column, variable, _any_option(variable))
        column = search.column(text)
        found = None if column is None else Placed((column,))
    return (
        None
        if found is None
        else Placed(found.columns, found.other if found.other is not None else _other(search, variable))
    )


def _any_option(variable: Variable) -> int | None:
    return 0 if variable.options else None


def _named_freely(search: Search, variable: Variable, options: Mapping[str, int]) -> Placed | None:
    columns = {code: search.column(heading) for heading, code in options.items()}
    missing = [code.code for code in variable.options if code.code not in columns]
    for code in missing:
        search.faults.append(DefinitionError("intake.no_option", f"{search.file} {variable.name}", value=code))
    if missing or None in columns.values():
        return None
    return Placed(tuple(columns[code.code] for code in variable.options), _other(search, variable))  # type: ignore[misc]


def _spread(search: Search, variable: Variable, given: Any) -> Placed | None:
    """A column an option: a list, a pattern for each, or all beneath one heading by their labels."""
    count = len(variable.options)
    if isinstance(given, tuple):
        if len(given) != count:
            search.faults.append(_one_column(search, variable, len(given), count))
            return None
        texts = [filled(one, variable, k) if isinstance(one, str) else one for k, one in enumerate(given)]
        columns = [search.column(text) for text in texts]
        return None if None in columns else Placed(tuple(columns))  # type: ignore[arg-type]
    if isinstance(given, int) or (given is not None and not of_options(given)):
        heading = search.heads.told[given - 1] if isinstance(given, int) and given <= len(search.heads) else given
        beneath = _beneath(search, variable, filled(heading, variable)) if isinstance(heading, str) else None
        if beneath is None and count > 1:
            search.faults.append(_one_column(search, variable, 1, count))
            return None
        single = beneath or Placed((search.column(given),))  # type: ignore[arg-type]
        return None if None in single.columns else single
    pattern = given or search.layout.option_column
    texts = [filled(pattern, variable, k) for k in range(count)]
    if given is None and all(search.quietly(str(text)) is None for text in texts):
        beneath = _beneath(search, variable, filled(search.layout.column, variable))
        if beneath is not None:
            return beneath
    columns = [search.column(text) for text in texts]
    return None if None in columns else Placed(tuple(columns))  # type: ignore[arg-type]


def _beneath(search: Search, variable: Variable, heading: str) -> Placed | None:
    """Every option's column beneath one heading, by its label in the row of options; None where one is not there."""
    try:
        columns = search.heads.under(heading)
    except TwiceError:
        search.faults.append(DefinitionError("intake.double_column", search.file, value=heading))
        return None
    words = wording(variable, search.layout)
    found: dict[int, int] = {}
    other = None
    for column in columns:
        text = plain(search.heads.options[column])
        code = words.code(text) if text else None
        if code is not None:
            found.setdefault(code, column)
        elif text and words.is_other(text):
            other = column
    if variable.other_code not in (None, *found) and other is not None:
        found[variable.other_code], other = other, None  # type: ignore[index]
    if any(option.code not in found for option in variable.options):
        return None
    return Placed(tuple(found[option.code] for option in variable.options), other)


def _other(search: Search, variable: Variable) -> int | None:
    """The column in which respondents typed what その他 is."""
    code = variable.other_code
    if code is None:
        return None
    if variable.name in search.layout.others:
        return search.column(search.layout.others[variable.name])
    if search.layout.other_column:
        position = next(k for k, option in enumerate(variable.options) if option.code == code)
        return search.quietly(filled(search.layout.other_column, variable, position))
    return None


def _one_column(search: Search, variable: Variable, found: int, wanted: int) -> SurveyError:
    where = f"{search.file} {variable.name}"
    return DefinitionError("intake.column_count", where, found=found, wanted=wanted)
