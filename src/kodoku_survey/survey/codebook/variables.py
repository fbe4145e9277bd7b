"""One variable: a question, a register item or a derived variable, with its codes; codebook.py shows how it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.instruments import instruments
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, NAMED, Within

Kind = Literal["single", "multiple", "number", "text"]
Order = Literal["code", "reversed"]
Scale = Literal["nominal", "ordinal"]
Source = Literal["form", "selection", "derived"]
SOURCES = ("form", "selection")  # a codebook has
# What only a variable of one kind can be told.
OF_KIND = {
    "exclusive": "multiple",
    "at_most": "multiple",
    "minimum": "number",
    "maximum": "number",
    "places": "number",
    "complete_from": "number",
    "hidden_as_group": "single",
    "outside_scale": "single",
}
# その他, alone or with what to type behind it; not «その他の市», which is an option like any other.
_OTHER = re.compile(r"\s*(その他|そのほか|Others?)\s*($|[（(［\[:：])", re.IGNORECASE)
NOT_ASKED = -1  # 非該当, in every array of codes, ticks and statuses


class Worded(Protocol):
    """Anything that is a code with a wording."""

    @property
    def code(self) -> int:
        """The number in the files."""
        ...

    @property
    def label(self) -> str:
        """The wording of the form."""
        ...

    @property
    def text(self) -> str:
        """The wording of tables."""
        ...


@dataclass(frozen=True)
class Code:
    """One admissible answer; `short` is the wording of tables, where it may be abridged."""

    code: int
    label: Annotated[str, FILLED]
    short: str = ""
    aliases: Annotated[tuple[str, ...], DISTINCT] = ()  # other spellings of it in delivered files

    @property
    def text(self) -> str:
        """The wording of tables."""
        return self.short or self.label


@dataclass(frozen=True)
class Variable:
    """One question, register item or derived variable; `codes` include the 無回答 code, last, where there is one."""

    name: Annotated[str, NAMED]
    kind: Kind
    label: Annotated[str, FILLED]
    codes: tuple[Code, ...] = ()
    nonanswer: int | None = None
    nonanswer_label: Annotated[str, FILLED] = word("nonanswer")
    number: str = ""
    question: str = ""
    section: str = ""
    page: Annotated[int | None, Within(1)] = None
    other: int | None = None
    at_most: Annotated[int | None, Within(1)] = None
    exclusive: Annotated[tuple[int, ...], DISTINCT] = ()
    asked_if: Condition | None = None
    proved_by_answer_if_blank: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    places: Annotated[int, Within(0, 6)] = 0
    unit: str = ""
    order_as_question: Order = "code"
    order_as_group: Order = "code"
    scale: Scale = "nominal"
    outside_scale: Annotated[tuple[int, ...], DISTINCT] = ()
    label_by: str = ""
    subject: str = ""
    restates: str = ""
    source: Source = "form"
    complete_from: str | None = None
    hidden_as_group: Annotated[tuple[int, ...], DISTINCT] = ()
    instrument: str = ""

    @property
    def options(self) -> tuple[Code, ...]:
        """The codes that are answers, without 無回答."""
        return tuple(code for code in self.codes if code.code != self.nonanswer)

    @property
    def across(self) -> tuple[int, ...]:
        """The options in the order they run across a table: reversed, what is no step of the scale stays behind it."""
        codes = [code.code for code in self.options]
        if self.order_as_question != "reversed":
            return tuple(codes)
        return (
            *(c for c in codes[::-1] if c not in self.outside_scale),
            *(c for c in codes if c in self.outside_scale),
        )

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

    @property
    def parts(self) -> int:
        """How many of the units a number is kept in make one as printed: 10 for one decimal."""
        return int(10**self.places)

    def printed(self, value: int) -> str:
        """A number as it is kept, written as on the form."""
        return f"{value / self.parts:.{self.places}f}" if self.places else str(value)

    @property
    def steps(self) -> tuple[int, ...]:
        """The codes that are steps of one scale, in order; none where the answers are kinds."""
        if self.scale == "nominal":
            return ()
        return tuple(code.code for code in self.options if code.code not in self.outside_scale)

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
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            place.fault("not_ascending", value=[self.minimum, self.maximum])
        check_codes(self.codes, place.at("codes"))
        if self.nonanswer == NOT_ASKED:
            place.at("nonanswer").fault("reserved_code", value=NOT_ASKED)
        if self.proved_by_answer_if_blank is not None and self.asked_if is None:
            place.fault("missing_key", key="asked_if")
        if self.instrument:
            _check_instrument(self, place.at("instrument"))
        self.check_answers(place)

    def check_answers(self, place: Place) -> None:
        """What is said of some codes is said of codes there are, of a kind of variable that can have it."""
        for key, kind in OF_KIND.items():
            if getattr(self, key) not in (None, "", (), 0) and self.kind != kind:
                place.at(key).fault("not_of_kind", value=key, kind=self.kind, wanted=kind)
        if self.scale == "ordinal" and self.kind != "single":
            place.at("scale").fault("not_of_kind", value="ordinal", kind=self.kind, wanted="single")
        if self.outside_scale and self.scale != "ordinal":
            place.at("outside_scale").fault("missing_key", key='scale = "ordinal"')
        if self.kind not in ("number", "text"):
            named = (*self.exclusive, *self.hidden_as_group, *self.outside_scale, *([self.other] if self.other else []))
            for code in named:
                if code not in self.keys:
                    place.unknown("unknown_code", code, self.keys, variable=self.name)


def check_codes(codes: Sequence[Worded], place: Place) -> None:
    """A fault for each code or wording given twice, and for a code that would be taken for 非該当."""
    values = [one.code for one in codes]
    for code in dict.fromkeys(code for code in values if values.count(code) > 1):
        place.fault("duplicate_code", value=code)
    for called in ("label", "text"):
        words = [getattr(one, called) for one in codes]
        for twice in dict.fromkeys(one for one in words if words.count(one) > 1):
            place.fault("duplicate_label", value=twice)
            return
    if NOT_ASKED in values:
        place.fault("reserved_code", value=NOT_ASKED)


def _check_instrument(variable: Variable, place: Place) -> None:
    """The question of the literature is known, and has as many answers."""
    questions = {one.id: one for one in instruments().values() if len(one.items) == 1}
    if variable.instrument not in questions:
        place.unknown("unknown_instrument", variable.instrument, questions)
    elif len(variable.options) != (wanted := len(questions[variable.instrument].codes)):
        place.fault("answer_count", value=variable.instrument, wanted=wanted, given=len(variable.options))


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
