"""The codebook (符号表): every variable of the form, its codes in order, who was asked, what counts as 無回答.

    [[variable]]
    name = "q17"
    number = "問17"                      # as printed on the form
    kind = "multiple"                    # single | multiple | number
    label = "社会活動への参加状況"          # short name, for tables and axes
    question = "あなたは現在、どのような活動に参加をしていますか。…"
    section = "孤立"                      # 属性 sections do not make a return valid (settings: valid_sections)
    page = 5                             # of the paper form
    codes = [ { code = 1, label = "PTA・自治会・町内会などの活動", short = "PTA・自治会等" }, … ]
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
    hidden_as_group = [3]                # codes kept in the total but not shown as a group (sex その他)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from kodoku_survey.survey.conditions import Condition

Kind = Literal["single", "multiple", "number"]
Order = Literal["code", "reversed"]
NOT_ASKED = -1  # 非該当, in every array of codes, ticks and statuses


@dataclass(frozen=True)
class Code:
    """One admissible answer; `short` is the wording of tables, where it may be abridged."""

    code: int
    label: str
    short: str = ""

    @property
    def text(self) -> str:
        return self.short or self.label


@dataclass(frozen=True)
class Variable:
    """One question, register item or derived variable; `codes` include the 無回答 code, last, where there is one."""

    name: str
    kind: Kind
    label: str
    codes: tuple[Code, ...] = ()
    nonanswer: int | None = None
    number: str = ""
    question: str = ""
    section: str = ""
    page: int | None = None
    exclusive: tuple[int, ...] = ()
    asked_if: Condition | None = None
    proved_by_answer_if_blank: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    order_as_question: Order = "code"
    order_as_group: Order = "code"
    source: Literal["form", "selection", "derived"] = "form"
    complete_from: str | None = None
    hidden_as_group: tuple[int, ...] = ()

    @property
    def options(self) -> tuple[Code, ...]:
        """The codes that are answers, without 無回答."""
        return tuple(code for code in self.codes if code.code != self.nonanswer)

    @property
    def keys(self) -> tuple[int, ...]:
        """All code values in order, 無回答 last."""
        return tuple(code.code for code in self.codes)

    def code(self, value: int) -> Code:
        """The entry of one code value. Raises KeyError."""
        for code in self.codes:
            if code.code == value:
                return code
        raise KeyError(value)


@dataclass(frozen=True)
class Codebook:
    """Variables in the order of the form; names unique, routing points backwards (checked by the reader)."""

    variables: tuple[Variable, ...]
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
