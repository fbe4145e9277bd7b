"""[[file]] of survey.toml: one delivered file and how answers lie in it; a profile gives the defaults of a platform.

[[file]]
name = "postal"                      # `--input postal=FILE` replaces it
role = "returns"                     # returns | selection
path = "postal.csv"                  # .csv .tsv .xlsx .sav .zsav .dta
mode = "郵送"                         # how these people answered (returns); or mode_column,
modes = { "1" = "online" }           # with what its cells mean, where they are not names
profile = "google_forms"             # survey/profiles.toml: whatever is not said here

encoding = "auto"                    # or cp932, utf-8 …
delimiter = ","                      # , ; tab | or auto
sheet = "回答"                        # xlsx; default the first
heading = 1                          # line of the first heading row; what stands above are titles
header_rows = 1                      # rows of headings
name_row = 1                         # which of them names the columns …
option_row = 0                       # … and which the options (0: the next, if any; -1: none)

column = "{name}"                    # column of a variable, with {name} {number} {label} {text} (the question's text)
option_column = "{name}_{code}"      # column of an option, with {code} {option} {position} beside these
other_column = "{name}[other]"       # column in which その他 is typed
columns = { q1 = "Q1_年齢", q2 = 5, q17 = "Q17-{code}", q18 = [6, 7] }      # where the pattern does not hold
options = { q17 = { "Q17 [SQ001]" = 1 } }              # columns of options named freely
others = { q17 = "Q17 [other]" }
ignore = ["IP Address", "Time*"]     # columns knowingly not read

answers = "codes"                    # codes | labels
multiple = "columns"                 # columns: 0/1 a column an option | ticked: the option's own number or text | cell
separator = ";"                      # multiple = "cell"; a list where any of several separates
ticked = ["1"]                       # words for a tick ({code} {option}: the option's own) …
unticked = ["0"]                     # … and for none, beyond blanks; any other text is an issue
other_words = ["その他"]              # words for その他, alone or before what was typed
nonanswer = ["", "99", "999"]        # cells that mean 無回答, beyond blanks
nonanswer_of = { q9 = [""] }         # … in one question, instead
unreadable = ["●", "〓", "*"]        # a keying mark: recorded, treated as 無回答
not_applicable = ["-1", "88"]        # cells that mean 非該当

id = "整理番号"                       # column that holds the serial number of the selection, or
id = { column = "整理番号", pattern = "No.{id}", register = "A" }    # … with the text around it, and the register it is of
id = { row = true }                  # each row is a person
received = "受付日"                   # column of date or time; optional
date_order = "auto"                  # auto | ymd | mdy | dmy
time_zone = "Asia/Tokyo"             # of times written without an offset
complete = { column = "状態", values = ["完了"] }    # other web returns are partial; without values: filled is complete
test = { column = "Status", values = ["Survey Preview"] }    # rows that are tests
total_rows = ["計", "合計"]           # in the number's place: a row of totals
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, Either, Encoding, Key, Pattern, Within, Zone

OF_VARIABLE = ("name", "number", "label", "text")
OF_OPTION = (*OF_VARIABLE, "code", "option", "position")
OPTION_PATTERN = Pattern(*OF_OPTION, padded=("code", "position"))
TOTALS = ("計", "合計", "総計", "総数", "小計", "Total")
Texts = Annotated[tuple[str, ...], DISTINCT]
Heading = Annotated[str, FILLED]
Position = Annotated[int, Within(1)]


@dataclass(frozen=True)
class Numbering:
    """The column of the serial number, the text around it, the register it is of; or each row a person."""

    column: str = ""
    pattern: Annotated[str, Pattern("id")] = ""
    register: str = ""
    row: bool = False

    def check(self, place: Place) -> None:
        """A column, or each row; a pattern says where the number stands."""
        if not self.column and not self.row:
            place.fault("missing_key", key="column")
        if self.pattern and "{id}" not in self.pattern:
            place.at("pattern").fault("braces", value=self.pattern, known="{id}")


@dataclass(frozen=True)
class Marked:
    """Rows meant by what a column holds: one of the values, or anything where there are none."""

    column: Heading
    values: Texts = ()


@dataclass(frozen=True)
class FileLayout:
    """One file and how answers lie in it."""

    name: Heading
    role: Literal["returns", "selection"]
    path: Heading
    mode: Annotated[str, Either("mode")] = ""
    mode_column: Annotated[str, Either("mode")] = ""
    modes: Mapping[str, Annotated[str, FILLED]] = field(default_factory=dict)
    profile: Literal[
        "", "google_forms", "microsoft_forms", "surveymonkey", "qualtrics", "limesurvey", "kobo", "logoform", "keying"
    ] = ""
    encoding: Annotated[str, Encoding()] = "auto"
    delimiter: Literal[",", ";", "\t", "|", "auto"] = ","
    sheet: str = ""
    heading: Annotated[int, Within(1, 10_000)] = 1
    header_rows: Annotated[int, Within(1, 100)] = 1
    name_row: Annotated[int, Within(1, 100)] = 1
    option_row: Annotated[int, Within(-1, 100)] = 0
    number: Annotated[str | Numbering, Key("id")] = "id"
    answers: Literal["codes", "labels"] = "codes"
    multiple: Literal["columns", "ticked", "cell"] = "columns"
    between: Annotated[tuple[str, ...], Key("separator"), FILLED, DISTINCT] = (";",)
    ticked: Texts = ()
    unticked: Texts = ()
    other_words: Texts = ("その他", "Other", "-oth-")
    column: Annotated[str, FILLED, Pattern(*OF_VARIABLE)] = "{name}"
    option_column: Annotated[str, FILLED, OPTION_PATTERN] = "{name}_{code}"
    other_column: Annotated[str, OPTION_PATTERN] = ""
    columns: Annotated[
        Mapping[str, Heading | Position | Annotated[tuple[Heading | Position, ...], FILLED]], OPTION_PATTERN
    ] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    others: Mapping[str, Heading] = field(default_factory=dict)
    ignore: Texts = ()
    nonanswer: Texts = ("",)
    nonanswer_of: Mapping[str, Texts] = field(default_factory=dict)
    unreadable: Texts = ()
    not_applicable: Texts = ()
    received: str = ""
    date_order: Literal["auto", "ymd", "mdy", "dmy"] = "auto"
    time_zone: Annotated[str, Zone()] = "Asia/Tokyo"
    complete: Marked | None = None
    test: Marked | None = None
    total_rows: Texts = TOTALS

    @property
    def numbering(self) -> Numbering:
        """How the people of the rows are numbered."""
        if isinstance(self.number, Numbering):
            return self.number
        return Numbering(column=self.number, row=not self.number)

    @property
    def id(self) -> str:
        """The column of the serial number, "" where each row is a person."""
        return "" if self.numbering.row else self.numbering.column

    @property
    def complete_column(self) -> str:
        """The column that says a return is complete; "" where none does."""
        return "" if self.complete is None else self.complete.column

    @property
    def complete_values(self) -> tuple[str, ...]:
        """What stands in it when it is."""
        return () if self.complete is None else self.complete.values

    @property
    def separator(self) -> str:
        """What stands between several answers of one cell, as one would write it."""
        return self.between[0]

    def tokens(self, variable: str) -> tuple[str, ...]:
        """The cells that mean 無回答 in a question, beyond blanks."""
        return self.nonanswer_of.get(variable, self.nonanswer)

    def check(self, place: Place) -> None:
        """Returns say how their people answered; a cell has one meaning; headings are rows there are."""
        if self.role == "returns" and not (self.mode or self.mode_column):
            place.fault("missing_key", key="mode")
        if self.modes and not self.mode_column:
            place.fault("missing_key", key="mode_column")
        groups = [(self.nonanswer, self.unreadable, self.not_applicable), (self.ticked, self.unticked)]
        for told in ([cell for cells in group for cell in cells] for group in groups):
            for cell in dict.fromkeys(cell for cell in told if told.count(cell) > 1):
                place.fault("two_meanings", value=cell)
        for key in ("name_row", "option_row"):
            if getattr(self, key) > self.header_rows:
                place.at(key).fault("out_of_range", value=getattr(self, key), wanted=f"x ≤ {self.header_rows}")
        if "" in self.between:
            place.at("separator").fault("blank")


@dataclass(frozen=True)
class Profile:
    """The named layout of a platform's export, and where the knowledge of it is from."""

    name: str
    known: Literal["seen", "documented", "assumed"]
    note: str
    settings: Mapping[str, Any]


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by its name."""
    text = resources.files("kodoku_survey.survey").joinpath("profiles.toml").read_text(encoding="utf-8")
    return {name: Profile(name, **entry) for name, entry in tomllib.loads(text).items()}


def with_profile(entry: Any) -> Any:
    """A [[file]] with the defaults of the profile it names, if there is one of that name."""
    profile = profiles().get(str(entry.get("profile"))) if isinstance(entry, dict) else None
    return entry if profile is None else {**profile.settings, **entry}


def filled(pattern: str, variable: Variable, position: int | None = None) -> str:
    """A pattern as it reads for one question, or for one of its options (position among them, 0 = first)."""
    told: dict[str, Any] = {"name": variable.name, "number": variable.number, "label": variable.label}
    told["text"] = variable.question or variable.label
    if position is not None:
        option = variable.options[position]
        told |= {"code": option.code, "option": option.label, "position": position + 1}
    return pattern.format(**told)


def of_options(pattern: str) -> bool:
    """Whether a pattern names one column an option."""
    return any("{" + name in pattern for name in ("code", "option", "position"))
