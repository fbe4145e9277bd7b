"""Who they are: answers and register items that the margins describe, given to everyone in the margins' proportions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.arrays import CodeArray, IndexArray
from kodoku_survey.intake.cells.alike import plain
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.definitions import Band, Classes, Cross
from kodoku_survey.survey.folder import Survey
from kodoku_survey.synthetic.answer_shares import allotted

LEAST = 4  # persons of a category that the margins know, while there are enough
OPEN = 15  # width of a class without an end


@dataclass(frozen=True)
class MarginPart:
    """One variable of a margin as it can be given: a variable of the codebook and, of a number, the bands of its classes."""

    variable: Variable
    bands: tuple[Band, ...] = ()


GivenCodes = dict[str, CodeArray]  # by variable, (n,) codes or numbers


def linked(survey: Survey) -> dict[str, str]:
    """Which form variable says what the register says too: completed from it, or single with the same labels."""
    frame = [variable for variable in survey.codebook if variable.source == "selection"]
    found: dict[str, str] = {}
    for variable in survey.codebook:
        if variable.source != "form":
            continue
        if variable.complete_from is not None:
            found[variable.name] = variable.complete_from
            continue
        for other in frame if variable.kind == "single" else ():
            own = {plain(code.label) for code in variable.options}
            if other.kind == "single" and {plain(code.label) for code in other.options} <= own:
                found[variable.name] = other.name
    return found


def copied(variable: Variable, other: Variable, values: CodeArray) -> CodeArray:
    """What the register says as an answer of the form: numbers within its range, codes by their labels."""
    if variable.kind == "number":
        low, high = limits(variable, int(values.max()))
        return np.clip(values, int(values.min()) if variable.minimum is None else low, high)
    codes = {plain(code.label): code.code for code in variable.options}
    meant = {code.code: codes.get(plain(code.label), variable.options[0].code) for code in other.options}
    return np.array([meant.get(int(value), variable.options[0].code) for value in values], dtype=np.int64)


def described(survey: Survey) -> set[str]:
    """Every variable of the codebook that a margin is about: its answers are those of the margin, never blank."""
    parts = [part for names in dict.fromkeys(survey.margins["variable"]) for part in _parts(survey, names) or ()]
    return {part.variable.name for part in parts}


def compose(survey: Survey, given: GivenCodes, count: int, rng: np.random.Generator) -> None:
    """Give everyone (`count` persons) what the margins describe and is not given yet, in place.

    A margin over a variable that is made otherwise (a rule, a score) is left to chance.
    """
    for names, margin in survey.margins.groupby("variable", sort=False):
        parts = _parts(survey, str(names))
        if parts is None or all(part.variable.name in given for part in parts):
            continue
        cells = [_cell(survey, str(names), str(code)) for code in margin["code"]]
        held = [part.variable.name in given for part in parts]
        known = [_classes(part, given[part.variable.name]) for part, h in zip(parts, held, strict=True) if h]
        fixed = pd.MultiIndex.from_arrays(known) if known else None
        values = [float(value) for value in margin["value"]]
        for rows, where in _groups(fixed, count):
            fitting = [
                i for i, cell in enumerate(cells) if tuple(k for k, h in zip(cell, held, strict=True) if h) == where
            ]
            shares = [values[i] for i in fitting] if fitting else values
            numbers = allotted(shares, len(rows), least=LEAST)
            chosen = rng.permutation(np.repeat(fitting or np.arange(len(cells)), numbers))
            for position, part in enumerate(parts):
                if not held[position]:
                    codes = np.array([cells[i][position] for i in chosen], dtype=np.int64)
                    place = given.setdefault(part.variable.name, np.full(count, -1, dtype=np.int64))
                    place[rows] = _within(part, codes, rng)


def cells_of(survey: Survey, given: GivenCodes, count: int) -> list[CodeArray]:
    """Of each margin whose variables are given: which of its cells each person is in, (n,), −1 for none."""
    found = []
    for names, margin in survey.margins.groupby("variable", sort=False):
        parts = _parts(survey, str(names))
        if parts is None or not all(part.variable.name in given for part in parts):
            continue
        cells = {_cell(survey, str(names), str(code)): i for i, code in enumerate(margin["code"])}
        own = np.stack([_classes(part, given[part.variable.name]) for part in parts], axis=1)
        found.append(np.array([cells.get(tuple(int(k) for k in row), -1) for row in own], dtype=np.int64))
    return [cells for cells in found if len(cells) == count]


def _groups(fixed: pd.MultiIndex | None, count: int) -> list[tuple[IndexArray, tuple[int, ...]]]:
    if fixed is None:
        return [(np.arange(count), ())]
    numbers, kinds = pd.factorize(fixed)
    return [(np.flatnonzero(numbers == k), tuple(int(v) for v in kind)) for k, kind in enumerate(kinds)]


def _parts(survey: Survey, names: str) -> list[MarginPart] | None:
    """The parts of a margin, or None where one of them cannot be given."""
    found: list[MarginPart] = []
    definitions = {definition.name: definition for definition in survey.measures.definitions}
    for name in names.split(":"):
        definition = definitions.get(name)
        if name in survey.codebook and survey.codebook[name].kind == "single":
            found.append(MarginPart(survey.codebook[name]))
        elif isinstance(definition, Classes) and definition.of in survey.codebook and not definition.upper:
            found.append(MarginPart(survey.codebook[definition.of], definition.bands))
        elif isinstance(definition, Cross):
            inner = _parts(survey, ":".join(definition.of))
            if inner is None:
                return None
            found += inner
        else:
            return None
    return found


def _cell(survey: Survey, names: str, codes: str) -> tuple[int, ...]:
    """The codes of a margin's cell, one a part; a crossing's code is taken apart."""
    found: list[int] = []
    crossed = {
        definition.name: definition for definition in survey.measures.definitions if isinstance(definition, Cross)
    }
    for name, code in zip(names.split(":"), codes.split(":"), strict=False):
        if name not in crossed:
            found.append(int(code) if code.lstrip("-").isdigit() else -1)
            continue
        cells = crossed[name].cells(survey.variables)
        found += next(([c.code for c in cell] for cell, made in cells if str(made.code) == code), [-1])
    return tuple(found)


def _classes(part: MarginPart, values: CodeArray) -> CodeArray:
    if not part.bands:
        return values
    codes = np.full(len(values), -1, dtype=np.int64)
    for band in reversed(part.bands):
        low, high = _ends(part.variable, band)
        codes[(values >= low) & (values <= (high if band.maximum is not None else np.inf))] = band.code
    return codes


def _ends(variable: Variable, band: Band) -> tuple[int, int]:
    scale = 10**variable.places
    least, greatest = limits(variable, 0)
    low = least if band.minimum is None else max(round(band.minimum * scale), least)
    high = low + OPEN * scale if band.maximum is None else round(band.maximum * scale)
    return low, max(low, high if variable.maximum is None else min(high, greatest))


def limits(variable: Variable, otherwise: int) -> tuple[int, int]:
    """The least and greatest number in the units it is kept in (tenths, where it has one decimal); 0 and `otherwise` if open."""
    scale = 10**variable.places
    low = 0 if variable.minimum is None else math.ceil(variable.minimum * scale)
    return low, otherwise if variable.maximum is None else math.floor(variable.maximum * scale)


def _within(part: MarginPart, codes: CodeArray, rng: np.random.Generator) -> CodeArray:
    """Codes as they are, or a number somewhere in the band of each."""
    if not part.bands:
        return codes
    ends = {band.code: _ends(part.variable, band) for band in part.bands}
    low = np.array([ends.get(int(code), (0, 0))[0] for code in codes], dtype=np.int64)
    high = np.array([ends.get(int(code), (0, 0))[1] for code in codes], dtype=np.int64)
    return low + np.floor(rng.random(len(codes)) * (high - low + 1)).astype(np.int64)


def within_bands(variable: Variable, bands: tuple[Band, ...], codes: CodeArray, rng: np.random.Generator) -> CodeArray:
    """A number of each class, (n,)."""
    return _within(MarginPart(variable, bands), codes, rng)
