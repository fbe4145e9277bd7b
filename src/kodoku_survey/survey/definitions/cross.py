"""[[cross]]: one variable from two or more.

    [[cross]]
    name = "sex_age"
    of = ["sex", "age_class"]
    keep = { sex = [1, 2] }                          # codes kept; others and 無回答 become 非該当

A cell's code is that of its parts in two digits each (男性 2 × 20～29歳 3 → 203), in more where a part has a longer code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Annotated

import numpy as np

from kodoku_survey.survey.codebook import NOT_ASKED, Code, Variable, check_codes
from kodoku_survey.survey.definitions.described import Definition, GivenOf, Known, Meaning, Translation
from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, LARGEST

Combination = tuple[Code, ...]


@dataclass(frozen=True, kw_only=True)
class Cross(Definition):
    """The cells of several variables."""

    of: Annotated[tuple[str, ...], DISTINCT]
    keep: Mapping[str, Annotated[tuple[int, ...], FILLED, DISTINCT]] = field(default_factory=dict)

    def check(self, place: Place) -> None:
        """Two variables or more are crossed."""
        if len(self.of) < 2:
            place.at("of").fault("too_few", wanted=2)

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.of))

    def resolved(self, known: Known, place: Place) -> Variable:
        if any(name not in known for name in self.of):
            return self.variable("single")
        for name in self.of:
            if known[name].kind != "single":
                place.at("of").fault("not_single", value=name)
        for name, codes in self.keep.items():
            if name not in self.of:
                place.at("keep").unknown("unknown_variable", name, self.of)
                continue
            for code in codes:
                if code not in known[name].keys:
                    place.at("keep").unknown("unknown_code", code, known[name].keys, variable=name)
        cells = self.cells(known)
        parts = {(name, code.code) for cell, _ in cells for name, code in zip(self.of, cell, strict=True)}
        for name, number in sorted(parts):
            if number < 0:
                place.at("of").fault("negative_code", value=number, variable=name)
        made = self.variable("single", (code for _, code in cells))
        if any(code.code > LARGEST for code in made.codes):
            place.at("of").fault("too_many_cells", most=LARGEST)
        check_codes(made.codes, place.at("of"))
        return made

    def cells(self, known: Known) -> list[tuple[Combination, Code]]:
        """The crossed cells that are kept, in order, each with the code it is given."""
        parts = [
            tuple(code for code in known[name].options if code.code in self.keep.get(name, known[name].keys))
            for name in self.of
        ]
        digits = [max(2, *(len(str(code.code)) for code in part)) if part else 2 for part in parts]
        return [(cell, _crossed(cell, digits)) for cell in product(*parts)]

    def translated(self, into: Translation) -> Cross:
        kept = {}
        for name, codes in self.keep.items():
            there = into.codes(name)
            kept[into.name(name)] = tuple(there.get(code, code) for code in codes)
        return replace(self, of=tuple(map(into.name, self.of)), keep=kept)

    def meaning(self, given: GivenOf, known: Known) -> Meaning:
        """The cell of each respondent; a code not kept, 無回答 or 非該当 in any of them is 非該当."""
        answers = [given(name).codes for name in self.of]
        assert answers[0] is not None
        codes = np.full(len(answers[0]), NOT_ASKED, dtype=np.int32)
        for cell, made in self.cells(known):
            held = np.logical_and.reduce([values == code.code for values, code in zip(answers, cell, strict=True)])
            codes[held] = made.code
        return Meaning(codes)


def _crossed(cell: Combination, digits: list[int]) -> Code:
    number = 0
    for code, width in zip(cell, digits, strict=True):
        number = number * 10**width + code.code
    return Code(number, "　".join(code.label for code in cell), " ".join(code.text for code in cell))
