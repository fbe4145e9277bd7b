"""The order of answers is data, crossed codes never collide, and a kind of definition is one registration."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

import numpy as np
import pytest

from kodoku_survey.errors import SurveyError
from kodoku_survey.survey import definitions
from kodoku_survey.survey.codebook import read_codebook
from kodoku_survey.survey.conditions import Given
from kodoku_survey.survey.definitions import Definition, Meaning, measuring
from kodoku_survey.survey.definitions.measuring import read_measures
from kodoku_survey.survey.reading import Place

CROSS = '[[cross]]\nname = "both"\nlabel = "both"\nof = ["a", "b"]\n'


def variable(name: str, codes: tuple[int, ...]) -> str:
    listed = ", ".join(f'{{ code = {code}, label = "{name}{code}" }}' for code in codes)
    return f'[[variable]]\nname = "{name}"\nkind = "single"\nlabel = "{name}"\nnonanswer = 900\ncodes = [{listed}]\n'


def read(measures: str, **codes: tuple[int, ...]):
    place = Place("measures.toml")
    book = read_codebook(tomllib.loads("".join(variable(name, own) for name, own in codes.items())), place)
    made, known = read_measures(tomllib.loads(measures), book, place)
    place.finish()
    return made.definitions, known


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((1, 2), (1, 3), [101, 103, 201, 203]),
        ((1, 2), (1, 101), [1001, 1101, 2001, 2101]),  # in two digits 1×101 and 2×1 are both 201
        ((1, 13101), (0, 99), [100, 199, 1310100, 1310199]),
    ],
)
def test_no_two_crossed_cells_share_a_code(a, b, expected):
    (cross,), known = read(CROSS.replace("of =", "nonanswer = 900\nof ="), a=a, b=b)
    assert [code.code for code in known["both"].options] == expected
    where = [(one, other) for one in a for other in b]
    answers = {name: np.array(column) for name, column in zip("ab", zip(*where, strict=True), strict=True)}
    given = {name: Given(np.zeros(len(where), dtype=np.int8), codes) for name, codes in answers.items()}
    assert cross.meaning(given.__getitem__, known).values.tolist() == expected


@pytest.mark.parametrize(
    ("a", "b", "word"), [((0, 1), (98, 99), "99"), ((1, 2), (-5, 1), "-5"), ((1, 2**30), (1, 2), "2,147")]
)
def test_codes_that_cannot_be_crossed_are_refused_by_name(a, b, word):
    with pytest.raises(SurveyError) as fault:
        read(CROSS, a=a, b=b)
    assert fault.value.exit_code == 4
    assert word in fault.value.text("en")


def test_a_new_kind_of_definition_is_one_class_and_one_registration(monkeypatch):
    @dataclass(frozen=True, kw_only=True)
    class Twice(Definition):
        of: str

        @property
        def needs(self):
            return (self.of,)

        def resolved(self, _known, _place):
            return self.variable("number")

        def translated(self, _into):
            return self

        def meaning(self, given, _known):
            one = given(self.of)
            return Meaning(2 * one.codes, one.state)

    monkeypatch.setattr(measuring, "KINDS", {**definitions.KINDS, "twice": Twice})
    (twice,), known = read('[[twice]]\nname = "t"\nlabel = "t"\nof = "a"\n', a=(1, 2))
    assert known["t"].kind == "number"
    given = Given(np.zeros(2, dtype=np.int8), np.array([1, 2]))
    assert twice.meaning(lambda _: given, known).values.tolist() == [2, 4]
