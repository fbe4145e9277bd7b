"""[[file]] of survey.toml: one delivered file and how answers lie in it.

[[file]]
name = "postal"                      # `--input postal=FILE` replaces it
role = "returns"                     # returns | selection
path = "postal.csv"                  # .csv .xlsx .sav .dta
mode = "郵送"                         # how these people answered (returns); or mode_column,
modes = { "1" = "online" }           # with what its cells mean, where they are not names
encoding = "auto"                    # or cp932, utf-8 …
sheet = "回答"                        # xlsx; default the first
header_rows = 1                      # rows of headings; the first names the columns
id = "整理番号"                       # column that holds the serial number of the selection
answers = "codes"                    # codes | labels
multiple = "columns"                 # columns: 0/1 a column an option | ticked: the option's own number when ticked | cell
separator = ";"                      # multiple = "cell"
column = "{name}"                    # column of a variable, with {name} and {number}
option_column = "{name}_{code}"      # column of an option of a multiple answer
columns = { q1 = "Q1_年齢", q17 = "Q17-{code}" }      # where the pattern does not hold
nonanswer = ["", "99", "999"]        # cells that mean 無回答, beyond blanks
unreadable = ["●", "〓", "*"]        # a keying mark: recorded, treated as 無回答
not_applicable = ["-1", "88"]        # cells that mean 非該当
received = "受付日"                   # column of date or time; optional
complete = { column = "状態", values = ["完了"] }    # other web returns are partial
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from kodoku_survey.survey.limits import DISTINCT, FILLED, Either, Encoding, Pattern, Within
from kodoku_survey.survey.places import Place


@dataclass(frozen=True)
class Complete:
    """The column that says whether a return was finished, and the cells that say so."""

    column: Annotated[str, FILLED]
    values: Annotated[tuple[str, ...], FILLED, DISTINCT]


@dataclass(frozen=True)
class FileLayout:
    """One file and how answers lie in it."""

    name: Annotated[str, FILLED]
    role: Literal["returns", "selection"]
    path: Annotated[str, FILLED]
    mode: Annotated[str, Either("mode")] = ""
    mode_column: Annotated[str, Either("mode")] = ""
    modes: Mapping[str, Annotated[str, FILLED]] = field(default_factory=dict)
    encoding: Annotated[str, Encoding()] = "auto"
    sheet: str = ""
    header_rows: Annotated[int, Within(1, 100)] = 1
    id: Annotated[str, FILLED] = "id"
    answers: Literal["codes", "labels"] = "codes"
    multiple: Literal["columns", "ticked", "cell"] = "columns"
    separator: Annotated[str, FILLED] = ";"
    column: Annotated[str, FILLED, Pattern("name", "number")] = "{name}"
    option_column: Annotated[str, FILLED, Pattern("name", "number", "code")] = "{name}_{code}"
    columns: Annotated[Mapping[str, Annotated[str, FILLED]], Pattern("name", "number", "code")] = field(
        default_factory=dict
    )
    nonanswer: Annotated[tuple[str, ...], DISTINCT] = ("",)
    unreadable: Annotated[tuple[str, ...], DISTINCT] = ()
    not_applicable: Annotated[tuple[str, ...], DISTINCT] = ()
    received: str = ""
    complete: Complete | None = None

    @property
    def complete_column(self) -> str:
        return "" if self.complete is None else self.complete.column

    @property
    def complete_values(self) -> tuple[str, ...]:
        return () if self.complete is None else self.complete.values

    def check(self, place: Place) -> None:
        """Returns say how their people answered; a cell has one meaning."""
        if self.role == "returns" and not (self.mode or self.mode_column):
            place.fault("missing_key", key="mode")
        if self.modes and not self.mode_column:
            place.fault("missing_key", key="mode_column")
        told = [cell for cells in (self.nonanswer, self.unreadable, self.not_applicable) for cell in cells]
        for cell in dict.fromkeys(cell for cell in told if told.count(cell) > 1):
            place.fault("two_meanings", value=cell)
