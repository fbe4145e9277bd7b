"""Which neighbouring groups of a small place would, put together, save how many gaps: computed by protecting it so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kodoku_survey.protection.grids import CellGrid, GridFamily, Line, LineColumn
from kodoku_survey.protection.protect import grids_of
from kodoku_survey.protection.searching import hide
from kodoku_survey.protection.sets import size, union
from kodoku_survey.protection.system import system_of
from kodoku_survey.tables import Report

FEW_SELECTED = 500  # persons drawn: below, a place where people know each other
LARGE_FRACTION = 0.025  # of the population drawn: above, that somebody was asked is no secret
ATTRIBUTES_TRIED = 3  # those with most gaps


@dataclass(frozen=True)
class MergeProposal:
    """Two groups of an attribute, by their labels, and the gaps of the release before and after they are put together."""

    attribute: str
    groups: tuple[str, str]
    before: int
    after: int


def few_selected(report: Report) -> bool:
    """Whether so few were drawn, or nearly everybody was, that who answered may be known (小さな地域、全数調査).

    Nearly everybody: more than 2.5 % of the population where margins count persons.
    """
    selected, survey = report.responses.ledger.selected, report.survey
    if selected is None or survey.settings.identity.synthetic == "yes":
        return False
    counted = survey.margins[survey.margins["unit"] == "persons"] if len(survey.margins) else survey.margins
    population = float(counted.groupby("variable")["value"].sum().max()) if len(counted) else float("inf")
    return selected < FEW_SELECTED or selected > LARGE_FRACTION * population


def merge_proposals(report: Report, threshold: int) -> tuple[MergeProposal, ...]:
    """Of the attributes with most gaps, the group with most and its smaller neighbour put together; those that save gaps,
    the most first. report : before it is protected.
    """
    grids = grids_of(report)
    before, where = _gaps(grids, threshold)
    order = _groups(report)
    by_attribute = Counter[str]()
    for (name, _), gaps in where.items():
        if len(order.get(name, ())) > 2:
            by_attribute[name] += gaps
    found = []
    for name, _ in sorted(by_attribute.items(), key=lambda one: (-one[1], one[0]))[:ATTRIBUTES_TRIED]:
        keys = list(order[name])
        worst = max(keys, key=lambda key: (where[name, key], -keys.index(key)))
        at = keys.index(worst)
        sizes = _sizes(grids, name)
        other = min(
            keys[max(at - 1, 0) : at] + keys[at + 1 : at + 2], key=lambda key: (sizes.get(key, 0), keys.index(key))
        )
        first, second = sorted((worst, other), key=keys.index)
        after, _ = _gaps([merged(grid, name, first, second) for grid in grids], threshold)
        labels = (order[name][first], order[name][second])
        found.append(MergeProposal(report.sample.column(name).label, labels, before, after))
    return tuple(sorted((one for one in found if one.after < before), key=lambda one: (one.after, one.attribute)))


def _gaps(grids: Sequence[CellGrid], threshold: int) -> tuple[int, Counter[tuple[str, Any]]]:
    """How many printed counts are hidden; and how many cells in the lines of each group."""
    system = system_of(grids)
    hidden = hide(system, threshold).hidden & (system.counts > 0)
    here = np.zeros(len(system), dtype=bool)
    where = Counter[tuple[str, Any]]()
    for grid, cells in zip(grids, system.cells, strict=True):
        here[cells.ravel()] = True
        for line, row in zip(grid.lines, cells, strict=True):
            for condition in line.conditions:
                where[condition] += int(hidden[row].sum())
    return int((hidden & here).sum()), where


def _groups(report: Report) -> dict[str, dict[Any, str]]:
    """Of every attribute that runs down alone, its groups as they are printed: code → label."""
    found: dict[str, dict[Any, str]] = {}
    for table in report.tables:
        for row in table.rows:
            if row.axis and ":" not in row.axis:
                found.setdefault(row.axis, {}).setdefault(row.keys[0], row.group)
    return found


def _sizes(grids: Sequence[CellGrid], name: str) -> dict[Any, int]:
    alone = (line for grid in grids for line in grid.lines if line.axis == name)
    found: dict[Any, int] = {}
    for line in alone:
        found[line.keys[0]] = max(found.get(line.keys[0], 0), size(line.members))
    return found


def merged(grid: CellGrid, name: str, one: Any, other: Any) -> CellGrid:
    """A table as it would be with two groups of an attribute as one, wherever they run down or across."""
    columns, sums = grid.columns, grid.sums
    both = [column for column in columns if column.printed and column.code in (one, other)]
    if grid.question == name and grid.single and len(both) == 2:
        whole = union((column.members for column in both), len(grid.base))
        left = [column for column in columns if column is not both[1]]
        columns = tuple(LineColumn(one, whole, column.kind) if column is both[0] else column for column in left)
        sums = ((-1, *range(len(columns))),)
    lines: list[Line] = []
    families = []
    for family in grid.families:
        held: dict[frozenset[tuple[str, Any]], Line] = {}
        for line in (grid.lines[place] for place in family.lines):
            conditions = frozenset((name, one) if said == (name, other) else said for said in line.conditions)
            parts = line.axis.split(":")
            keys = tuple(
                one if (part, key) == (name, other) else key for part, key in zip(parts, line.keys, strict=False)
            )
            before = held.get(conditions)
            people = line.members if before is None else union((before.members, line.members), len(grid.base))
            held[conditions] = replace(line, keys=keys, conditions=conditions, members=people)
        families.append(GridFamily(tuple(range(len(lines), len(lines) + len(held))), family.silent))
        lines += held.values()
    return replace(grid, columns=columns, sums=sums, lines=tuple(lines), families=tuple(families))
