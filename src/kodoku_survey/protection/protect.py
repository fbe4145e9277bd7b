"""A protected report: which cells it keeps to itself, and the proof that nobody can work them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kodoku_survey.errors import DisclosureError, UsageError, expected
from kodoku_survey.protection.audit import Interval, intervals
from kodoku_survey.protection.grids import CellGrid, grid_of
from kodoku_survey.protection.hiding import Hiding, proves, wide_enough
from kodoku_survey.protection.searching import hide
from kodoku_survey.protection.system import System, system_of
from kodoku_survey.survey.folder import Survey
from kodoku_survey.tables import Report
from kodoku_survey.tables.make import told, wanted_of
from kodoku_survey.tables.protected import COLUMNS, Protection, ProtectionProfile, kept_lines, marked, with_gaps
from kodoku_survey.tables.table import Row, Table
from kodoku_survey.tables.words import words_of

USUAL: Mapping[ProtectionProfile, int] = {"none": 0, "official": 3, "protected": 3, "onsite": 10}
CELLS_NAMED = 12  # cells a refusal names


def profile_of(survey: Survey) -> ProtectionProfile:
    """What the folder names; else "official" where nobody's answers are real, "protected" where they are."""
    settings = survey.settings
    return settings.publication.protection or ("official" if settings.identity.synthetic == "yes" else "protected")


def protect(
    report: Report, *, profile: ProtectionProfile | None = None, threshold: int | None = None, audit: bool = False
) -> Report:
    """The report with its `protection`: in profile "protected" without the cells it must hide, each proved hidden.

    profile, threshold : instead of the folder's. audit : the intervals are worked out whatever the profile, and nothing is
    hidden but in profile "protected".

    Raises
    ------
    DisclosureError
        A count of the protected release could still be worked out.
    UsageError
        A threshold below 2, or what is no report.
    """
    expected(report, Report)
    profile = profile or profile_of(report.survey)
    least = threshold or report.survey.settings.publication.threshold or USUAL[profile]
    if threshold is not None and threshold < 2:
        raise UsageError("protection.threshold", "threshold", value=threshold)
    if profile in ("none", "official") and not audit:
        return replace(report, protection=Protection(profile, least))
    grids = grids_of(report)
    system = system_of(grids)
    hiding = hide(system, least)
    suspects = np.flatnonzero(hiding.unsafe | (hiding.hidden & (system.counts > 0)))
    held = intervals(system, hiding.hidden, [int(k) for k in suspects])
    left = [
        int(k)
        for k in np.flatnonzero(hiding.unsafe)
        if not proves(system, hiding, int(k)) or not wide_enough(*held[int(k)], least)
    ]
    frame = _frame(system, grids, report, hiding, held)
    made = Protection(
        profile,
        least,
        int(hiding.unsafe.sum()),
        int((hiding.hidden & (system.counts > 0)).sum()),
        int((system.printed & (system.counts > 0)).sum()),
        len(left),
        frame,
        hiding.witnesses,
    )
    if profile == "onsite":
        return replace(report, tables=marked(report.tables, words_of(report.survey)["onsite"]), protection=made)
    if profile != "protected":
        return replace(report, protection=made)
    if left:
        named = frame[frame["unsafe"] & ~frame["proved"]].head(CELLS_NAMED)
        cells = "; ".join(f"[{row.table}] {row.group} {row.answer}".strip() for row in named.itertuples())
        raise DisclosureError("protection.open", report.survey.folder.name, cells=cells)
    return _released(report, grids, system, hiding, made)


def _released(report: Report, grids: list[CellGrid], system: System, hiding: Hiding, made: Protection) -> Report:
    """The report without what it hides; what it hides is kept for the scan of its files alone."""
    each = zip(report.tables, grids, system.cells, strict=True)
    tables = tuple(_hidden(table, grid, cells, hiding, report) for table, grid, cells in each)
    spoken = told(replace(report, tables=tables))
    made = replace(made, kept=kept_lines(report.tables, tables))
    # Nothing that writes may count again.
    return replace(spoken, tables=tuple(replace(t, crosstab=None) for t in spoken.tables), protection=made)


def grids_of(report: Report) -> list[CellGrid]:
    """The tables of a report as sets of respondents."""
    planned = {entry.id: entry for entry in report.survey.plan.tables}
    grids = []
    for table in report.tables:
        entry = planned[table.id]
        wanted = wanted_of(report.sample, entry)
        shown = None if table.statistic != "share" else table.codes
        grids.append(
            grid_of(
                report.sample,
                table.id,
                entry.question,
                entry.by,
                base=wanted.base,
                total=wanted.total,
                nonanswer=wanted.nonanswer,
                shown=shown,
            )
        )
    return grids


def _hidden(table: Table, grid: CellGrid, cells: np.ndarray, hiding: Hiding, report: Report) -> Table:
    """A table without what the release hides."""
    place = {(line.axis, line.keys): k for k, line in enumerate(grid.lines)}
    column = {c.code: 1 + k for k, c in enumerate(c for c in grid.columns if c.printed)}

    def base_kept(row: Row) -> bool:
        return bool(hiding.hidden[cells[place[row.axis, row.keys], 0]])

    def kept(row: Row, code: int) -> bool:
        return bool(hiding.hidden[cells[place[row.axis, row.keys], column[code]]]) if code in column else False

    identity = report.survey.settings.identity
    return with_gaps(table, kept, base_kept, identity.lang, identity.wave)


def _frame(
    system: System, grids: list[CellGrid], report: Report, hiding: Hiding, held: Mapping[int, Interval]
) -> pd.DataFrame:
    """A row a hidden or unsafe count: where it is printed first, or how it is told; its interval; whether it is proved."""
    where: dict[int, tuple[str, str, str]] = {}
    for table, grid, cells in zip(report.tables, grids, system.cells, strict=True):
        heads = ["n", *(str(c.code) for c in grid.columns if c.printed)]
        labels = {(row.axis, row.keys): row.group for row in table.rows}
        for line, row in zip(grid.lines, cells, strict=True):
            for head, unknown in zip(heads, row, strict=True):
                where.setdefault(int(unknown), (table.id, labels.get((line.axis, line.keys), ""), head))
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
        )
        for k, (low, high) in sorted(held.items())
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
