"""The audit's intervals are the exact ones, told by few programs: beside a program a count and end on the whole system."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from kodoku_survey.protection import audit
from kodoku_survey.protection.audit import intervals
from kodoku_survey.protection.hiding import freedom
from kodoku_survey.protection.system import System


def system_with(counts: list[int], sums: list[dict[int, int]], printed: np.ndarray, noughts: np.ndarray) -> System:
    """A system of counts, and of sums that are nought: the count and how often it is taken."""
    table = np.zeros((len(sums), len(counts)), dtype=np.int64)
    for row, terms in enumerate(sums):
        for place, times in terms.items():
            table[row, place] += times
    held, no = np.array(counts), np.zeros(len(counts), dtype=bool)
    return System(held, printed, ~no, no, held, sparse.csr_array(table), (), noughts, no)


def random_system(seed: int) -> tuple[System, np.ndarray]:
    """Sums of sums, now and then a difference, one count twice, or a relation said twice; and what is hidden."""
    rng = np.random.default_rng(seed)
    counts, sums = [int(one) for one in rng.integers(0, 7, int(rng.integers(3, 20)))], list[dict[int, int]]()
    for _ in range(int(rng.integers(1, 16))):
        parts = rng.choice(len(counts), int(rng.integers(1, 5)), replace=True).tolist()
        signs = rng.choice([1, -1], len(parts), p=[0.9, 0.1]).tolist()
        whole = sum(sign * counts[part] for part, sign in zip(parts, signs, strict=True))
        if whole >= 0:
            terms = {len(counts): 1}
            for part, sign in zip(parts, signs, strict=True):
                terms[part] = terms.get(part, 0) - sign
            sums.append(terms)
            counts.append(whole)
    sums += [{place: 2 * times for place, times in one.items()} for one in sums[: seed % 2]]
    printed = rng.random(len(counts)) < 0.8
    hidden = printed & (rng.random(len(counts)) < rng.choice([0.3, 0.6, 0.9]))
    return system_with(counts, sums, printed, (np.array(counts) == 0) & (rng.random(len(counts)) < 0.3)), hidden


def interval(system: System, hidden: np.ndarray, place: int) -> tuple[float, float]:
    """One integer program an end, on every count and relation."""
    bound, ends = freedom(system, hidden), []
    for way in (1, -1):
        goal = np.zeros(len(system))
        goal[place] = way
        solved = milp(
            goal,
            integrality=np.ones(len(goal)),
            bounds=Bounds(bound.low, bound.high),
            constraints=LinearConstraint(system.relations, 0, 0),
        )
        # That nothing changes is always possible, so that "unbounded or infeasible" is unbounded.
        ends.append(
            -way * np.inf if solved.status in (3, 4) else float(system.counts[place] + np.rint(solved.x[place]))
        )
    return ends[0], ends[1]


@pytest.mark.parametrize("first", range(0, 80, 10))
def test_intervals_are_those_of_a_program_for_every_end(first: int) -> None:
    wide = 0
    for seed in range(first, first + 10):
        system, hidden = random_system(seed)
        found = intervals(system, hidden, range(len(system)))
        assert found == {place: interval(system, hidden, place) for place in range(len(system))}
        wide += sum(high > low for low, high in found.values())
    assert wide > 20


def test_a_count_that_nothing_bounds_has_no_upper_end() -> None:
    """A hidden line whose n is hidden: any number may stand there."""
    no = np.zeros(3, dtype=bool)
    system = system_with([7, 3, 4], [{0: 1, 1: -1, 2: -1}], ~no, no)
    assert intervals(system, ~no, [0, 1, 2]) == {0: (2, np.inf), 1: (1, np.inf), 2: (1, np.inf)}


def square(size: int) -> System:
    """A table of 4s with its margins, n and all cells printed."""
    cells = np.arange(size * size).reshape(size, size)
    sums, counts = list[dict[int, int]](), [4] * size**2
    for line in (*cells, *cells.T):
        sums.append({int(place): -1 for place in line} | {len(counts): 1})
        counts.append(4 * size)
    no = np.zeros(len(counts), dtype=bool)
    return system_with(counts, sums, ~no, no)


def test_few_programs_tell_the_intervals_of_many_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change found for one count tells of all it moves; what single lines bound needs no program."""
    system, solved, real = square(8), list[bool](), audit.optimum
    hidden = np.arange(len(system)) < 64

    def counted(*given: Any, **more: Any) -> Any:
        solved.append(True)
        return real(*given, **more)

    monkeypatch.setattr(audit, "optimum", counted)
    found = intervals(system, hidden, range(64))
    assert set(found.values()) == {(1, 25)}
    assert len(solved) < 100, "128 ends"
