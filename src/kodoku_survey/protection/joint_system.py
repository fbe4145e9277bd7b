"""A release's system with counts no table has: what figures have changed by since an earlier release, and those in a group who
gave another answer than all gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import sparse

from kodoku_survey.arrays import BoolArray
from kodoku_survey.protection.system import System
from kodoku_survey.protection.veiled import FoundGroup, WholeGroup
from kodoku_survey.survey.folder import Survey

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
    joint = _widened(replace(system, printed=printed | stay | kept, answers=answers), changed, system.answers)
    names = {k: name for k, name in told.names.items() if not printed[k]}
    for k, key in enumerate(changed):
        table, group, answer = told.changed[key]
        names[m + 2 * k + 1] = (table, group, f"{answer} ±")
    known, blank = np.arange(2 * len(changed)) % 2 == 0, np.zeros(2 * len(changed), dtype=bool)
    return Joined(
        joint,
        np.concatenate([stay, known]),
        np.concatenate([kept, blank]),
        np.concatenate([held, blank]),
        names,
        numbers,
    )


def _widened(system: System, changed: Sequence[tuple[int, int]], of_answers: BoolArray) -> System:
    """Two counts more for each (unknown, old count): the old one, known, and the difference, which nobody prints."""
    m, extra = len(system), 2 * len(changed)
    counts, told = np.zeros(extra, dtype=np.intp), np.zeros(extra, dtype=bool)
    own = sparse.lil_array((len(changed), m + extra), dtype=np.int64)
    for row, (unknown, was) in enumerate(changed):
        more, place = int(system.counts[unknown]) - was, m + 2 * row
        counts[2 * row : 2 * row + 2] = was, abs(more)
        told[2 * row + 1] = of_answers[unknown]
        own[row, unknown], own[row, place], own[row, place + 1] = 1, -1, -1 if more > 0 else 1
    wide = sparse.hstack([system.relations, sparse.csr_array((system.relations.shape[0], extra), dtype=np.int64)])
    return replace(
        system,
        counts=np.concatenate([system.counts, counts]),
        printed=np.concatenate([system.printed, np.arange(extra) % 2 == 0]),
        answers=np.concatenate([system.answers, told]),
        totals=np.concatenate([system.totals, np.zeros(extra, dtype=bool)]),
        within=np.concatenate([system.within, counts]),
        noughts=np.concatenate([system.noughts, np.zeros(extra, dtype=bool)]),
        unanimous=np.concatenate([system.unanimous, np.zeros(extra, dtype=bool)]),
        relations=sparse.csr_array(sparse.vstack([wide, own])),
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


def made_of(survey: Survey) -> dict[str, frozenset[str]]:
    """Of each derived variable everything it is made of, itself included."""
    needs = {one.name: tuple(one.needs) for one in survey.measures.definitions}

    def closure(name: str, seen: frozenset[str]) -> frozenset[str]:
        further = (closure(need, seen | {name}) for need in needs.get(name, ()) if need not in seen)
        return frozenset([name]).union(*further)

    return {name: closure(name, frozenset()) for name in needs}


def with_groups(joint: Joined, groups: Sequence[FoundGroup]) -> Joined:
    """The system of a release with those groups of which no earlier release has told already."""
    cells, m = joint.system.cells, len(joint.system)
    left = [found for found in groups if not joint.stay[cells[found[0].table][found[0].line, 1 + found[0].column]]]
    if not left:
        return joint
    names = {
        m + k: (grid.table, ":".join(map(str, line.keys)), str(column.code))
        for k, (_, grid, line, column) in enumerate(left)
    }
    none = np.zeros(len(left), dtype=bool)
    stay, first, held = (np.concatenate([one, none]) for one in (joint.stay, joint.first, joint.held))
    system = _unanimous(joint.system, [one for one, *_ in left])
    return Joined(system, stay, first, held, {**joint.names, **names}, joint.numbers)


def _unanimous(system: System, groups: Sequence[WholeGroup]) -> System:
    """The system with a count more for each group: those in it who gave another answer, of whom there are none.

    Nobody prints it. That it is nought is what group disclosure tells.
    """
    m, extra = len(system), len(groups)
    own = sparse.lil_array((extra, m + extra), dtype=np.int64)
    for row, group in enumerate(groups):
        base, *cells = system.cells[group.table][group.line]
        own[row, base], own[row, cells[group.column]], own[row, m + row] = 1, -1, -1
    wide = sparse.hstack([system.relations, sparse.csr_array((system.relations.shape[0], extra), dtype=np.int64)])
    none, more = np.zeros(extra, dtype=bool), np.ones(extra, dtype=bool)
    return replace(
        system,
        counts=np.concatenate([system.counts, np.zeros(extra, dtype=system.counts.dtype)]),
        printed=np.concatenate([system.printed, none]),
        answers=np.concatenate([system.answers, none]),
        totals=np.concatenate([system.totals, none]),
        within=np.concatenate([system.within, np.zeros(extra, dtype=system.within.dtype)]),
        noughts=np.concatenate([system.noughts, none]),
        unanimous=np.concatenate([system.unanimous, more]),
        relations=sparse.csr_array(sparse.vstack([wide, own])),
    )
