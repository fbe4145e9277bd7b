"""Conditions on answers, written as data: who was asked, who belongs to a base, when a rule holds.

    asked_if = { q5 = [3, 4, 5] }                             one of these codes (a multiple answer: any of them ticked)
    asked_if = { q6 = { min = 2 } }                           a number in a range
    when     = { q18 = [2], q19 = [2] }                       all of these
    when     = [ { q6 = { min = 2 } },                        one of several alternatives
                 { q6 = { answered = "no" }, q16_2 = { answered = "yes" } } ]

Truth has three values: 1 holds, 0 does not, −1 unknown (an answer it needs is 無回答). A question that was not
asked (非該当) makes its clause false: the form itself has decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np

from kodoku_survey.arrays import ByteArray, CodeArray
from kodoku_survey.survey.reading import Place, record, shown
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, Either, Key

TRUE, FALSE, UNKNOWN = 1, 0, -1  # of a condition
ANSWERED, NONANSWER, UNDETERMINED = 0, 1, 2  # what became of a question; NOT_ASKED (−1) beside them


@dataclass(frozen=True)
class Clause:
    """One variable's part of a condition: exactly one of codes, a range, or whether it was answered."""

    variable: str
    codes: Annotated[tuple[int, ...], FILLED, DISTINCT, Either("wanted", needed=True)] = ()
    minimum: Annotated[int | float | None, Key("min"), Either("wanted", "range", needed=True)] = None
    maximum: Annotated[int | float | None, Key("max"), Either("wanted", "range", needed=True)] = None
    answered: Annotated[Literal["yes", "no"] | None, Either("wanted", needed=True)] = None

    def check(self, place: Place) -> None:
        """A range runs upwards."""
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            place.fault("not_ascending", value=[self.minimum, self.maximum])


@dataclass(frozen=True)
class Condition:
    """Alternatives (or) of clauses that hold together (and)."""

    alternatives: tuple[tuple[Clause, ...], ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable named, once, in order."""
        return tuple(dict.fromkeys(clause.variable for clauses in self.alternatives for clause in clauses))

    def ordered(self) -> Condition:
        """Itself with its codes in order: what it says, not how it is written."""
        return Condition(
            tuple(tuple(replace(c, codes=tuple(sorted(c.codes))) for c in clauses) for clauses in self.alternatives)
        )

    @classmethod
    def from_toml(cls, value: Any, place: Place) -> Condition | None:
        """A table of clauses, or a list of such tables (alternatives)."""
        tables = value if isinstance(value, list) else [value]
        before = len(place.faults)
        alternatives = tuple(_clauses(table, place) for table in tables)
        if len(place.faults) == before and alternatives and all(alternatives):
            return cls(alternatives)
        if len(place.faults) == before:
            place.fault("empty_condition")
        return None


@dataclass(frozen=True)
class Given:
    """What a clause sees of one variable, whatever its kind.

    `state` (n,): 0 answered, 1 無回答, 2 undetermined, −1 not asked. `codes` (n,) code or number of each respondent, or
    None for a multiple answer, whose `ticks` (n, options) belong to `keys`.
    """

    state: ByteArray
    codes: CodeArray | None = None
    ticks: ByteArray | None = None
    keys: tuple[int, ...] = ()
    parts: int = 1  # of a number: how many of its units make one as printed


def truth(condition: Condition, given: Callable[[str], Given]) -> ByteArray:
    """Three-valued truth (Kleene) of a condition for each respondent, shape (n,)."""
    whole: ByteArray | None = None
    for clauses in condition.alternatives:
        part: ByteArray | None = None
        for clause in clauses:
            one = _clause_truth(clause, given(clause.variable))
            part = one if part is None else _both(part, one)
        if part is not None:
            whole = part if whole is None else _either(whole, part)
    if whole is None:
        raise ValueError("a condition needs at least one clause")
    return whole


def _clause_truth(clause: Clause, given: Given) -> ByteArray:
    answered, asked = given.state == 0, given.state >= 0
    if clause.answered is not None:
        return (answered if clause.answered == "yes" else asked & ~answered).astype(np.int8)
    if given.ticks is not None:
        wanted = np.isin(np.array(given.keys), clause.codes)
        met = (given.ticks[:, : len(given.keys)][:, wanted] == 1).any(axis=1)
    elif given.codes is not None and clause.codes:
        met = np.isin(given.codes, clause.codes)
    elif given.codes is not None:
        low = -np.inf if clause.minimum is None else clause.minimum
        high = np.inf if clause.maximum is None else clause.maximum
        met = (given.codes >= low * given.parts) & (given.codes <= high * given.parts)
    else:
        raise ValueError(f"variable {clause.variable!r} has neither codes nor ticks")
    found: ByteArray = np.where(answered, met, np.where(asked, UNKNOWN, FALSE)).astype(np.int8)
    return found


def _both(a: ByteArray, b: ByteArray) -> ByteArray:
    return np.where((a == FALSE) | (b == FALSE), FALSE, np.where((a == TRUE) & (b == TRUE), TRUE, UNKNOWN)).astype(
        np.int8
    )


def _either(a: ByteArray, b: ByteArray) -> ByteArray:
    return np.where((a == TRUE) | (b == TRUE), TRUE, np.where((a == FALSE) & (b == FALSE), FALSE, UNKNOWN)).astype(
        np.int8
    )


def _clauses(table: Any, place: Place) -> tuple[Clause, ...]:
    if not isinstance(table, dict):
        place.fault("not_a_table", value=shown(table))
        return ()
    clauses = (_clause(name, wanted, place.at(name)) for name, wanted in table.items())
    return tuple(clause for clause in clauses if clause is not None)


def _clause(name: str, wanted: Any, place: Place) -> Clause | None:
    table = wanted if isinstance(wanted, dict) else {"codes": wanted}
    if isinstance(wanted, dict) and "codes" in wanted:
        place.unknown("unknown_key", "codes", ("min", "max", "answered"))
        return None
    return record(Clause, table, place, more={"variable": name})
