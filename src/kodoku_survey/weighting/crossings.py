"""Variables of categories crossed once, however many margins speak of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, CodeArray, FloatArray, IndexArray
from kodoku_survey.design.auxiliary import counted_crossing, every_crossing

CodesOf = Callable[[str], AnyArray]
PERSONS_A_COMBINATION = 50  # where there are more, all combinations cost less than telling which occur


class Crossing(NamedTuple):
    """Variables of categories, the combinations (m, v) people have, or could have, of them, and whose (n,) each person's is.

    persons : (m,) how many have it, where they have been counted.
    """

    held: dict[str, Held]
    people: IndexArray
    place: IndexArray
    persons: IndexArray | None


class Remembered:
    """Codes by name whose crossing is made once, though margins are checked before they are met."""

    def __init__(self, codes_of: CodesOf) -> None:
        self.codes_of = codes_of
        self.crossings: dict[tuple[str, ...], Crossing] = {}

    def __call__(self, name: str) -> Any:
        return self.codes_of(name)


def crossing_of(codes_of: CodesOf, names: tuple[str, ...]) -> Crossing:
    """The crossing of variables; that of `Remembered` codes is made once."""
    if isinstance(codes_of, Remembered) and names in codes_of.crossings:
        return codes_of.crossings[names]
    held = {name: as_codes(codes_of(name)) for name in names}
    codes, sizes = [held[name].codes for name in names], [len(held[name].keys) for name in names]
    few = prod(sizes) <= len(codes[0]) // PERSONS_A_COMBINATION
    made = (
        Crossing(held, *every_crossing(codes, sizes), None) if few else Crossing(held, *counted_crossing(codes, sizes))
    )
    if isinstance(codes_of, Remembered):
        codes_of.crossings[names] = made
    return made


class Held(NamedTuple):
    """A variable: the place (n,) of each respondent's value among the keys."""

    codes: CodeArray
    keys: Sequence[Any] | FloatArray


def as_codes(values: Any) -> Held:
    """A variable of categories by its distinct codes; None stands for a missing one."""
    if isinstance(values, pd.Categorical):
        codes, keys = values.codes, list(values.categories)
    else:
        codes, found = pd.factorize(values)
        keys = list(found)
    if codes.min(initial=0) < 0:  # a value that is missing is a value without a margin
        return Held(np.where(codes < 0, len(keys), codes), [*keys, None])
    return Held(codes, keys)
