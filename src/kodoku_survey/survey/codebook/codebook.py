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
places = 1                           # decimals (36.5); answers are kept as whole tenths, and counted exactly
unit = "歳"
order_as_question = "reversed"       # codes run the other way across the answers of a table …
order_as_group = "reversed"          # … and down its groups (default: code order)
scale = "ordinal"                    # the answers are steps, from the first code to the last; "nominal" (default): kinds
subject = "孤独感"                    # what sentences call it: 孤独感が「…」と回答した人の割合 (default: the label)
label_by = "性別"                     # what a division by it is called in a sentence (default: the label and 別)
restates = "age_class"               # its groups are those of another variable put together: no sentence of its own
outside_scale = [7]                  # answers of a scale that stand on no step of it (わからない, その他)
source = "selection"                 # taken from the register, not from the form
complete_from = "frame_age"          # a blank is completed from this register variable (an edit)
instrument = "direct_jp"             # the question of instruments.toml this one is, so that surveys know what they share
hidden_as_group = [3]                # codes kept in the total but not shown as a group (sex その他)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Annotated, Any

from kodoku_survey.portable import Portable
from kodoku_survey.survey.codebook.variables import (
    SOURCES,
    Code,
    Variable,
    check_codes,
    check_condition,
)
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.reading import Place, entries, record, records, unique
from kodoku_survey.survey.reading.limits import FILLED


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
        """The names of the variables, in order."""
        return tuple(self._by_name)


@dataclass(frozen=True)
class NonanswerCode:
    """The code that means 無回答 in a file of definitions, unless a variable has its own."""

    nonanswer: int = 99
    nonanswer_label: Annotated[str, FILLED] = word("nonanswer")

    @staticmethod
    def read(table: Mapping[str, Any], place: Place, language: str) -> dict[str, Any]:
        """The two keys as every entry of the file has them unless it says otherwise; faults are kept in `place`."""
        usual = NonanswerCode(nonanswer_label=word("nonanswer", language))
        told = {one.name: table[one.name] for one in fields(NonanswerCode) if one.name in table}
        return asdict(usual) | asdict(record(NonanswerCode, asdict(usual) | told, place) or usual)


def read_codebook(table: Mapping[str, Any], place: Place, *, language: str = "ja") -> Codebook:
    """The codebook from its TOML table; faults are kept in `place`. language : of 無回答, where the file has no word for it."""
    known = ("nonanswer", "nonanswer_label", "variable")
    for key in table:
        if key not in known:
            place.unknown("unknown_key", key, known)
    base = NonanswerCode.read(table, place, language)
    listed = entries(table.get("variable", []), place.at("variable"))
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


def _with_nonanswer(variable: Variable, place: Place) -> Variable:
    """The variable with 無回答 as its last code, where it has answers."""
    if variable.kind in ("number", "text") or variable.nonanswer is None or variable.nonanswer in variable.keys:
        return variable
    # A register item is known for everyone unless its codes say otherwise.
    whole = replace(variable, codes=(*variable.codes, Code(variable.nonanswer, variable.nonanswer_label)))
    check_codes(whole.codes, place.at("codes"))
    return whole


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
        for key in ("proved_by_answer_if_blank", "complete_from", "restates"):
            parent: str = getattr(variable, key) or ""
            if parent and parent not in book:
                here.at(key).unknown("unknown_variable", parent, book.names)
            elif parent and key == "complete_from" and not _of_register(book[parent]):
                here.at(key).fault("not_of_register", value=parent)
        before.add(variable.name)


def _of_register(variable: Variable) -> bool:
    return variable.source == "selection" and variable.kind == "number"
