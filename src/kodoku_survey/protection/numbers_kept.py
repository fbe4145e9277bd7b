"""Means and medians a release keeps: those that tell, with counts or with each other, what few persons answered.

A mean times its base is the sum of a group. Kept are the figures of a line
 - of which a distribution made of the number (its classes) hides a cell: Σ of the classes' bounds would narrow it;
 - of which all gave the same number, where the folder asks for group disclosure to be hidden;
and, so that no sum of few persons, or of such a line, follows from sums of others, of the smallest line from which it would.
A printed mean is known to half a unit of its last digit, so that sums of many persons tell nothing of few: see SUM_ROOM.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Number
from kodoku_survey.protection.grids import CellGrid
from kodoku_survey.protection.joint_system import NumberLine
from kodoku_survey.protection.release_ledger import LedgerTable
from kodoku_survey.protection.release_system import ReleaseSystem
from kodoku_survey.protection.sets import Members, bits, size, without
from kodoku_survey.tables import Report

SUM_ROOM = 2  # a sum that is known only to this many times the range of one answer tells of no answer


@dataclass(eq=False)
class _Sums:
    """Sums of one number: of each set of persons how closely it is printed (half a width; absent: not), and what adds up."""

    targets: set[Members]
    known: dict[Members, float]
    relations: set[frozenset[Members]] = field(default_factory=set)

    def follows(self, room: float) -> tuple[Members, frozenset[Members]] | None:
        """A target that follows from what is printed, and the relation that tells it; None where none does."""
        known, found = dict(self.known), True
        while found:
            found = False
            for relation in sorted(self.relations, key=sorted):
                left = [one for one in relation if one not in known]
                width = sum(known[one] for one in relation if one in known)
                if len(left) == 1 and width < room:
                    if left[0] in self.targets:
                        return left[0], relation
                    known[left[0]], found = width, True
        return None


def numbers_kept(
    report: Report, release: ReleaseSystem, made: dict[str, frozenset[str]], *, unanimous: bool
) -> frozenset[NumberLine]:
    """The lines whose mean or median is not printed. made : what variables are made of. unanimous : nor of groups all alike."""
    asked = [k for k, table in enumerate(report.tables) if table.statistic != "share"]
    kept: set[NumberLine] = set()
    for question in dict.fromkeys(release.grids[k].question for k in asked):
        own = [k for k in asked if release.grids[k].question == question]
        column = report.sample.column(question)
        if isinstance(column, Number):
            values = column.values
            targets = set(_with_hidden_classes(question, release, made))
            alike = {m for k in own for m in _members(release.grids[k]) if unanimous and _alike(values, m)}
            hidden = _closed(report, release, own, values, targets | alike)
            kept |= {line for k in own for line in _lines(release.tables[k], release.grids[k], hidden)}
    return frozenset(kept)


def _closed(
    report: Report, release: ReleaseSystem, own: Sequence[int], values: FloatArray, targets: set[Members]
) -> set[Members]:
    """The sets whose figures are kept, so that no target follows from the others."""
    finite = values[np.isfinite(values)]
    room = SUM_ROOM * float(finite.max() - finite.min()) if len(finite) else 0.0
    sums = _Sums(set(targets), {})
    for k in own:
        grid, table = release.grids[k], report.tables[k]
        places = {(line.axis, line.keys): line.members for line in grid.lines}
        base_hidden = release.hiding.hidden[release.system.cells[k][:, 0]]
        unknown = {line.members for line, gone in zip(grid.lines, base_hidden, strict=True) if gone}
        for row in table.rows:
            here = places.get((row.axis, row.keys))
            text = row.cells[0].text
            if row.wave is None and here is not None and size(here) and here not in unknown | targets:
                half = 0.5 * 10.0 ** -len(text.partition(".")[2]) if table.statistic == "mean" else np.inf
                sums.known[here] = min(sums.known.get(here, np.inf), half * size(here))
    for whole, parts in _partitions([release.grids[k] for k in own]):
        rest = without(whole, parts)
        if 0 < size(rest) < release.hiding.threshold:
            sums.targets.add(rest)
        sums.relations.add(frozenset([whole, *parts, *([rest] if size(rest) else [])]))
    hidden = set(targets)
    while (found := sums.follows(room)) is not None:
        target, relation = found
        printed = [one for one in relation if one != target and one in sums.known]
        # Where it follows by way of others, what is printed of its relation is gone already.
        smallest = min(printed or sums.known, key=lambda one: (size(one), one))
        del sums.known[smallest]
        hidden.add(smallest)
    return hidden


def _partitions(grids: Sequence[CellGrid]) -> Iterator[tuple[Members, tuple[Members, ...]]]:
    """Each line with the lines of each family that lie within it, and are more than itself."""
    wholes = {line.members for grid in grids for line in grid.lines if size(line.members)}
    families = {tuple(grid.lines[k].members for k in family.lines) for grid in grids for family in grid.families}
    for whole in wholes:
        for family in families:
            parts = tuple(one for one in family if size(one) and not any(without(one, [whole])))
            if parts and whole not in parts:
                yield whole, parts


def _with_hidden_classes(question: str, release: ReleaseSystem, made: dict[str, frozenset[str]]) -> Iterator[Members]:
    """Lines of which a table of classes made of the number, or of what it is made of, hides a cell."""
    system, own = release.system, made.get(question, frozenset([question]))
    gone = release.hiding.hidden & (system.counts > 0)
    for grid, cells in zip(release.grids, system.cells, strict=True):
        if grid.columns and own & made.get(grid.question, frozenset([grid.question])):
            for line, row in zip(grid.lines, cells, strict=True):
                if gone[row[1:]].any():
                    yield line.members


def _members(grid: CellGrid) -> Iterator[Members]:
    return (line.members for line in grid.lines if line.keys)


def _alike(values: FloatArray, members: Members) -> bool:
    """Whether several persons are all of one number."""
    held = values[np.unpackbits(bits(members).view(np.uint8))[: len(values)].astype(bool)]
    return len(held) > 1 and bool((held == held[0]).all())


def _lines(table: LedgerTable, grid: CellGrid, hidden: set[Members]) -> Iterator[NumberLine]:
    return ((table.definition, line.axis, line.keys) for line in grid.lines if line.members in hidden)
