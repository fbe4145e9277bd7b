"""Stages: one question (or a few together) given to persons already made, so that all its figures hold exactly.

Persons alike in everything the figures of a stage distinguish form a group; an integer program decides how many of each
group give each answer (`integer_tables`), and affinities decide who.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, IntArray
from reproduce.affinity import Affinity
from reproduce.integer_tables import integer_table
from reproduce.published import Bound, Where
from reproduce.respondents import Category, Respondents, Target, groups_of, kinds_of, rows_of, targets_of


@dataclass(frozen=True)
class Rule:
    """Combinations of answers that are rarer than figures alone make them: weight 0 never happens."""

    where: Where
    weight: float


@dataclass(frozen=True)
class Missed:
    """A figure a stage could not meet, and by how many persons."""

    stage: str
    figure: str
    persons: int


def give(
    people: Respondents,
    variables: tuple[str, ...],
    categories: tuple[Category, ...],
    asked: BoolArray,
    bounds: tuple[Bound, ...],
    rules: Sequence[Rule],
    affinity: Affinity,
    rng: np.random.Generator,
    *,
    prior: FloatArray | None = None,
    impossible: Sequence[tuple[BoolArray, BoolArray]] = (),
) -> list[Missed]:
    """Give everyone asked one category (codes of `variables`); everyone else gets −1. Returns what could not be met.

    prior : (k,) weights of the categories for everybody, instead of the affinities. impossible : persons (n,) and the
    categories (k,) they cannot have.
    """
    targets = targets_of(people, bounds, variables, categories)
    weighing = [
        (people.holds(earlier), kinds_of(rule.where, variables, categories), rule.weight)
        for rule in rules
        for earlier in [frozenset(atom for atom in rule.where if atom[0] not in variables)]
        if len(earlier) < len(rule.where) and people.knows(earlier)
    ]
    weighing += [(mask, kinds, 0.0) for mask, kinds in impossible]
    keys = [target.mask for target in targets] + [mask for mask, _, _ in weighing]
    member, groups = groups_of([key[asked] for key in keys], int(asked.sum()))
    inside = [Target(t.mask[asked], t.kinds, t.low, t.high, t.name) for t in targets]
    sizes = np.bincount(member, minlength=groups).astype(np.int64)
    if prior is None:
        chances = _chances(affinity, variables, categories, asked)
        mean = np.zeros((groups, len(categories)))
        np.add.at(mean, member, chances)
        mean /= sizes[:, None]
    else:
        chances = np.broadcast_to(prior, (len(member), len(categories)))
        mean = np.broadcast_to(prior, (groups, len(categories))).copy()
    first = np.zeros(groups, dtype=np.intp)
    first[member[::-1]] = np.arange(len(member))[::-1]
    for mask, kinds, weight in weighing:
        mean[np.ix_(mask[asked][first], kinds)] *= weight
    solved = integer_table(mean, sizes, rows_of(inside, member, groups, len(categories)))
    chosen = _assign(solved.table, member, chances, rng)
    for position, name in enumerate(variables):
        codes = np.full(people.count, -1, dtype=np.int16)
        codes[asked] = np.array([category[position] for category in categories], dtype=np.int16)[chosen]
        people.codes[name] = codes
    return [Missed("+".join(variables), name, amount) for name, amount in solved.missed]


def _chances(
    affinity: Affinity, variables: tuple[str, ...], categories: tuple[Category, ...], asked: BoolArray
) -> FloatArray:
    """Chances (n asked, k) of joint categories: the product over the variables."""
    chances = np.ones((int(asked.sum()), len(categories)))
    for position, name in enumerate(variables):
        codes = tuple(dict.fromkeys(category[position] for category in categories))
        own = affinity.single(name, codes)[asked]
        chances *= own[:, [codes.index(category[position]) for category in categories]]
    return chances


def _assign(table: IntArray, member: IndexArray, chances: FloatArray, rng: np.random.Generator) -> IndexArray:
    """Hand the categories of each group out to its persons: the rarest first, to whom they suit best, with chance."""
    chosen = np.full(len(member), -1, dtype=np.intp)
    order = np.argsort(member, kind="stable")
    ends = np.cumsum(np.bincount(member, minlength=len(table)))
    noise = rng.gumbel(size=(len(member),))
    for group, end in enumerate(ends):
        persons = order[end - table[group].sum() : end]
        kinds = np.flatnonzero(table[group])
        kinds = kinds[np.argsort(table[group, kinds], kind="stable")]
        for place, kind in enumerate(kinds[:-1]):
            others = chances[np.ix_(persons, kinds[place + 1 :])].sum(axis=1)
            suits = np.log(chances[persons, kind] + 1e-300) - np.log(others + 1e-300) + noise[persons]
            taken = np.argpartition(-suits, table[group, kind] - 1)[: table[group, kind]]
            chosen[persons[taken]] = kind
            persons = np.delete(persons, taken)
            noise[persons] = rng.gumbel(size=len(persons))
        chosen[persons] = kinds[-1] if len(kinds) else 0
    return chosen
