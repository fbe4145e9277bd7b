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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

from kodoku_survey.survey.codebook import NONANSWER, Code, Kind, Order, Variable, check_codes
from kodoku_survey.survey.conditions import Condition
from kodoku_survey.survey.instruments import instruments
from kodoku_survey.survey.limits import DISTINCT, FILLED, LARGEST, NAMED, Ascending, Key
from kodoku_survey.survey.missing import COMPLETE, Missing
from kodoku_survey.survey.places import Place, shown
from kodoku_survey.survey.reading import record


@dataclass(frozen=True)
class Described:
    """What every derived variable says of itself."""

    name: Annotated[str, NAMED]
    label: Annotated[str, FILLED]
    number: str = ""
    question: str = ""
    section: str = ""
    source: str = ""
    order_as_question: Order = "code"
    order_as_group: Order = "code"
    nonanswer: int = 99
    nonanswer_label: Annotated[str, FILLED] = NONANSWER["ja"]
    hidden_as_group: Annotated[tuple[int, ...], DISTINCT] = ()

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


class Points(NamedTuple):
    """What one code is worth."""

    code: int
    points: int


@dataclass(frozen=True)
class Item:
    """One item of a score: points of each code (of a multiple answer, of each tick), and when it counts at all."""

    variable: Annotated[str, FILLED]
    points: Annotated[tuple[Points, ...], FILLED] = ()
    when: Condition | None = None

    @classmethod
    def from_toml(cls, value: Any, place: Place) -> Item | None:
        """A name alone, or a table."""
        return record(cls, {"variable": value} if isinstance(value, str) else value, place)


@dataclass(frozen=True, kw_only=True)
class Score(Described):
    items: Annotated[tuple[Item, ...], FILLED]
    points: Annotated[tuple[Points, ...], FILLED] = ()
    missing: Missing = COMPLETE
    unit: str = ""
    range: Annotated[tuple[int, int] | None, Ascending(strictly=False)] = None
    instrument: str = ""
    direction: Literal["tested", "declared"] = "declared"
    combine: Literal["sum", "highest"] = "sum"

    @classmethod
    def from_toml(cls, value: Any, place: Place) -> Score | None:
        """A score whose items have their points: their own, those given for all, or those of its instrument."""
        known = None
        if isinstance(value, dict) and value.get("instrument"):
            keyed = {one.id: one for one in instruments().values() if one.items}
            known = keyed.get(value["instrument"]) if isinstance(value["instrument"], str) else None
            if known is None:
                place.at("instrument").unknown("unknown_instrument", shown(value["instrument"]), keyed)
            else:
                value = {"range": list(known.limits), "direction": known.direction, **value}
        found = record(cls, value, place)
        if found is None:
            return None
        keys: list[Any] = [found.points] * len(found.items)
        if known is not None and len(found.items) != len(known.items):
            place.at("items").fault("item_count", value=known.id, wanted=len(known.items), given=len(found.items))
            return None
        if known is not None and not found.points:
            keys = [tuple(Points(*pair) for pair in key) for key in known.key]
        items = tuple(
            item if item.points else replace(item, points=key) for item, key in zip(found.items, keys, strict=True)
        )
        missing = known.missing if known is not None and "missing" not in value else found.missing
        return replace(found, items=items, points=(), missing=missing)


@dataclass(frozen=True)
class Band:
    code: int
    label: Annotated[str, FILLED]
    minimum: Annotated[int | None, Key("min")] = None
    maximum: Annotated[int | None, Key("max")] = None
    short: str = ""

    @property
    def text(self) -> str:
        return self.short or self.label

    def check(self, place: Place) -> None:
        """A band runs upwards."""
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            place.fault("not_ascending", value=[self.minimum, self.maximum])


@dataclass(frozen=True, kw_only=True)
class Classes(Described):
    of: Annotated[str, FILLED]
    bands: Annotated[tuple[Band, ...], Key("codes"), FILLED]
    upper: str = ""

    def check(self, place: Place) -> None:
        """Codes are distinct, and no number falls into two bands."""
        here = place.at("codes")
        check_codes(self.bands, here)
        ends = [
            (-LARGEST if b.minimum is None else b.minimum, LARGEST if b.maximum is None else b.maximum)
            for b in self.bands
        ]
        for (_, high), (low, _) in pairwise(sorted(ends)):
            if low <= high:
                here.fault("bands_overlap", value=low)


@dataclass(frozen=True)
class Choice:
    code: int
    label: Annotated[str, FILLED]
    when: Condition
    short: str = ""

    @property
    def text(self) -> str:
        return self.short or self.label


@dataclass(frozen=True, kw_only=True)
class Rule(Described):
    choices: Annotated[tuple[Choice, ...], Key("codes"), FILLED]
    base: Condition | None = None
    otherwise: int | None = None
    otherwise_label: str = ""

    def check(self, place: Place) -> None:
        """Codes are distinct; a wording for `otherwise` needs one."""
        check_codes(self.choices, place.at("codes"))
        if self.otherwise_label and self.otherwise is None:
            place.fault("missing_key", key="otherwise")


@dataclass(frozen=True, kw_only=True)
class Flags(Described):
    choices: Annotated[tuple[Choice, ...], Key("codes"), FILLED]
    base: Condition | None = None
    undetermined: Literal["own", "no"] = "own"

    def check(self, place: Place) -> None:
        """Codes are distinct."""
        check_codes(self.choices, place.at("codes"))


@dataclass(frozen=True, kw_only=True)
class Cross(Described):
    of: Annotated[tuple[str, ...], DISTINCT]
    keep: Mapping[str, Annotated[tuple[int, ...], FILLED, DISTINCT]] = field(default_factory=dict)

    def check(self, place: Place) -> None:
        """Two variables or more are crossed."""
        if len(self.of) < 2:
            place.at("of").fault("too_few", wanted=2)


Definition = Score | Classes | Rule | Flags | Cross
