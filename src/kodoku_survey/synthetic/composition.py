"""Who they are: answers and register items that the margins describe, given to everyone in the margins' proportions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import CodeArray, FloatArray
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.intake.responses import ANSWERED
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.conditions import Given
from kodoku_survey.survey.definitions import Classes, Cross
from kodoku_survey.survey.folder import Survey
from kodoku_survey.synthetic.answer_shares import Shares, allotted

LEAST = 4  # persons of a category that the margins know, while there are enough
OPEN = 15  # width of a class without an end
WIDEST = 60  # a number without classes keeps within so much of its minimum

GivenCodes = dict[str, CodeArray]  # by variable, (n,) codes or numbers
MarginPart = tuple[Variable, Classes | None]  # a variable of the codebook and, of a number, its classes


@dataclass(frozen=True, eq=False)
class DescribedCells:
    """A margin over variables of the codebook: codes (cells, parts) and values (cells,)."""

    parts: tuple[MarginPart, ...]
    codes: CodeArray
    values: FloatArray

    def classed(self, given: GivenCodes) -> CodeArray:
        """(n, parts given) code or class of each person."""
        found = [_classed(part, given[part[0].name]) for part in self.parts if part[0].name in given]
        return np.stack(found, axis=1) if found else np.zeros((0, 0), dtype=np.int64)


def margins_of(survey: Survey) -> list[DescribedCells]:
    """The margins that can be given; one over what is made otherwise (a rule, a score) is left to chance."""
    found = []
    for names, margin in survey.margins.groupby("variable", sort=False):
        told = [_part(survey, name) for name in str(names).split(":")]
        if not all(parts for parts, _ in told):
            continue
        cells = [
            [code for (_, known), key in zip(told, str(keys).split(":"), strict=True) for code in known[key]]
            for keys in margin["code"]
        ]
        parts = tuple(part for own, _ in told for part in own)
        found.append(DescribedCells(parts, np.array(cells, dtype=np.int64), margin["value"].to_numpy(float)))
    return found


def _part(survey: Survey, name: str) -> tuple[list[MarginPart], dict[str, tuple[int, ...]]]:
    """What a name in margins.csv stands for, and each of its codes taken apart; nothing where it cannot be given."""
    definition = next((one for one in survey.measures.definitions if one.name == name), None)
    keys: dict[str, tuple[int, ...]] = {str(key): (key,) for key in survey.variables[name].keys}
    if name in survey.codebook:
        return ([(survey.codebook[name], None)], keys) if survey.codebook[name].kind == "single" else ([], {})
    if isinstance(definition, Classes) and definition.of in survey.codebook and not definition.upper:
        return [(survey.codebook[definition.of], definition)], keys
    if isinstance(definition, Cross):
        told = [_part(survey, inner) for inner in definition.of]
        if all(parts for parts, _ in told):
            cells = {
                str(made.code): tuple(k for (_, known), c in zip(told, cell, strict=True) for k in known[str(c.code)])
                for cell, made in definition.cells(survey.variables)
            }
            return [part for own, _ in told for part in own], cells
    return [], {}


def _classed(part: MarginPart, values: CodeArray) -> CodeArray:
    variable, classes = part
    if classes is None:
        return values
    given = Given(np.full(len(values), ANSWERED, dtype=np.int8), codes=values, parts=variable.parts)
    return classes.meaning(lambda _: given, {}).values


def compose(survey: Survey, shares: Shares, given: GivenCodes, count: int, rng: np.random.Generator) -> None:
    """What margins and register say of everyone (`count` persons), the same thing in both, into `given`.

    Register items that no margin describes have their shares.
    """
    _told_twice(survey, given)
    for margin in margins_of(survey):
        held = np.array([variable.name in given for variable, _ in margin.parts])
        if held.all():
            continue
        known = margin.classed(given) if held.any() else np.zeros((count, 0), dtype=np.int64)
        kinds, kind_of = np.unique(known, axis=0, return_inverse=True)
        cell = np.empty(count, dtype=np.int64)
        for number, kind in enumerate(kinds):
            rows = np.flatnonzero(kind_of.reshape(-1) == number)
            fitting = margin.values * (margin.codes[:, held] == kind).all(axis=1)
            numbers = allotted(fitting if fitting.any() else margin.values, len(rows), least=LEAST)
            cell[rows] = rng.permutation(np.repeat(np.arange(len(numbers)), numbers))
        for place in np.flatnonzero(~held):
            variable, classes = margin.parts[place]
            codes = margin.codes[cell, place]
            given[variable.name] = codes if classes is None else within_classes(variable, classes, codes, rng)
    _told_twice(survey, given)
    for variable in survey.codebook:
        if variable.source != "selection" or variable.name in given:
            continue
        if variable.kind == "number":
            low, high = limits(variable)
            given[variable.name] = rng.integers(low, min(high, low + WIDEST * variable.parts) + 1, count)
        else:
            told, _ = shares.of(variable)
            given[variable.name] = rng.choice(list(told), count, p=list(told.values()))
    _told_twice(survey, given)


def linked(survey: Survey) -> dict[str, str]:
    """Which form variable says what the register says too: completed from it, or single with the same labels."""
    frame = [variable for variable in survey.codebook if variable.source == "selection"]
    found: dict[str, str] = {}
    for variable in survey.codebook:
        if variable.source == "form" and variable.complete_from is not None:
            found[variable.name] = variable.complete_from
        elif variable.source == "form" and variable.kind == "single":
            own = {plain(code.label) for code in variable.options}
            for other in frame:
                if other.kind == "single" and {plain(code.label) for code in other.options} <= own:
                    found[variable.name] = other.name
    return found


def _told_twice(survey: Survey, given: GivenCodes) -> None:
    """What is known of one of two linked variables is known of the other."""
    for pair in linked(survey).items():
        for name, other in (pair, pair[::-1]):
            if name not in given and other in given:
                given[name] = _copied(survey.codebook[name], survey.codebook[other], given[other])


def _copied(variable: Variable, other: Variable, values: CodeArray) -> CodeArray:
    """Numbers within the range of the copy, codes by their labels."""
    if variable.kind == "number":
        low, high = limits(variable)
        same = values * variable.parts // other.parts
        return np.clip(same, same.min() if variable.minimum is None else low, high)
    codes = {plain(code.label): code.code for code in variable.options}
    meant = {code.code: codes.get(plain(code.label), variable.options[0].code) for code in other.options}
    return np.array([meant.get(int(value), variable.options[0].code) for value in values], dtype=np.int64)


def limits(variable: Variable) -> tuple[int, int]:
    """The least and greatest number in the units it is kept in; 0 and what 32 bits hold where it is open."""
    low = 0 if variable.minimum is None else math.ceil(variable.minimum * variable.parts)
    high = np.iinfo(np.int32).max if variable.maximum is None else math.floor(variable.maximum * variable.parts)
    return low, high


def within_classes(variable: Variable, classes: Classes, codes: CodeArray, rng: np.random.Generator) -> CodeArray:
    """A number of each class, (n,), anywhere in it."""
    found = np.zeros(len(codes), dtype=np.int64)
    least, greatest = limits(variable)
    for band in classes.bands:
        low = least if band.minimum is None else max(round(band.minimum * variable.parts), least)
        high = low + OPEN * variable.parts if band.maximum is None else round(band.maximum * variable.parts)
        held = codes == band.code
        found[held] = rng.integers(low, max(low, min(high, greatest)) + 1, int(held.sum()))
    return found
