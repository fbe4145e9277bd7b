"""Contact items rearranged until the classes of their sum are the published ones.

Each item is given already, with its figures by sex × age, direct question and score. Exchanging one item between two persons
alike in all of these moves none of its figures, but moves the sums that both persons' items make. Annealing exchanges items
until nearly every figure about the sums holds (the classes with and without cohabitants, isolation by attribute); a program
over many possible exchanges chooses the last ones.

Source: Kirkpatrick, Gelatt & Vecchi (1983), Science 220.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from kodoku_survey.arrays import CodeArray, FloatArray, IndexArray
from reproduce.contact_state import ContactState, Pool, Sums, pools_of
from reproduce.published import Bound
from reproduce.respondents import Respondents, groups_of
from reproduce.stages import Missed

COLD = 0.15  # heat at the end: a figure gets worse by one person once in 800 tries
OFFERS = 4500  # exchanges among which the program chooses
ROUNDS = 80


def rearrange(
    people: Respondents,
    items: tuple[str, ...],
    sums: tuple[Sums, ...],
    bounds: Sequence[Bound],
    fine: list[CodeArray],
    coarse: list[CodeArray],
    seed: int,
    *,
    steps: int = 250_000,
) -> list[Missed]:
    """Exchange items until the figures about `sums` hold; gives people the sums. Returns what is missed.

    fine : cells within which an exchange moves none of the items' own figures. coarse : cells beyond which none may go;
    exchanges between fine cells of one coarse cell keep the items' figures because these are kept count of.
    """
    state = ContactState(people, items, sums, bounds, groups_of(fine, people.count)[0])
    chance = random.Random(seed)
    near, far = pools_of(people, items, fine), pools_of(people, items, coarse)
    _anneal(state, near, len(items), steps, chance)
    for _ in range(ROUNDS):
        if not state.wrong:
            break
        _choose(state, near, far, chance)
    codes = np.array(state.codes, dtype=np.int16)
    for position, name in enumerate(items):
        people.codes[name] = codes[:, position]
    for position, made in enumerate(sums):
        people.codes[made.name] = np.array([classes[position] for classes in state.classes], dtype=np.int16)
    return state.missed()


def _anneal(state: ContactState, pools: list[Pool], items: int, steps: int, chance: random.Random) -> None:
    """Random exchanges, every second one of a person whom a figure that is off is about."""
    weights = np.cumsum([len(persons) for _, persons in pools]).tolist()
    of_person: list[dict[int, list[int]]] = [{} for _ in range(items)]
    for item, persons in pools:
        of_person[item].update(dict.fromkeys(persons, persons))
    for step in range(steps):
        if not state.wrong:
            break
        item, persons = chance.choices(pools, cum_weights=weights)[0]
        a = persons[int(chance.random() * len(persons))]
        if step % 2:
            about = state.about[list(state.wrong)[int(chance.random() * len(state.wrong))]]
            aimed, other = about[int(chance.random() * len(about))], int(chance.random() * items)
            if aimed in of_person[other]:
                item, a, persons = other, aimed, of_person[other][aimed]
        b = persons[int(chance.random() * len(persons))]
        if state.codes[a][item] == state.codes[b][item]:
            continue
        moved = state.moved(item, a, b)
        if not moved:
            # Exchanges that no figure asks for would only wear the association between items away.
            state.undo(item, a, b)
            continue
        change = sum(
            state.off(number, state.count[number] + by) - state.off(number, state.count[number])
            for number, by in moved.items()
        )
        heat = max(COLD, 0.5 - step / steps)
        if change > 0 and chance.random() >= math.exp(-change / heat):
            state.undo(item, a, b)
        else:
            state.settle(a, b, moved)


def _choose(state: ContactState, near: list[Pool], far: list[Pool], chance: random.Random) -> None:
    """Of many exchanges between disjoint pairs, the fewest that together bring every figure within its bounds."""
    offers = _offers(state, near, far, chance)
    count, rows = len(offers), len(state.count)
    entries = [(number, column, by) for column, (_, _, _, moved) in enumerate(offers) for number, by in moved.items()]
    row, column, by = (np.array(part) for part in zip(*entries, strict=True))
    matrix = csr_array((by.astype(float), (row, column)), shape=(rows, count))
    slack = csr_array((np.ones(rows), (np.arange(rows), np.arange(rows))), shape=(rows, rows))
    held = np.array(state.count, dtype=float)
    solved = milp(
        np.concatenate([np.ones(count), np.full(2 * rows, 200.0)]),
        constraints=LinearConstraint(
            hstack([matrix, slack, -slack]).tocsr(), np.array(state.low) - held, np.array(state.high) - held
        ),
        bounds=Bounds(0, np.concatenate([np.ones(count), np.full(2 * rows, np.inf)])),
        integrality=np.concatenate([np.ones(count), np.zeros(2 * rows)]),
        options={"mip_rel_gap": 0.4, "node_limit": 500},
    )
    if solved.x is None:
        return
    for taken, (item, a, b, _) in zip(solved.x[:count] > 0.5, offers, strict=True):
        if taken:
            state.settle(a, b, state.moved(item, a, b))


def _offers(
    state: ContactState, near: list[Pool], far: list[Pool], chance: random.Random
) -> list[tuple[int, int, int, dict[int, int]]]:
    """Exchanges that move some figure, of persons none of whom takes part in two; those of a figure that is off first."""
    weights = [np.cumsum([len(persons) for _, persons in kind]).tolist() for kind in (near, far)]
    used: set[int] = set()
    offers = []
    for trial in range(12 * OFFERS):
        kind = int(trial % 4 == 0)
        item, persons = chance.choices((near, far)[kind], cum_weights=weights[kind])[0]
        a, b = persons[int(chance.random() * len(persons))], persons[int(chance.random() * len(persons))]
        if a in used or b in used or state.codes[a][item] == state.codes[b][item]:
            continue
        moved = state.moved(item, a, b)
        state.undo(item, a, b)
        if moved and (trial > 8 * OFFERS or any(number in state.wrong for number in moved)):
            used |= {a, b}
            offers.append((item, a, b, moved))
            if len(offers) == OFFERS:
                break
    return offers


def line_up(
    people: Respondents,
    items: tuple[str, ...],
    cells: list[CodeArray],
    inclination: FloatArray,
    careless: FloatArray,
    strength: Sequence[float],
    rng: np.random.Generator,
) -> None:
    """Begin plausibly: within each cell the careless leave blanks, and the inclined have the more frequent contacts.

    strength : correlation of each item with the inclination.
    """
    for name, rho in zip(items, strength, strict=True):
        codes = people.codes[name].copy()
        asked = codes >= 0
        member, _ = groups_of([*cells, asked], people.count)
        rest = math.sqrt(1 - rho**2) * rng.standard_normal(people.count)
        score = rho * inclination + rest
        blank = 0.95 * careless + 0.3 * rng.standard_normal(people.count)
        silent = _handed_out(np.where(codes == 99, 0, 1), member, blank) == 0
        people.codes[name] = _handed_out(codes, member, np.where(silent, -np.inf, score)).astype(np.int16)


def _handed_out(codes: CodeArray, member: IndexArray, score: FloatArray) -> CodeArray:
    """Codes of each group handed out in the order of the scores: the lowest code to the highest score."""
    found = codes.copy()
    found[np.lexsort((-score, member))] = codes[np.lexsort((codes, member))]
    return found
