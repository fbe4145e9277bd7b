"""The release as one linear system: an unknown a set of respondents, a relation wherever sets add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.protection.building import Building, same_lines
from kodoku_survey.protection.grids import CellGrid, GridFamily, Line, LineColumn
from kodoku_survey.protection.kinship import kinship_of, parts_within
from kodoku_survey.protection.sets import Members, size, without
from kodoku_survey.protection.turned import turned
from kodoku_survey.protection.veiled import veil_of


@dataclass(frozen=True, eq=False)
class System:
    """m unknown counts and r relations among them.

    counts : (m,) the true counts. printed : (m,) somewhere in the release. answers : (m,) of somebody's answer, not of 無回答
        alone. relations : (r, m) whose product with the counts is 0. cells : of each table (lines, 1 + printed columns) its
        unknowns, the base first. totals : (m,) in a line of everybody. within : (m,) the smallest
        base of a line each stands in. noughts : (m,) counts of nobody that may be hidden and are unknown then.
    unanimous : (m,) those of a group who gave another answer than all gave: that there are none must not be known.
    """

    counts: IndexArray
    printed: BoolArray
    answers: BoolArray
    totals: BoolArray
    within: IndexArray
    relations: sparse.csr_array
    cells: tuple[IndexArray, ...]
    noughts: BoolArray
    unanimous: BoolArray

    def __len__(self) -> int:
        return len(self.counts)

    @cached_property
    def told_as(self) -> dict[int, tuple[str, str, str]]:
        """What an unprinted count is called: the rest of a line or of a column."""
        return defaultdict(lambda: ("", "", "rest"))

    @cached_property
    def turned(self) -> sparse.csr_array:
        """Relations (m, r) by unknown."""
        return self.relations.T.tocsr()

    @cached_property
    def rows(self) -> dict[int, list[IndexArray]]:
        """The cells of every line a base stands before, in all tables."""
        found: dict[int, list[IndexArray]] = defaultdict(list)
        for table in self.cells:
            for row in table:
                found[int(row[0])].append(row)
        return dict(found)

    @cached_property
    def bases(self) -> BoolArray:
        """(m,) printed as the base of a line."""
        found = np.zeros(len(self), dtype=bool)
        found[list(self.rows)] = True
        return found

    @cached_property
    def lines_of(self) -> list[set[int]]:
        """The bases of the lines each unknown is printed in as a cell."""
        found: list[set[int]] = [set() for _ in range(len(self))]
        for base, rows in self.rows.items():
            for row in rows:
                for place in row[1:]:
                    found[int(place)].add(base)
        return found


def system_of(grids: Sequence[CellGrid], *, whole: Sequence[tuple[CellGrid, Line, LineColumn]] = ()) -> System:
    """Every unknown and every relation of a release's tables.

    whole : lines of which all gave one answer, which is to be hidden, so that noughts may be hidden as well.
    """
    every = [*grids, *(other for grid in grids for other in turned(grid))]
    made = Building(kinship_of(every), veil_of(every, whole) if whole else None)
    cells = [_own_relations(made, grid) for grid in grids]
    for grid in every[len(grids) :]:
        _own_relations(made, grid)
    same_lines(made, grids)
    _bases(made, every)
    by_question: dict[str, list[CellGrid]] = defaultdict(list)
    for grid in every:
        by_question[grid.question].append(grid)
    for own in by_question.values():
        _within_question(made, own)
    _between_questions(made, every)
    return _finished(made, cells, grids)


def _own_relations(made: Building, grid: CellGrid) -> IndexArray:
    """Columns add up to the base, line by line. The unknowns printed: (lines, 1 + columns)."""
    printed = [k for k, column in enumerate(grid.columns) if column.printed]
    table = np.zeros((len(grid.lines), 1 + len(printed)), dtype=np.intp)
    for place, line in enumerate(grid.lines):
        base = made.base(line)
        own = [made.cell(line, column, grid.question) for column in grid.columns]
        for first, *parts in grid.sums:
            made.relate(base if first < 0 else own[first], [own[part] for part in parts])
        table[place] = [base, *(own[k] for k in printed)]
    return table


def _families(grids: Sequence[CellGrid]) -> Iterator[tuple[CellGrid, GridFamily, list[Line]]]:
    """Families of lines, the same one once."""
    seen = set()
    for grid in grids:
        for family in grid.families:
            lines = [grid.lines[place] for place in family.lines]
            told = (frozenset(line.members for line in lines), tuple(c.code for c in grid.columns))
            if told not in seen:
                seen.add(told)
                yield grid, family, lines


def _bases(made: Building, grids: Sequence[CellGrid]) -> None:
    """Bases of lines of whatever table: the parts of a line and the rest of it."""
    whole = {line.members: line for grid in grids for line in grid.lines}
    families = list(_families(grids))
    seen: set[tuple[Members, frozenset[Members]]] = set()
    for line, number, parts in parts_within(list(whole.values()), [lines for *_, lines in families]):
        grid, family, _ = families[number]
        told = (line.members, frozenset(part.members for part in parts))
        if told in seen:
            continue
        seen.add(told)
        rest = without(line.members, [part.members for part in parts])
        own = [made.base(part) for part in parts]
        if any(rest):
            # Whom a filter left out gave another answer; how many belong to no group shown is no answer.
            left_out = not grid.turned and any(without(rest, [grid.base, grid.silent, family.silent]))
            silent = line.silent or not left_out
            own.append(made.base(_beside(line, parts, rest, silent=silent)))
        made.relate(made.base(line), own)


def _within_question(made: Building, grids: Sequence[CellGrid]) -> None:
    """In every column of a question: the cells of the parts of a line, and of the rest, add up to the line's."""
    where: dict[tuple[Members, tuple[object, ...]], tuple[CellGrid, Line]] = {}
    for grid in grids:
        for line in grid.lines:
            where.setdefault((line.members, tuple(c.code for c in grid.columns)), (grid, line))
    families = list(_families(grids))
    wholes = list(where.values())
    seen = set()
    for place, number, parts in parts_within(
        [line for _, line in wholes], [lines for *_, lines in families], by_place=True
    ):
        grid, line = wholes[place]
        other, family, _ = families[number]
        rest = without(line.members, [part.members for part in parts])
        # Who did not say how old they are may have said how lonely: their answers count. Turned, the columns are the attribute.
        silent = line.silent or (other.turned and not any(without(rest, [family.silent])))
        known = {column.code for column in other.columns}
        for column in grid.columns:
            told = (line.members, frozenset(part.members for part in parts), column.code)
            if column.code not in known or told in seen:
                continue
            seen.add(told)
            own = [made.cell(part, column, grid.question) for part in parts]
            if any(rest):
                own.append(made.cell(_beside(line, parts, rest, silent=silent), column, grid.question))
            made.relate(made.cell(line, column, grid.question), own)


def _between_questions(made: Building, grids: Sequence[CellGrid]) -> None:
    """In every line that several questions have: a coarse column is the sum of the fine ones within it, and the rest."""
    widest: dict[tuple[str, tuple[object, ...]], CellGrid] = {}
    for grid in grids:
        if grid.single:
            key = (grid.question, tuple(c.code for c in grid.columns))
            if key not in widest or size(grid.base) > size(widest[key].base):
                widest[key] = grid
    columns = {
        key: [Line("", (c.code,), c.members, frozenset(), c.kind == "silent") for c in grid.columns]
        for key, grid in widest.items()
    }
    lines: dict[tuple[str, tuple[object, ...]], dict[Members, Line]] = defaultdict(dict)
    for grid in grids:
        if grid.single:
            for line in grid.lines:
                lines[grid.question, tuple(c.code for c in grid.columns)].setdefault(line.members, line)
    flat = [(key, one) for key, own in columns.items() for one in own]
    names = list(columns)
    for place, number, parts in parts_within([one for _, one in flat], list(columns.values()), by_place=True):
        key, coarse = flat[place]
        fine = names[number]
        if key[0] == fine[0]:
            continue
        left = without(coarse.members, [part.members for part in parts])
        quiet = not any(without(left, [widest[fine].silent]))
        rest = LineColumn("rest", left, "silent" if quiet or coarse.silent else "answer", printed=False)
        for members, line in lines[key].items():
            other = lines[fine].get(members)  # the same line, as the tables of the other question call it
            if other is None:
                continue
            own = [made.cell(other, _column_of(part), fine[0]) for part in parts]
            if any(rest.members):
                own.append(made.cell(line, rest, key[0], fine[0]))
            made.relate(made.cell(line, _column_of(coarse), key[0]), own)


def _beside(line: Line, parts: Sequence[Line], rest: Members, *, silent: bool) -> Line:
    """Who stands in a line and in none of its parts."""
    conditions = line.conditions.union(*(part.conditions for part in parts))
    return Line("", (), rest, conditions, silent, line.filtered or any(part.filtered for part in parts))


def _column_of(answer: Line) -> LineColumn:
    """An answer as a column again."""
    return LineColumn(answer.keys[0], answer.members, "silent" if answer.silent else "answer")


def _finished(made: Building, cells: list[IndexArray], grids: Sequence[CellGrid]) -> System:
    m = len(made.counts)
    printed, answers, totals = (np.zeros(m, dtype=bool) for _ in range(3))
    answers[list(made.answers)] = True
    for table, grid in zip(cells, grids, strict=True):
        printed[table.ravel()] = True
        for place, line in enumerate(grid.lines):
            if not line.keys:
                totals[table[place]] = True
    told = list(made.relations)
    row = np.repeat(np.arange(len(told)), [len(one) for one in told])
    column = np.array([k for one in told for k, _ in one], dtype=np.intp)
    sign = np.array([s for one in told for _, s in one], dtype=np.int64)
    relations = sparse.csr_array((sign, (row, column)), shape=(len(told), m))
    counts = np.array(made.counts, dtype=np.intp)
    assert not (relations @ counts).any()
    within = np.array([min((size(one) for one in made.lines.get(k, ())), default=counts[k]) for k in range(m)])
    noughts = np.zeros(m, dtype=bool)
    noughts[sorted(made.veil.noughts if made.veil else ())] = True
    return System(counts, printed, answers, totals, within, relations, tuple(cells), noughts, np.zeros(m, dtype=bool))
