"""Respondents in the making: variables given one stage after another, and the figures each stage must meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt

from kodoku_survey.arrays import BoolArray, CodeArray, IndexArray
from reproduce.integer_tables import Row
from reproduce.published import Bound, Where

Category = tuple[int, ...]


@dataclass(eq=False)
class Respondents:
    """n persons; `codes` by internal variable (an option of a multiple answer is 0/1; −1 = 非該当)."""

    count: int
    codes: dict[str, npt.NDArray[np.int16]] = field(default_factory=dict)

    def holds(self, where: Where) -> BoolArray:
        """Whom a condition on given variables applies to, (n,)."""
        held = np.ones(self.count, dtype=bool)
        for name, codes in where:
            held &= np.isin(self.codes[name], list(codes))
        return held

    def knows(self, where: Where) -> bool:
        return all(name in self.codes for name, _ in where)


@dataclass(frozen=True, eq=False)
class Target:
    """One figure of a stage: persons of `mask` in one of the `kinds` (k,) between low and high."""

    mask: BoolArray
    kinds: BoolArray
    low: int
    high: int
    name: str


def targets_of(
    people: Respondents, bounds: tuple[Bound, ...], variables: tuple[str, ...], categories: tuple[Category, ...]
) -> list[Target]:
    """The bounds that become decidable when `variables` are given, with the categories that count in each."""
    found = []
    for bound in bounds:
        earlier = frozenset(atom for atom in bound.where if atom[0] not in variables)
        if len(earlier) == len(bound.where) or not people.knows(earlier):
            continue
        kinds = kinds_of(bound.where, variables, categories)
        found.append(Target(people.holds(earlier), kinds, bound.low, bound.high, bound.cells[0] if bound.cells else ""))
    return found


def kinds_of(where: Where, variables: tuple[str, ...], categories: tuple[Category, ...]) -> BoolArray:
    """Which categories (tuples of codes of `variables`) meet the condition's own part, (k,)."""
    own = [(variables.index(name), codes) for name, codes in where if name in variables]
    return np.array([all(category[i] in codes for i, codes in own) for category in categories], dtype=bool)


def groups_of(keys: Sequence[CodeArray | BoolArray], count: int) -> tuple[IndexArray, int]:
    """Persons alike in every key: the group of each (n,), and how many groups there are."""
    member = np.zeros(count, dtype=np.int64)
    for key in keys:
        _, own = np.unique(key, return_inverse=True)
        _, member = np.unique(member * (int(own.max(initial=0)) + 1) + own, return_inverse=True)
    return member.astype(np.intp), int(member.max(initial=0)) + 1


def rows_of(targets: list[Target], member: IndexArray, groups: int, kinds: int) -> list[Row]:
    """Targets as sums of cells of the group × category table."""
    rows = []
    for target in targets:
        held = np.zeros(groups, dtype=bool)
        held[member[target.mask]] = True
        cells = (np.flatnonzero(held)[:, None] * kinds + np.flatnonzero(target.kinds)).ravel()
        rows.append(Row(cells, target.low, target.high, target.name))
    return rows


def all_categories(codes: Mapping[str, tuple[int, ...]]) -> tuple[Category, ...]:
    """Every combination of the codes of several variables."""
    return tuple(product(*codes.values()))
