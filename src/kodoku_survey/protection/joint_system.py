"""The system of several releases: a figure printed before is known as it was; what it has changed by is a count of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import sparse

from kodoku_survey.arrays import BoolArray
from kodoku_survey.protection.system import System

NamedCell = tuple[str, str, str]  # table, group, answer, for a refusal and for the checker
NumberLine = tuple[Any, str, tuple[Any, ...]]  # definition of a table, axis, keys


@dataclass(frozen=True, eq=False)
class Joined:
    """The system of a release and of those before it. stay : (m,) printed there and still true; first : kept there;
    held : kept there and not to be printed now. names : of counts that no table of today prints.

    numbers : (definition of the table, axis, keys) of lines whose sum of a number has changed by few persons.
    """

    system: System
    stay: BoolArray
    first: BoolArray
    held: BoolArray
    names: dict[int, NamedCell]
    numbers: frozenset[NumberLine] = frozenset()


@dataclass(eq=False)
class ToldBefore:
    """What is gathered cell by cell: of each unknown its old count, where it is told; changed ones; those kept."""

    old: dict[int, int] = field(default_factory=dict)
    stays: set[int] = field(default_factory=set)
    changed: dict[tuple[int, int], NamedCell] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    kept_otherwise: set[int] = field(default_factory=set)
    names: dict[int, NamedCell] = field(default_factory=dict)


def alone(system: System) -> Joined:
    """A first release."""
    none = np.zeros(len(system), dtype=bool)
    return Joined(system, none, none, none, {})


def with_differences(system: System, printed: BoolArray, told: ToldBefore, numbers: frozenset[NumberLine]) -> Joined:
    """The system with a known old count and an unknown difference beside every count that has changed."""
    m = len(system)
    stay, kept, otherwise = (np.zeros(m, dtype=bool) for _ in range(3))
    stay[sorted(told.stays)] = True
    kept[sorted(told.kept)] = True
    otherwise[sorted(told.kept_otherwise)] = True
    kept &= ~stay & (system.counts > 0)
    held = kept & (~printed | otherwise)
    answers = system.answers & ~stay  # what is known is not to be hidden any more
    if told.changed:
        _imply(system, told)
    changed = sorted(told.changed)
    counts, rows, told_of = list[int](), [], list[bool]()
    for k, (unknown, was) in enumerate(changed):
        more = int(system.counts[unknown]) - was
        counts += [was, abs(more)]
        told_of += [False, bool(system.answers[unknown])]
        rows.append((unknown, m + 2 * k, m + 2 * k + 1, more > 0))
    extra = 2 * len(changed)
    differs = np.arange(extra) % 2 == 1
    own = sparse.lil_array((len(rows), m + extra), dtype=system.relations.dtype)
    for row, (unknown, before, change, more) in enumerate(rows):
        own[row, unknown], own[row, before], own[row, change] = 1, -1, -1 if more else 1
    wide = sparse.hstack([system.relations, sparse.csr_array((system.relations.shape[0], extra), dtype=own.dtype)])
    joint = replace(
        system,
        counts=np.concatenate([system.counts, np.array(counts, dtype=system.counts.dtype)]),
        printed=np.concatenate([printed | stay | kept, ~differs]),
        answers=np.concatenate([answers, np.array(told_of, dtype=bool)]),
        totals=np.concatenate([system.totals, np.zeros(extra, dtype=bool)]),
        within=np.concatenate([system.within, np.array(counts, dtype=system.within.dtype)]),
        relations=sparse.csr_array(sparse.vstack([wide, own])),
    )
    names = {k: name for k, name in told.names.items() if not printed[k]}
    for k, key in enumerate(changed):
        table, group, answer = told.changed[key]
        names[m + 2 * k + 1] = (table, group, f"{answer} ±")
    blank = np.zeros(extra, dtype=bool)
    return Joined(
        joint,
        np.concatenate([stay, ~differs]),
        np.concatenate([kept, blank]),
        np.concatenate([held, blank]),
        names,
        numbers,
    )


def _imply(system: System, told: ToldBefore) -> None:
    """Old counts that nobody printed and that follow from those printed, one after another."""
    relations = system.relations
    spans = list(zip(relations.indptr[:-1], relations.indptr[1:], strict=True))
    found = True
    while found:
        found, left = False, []
        for first, end in spans:
            terms = relations.indices[first:end]
            unknown = [k for k, term in enumerate(terms) if int(term) not in told.old]
            if len(unknown) > 1:
                left.append((first, end))
            elif unknown:
                signs, place = relations.data[first:end], unknown[0]
                rest = sum(
                    int(s) * told.old[int(t)] for j, (s, t) in enumerate(zip(signs, terms, strict=True)) if j != place
                )
                was, one = -int(signs[place]) * rest, int(terms[place])
                if was >= 0:
                    told.old[one], found = was, True
                    if was != system.counts[one]:
                        told.changed[one, was] = told.names.get(one, ("", "", "rest"))
        spans = left
