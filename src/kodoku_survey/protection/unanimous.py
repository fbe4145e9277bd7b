"""Groups of which all gave one answer, as counts of a release's system that must not be known to be nought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from kodoku_survey.protection.joint_system import Joined
from kodoku_survey.protection.system import System
from kodoku_survey.protection.veiled import FoundGroup, WholeGroup
from kodoku_survey.survey.folder import Survey


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
