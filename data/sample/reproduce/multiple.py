"""Multiple answers: how each was answered first (ticked, an exclusive option, 無回答), then how many tick each option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kodoku_survey.arrays import BoolArray, ByteArray, CodeArray, FloatArray, IndexArray, IntArray
from reproduce.affinity import Affinity
from reproduce.integer_tables import Row, integer_table
from reproduce.published import TICKED, Bound, option, status
from reproduce.respondents import Respondents, Target, groups_of, targets_of
from reproduce.stages import Missed, Rule


def tick(
    people: Respondents,
    variable: str,
    codes: tuple[int, ...],
    bounds: tuple[Bound, ...],
    rules: Sequence[Rule],
    affinity: Affinity,
    rng: np.random.Generator,
    *,
    within: str = "",
    contains: str = "",
    earlier: tuple[int, ...] = (),
    coverage: bool = True,
) -> list[Missed]:
    """Give the options `codes` to everyone whose status says something was ticked; each ticks at least one.

    within : a multiple answer whose unticked options cannot be ticked here. contains : one whose ticks are ticked here too.
    earlier : options given before, which count as something ticked. coverage : false where further options follow.
    """
    ticked = people.codes[status(variable)] == TICKED
    persons = np.flatnonzero(ticked)
    names = [option(variable, code) for code in codes]
    must = _other(people, contains, codes, persons, 0)
    may = _other(people, within, codes, persons, 1)
    covered = np.full(len(persons), not coverage)
    for code in earlier:
        covered |= people.codes[option(variable, code)][persons] == 1
    found = [_of_option(people, bounds, name) for name in names]
    weights = np.ones((len(persons), len(codes)))
    keys: list[CodeArray | BoolArray] = [covered]
    for position, name in enumerate(names):
        keys += [target.mask[persons] for target in found[position]]
        for rule in rules:
            rest = frozenset(atom for atom in rule.where if atom[0] != name)
            if len(rest) < len(rule.where) and people.knows(rest):
                mask = people.holds(rest)[persons]
                weights[mask, position] *= rule.weight
                keys.append(mask)
    # Ticks that must be there are a least number of their group; ticks that cannot be there distinguish groups.
    keys += [may[:, k] for k in range(len(codes)) if within]
    member, groups = groups_of(keys, len(persons))
    sizes = np.bincount(member, minlength=groups).astype(np.int64)
    chances = np.column_stack([affinity.option(name, variable, len(persons))[persons] for name in names]) * weights
    chances = np.where(must, 1.0, np.where(may, np.minimum(chances, 0.999), 0.0))
    mean = np.zeros((groups, len(codes)))
    np.add.at(mean, member, chances)
    mean /= sizes[:, None]
    rows = _rows(found, persons, member, groups, sizes, covered, must)
    solved = integer_table(mean, sizes, rows, open_sums=True)
    block = _spread(solved.table, member, chances, covered, rng)
    for position, name in enumerate(names):
        values = np.where(people.codes[status(variable)] == -1, -1, 0).astype(np.int16)
        values[persons] = block[:, position]
        people.codes[name] = values
    return [Missed(variable, name, amount) for name, amount in solved.missed]


def _of_option(people: Respondents, bounds: tuple[Bound, ...], name: str) -> list[Target]:
    """Figures of one option; one about those who did not tick it bounds those who did."""
    found = []
    for target in targets_of(people, bounds, (name,), ((0,), (1,))):
        size = int(target.mask.sum())
        ticked = bool(target.kinds[1])
        low, high = (target.low, target.high) if ticked else (size - target.high, size - target.low)
        found.append(replace(target, low=low, high=high))
    return found


def _other(people: Respondents, variable: str, codes: tuple[int, ...], persons: IndexArray, none: int) -> BoolArray:
    """The same options of another question, (persons, codes)."""
    if not variable:
        return np.full((len(persons), len(codes)), bool(none))
    return np.column_stack([people.codes[option(variable, code)][persons] == 1 for code in codes])


def _rows(
    found: list[list[Target]],
    persons: IndexArray,
    member: IndexArray,
    groups: int,
    sizes: IntArray,
    covered: BoolArray,
    must: BoolArray,
) -> list[Row]:
    """Published figures of each option, and a row a group: whoever ticked something ticked at least one."""
    kinds = len(found)
    rows = []
    for position, targets in enumerate(found):
        for target in targets:
            held = np.zeros(groups, dtype=bool)
            held[member[target.mask[persons]]] = True
            rows.append(Row(np.flatnonzero(held) * kinds + position, target.low, target.high, target.name))
    needy = np.zeros(groups, dtype=bool)
    needy[member[~covered]] = True
    for group in np.flatnonzero(needy):
        cells = group * kinds + np.arange(kinds)
        rows.append(Row(cells, int(sizes[group]), int(sizes[group]) * kinds, "coverage"))
    for position in range(kinds):
        needed = np.bincount(member[must[:, position]], minlength=groups)
        rows += [
            Row(np.array([group * kinds + position]), int(needed[group]), int(sizes[group]), "contained")
            for group in np.flatnonzero(needed)
        ]
    return rows


def _spread(
    table: IntArray,
    member: IndexArray,
    chances: FloatArray,
    covered: BoolArray,
    rng: np.random.Generator,
) -> ByteArray:
    """Hand the ticks of each group out: to whom they suit best, with chance; then from who has two to who has none."""
    block = np.zeros((len(member), table.shape[1]), dtype=np.int8)
    suits = np.log(np.maximum(chances, 1e-12)) - np.log1p(-np.minimum(chances, 1 - 1e-12))
    suits = np.where(chances >= 1, 1e6, np.where(chances <= 0, -1e6, suits + 1.2 * rng.logistic(size=chances.shape)))
    order = np.argsort(member, kind="stable")
    ends = np.cumsum(np.bincount(member, minlength=len(table)))
    for group, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        persons = order[start:end]
        for kind in np.flatnonzero(table[group]):
            best = np.argsort(-suits[persons, kind], kind="stable")[: table[group, kind]]
            block[persons[best], kind] = 1
        bare = [p for p in persons if not covered[p] and not block[p].any()]
        for person in bare:
            _take_one(block, suits, persons, person)
    return block


def _take_one(block: ByteArray, suits: FloatArray, persons: IndexArray, person: np.intp) -> None:
    """One tick moves to a person with none from whoever minds least among those with several."""
    several = persons[block[persons].sum(axis=1) >= 2]
    gain = np.where((block[several] == 1) & (suits[several] < 1e6), suits[person][None, :] - suits[several], -np.inf)
    giver, kind = np.unravel_index(int(np.argmax(gain)), gain.shape)
    block[several[giver], kind] = 0
    block[person, kind] = 1
