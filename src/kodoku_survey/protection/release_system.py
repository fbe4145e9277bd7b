"""A report as a system with what of it must be hidden, and the account of it: every hidden count with its exact interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.protection.audit import Interval, intervals
from kodoku_survey.protection.grids import CellGrid
from kodoku_survey.protection.hiding import Hiding, proves, wide_enough
from kodoku_survey.protection.joint_system import Joined
from kodoku_survey.protection.release_ledger import LedgerTable, ReleaseLedger
from kodoku_survey.protection.system import System
from kodoku_survey.protection.veiled import FoundGroup
from kodoku_survey.tables import Report
from kodoku_survey.tables.protected import COLUMNS, Protection, ProtectionProfile

AccountRow = tuple[str, str, str, bool, int, float, float, bool, bool, bool, bool]  # as COLUMNS


@dataclass(frozen=True, eq=False)
class ReleaseSystem:
    """A report as a system, and what of it must be hidden. ledger : with the release itself as the last. unanimous : lines of
    which all gave one answer."""

    grids: list[CellGrid]
    tables: list[LedgerTable]
    joint: Joined
    hiding: Hiding
    ledger: ReleaseLedger
    unanimous: tuple[FoundGroup, ...] = ()

    @property
    def system(self) -> System:
        """Its counts, with those of the releases before it."""
        return self.joint.system


def protection_of_system(report: Report, profile: ProtectionProfile, release: ReleaseSystem) -> Protection:
    """What is hidden, with the exact interval of every count that is or should be."""
    system, hiding = release.system, release.hiding
    hidden = hiding.hidden & (system.counts > 0)
    held = intervals(system, hiding.hidden, [int(k) for k in np.flatnonzero(hiding.unsafe | hidden)])
    here = np.zeros(len(system), dtype=bool)
    for cells in system.cells:
        here[cells.ravel()] = True
    left = [
        k
        for k in map(int, np.flatnonzero(hiding.unsafe))
        if not proves(system, hiding, k) or not wide_enough(*held[k], int(hiding.limits[k]))
    ]
    return Protection(
        profile,
        hiding.threshold,
        int(hiding.unsafe.sum()),
        int((hidden & here).sum()),
        int((here & (system.counts > 0)).sum()),
        len(left),
        _frame(release, report, held),
        hiding.witnesses,
        unanimous=len(release.unanimous),
        ledger=release.ledger,
    )


def _frame(release: ReleaseSystem, report: Report, held: Mapping[int, Interval]) -> pd.DataFrame:
    """A row a hidden or unsafe count: where it is printed first, or how it is told; its interval; whether it is proved."""
    system, hiding, where = release.system, release.hiding, dict[int, tuple[str, str, str]]()
    for table, grid, cells in zip(report.tables, release.grids, system.cells, strict=True):
        heads = ["n", *(str(c.code) for c in grid.columns if c.printed)]
        labels = {(row.axis, row.keys): row.group for row in table.rows}
        for line, row in zip(grid.lines, cells, strict=True):
            for head, unknown in zip(heads, row, strict=True):
                where.setdefault(int(unknown), (table.id, labels.get((line.axis, line.keys), ""), head))
    where = {**release.joint.names, **where}
    rows = [
        (
            *where.get(k, system.told_as[k]),
            bool(system.printed[k]),
            int(system.counts[k]),
            low,
            high,
            bool(hiding.unsafe[k]),
            bool(hiding.hidden[k]),
            not hiding.unsafe[k] or proves(system, hiding, k),
            bool(system.unanimous[k]),
        )
        for k, (low, high) in sorted(held.items())
    ]
    if not system.unanimous.any():  # not asked to be hidden: told
        rows += list(_told_groups(release, report, held))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _told_groups(release: ReleaseSystem, report: Report, held: Mapping[int, Interval]) -> Iterator[AccountRow]:
    for one, _, line, column in release.unanimous:
        cell = int(release.system.cells[one.table][one.line, 1 + one.column])
        count, table = int(release.system.counts[cell]), report.tables[one.table]
        group = next((row.group for row in table.rows if (row.axis, row.keys) == (line.axis, line.keys)), "")
        ends = held.get(cell, (count, count))
        yield (
            table.id,
            group,
            str(column.code),
            True,
            count,
            *ends,
            False,
            bool(release.hiding.hidden[cell]),
            True,
            True,
        )
