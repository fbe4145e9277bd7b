"""Means and medians a release keeps: those that tell, with counts or with each other, what few persons answered.

A mean times its base is the sum of a group, and sums add up as counts do: groups and the rest to everybody. Of every number
the sums are one linear system; what a reader knows of each is what is printed, to half a unit of its last digit, and that
nobody answered less than the least or more than the most. Kept are the figures of a line
 - of which a distribution made of the number (its classes), printed either way round, hides a cell;
 - of which all gave the same number, where the folder asks for group disclosure to be hidden;
 - so near the least (or the most) a person may answer that few can have answered otherwise;
and of the smallest lines without which the sum of few persons, or of such a line, has no narrow interval: two linear programs
a sum, over all that is printed together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.design import Number
from kodoku_survey.protection.grids import CellGrid, Line
from kodoku_survey.protection.joint_system import NumberLine
from kodoku_survey.protection.release_ledger import LedgerTable
from kodoku_survey.protection.release_system import ReleaseSystem
from kodoku_survey.protection.sets import Members, bits, both, members, size, union, without
from kodoku_survey.tables import Report

SUM_ROOM = 2  # a sum that is known only to this many times the range of one answer tells of no answer
OF_FEW = 0.5  # nor does the sum of a few that is known only to this part of all it may be
AS_PRINTED = 1e-9  # what reckoning may lose, as a part of a sum


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums of one number over m sets of persons, a person of usual weight counting 1.

    held : (m, 2) persons who answered more than the least, and less than the most. mass : (m,) weights. bounds : (m, 2) what
        a sum may be whatever is printed; told : (m, 2) where it is printed. relations : (r, m) whose product with the sums is
        0. span : from the least answer to the most; step : between two.
    """

    sets: tuple[Members, ...]
    held: FloatArray
    mass: FloatArray
    bounds: FloatArray
    told: FloatArray
    relations: sparse.csr_array
    span: float
    step: float

    def interval(self, place: int, printed: BoolArray) -> tuple[float, float, BoolArray]:
        """The least and the most a sum may be, and which printed ones say so."""
        known = np.where(printed[:, None], self.told, self.bounds)
        ends, used = [], np.zeros(len(self.sets), dtype=bool)
        for way in (1.0, -1.0):
            goal = np.zeros(len(self.sets))
            goal[place] = way
            right = np.zeros(self.relations.shape[0])
            found = linprog(goal, A_eq=self.relations, b_eq=right, bounds=known, method="highs")
            if found.status != 0:  # too close to tell: as if it were known
                return 0.0, 0.0, printed
            ends.append(way * found.fun)
            used |= np.abs(found.lower.marginals) + np.abs(found.upper.marginals) > AS_PRINTED
        return ends[0], ends[1], used & printed

    def narrow(self, place: int, low: float, high: float) -> bool:
        """Whether an interval tells of an answer what it should not."""
        return high - low < min(SUM_ROOM * self.span, OF_FEW * self.mass[place] * self.span) - AS_PRINTED

    def near(self, place: int, low: float, high: float, threshold: int) -> bool:
        """Whether an interval tells that fewer than the threshold answered more than the least, or less than the most."""
        reach = (high - self.bounds[place, 0], self.bounds[place, 1] - low)
        return any(
            0 < n < threshold and far < threshold * self.step for n, far in zip(self.held[place], reach, strict=True)
        )


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
    finite, threshold = members(np.isfinite(values)), release.hiding.threshold
    targets = {both(one, finite) for one in targets}
    hidden = set(targets)
    printed_here, few, relations = _told(report, release, own, targets, finite)
    sums = _sums_of(report, own, values, printed_here, relations)
    place = {one: k for k, one in enumerate(sums.sets)}
    printed: BoolArray = np.asarray(np.isfinite(sums.told[:, 0]))
    aims = [place[one] for one in sorted(targets | few) if one in place]
    close = [k for k in range(len(place)) if ((sums.held[k] > 0) & (sums.held[k] < threshold)).any()]
    for aim in dict.fromkeys([*aims, *close]):
        while printed.any():
            low, high, used = sums.interval(aim, printed)
            if not ((aim in aims and sums.narrow(aim, low, high)) or sums.near(aim, low, high, threshold)):
                break
            able = [aim] if printed[aim] else [int(k) for k in np.flatnonzero(used if used.any() else printed)]
            smallest = min(able, key=lambda k: (size(sums.sets[k]), sums.sets[k]))
            printed[smallest] = False
            hidden.add(sums.sets[smallest])
    return hidden


def _told(
    report: Report, release: ReleaseSystem, own: Sequence[int], targets: set[Members], finite: Members
) -> tuple[dict[Members, tuple[float, float]], set[Members], set[tuple[Members, ...]]]:
    """Means as printed, with half of what they are printed to; sets of few; what adds up: a whole and its parts."""
    means: dict[Members, tuple[float, float]] = {}
    few: set[Members] = set()
    for k in own:
        grid, table = release.grids[k], report.tables[k]
        places = {(line.axis, line.keys): line.members for line in grid.lines}
        base_hidden = release.hiding.hidden[release.system.cells[k][:, 0]]
        unknown = {line.members for line, gone in zip(grid.lines, base_hidden, strict=True) if gone}
        few |= {one for one in unknown if 0 < size(one) < release.hiding.threshold}
        for row in table.rows:
            here, cell = places.get((row.axis, row.keys)), row.cells[0]
            if row.wave is None and table.statistic == "mean" and here and size(here) and here not in unknown | targets:
                half = 0.5 * 10.0 ** -len(cell.text.partition(".")[2])
                means[here] = min(means.get(here, (0.0, np.inf)), (float(cell.text), half), key=lambda told: told[1])
    relations: set[tuple[Members, ...]] = set()
    wholes = {line.members for k in own for line in release.grids[k].lines} | targets
    for whole, parts in _partitions(wholes, release.grids, finite):
        rest = without(whole, parts)
        few |= {rest} if 0 < size(rest) < release.hiding.threshold else set()
        relations.add((whole, *sorted(parts), *([rest] if size(rest) else [])))
    return means, few, relations


def _sums_of(
    report: Report, own: Sequence[int], values: FloatArray, means: dict[Members, tuple[float, float]],
    relations: set[tuple[Members, ...]],
) -> _Sums:  # fmt: skip
    weight = report.sample.weight if report.tables[own[0]].basis == "design" else np.ones(len(values))
    finite = np.isfinite(values)
    answers = np.unique(values[finite])
    usual = float(weight[finite].mean()) if finite.any() else 1.0
    sets = tuple(sorted({*means, *(one for relation in relations for one in relation)}))
    who = [_mask(one, len(values)) & finite for one in sets]
    mass = np.array([weight[here].sum() / usual for here in who])
    held = np.array([[(values[w] > answers[0]).sum(), (values[w] < answers[-1]).sum()] for w in who]).reshape(-1, 2)
    exact = np.array([(weight[w] * values[w]).sum() / usual for w in who])
    told = np.full((len(sets), 2), np.nan)
    for k, one in enumerate(sets):
        if one in means:
            mean, half = means[one]
            # Its interval is printed beside it, in the same digits: together they tell it about twice as closely.
            ends = [max(mean - half, exact[k] / mass[k] - half / 2), min(mean + half, exact[k] / mass[k] + half / 2)]
            told[k] = mass[k] * np.array(ends)
    bounds = mass[:, None] * answers[[0, -1]]
    slack = AS_PRINTED * (1 + np.abs(bounds).max(axis=1, initial=0.0))[:, None] * [-1, 1]
    places = {one: k for k, one in enumerate(sets)}
    terms = [(r, places[one], 1.0 if at == 0 else -1.0)
             for r, relation in enumerate(sorted(relations)) for at, one in enumerate(relation)]  # fmt: skip
    rows, columns, signs = zip(*terms, strict=True) if terms else ((), (), ())
    matrix = sparse.csr_array((signs, (rows, columns)), shape=(len(relations), len(sets)))
    step = float(np.diff(answers).min()) if len(answers) > 1 else 1.0
    span = float(answers[-1] - answers[0])
    return _Sums(sets, held, mass, bounds + slack, told + slack, matrix, span, step)


def _partitions(
    wholes: set[Members], grids: Sequence[CellGrid], finite: Members
) -> Iterator[tuple[Members, tuple[Members, ...]]]:
    """Each set with the lines of each family of whatever table that lie within it and are more than itself: who has a number."""
    families = {
        tuple(sorted({both(grid.lines[k].members, finite) for k in family.lines}))
        for grid in grids
        for family in grid.families
    }
    for whole in wholes:
        for family in families:
            parts = tuple(one for one in family if size(one) and not any(without(one, [whole])))
            if parts and whole not in parts:
                yield whole, parts


def _with_hidden_classes(question: str, release: ReleaseSystem, made: dict[str, frozenset[str]]) -> Iterator[Members]:
    """Lines of which a table of classes made of the number, or of what it is made of, hides a cell; across or down."""
    system, own = release.system, made.get(question, frozenset([question]))
    gone = release.hiding.hidden & (system.counts > 0)
    for grid, cells in zip(release.grids, system.cells, strict=True):
        if grid.columns and own & made.get(grid.question, frozenset([grid.question])):
            for line, row in zip(grid.lines, cells, strict=True):
                if gone[row[1:]].any():
                    yield line.members
        printed = [column for column in grid.columns if column.printed]
        for line, row in zip(grid.lines, cells, strict=True):
            if gone[row].any() and any(own & made.get(name, frozenset([name])) for name, _ in line.conditions):
                whole = _across(grid, line, own, made)
                yield from [whole] if gone[row[0]] else []
                yield from (both(whole, column.members) for column, k in zip(printed, row[1:], strict=True) if gone[k])


def _across(grid: CellGrid, line: Line, own: frozenset[str], made: dict[str, frozenset[str]]) -> Members:
    """Everybody in the lines beside one that differ from it in the classes of a number alone."""
    others = {(name, key) for name, key in line.conditions if not own & made.get(name, frozenset([name]))}
    beside = [one.members for one in grid.lines if one.axis == line.axis and others <= one.conditions]
    return union(beside, len(grid.base))


def _members(grid: CellGrid) -> Iterator[Members]:
    return (line.members for line in grid.lines if line.keys)


def _mask(group: Members, length: int) -> BoolArray:
    return np.unpackbits(bits(group).view(np.uint8))[:length].astype(bool)


def _alike(values: FloatArray, group: Members) -> bool:
    """Whether several persons are all of one number."""
    held = values[_mask(group, len(values))]
    return len(held) > 1 and bool((held == held[0]).all())


def _lines(table: LedgerTable, grid: CellGrid, hidden: set[Members]) -> Iterator[NumberLine]:
    return ((table.definition, line.axis, line.keys) for line in grid.lines if line.members in hidden)
