"""Definitions of derived variables (measures.toml): scores, classes, rules, flags and crossings. No threshold in code.

    [[score]]                                        # an integer sum of points over items
    name = "contact_sum"
    label = "交流頻度の月換算"
    unit = "0.1回/月"                                 # the integer unit the definition states
    items = [ "q16_1a", { variable = "q16_2", when = { cohabitant = [1] } } ]     # an item counts only when …
    points = [ { code = 1, points = 194 }, … ]       # of every item; or an item's own `points`
    combine = "highest"                              # the most points of any item, not their sum (default "sum")
    missing = "complete"                             # … or another rule of missing.py
    range = [3, 12]                                  # checked against the points
    instrument = "ucla3_jp_gov"                      # an id of instruments.toml: points, missing and range are its own unless
                                                     # given here; its codes and items are checked, its direction tested
    direction = "declared"                           # "tested" (default of a scale): refuses an item that runs against the rest
    source = "令和６年調査報告書 p.4"

    [[classes]]                                      # bands of a number or score
    name = "ucla_class"
    of = "ucla_score"
    upper = "ucla_highest"                           # optional: `of` is the lowest possible score, this the highest, and a
                                                     # class is known where both share it
    codes = [ { code = 4, label = "10～12点（常にある）", min = 10, max = 12 }, … ]

    [[rule]]                                         # the first code whose condition holds
    name = "cohabitant"
    base = { q22 = [1] }                             # outside it: 非該当
    codes = [ { code = 1, label = "同居人がいる", when = [ … ] }, { code = 2, label = "同居人がいない", when = … } ]
    otherwise = 2                                    # a code; absent: 非該当 where every condition is false
    otherwise_label = "それ以外"                       # where `otherwise` is a code of its own

    [[flags]]                                        # several conditions side by side: a multiple answer
    name = "isolation_indicators"
    codes = [ { code = 1, label = "…", when = … }, … ]
    undetermined = "no"                              # in the base, not flagged (official); or "own" (default):
                                                     # the 無回答 column where no flag is known to hold

    [[cross]]                                        # one variable from two or more
    name = "sex_age"
    of = ["sex", "age_class"]
    keep = { sex = [1, 2] }                          # codes kept; others and 無回答 become 非該当

    [[composite]]                                    # counting over dimensions: composite.py

Every kind takes label, number, question, section, source, order_as_question, order_as_group, nonanswer (code of
undetermined / 無回答, default the file's) and nonanswer_label (default 無回答 / No answer).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kodoku_survey.survey.codebook import Code, Kind, Order, Variable
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.missing import COMPLETE, Missing


@dataclass(frozen=True)
class Described:
    """What every derived variable says of itself."""

    name: str
    label: str
    number: str = ""
    question: str = ""
    section: str = ""
    source: str = ""
    order_as_question: Order = "code"
    order_as_group: Order = "code"
    nonanswer: int = 99
    nonanswer_label: str = "無回答"
    hidden_as_group: tuple[int, ...] = ()

    def variable(self, kind: Kind, codes: Iterable[Code] = ()) -> Variable:
        """The variable this definition makes, with 無回答 (undetermined) as its last code."""
        last = () if kind == "number" else (Code(self.nonanswer, self.nonanswer_label),)
        return Variable(
            name=self.name,
            kind=kind,
            label=self.label,
            codes=(*codes, *last),
            nonanswer=None if kind == "number" else self.nonanswer,
            number=self.number,
            question=self.question,
            section=self.section,
            order_as_question=self.order_as_question,
            order_as_group=self.order_as_group,
            source="derived",
            hidden_as_group=self.hidden_as_group,
        )


@dataclass(frozen=True)
class Item:
    """One item of a score: points of each code (of a multiple answer, of each tick), and when it counts at all."""

    variable: str
    points: tuple[tuple[int, int], ...]
    when: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Score(Described):
    items: tuple[Item, ...]
    missing: Missing = COMPLETE
    unit: str = ""
    range: tuple[int, int] | None = None
    instrument: str = ""
    direction: Literal["tested", "declared"] = "declared"
    combine: Literal["sum", "highest"] = "sum"


@dataclass(frozen=True)
class Band:
    code: int
    label: str
    minimum: int | None = None
    maximum: int | None = None
    short: str = ""


@dataclass(frozen=True, kw_only=True)
class Classes(Described):
    of: str
    bands: tuple[Band, ...]
    upper: str = ""


@dataclass(frozen=True)
class Choice:
    code: int
    label: str
    when: Condition
    short: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule(Described):
    choices: tuple[Choice, ...]
    base: Condition | None = None
    otherwise: int | None = None
    otherwise_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Flags(Described):
    choices: tuple[Choice, ...]
    base: Condition | None = None
    undetermined: Literal["own", "no"] = "own"


@dataclass(frozen=True, kw_only=True)
class Cross(Described):
    of: tuple[str, ...]
    keep: tuple[tuple[str, tuple[int, ...]], ...] = ()


Definition = Score | Classes | Rule | Flags | Cross
