"""The codebook (符号表): every variable of the form, its codes in order, who was asked, what counts as 無回答.

[[variable]]
name = "q17"
number = "問17"                      # as printed on the form
kind = "multiple"                    # single | multiple | number | text (typed freely: it reaches no output)
label = "社会活動への参加状況"          # short name, for tables and axes
question = "あなたは現在、どのような活動に参加をしていますか。…"
section = "孤立"                      # 属性 sections do not make a return valid (settings: valid_sections)
page = 5                             # of the paper form
codes = [ { code = 1, label = "PTA・自治会・町内会などの活動", short = "PTA・自治会等", aliases = ["PTA"] }, … ]
other = 9                            # the option その他, whose text respondents type (default: the one so labelled; 0: none)
at_most = 3                          # 三つまで (multiple answers)
exclusive = [6]                      # codes that cannot stand beside others
nonanswer = 99                       # the code that means 無回答 (default: the file's `nonanswer`)
asked_if = { q5 = [3, 4, 5] }        # conditions.py; absent: everyone
proved_by_answer_if_blank = "q6"     # an answer here proves the question applied when this parent is 無回答
minimum = 16                         # numbers: admissible range
maximum = 120
unit = "歳"
order_as_question = "reversed"       # codes run the other way across the answers of a table …
order_as_group = "reversed"          # … and down its groups (default: code order)
source = "selection"                 # taken from the register, not from the form
complete_from = "frame_age"          # a blank is completed from this register variable (an edit)
instrument = "direct_jp"             # the question of instruments.toml this one is, so that surveys know what they share
hidden_as_group = [3]                # codes kept in the total but not shown as a group (sex その他)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, Literal, Protocol

from kodoku_survey.portable import Portable
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.instruments import instruments
from kodoku_survey.survey.limits import DISTINCT, FILLED, NAMED, Within
from kodoku_survey.survey.places import Place
from kodoku_survey.survey.reading import entries, record, records, unique

Kind = Literal["single", "multiple", "number", "text"]
Order = Literal["code", "reversed"]
Source = Literal["form", "selection", "derived"]
SOURCES = ("form", "selection")  # a codebook has
# What only a variable of one kind can be told.
OF_KIND = {
    "exclusive": "multiple",
    "at_most": "multiple",
    "minimum": "number",
    "maximum": "number",
    "complete_from": "number",
    "hidden_as_group": "single",
}
NONANSWER = {"ja": "無回答", "en": "No answer"}
# その他, alone or with what to type behind it; not «その他の市», which is an option like any other.
_OTHER = re.compile(r"\s*(その他|そのほか|Others?)\s*($|[（(［\[:：])", re.IGNORECASE)
NOT_ASKED = -1  # 非該当, in every array of codes, ticks and statuses


class Coded(Protocol):
    """Anything that is a code with a wording."""

    @property
    def code(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Code:
    """One admissible answer; `short` is the wording of tables, where it may be abridged."""

    code: int
    label: Annotated[str, FILLED]
    short: str = ""
    aliases: Annotated[tuple[str, ...], DISTINCT] = ()  # other spellings of it in delivered files

    @property
    def text(self) -> str:
        return self.short or self.label


@dataclass(frozen=True)
class Variable:
    """One question, register item or derived variable; `codes` include the 無回答 code, last, where there is one."""

    name: Annotated[str, NAMED]
    kind: Kind
    label: Annotated[str, FILLED]
    codes: tuple[Code, ...] = ()
    nonanswer: int | None = None
    nonanswer_label: Annotated[str, FILLED] = NONANSWER["ja"]
    number: str = ""
    question: str = ""
    section: str = ""
    page: Annotated[int | None, Within(1)] = None
    other: int | None = None
    at_most: Annotated[int | None, Within(1)] = None
    exclusive: Annotated[tuple[int, ...], DISTINCT] = ()
    asked_if: Condition | None = None
    proved_by_answer_if_blank: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    order_as_question: Order = "code"
    order_as_group: Order = "code"
    source: Source = "form"
    complete_from: str | None = None
    hidden_as_group: Annotated[tuple[int, ...], DISTINCT] = ()
    instrument: str = ""

    @property
    def options(self) -> tuple[Code, ...]:
        """The codes that are answers, without 無回答."""
        return tuple(code for code in self.codes if code.code != self.nonanswer)

    @property
    def keys(self) -> tuple[int, ...]:
        """All code values in order, 無回答 last."""
        return tuple(code.code for code in self.codes)

    @property
    def other_code(self) -> int | None:
        """The option その他: the one named, or else the only one so labelled."""
        if self.other is not None:
            return self.other or None
        so_labelled = [code.code for code in self.options if _OTHER.match(code.label)]
        return so_labelled[0] if len(so_labelled) == 1 else None

    def code(self, value: int) -> Code:
        """The entry of one code value. Raises KeyError."""
        for code in self.codes:
            if code.code == value:
                return code
        raise KeyError(value)

    def check(self, place: Place) -> None:
        """What is said of a variable goes with its kind; its codes are distinct, and so is what they are called."""
        if self.kind in ("number", "text"):
            if self.codes:
                place.fault("codes_of_number")
        elif not self.codes:
            place.fault("no_codes")
        for key, kind in OF_KIND.items():
            if getattr(self, key) not in (None, "", ()) and self.kind != kind:
                place.at(key).fault("not_of_kind", value=key, kind=self.kind, wanted=kind)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            place.fault("not_ascending", value=[self.minimum, self.maximum])
        check_codes(self.codes, place.at("codes"))
        if self.nonanswer == NOT_ASKED:
            place.at("nonanswer").fault("reserved_code", value=NOT_ASKED)
        if self.proved_by_answer_if_blank is not None and self.asked_if is None:
            place.fault("missing_key", key="asked_if")
        if self.instrument:
            _check_instrument(self, place.at("instrument"))
        if self.kind not in ("number", "text"):
            for code in (*self.exclusive, *self.hidden_as_group, *([self.other] if self.other else [])):
                if code not in self.keys:
                    place.unknown("unknown_code", code, self.keys, variable=self.name)


@dataclass(frozen=True)
class Codebook(Portable):
    """Variables in the order of the form; names unique, routing points backwards (checked by the reader).

    texts : questions answered in words of one's own; their columns are known, and never read.
    """

    variables: tuple[Variable, ...]
    texts: tuple[Variable, ...] = ()
    _by_name: Mapping[str, Variable] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", MappingProxyType({v.name: v for v in self.variables}))

    def __getitem__(self, name: str) -> Variable:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)


@dataclass(frozen=True)
class NonanswerCode:
    """The code that means 無回答 in a file of definitions, unless a variable has its own."""

    nonanswer: int = 99
    nonanswer_label: Annotated[str, FILLED] = NONANSWER["ja"]


def read_codebook(table: Mapping[str, Any], place: Place) -> Codebook:
    """The codebook from its TOML table; faults are kept in `place`."""
    rest = {key: value for key, value in table.items() if key != "variable"}
    for key in rest:
        if key not in (known := ("nonanswer", "nonanswer_label", "variable")):
            place.unknown("unknown_key", key, known)
    told = {key: value for key, value in rest.items() if key in known}
    default = record(NonanswerCode, told, place) or NonanswerCode()
    listed = entries(table.get("variable", []), place.at("variable"))
    base = {"nonanswer": default.nonanswer, "nonanswer_label": default.nonanswer_label}
    given = [{**base, **entry} if isinstance(entry, dict) else entry for entry in listed]
    variables = []
    for variable in records(Variable, given, place, "variable"):
        here = place.at(f"[{variable.name}]")
        if variable.source == "derived":
            here.at("source").unknown("not_a_choice", "derived", SOURCES, choices=", ".join(SOURCES))
        variables.append(_with_nonanswer(variable, here))
    unique([variable.name for variable in variables], place)
    different = {variable.name: variable for variable in variables}.values()
    asked, typed = (tuple(v for v in different if (v.kind == "text") == text) for text in (False, True))
    book = Codebook(asked, typed)
    _check_routing(book, place)
    return book


def check_codes(codes: Sequence[Coded], place: Place) -> None:
    """A fault for each code or wording given twice, and for a code that would be taken for 非該当."""
    values = [one.code for one in codes]
    for code in dict.fromkeys(code for code in values if values.count(code) > 1):
        place.fault("duplicate_code", value=code)
    for called in ("label", "text"):
        words = [getattr(one, called) for one in codes]
        for word in dict.fromkeys(word for word in words if words.count(word) > 1):
            place.fault("duplicate_label", value=word)
            return
    if NOT_ASKED in values:
        place.fault("reserved_code", value=NOT_ASKED)


def _with_nonanswer(variable: Variable, place: Place) -> Variable:
    """The variable with 無回答 as its last code, where it has answers."""
    if variable.kind in ("number", "text") or variable.nonanswer is None or variable.nonanswer in variable.keys:
        return variable
    # A register item is known for everyone unless its codes say otherwise.
    whole = replace(variable, codes=(*variable.codes, Code(variable.nonanswer, variable.nonanswer_label)))
    check_codes(whole.codes, place.at("codes"))
    return whole


def _check_instrument(variable: Variable, place: Place) -> None:
    """The question of the literature is known, and has as many answers."""
    questions = {one.id: one for one in instruments().values() if len(one.items) == 1}
    if variable.instrument not in questions:
        place.unknown("unknown_instrument", variable.instrument, questions)
    elif len(variable.options) != (wanted := len(questions[variable.instrument].codes)):
        place.fault("answer_count", value=variable.instrument, wanted=wanted, given=len(variable.options))


def _check_routing(book: Codebook, place: Place) -> None:
    """Routing points backwards, and only to codes that exist."""
    before: set[str] = set()
    for variable in book:
        here = place.at(f"[{variable.name}]")
        if variable.asked_if is not None:
            for name in variable.asked_if.variables:
                if name in book and name not in before:
                    here.at("asked_if").fault("routing_forwards", value=name)
            check_condition(variable.asked_if, {v.name: v for v in book}, here.at("asked_if"))
        for key in ("proved_by_answer_if_blank", "complete_from"):
            name = getattr(variable, key)
            if name is not None and name not in book:
                here.at(key).unknown("unknown_variable", name, book.names)
            elif name is not None and key == "complete_from" and not _of_register(book[name]):
                here.at(key).fault("not_of_register", value=name)
        before.add(variable.name)


def _of_register(variable: Variable) -> bool:
    return variable.source == "selection" and variable.kind == "number"


def check_condition(condition: Condition, known: Mapping[str, Variable], place: Place) -> None:
    """Every name of a condition resolves, and every code is one of the variable's."""
    for clauses in condition.alternatives:
        for clause in clauses:
            if clause.variable not in known:
                place.unknown("unknown_variable", clause.variable, known)
                continue
            variable = known[clause.variable]
            if variable.kind == "multiple" and (clause.minimum, clause.maximum) != (None, None):
                place.fault("not_a_number", value=clause.variable)
            for code in clause.codes if variable.kind != "number" else ():
                if code not in variable.keys:
                    place.unknown("unknown_code", code, variable.keys, variable=variable.name)
