"""A release after others: what they printed are numbers a reader keeps, what they kept stays kept.

One system holds the tables of all releases, counted from the data of today. A figure printed earlier and still true is
known to the reader. One that has changed since is known as it was; what it changed by is an unknown count of its own, which
must not be told where it is of few persons: today's count is it and the old one, or the old one less it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kodoku_survey.arrays import IndexArray
from kodoku_survey.errors import DisclosureError, SurveyError
from kodoku_survey.protection.audit import intervals
from kodoku_survey.protection.grids import CellGrid, grid_of
from kodoku_survey.protection.hiding import Hiding, wide_enough
from kodoku_survey.protection.joint_system import Joined, NamedCell, NumberLine, ToldBefore, with_differences
from kodoku_survey.protection.release_ledger import LedgerLine, LedgerTable, ReleaseLedger, sums_of
from kodoku_survey.protection.sets import size
from kodoku_survey.protection.system import System, system_of
from kodoku_survey.protection.veiled import FoundGroup
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.tables import Report


def joined(
    report: Report,
    grids: Sequence[CellGrid],
    ledger: ReleaseLedger,
    definitions: Sequence[Any],
    threshold: int,
    whole: Sequence[FoundGroup] = (),
) -> Joined:
    """The tables of a report with those of the releases in the ledger. definitions : of the tables of `grids`. whole : lines of
    which all gave one answer, where that is to be hidden.

    Raises DisclosureError where a released table cannot be counted again, or so few respondents more or less are in the
    data that its totals tell of them.
    """
    identity = report.survey.as_written.settings.identity
    if (ledger.survey, ledger.wave) != (identity.name, identity.wave):
        other = f"{ledger.survey} {ledger.wave}"
        raise DisclosureError("protection.ledger_of_another", report.survey.folder.name, value=other)
    places = {definition: place for place, definition in enumerate(definitions)}
    every, tables = list(grids), [table for release in ledger.releases for table in release.tables]
    for table in tables:
        if table.definition not in places:
            places[table.definition] = len(every)
            every.append(_counted_again(report, table))
    system = system_of(every, whole=[found[1:] for found in whole])
    told = ToldBefore()
    for table in tables:
        place = places[table.definition]
        _compare(told, table, every[place], system, place)
    _refuse_few(report, told, every, system, threshold)
    printed = np.zeros(len(system), dtype=bool)
    for cells in system.cells[: len(grids)]:
        printed[cells.ravel()] = True
    numbers = frozenset(
        line for table in tables for line in _numbers(report, table, every[places[table.definition]], threshold)
    )
    return with_differences(replace(system, cells=system.cells[: len(grids)]), printed, told, numbers)


def _refuse_few(report: Report, told: ToldBefore, grids: Sequence[CellGrid], system: System, threshold: int) -> None:
    """Raises DisclosureError where so few came or went that the totals would tell their answers."""
    everybody = {
        int(cells[k, 0])
        for grid, cells in zip(grids, system.cells, strict=True)
        for k, line in enumerate(grid.lines)
        if not line.keys
    }
    for unknown, was in told.changed:
        if unknown in everybody and system.answers[unknown] and abs(int(system.counts[unknown]) - was) < threshold:
            table = told.changed[unknown, was][0]
            raise DisclosureError("protection.few_more", report.survey.folder.name, table=table)


def limits_after(joint: Joined, hiding: Hiding, ledger: ReleaseLedger) -> IndexArray:
    """(m,) thresholds: those of the earlier releases for counts these tell to a reader of a threshold raised since.

    A count is told by them where it is not safe though everything else of today be hidden.
    """
    system = joint.system
    everything = (system.printed & ~joint.stay) | hiding.hidden
    held = intervals(system, everything, hiding.open)
    limits = hiding.limits.copy()
    limits[[k for k, (low, high) in held.items() if not wide_enough(low, high, hiding.threshold)]] = ledger.threshold
    return limits


def _counted_again(report: Report, table: LedgerTable) -> CellGrid:
    """A released table counted from the data of today. Raises DisclosureError where the folder cannot."""
    responses = report.responses
    try:
        base = None if table.base is None else truth(table.base, responses.given) == TRUE
        return grid_of(
            report.sample,
            table.table,
            table.question,
            table.by,
            base=base,
            total="." if table.everybody else "",
            nonanswer=table.nonanswer,
            shown=table.shown,
        )
    except (SurveyError, KeyError, ValueError):
        raise _not_again(report, table) from None


def _not_again(report: Report, table: LedgerTable) -> DisclosureError:
    return DisclosureError("protection.ledger_table", report.survey.folder.name, table=table.table)


def _compare(told: ToldBefore, table: LedgerTable, grid: CellGrid, system: System, place: int) -> None:
    """Every cell of a released table beside today's count."""
    lines = {(line.axis, line.keys): k for k, line in enumerate(grid.lines)}
    codes = tuple(one.code for one in grid.columns if one.printed)
    if codes != table.codes or any((line.axis, line.keys) not in lines for line in table.lines):
        raise DisclosureError("protection.ledger_table", table=table.table)
    heads = ("n", *map(str, codes))
    for line in table.lines:
        row = system.cells[place][lines[line.axis, line.keys]]
        group = ":".join(map(str, line.keys))
        for k, unknown in enumerate(map(int, row)):
            _one(told, unknown, line, k, int(system.counts[unknown]), (table.table, group, heads[k]))


def _one(told: ToldBefore, unknown: int, line: LedgerLine, k: int, count: int, name: NamedCell) -> None:
    was, kept = line.counts[k], line.kept[k]
    told.names.setdefault(unknown, name)
    if kept and was:
        told.kept.add(unknown)
        if was != count:
            told.kept_otherwise.add(unknown)
    elif not kept:
        told.old[unknown] = was
        if was == count:
            told.stays.add(unknown)
        else:
            told.changed[unknown, was] = name


def _numbers(report: Report, table: LedgerTable, grid: CellGrid, threshold: int) -> Iterator[NumberLine]:
    """Lines of a mean or a median whose sum is another now, though hardly anybody came or went: who changed is few."""
    if table.shown is not None:
        return
    today = dict(zip(((line.axis, line.keys) for line in grid.lines), sums_of(report.sample, grid), strict=True))
    sizes = {(line.axis, line.keys): size(line.members) for line in grid.lines}
    for line in table.lines:
        here = (line.axis, line.keys)
        if line.total != today[here] and abs(line.counts[0] - sizes[here]) < threshold:
            yield table.definition, *here
