"""The slips no survey is spared, planted one by one and counted: what cleaning must tell of again.

A slip stands only where the layout can hold it and the layout's own reader takes it for what it is meant to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.intake.cells import INADMISSIBLE
from kodoku_survey.intake.cells.value import DOUBLE_ANSWER, NOT_A_CODE, NOTATION, OUT_OF_RANGE, UNREADABLE
from kodoku_survey.intake.issues import EXCLUSIVE, OFF_ROUTE
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.intake.returns import column_of
from kodoku_survey.intake.routing import COMPLETED
from kodoku_survey.survey.codebook import NOT_ASKED, Variable
from kodoku_survey.survey.layouts import FileLayout
from kodoku_survey.synthetic.delivery import TextColumns, form, read_as, said, ticks_as_text

UNDECLARED = ("77", "88", "66", "55", "7777", "符号表にない選択肢")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class Slips:
    """A file while slips are planted in it. rows : the person of each line. free : lines that may still take one.

    spared : variables whose answers must stay what they are. bearable : inadmissible answers within the folder's tolerance.
    spoilt : variable and person of every answer that is no longer what it was.
    """

    people: Responses
    layout: FileLayout
    columns: TextColumns
    rows: IndexArray
    free: BoolArray
    spared: frozenset[str]
    rng: np.random.Generator
    bearable: int
    planted: Counter[str] = field(default_factory=Counter)
    spoilt: set[tuple[str, int]] = field(default_factory=set)

    def state(self, variable: Variable) -> np.ndarray:
        """Whether each line answers a variable: ANSWERED, NONANSWER or NOT_ASKED."""
        return np.asarray(self.people.given(variable.name).state[self.rows])

    def ticks(self, variable: Variable) -> BoolArray:
        """(lines, options) of a multiple answer."""
        return np.asarray(self.people.answers[variable.name][self.rows][:, :-1] == 1)


SlipPlace = Callable[[Slips, Variable], BoolArray]  # the lines on which a slip can stand
Spoil = Callable[[Slips, Variable, int], list[str] | BoolArray]  # what may stand on a line: texts to try, or ticks


def spared_of(people: Responses, never: frozenset[str]) -> frozenset[str]:
    """Variables whose answers must stay: those of `never`, and those a route depends on."""
    routes = {name for v in form(people.survey) if v.asked_if is not None for name in v.asked_if.variables}
    return never | routes | {v.proved_by_answer_if_blank for v in form(people.survey) if v.proved_by_answer_if_blank}


def plant(slips: Slips) -> None:
    """Plant every kind the layout can hold, at least one each; a line takes one slip at most, so that none hides another."""
    variables = form(slips.people.survey)
    for rule, (rate, place, spoil) in SLIPS.items():
        open_ = [place(slips, variable) & slips.free for variable in variables]
        left = max(round(sum(int(lines.sum()) for lines in open_) * rate / 1000), 1)
        if rule in INADMISSIBLE:
            left = min(left, slips.bearable)
            slips.bearable -= left
        able = [k for k, lines in enumerate(open_) if lines.any()]
        for k in slips.rng.permutation(np.repeat(able, left // max(len(able), 1) + 2)).astype(int):
            lines = np.flatnonzero(open_[k] & slips.free)
            if left and len(lines):
                left -= _one(slips, rule, variables[k], int(slips.rng.choice(lines)), spoil)


def _one(slips: Slips, rule: str, variable: Variable, line: int, spoil: Spoil) -> bool:
    """Plant one, if the file can hold it."""
    made = spoil(slips, variable, line)
    if isinstance(made, list):
        if rule in CHECKED:
            read = [(text, read_as(text, variable, slips.layout)) for text in made]
            made = [text for text, value in read if value is not None and value.rule == rule]
        if not made:
            return False
        slips.columns[column_of(slips.layout, variable)][line] = made[0]
    else:
        for column, texts in ticks_as_text(variable, made[None, :], np.ones(1, dtype=bool), slips.layout).items():
            slips.columns[column][line] = texts[0]
    if rule in (*INADMISSIBLE, UNREADABLE, EXCLUSIVE):
        slips.spoilt.add((variable.name, int(slips.rows[line])))
    slips.free[line] = False
    slips.planted[rule] += 1
    return True


def _answered(kind: str) -> SlipPlace:
    """Answers of a kind that may be lost: none that margins, routes or the register make good."""

    def lines(slips: Slips, variable: Variable) -> BoolArray:
        open_ = variable.kind == kind and variable.name not in slips.spared and variable.complete_from is None
        return (slips.state(variable) == ANSWERED) & open_

    return lines


def _in_register(slips: Slips, variable: Variable) -> BoolArray:
    name = variable.complete_from
    if name is None or name not in slips.people.answers or variable.kind != "number" or variable.asked_if is not None:
        return np.zeros(len(slips.rows), dtype=bool)
    parts = slips.people.variables[name].parts
    same = slips.people.answers[name] * variable.parts // parts == slips.people.answers[variable.name]
    return (slips.state(variable) == ANSWERED) & same[slips.rows]


def _skipped(slips: Slips, variable: Variable) -> BoolArray:
    fixed = variable.proved_by_answer_if_blank is not None or variable.complete_from is not None
    return (slips.state(variable) == NOT_ASKED) & (not fixed)


def _beside(slips: Slips, variable: Variable) -> BoolArray:
    """Only other options are ticked."""
    kept = slips.people.survey.settings.cleaning.exclusive_conflict == "others"  # what is left is what there was
    if not variable.exclusive or (variable.name in slips.spared and not kept):
        return np.zeros(len(slips.rows), dtype=bool)
    ticks, alone = slips.ticks(variable), np.isin([code.code for code in variable.options], variable.exclusive)
    return np.asarray(ticks[:, ~alone].any(axis=1) & ~ticks[:, alone].any(axis=1))


def _double(slips: Slips, variable: Variable, _line: int) -> list[str]:
    first = int(slips.rng.integers(max(len(variable.options) - 1, 1)))
    two = [said(code.code, variable, slips.layout) for code in variable.options[first : first + 2]]
    return [",".join(two)]


def _undeclared(slips: Slips, _variable: Variable, _line: int) -> list[str]:
    return list(UNDECLARED if slips.layout.answers == "codes" else UNDECLARED[::-1])


def _wide(slips: Slips, variable: Variable, line: int) -> list[str]:
    return [str(slips.columns[column_of(slips.layout, variable)][line]).translate(FULL_WIDTH)]


def _beyond(_slips: Slips, variable: Variable, _line: int) -> list[str]:
    return [] if variable.maximum is None else [str(int(variable.maximum) * 10 + 9)]


def _anything(slips: Slips, variable: Variable, _line: int) -> list[str] | BoolArray:
    if variable.kind == "number":
        return [str(variable.minimum or 1)]
    option = int(slips.rng.integers(len(variable.options)))
    if variable.kind == "multiple":
        return np.arange(len(variable.options)) == option
    return [said(variable.options[option].code, variable, slips.layout)]


def _with_exclusive(slips: Slips, variable: Variable, line: int) -> BoolArray:
    return slips.ticks(variable)[line] | np.array([code.code == variable.exclusive[0] for code in variable.options])


# By the rule cleaning will give: slips to a thousand places, the places, what stands there.
SLIPS: dict[str, tuple[float, SlipPlace, Spoil]] = {
    DOUBLE_ANSWER: (0.6, _answered("single"), _double),
    NOT_A_CODE: (0.4, _answered("single"), _undeclared),
    NOTATION: (0.8, _answered("single"), _wide),
    UNREADABLE: (0.3, _answered("single"), lambda slips, *_: list(slips.layout.unreadable)),
    OUT_OF_RANGE: (1.0, _answered("number"), _beyond),
    COMPLETED: (3.0, _in_register, lambda *_: [""]),
    OFF_ROUTE: (4.0, _skipped, _anything),
    EXCLUSIVE: (8.0, _beside, _with_exclusive),
}
CHECKED = (DOUBLE_ANSWER, NOT_A_CODE, NOTATION, UNREADABLE, OUT_OF_RANGE)  # told by the reader of a cell
