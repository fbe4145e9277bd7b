"""[[rule]] and [[flags]]: codes that conditions decide, one of them or several side by side.

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
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

import numpy as np

from kodoku_survey.survey.codebook import NOT_ASKED, Code, Variable, check_codes, check_condition
from kodoku_survey.survey.conditions import FALSE, TRUE, UNKNOWN, Condition, truth
from kodoku_survey.survey.definitions.described import Definition, GivenOf, Known, Meaning, Translation
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import FILLED, Key


@dataclass(frozen=True)
class Choice:
    """A code, and the condition under which it holds."""

    code: int
    label: Annotated[str, FILLED]
    when: Condition
    short: str = ""

    @property
    def text(self) -> str:
        """The wording of tables."""
        return self.short or self.label


@dataclass(frozen=True, kw_only=True)
class Choices(Definition):
    """Codes with conditions, within a base: what rules and flags share."""

    choices: Annotated[tuple[Choice, ...], Key("codes"), FILLED]
    base: Condition | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        conditions = [*(choice.when for choice in self.choices), self.base]
        return tuple(dict.fromkeys(name for condition in conditions if condition for name in condition.variables))

    def codes_of(self, known: Known, place: Place) -> list[Code]:
        """The codes, their conditions and the base checked."""
        check_codes(self.choices, place.at("codes"))
        for choice in self.choices:
            check_condition(choice.when, known, place.at(f"codes {choice.code}"))
        if self.base is not None:
            check_condition(self.base, known, place.at("base"))
        return [Code(choice.code, choice.label, choice.short) for choice in self.choices]

    def translated(self, into: Translation) -> Self:
        turned = [(choice, into.condition(choice.when)) for choice in self.choices]
        choices = tuple(replace(choice, when=when) for choice, when in turned if when is not None)
        return replace(self, choices=choices, base=self.base and into.condition(self.base))

    def ordered(self) -> Self:
        choices = tuple(replace(choice, when=choice.when.ordered(), short="") for choice in self.choices)
        return replace(self, choices=choices, base=self.base and self.base.ordered())


@dataclass(frozen=True, kw_only=True)
class Rule(Choices):
    """The first choice whose condition holds."""

    otherwise: int | None = None
    otherwise_label: str = ""

    def check(self, place: Place) -> None:
        """A wording for `otherwise` needs one."""
        if self.otherwise_label and self.otherwise is None:
            place.fault("missing_key", key="otherwise")

    def resolved(self, known: Known, place: Place) -> Variable:
        codes = self.codes_of(known, place)
        given = [code.code for code in codes] + [self.nonanswer]
        if self.otherwise is not None and self.otherwise not in given:
            if self.otherwise_label:
                codes.append(Code(self.otherwise, self.otherwise_label))
            else:
                place.at("otherwise").unknown("unknown_code", self.otherwise, given, variable=self.name)
        return self.variable("single", codes)

    def meaning(self, given: GivenOf, _known: Known) -> Meaning:
        """The first choice whose condition holds.

        A condition that nobody can decide (an answer is 無回答) leaves the person undetermined unless a later choice
        holds: what is known to hold is known whatever the blank would have been only if conditions exclude each other,
        and those of one rule do. Outside the base 非該当; where the base itself is undetermined, undetermined.
        """
        truths = [truth(choice.when, given) for choice in self.choices]
        codes = np.full(len(truths[0]), NOT_ASKED if self.otherwise is None else self.otherwise, dtype=np.int32)
        open_, unknown = np.ones(len(codes), dtype=bool), np.zeros(len(codes), dtype=bool)
        for choice, held in zip(self.choices, truths, strict=True):
            codes[open_ & (held == TRUE)] = choice.code
            open_ &= held != TRUE
            unknown |= held == UNKNOWN
        codes[open_ & unknown] = self.nonanswer
        if self.base is not None:
            held = truth(self.base, given)
            codes[held == FALSE] = NOT_ASKED
            codes[held == UNKNOWN] = self.nonanswer
        return Meaning(codes)


@dataclass(frozen=True, kw_only=True)
class Flags(Choices):
    """Conditions side by side."""

    undetermined: Literal["own", "no"] = "own"

    def resolved(self, known: Known, place: Place) -> Variable:
        return self.variable("multiple", self.codes_of(known, place))

    def meaning(self, given: GivenOf, _known: Known) -> Meaning:
        """(n, flags + 1) of 0/1; last column undetermined.

        undetermined="own": the last column is 1 where no flag is known to hold and at least one is unknown.
        undetermined="no": an unknown flag does not hold (the official denominators), and nobody is undetermined.
        """
        held = np.column_stack([truth(choice.when, given) for choice in self.choices])
        block = np.zeros((len(held), held.shape[1] + 1), dtype=np.int8)
        block[:, :-1] = held == TRUE
        if self.undetermined == "own":
            block[:, -1] = ~(held == TRUE).any(axis=1) & (held == UNKNOWN).any(axis=1)
        if self.base is not None:
            block[truth(self.base, given) != TRUE] = NOT_ASKED
        return Meaning(block)
