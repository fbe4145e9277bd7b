"""The slips no survey is spared, planted one by one and counted: what cleaning must tell of again.

A slip stands only where the layout can hold it and the layout's own reader takes it for what it is meant to be. What an
answer is worth after cleaning is kept beside it, so that the whole can be read back and compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.arrays import BoolArray, ByteArray, CodeArray, IndexArray
from kodoku_survey.intake.cells import INADMISSIBLE, read_number, read_single, wording
from kodoku_survey.intake.cells.value import DOUBLE_ANSWER, NOT_A_CODE, NOTATION, OUT_OF_RANGE, UNREADABLE
from kodoku_survey.intake.coding import nonanswer_code
from kodoku_survey.intake.issues import EXCLUSIVE, OFF_ROUTE
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.intake.returns import column_of
from kodoku_survey.intake.routing import COMPLETED
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.delivery import TextColumns, form, said, statistical, ticks_as_text

# Slips to a thousand places where one can stand (cells answered, questions skipped, forms with an exclusive option).
SLIP_RATES = {
    DOUBLE_ANSWER: 0.6,
    NOT_A_CODE: 0.4,
    NOTATION: 0.8,
    UNREADABLE: 0.3,
    OUT_OF_RANGE: 1.0,
    COMPLETED: 3.0,
    OFF_ROUTE: 4.0,
    EXCLUSIVE: 8.0,
}
UNDECLARED = ("77", "88", "66", "55", "7777")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class CleanedWorth:
    """What everybody's answers are worth after cleaning; changed as slips are planted."""

    answers: dict[str, CodeArray]
    status: dict[str, ByteArray]

    @staticmethod
    def of(people: Responses) -> CleanedWorth:
        """A copy to be changed."""
        own = [variable.name for variable in form(people.survey)]
        status = {name: people.status[name].copy() for name in own if name in people.status}
        return CleanedWorth({name: people.answers[name].copy() for name in own}, status)


@dataclass
class Slips:
    """A file while slips are planted in it. rows : the person of each line. free : lines that may still take one."""

    people: Responses
    layout: FileLayout
    columns: TextColumns
    rows: IndexArray
    free: BoolArray
    worth: CleanedWorth
    spared: frozenset[str]  # variables whose answers must stay what they are
    rng: np.random.Generator
    bearable: int  # inadmissible answers within the folder's tolerance
    planted: Counter[str] = field(default_factory=Counter)


def plant(slips: Slips) -> Counter[str]:
    """Plant every kind the layout can hold, at least one each; counts by the rule cleaning will give."""
    survey = slips.people.survey
    routes = {name for v in form(survey) if v.asked_if is not None for name in v.asked_if.variables}
    routes |= {v.proved_by_answer_if_blank for v in form(survey) if v.proved_by_answer_if_blank}
    own = [v for v in form(survey) if v.name not in routes | slips.spared]
    singles = [v for v in own if v.kind == "single"]
    numbers = [v for v in own if v.kind == "number"]
    _each(slips, DOUBLE_ANSWER, singles, _answered, _double)
    _each(slips, NOT_A_CODE, singles, _answered, _undeclared)
    _each(slips, NOTATION, singles, _answered, _wide)
    _each(slips, UNREADABLE, singles, _answered, _smudged)
    completed = [v for v in form(survey) if v.kind == "number" and v.complete_from is not None and v.asked_if is None]
    _each(slips, OUT_OF_RANGE, [v for v in numbers if v.complete_from is None], _answered, _beyond)
    _each(slips, COMPLETED, completed, _in_register, lambda *_: "")
    skipped = [v for v in form(survey) if v.asked_if is not None and v.proved_by_answer_if_blank is None]
    _each(slips, OFF_ROUTE, [v for v in skipped if v.complete_from is None], _not_asked, _anything)
    dropped = survey.settings.cleaning.exclusive_conflict == "others"
    crossed = [v for v in (form(survey) if dropped else own) if v.exclusive]
    _each(slips, EXCLUSIVE, crossed, _beside, None)
    return slips.planted


Slot = Callable[[Slips, Variable], BoolArray]
Spoiler = Callable[
    [Variable, str, Slips], str | None
]  # variable, what stands there → the slip, or None if it cannot stand


def _each(slips: Slips, rule: str, variables: list[Variable], place: Slot, spoil: Spoiler | None) -> None:
    """Plant one kind: a line takes one slip at most, so that none hides another."""
    open_ = [place(slips, variable) & slips.free for variable in variables]
    wanted = round(sum(int(lines.sum()) for lines in open_) * SLIP_RATES[rule] / 1000)
    left = max(wanted, 1)
    if rule in INADMISSIBLE:
        left = min(left, slips.bearable)
        slips.bearable -= left
    for position in slips.rng.permutation(
        np.repeat(np.arange(len(variables)), max(left // max(len(variables), 1), 1) + 1)
    ):
        lines = np.flatnonzero(open_[position] & slips.free)
        if left and len(lines):
            done = _one(slips, rule, variables[position], int(slips.rng.choice(lines)), spoil)
            left -= done


def _one(slips: Slips, rule: str, variable: Variable, line: int, spoil: Spoiler | None) -> bool:
    if spoil is None:
        _cross(slips, variable, line)
    elif variable.kind == "multiple":
        option = int(slips.rng.integers(len(variable.options)))
        ticks = np.zeros((1, len(variable.options)), dtype=bool)
        ticks[0, option] = True
        _put(slips, variable, line, ticks)
    else:
        column = slips.columns[column_of(slips.layout, variable)]
        text = spoil(variable, column[line], slips)
        if text is None:
            return False
        column[line] = text
        if rule not in (NOTATION, OFF_ROUTE, COMPLETED):
            _lose(slips, variable, line)
    slips.free[line] = False
    slips.planted[rule] += 1
    return True


def _put(slips: Slips, variable: Variable, line: int, ticks: BoolArray) -> None:
    for column, texts in ticks_as_text(variable, ticks, np.ones(1, dtype=bool), slips.layout).items():
        slips.columns[column][line] = texts[0]


def _lose(slips: Slips, variable: Variable, line: int) -> None:
    """The answer is 無回答 after cleaning."""
    person = slips.rows[line]
    if variable.kind == "number":
        slips.worth.answers[variable.name][person] = 0
        slips.worth.status[variable.name][person] = NONANSWER
    else:
        slips.worth.answers[variable.name][person] = nonanswer_code(variable)


def _cross(slips: Slips, variable: Variable, line: int) -> None:
    """An exclusive option ticked beside others: what is left of it, survey.toml says."""
    options = [code.code for code in variable.options]
    own = slips.worth.answers[variable.name][slips.rows[line]]
    exclusive = options.index(variable.exclusive[0])
    ticks = own[None, :-1] == 1
    ticks[0, exclusive] = True
    _put(slips, variable, line, ticks)
    rule = slips.people.survey.settings.cleaning.exclusive_conflict
    if rule != "others":
        own[:] = 0
        own[exclusive if rule == "exclusive" else -1] = 1


def _answered(slips: Slips, variable: Variable) -> BoolArray:
    found: BoolArray = slips.people.given(variable.name).state[slips.rows] == ANSWERED
    return found


def _not_asked(slips: Slips, variable: Variable) -> BoolArray:
    found: BoolArray = slips.people.given(variable.name).state[slips.rows] == NOT_ASKED
    return found


def _in_register(slips: Slips, variable: Variable) -> BoolArray:
    name = variable.complete_from
    if name is None or name not in slips.people.answers:
        return np.zeros(len(slips.rows), dtype=bool)
    same = slips.people.answers[name] == slips.people.answers[variable.name]
    return _answered(slips, variable) & same[slips.rows]


def _beside(slips: Slips, variable: Variable) -> BoolArray:
    """Lines on which only other options are ticked."""
    ticks = slips.people.answers[variable.name][slips.rows][:, :-1] == 1
    alone = np.isin([code.code for code in variable.options], variable.exclusive)
    found: BoolArray = ticks[:, ~alone].any(axis=1) & ~ticks[:, alone].any(axis=1)
    return found


def _checked(text: str, variable: Variable, layout: FileLayout, rule: str) -> str | None:
    read = read_number if variable.kind == "number" else read_single
    return text if read(text, wording(variable, layout)).rule == rule else None


def _double(variable: Variable, _text: str, slips: Slips) -> str | None:
    if statistical(slips.layout) or len(variable.options) < 2:
        return None
    first = int(slips.rng.integers(len(variable.options) - 1))
    two = [said(code.code, variable, slips.layout) for code in variable.options[first : first + 2]]
    return _checked(",".join(two), variable, slips.layout, DOUBLE_ANSWER)


def _undeclared(variable: Variable, _text: str, slips: Slips) -> str | None:
    worded = slips.layout.answers == "labels" and not statistical(slips.layout)
    tried: Iterator[str] = iter(("符号表にない選択肢",) if worded else UNDECLARED)
    checked = (_checked(text, variable, slips.layout, NOT_A_CODE) for text in tried)
    return next((text for text in checked if text is not None), None)


def _wide(variable: Variable, text: str, slips: Slips) -> str | None:
    if statistical(slips.layout):
        return None
    return _checked(text.translate(FULL_WIDTH), variable, slips.layout, NOTATION)


def _smudged(variable: Variable, _text: str, slips: Slips) -> str | None:
    if statistical(slips.layout) or not slips.layout.unreadable:
        return None
    return _checked(slips.layout.unreadable[0], variable, slips.layout, UNREADABLE)


def _beyond(variable: Variable, _text: str, slips: Slips) -> str | None:
    if variable.maximum is None:
        return None
    return _checked(str(int(variable.maximum) * 10 + 9), variable, slips.layout, OUT_OF_RANGE)


def _anything(variable: Variable, _text: str, slips: Slips) -> str | None:
    if variable.kind == "number":
        return str(variable.minimum or 1)
    option = variable.options[int(slips.rng.integers(len(variable.options)))]
    return said(option.code, variable, slips.layout)
