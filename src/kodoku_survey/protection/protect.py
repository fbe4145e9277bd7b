"""A protected report: which cells it keeps to itself, and the proof that nobody can work them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from kodoku_survey.arrays import BoolArray, IndexArray
from kodoku_survey.errors import DisclosureError, UsageError, expected
from kodoku_survey.protection.earlier import joined, limits_after
from kodoku_survey.protection.grids import CellGrid, grid_of
from kodoku_survey.protection.hiding import Hiding
from kodoku_survey.protection.joint_system import NumberLine, alone, made_of, with_groups
from kodoku_survey.protection.numbers_kept import numbers_kept
from kodoku_survey.protection.release_ledger import LedgerRelease, LedgerTable, ReleaseLedger, definition_of, with_lines
from kodoku_survey.protection.release_system import ReleaseSystem, protection_of_system
from kodoku_survey.protection.searching import hide
from kodoku_survey.protection.system import system_of
from kodoku_survey.protection.veiled import whole_groups
from kodoku_survey.survey.folder import Survey
from kodoku_survey.tables import Report
from kodoku_survey.tables.make import told, wanted_of
from kodoku_survey.tables.protected import Protection, ProtectionProfile, kept_lines, marked, with_gaps
from kodoku_survey.tables.table import Row
from kodoku_survey.tables.words import words_of

USUAL: Mapping[ProtectionProfile, int] = {"none": 0, "official": 3, "protected": 3, "onsite": 10}
CELLS_NAMED = 12  # cells a refusal names


def profile_of(survey: Survey) -> ProtectionProfile:
    """What the folder names; else "official" where nobody's answers are real, "protected" where they are."""
    settings = survey.settings
    return settings.publication.protection or ("official" if settings.identity.synthetic == "yes" else "protected")


def protect(
    report: Report,
    *,
    profile: ProtectionProfile | None = None,
    threshold: int | None = None,
    audit: bool = False,
    after: ReleaseLedger | None = None,
) -> Report:
    """The report with its `protection`: in profile "protected" without the cells it must hide, each proved hidden.

    profile, threshold : instead of the folder's. audit : the intervals are worked out whatever the profile, and nothing is
    hidden but in profile "protected". after : the ledger of earlier releases (`.protection.ledger` of theirs): what they
    printed counts as known to the reader, what they kept stays kept.

    Raises
    ------
    DisclosureError
        A count of the protected release could still be worked out, by itself or with those before it.
    UsageError
        A threshold below 2, or what is no report.

    >>> made = ks.protect(ks.make_report(sample, only=["1"]), profile="protected")
    >>> made.protection.open
    0
    """
    expected(report, Report)
    profile = profile or profile_of(report.survey)
    least = threshold or report.survey.settings.publication.threshold or USUAL[profile]
    if threshold is not None and threshold < 2:
        raise UsageError("protection.threshold", "threshold", value=threshold)
    if after is not None and profile in ("none", "official") and after.keeps:
        raise DisclosureError("protection.after_protected", report.survey.folder.name, value=profile)
    if profile in ("none", "official") and not audit:
        return replace(report, protection=Protection(profile, least))
    release = _examined(report, least, after)
    made = protection_of_system(report, profile, release)
    if profile == "onsite":
        return replace(report, tables=marked(report.tables, words_of(report.survey)["onsite"]), protection=made)
    if profile != "protected":
        return replace(report, protection=made)
    if made.open:
        left = made.intervals[made.intervals["unsafe"] & ~made.intervals["proved"]]
        named = (
            left[left["table"] != ""] if (left["table"] != "").any() else left
        )  # what is told by subtraction has no place
        cells = "; ".join(
            f"[{row.table}] {row.group} {row.answer}".strip() for row in named.head(CELLS_NAMED).itertuples()
        )
        raise DisclosureError("protection.open", report.survey.folder.name, cells=cells)
    return _released(report, release, made)


def _examined(report: Report, threshold: int, after: ReleaseLedger | None) -> ReleaseSystem:
    grids, tables = grids_of(report), definitions_of(report)
    found = tuple(whole_groups(grids, made_of(report.survey), threshold))
    asked = found if report.survey.settings.publication.group_disclosure else ()
    if after is None:
        joint = alone(system_of(grids, whole=[one[1:] for one in asked]))
    else:
        joint = joined(report, grids, after, [table.definition for table in tables], threshold, asked)
    joint = with_groups(joint, asked)
    system = joint.system
    hide_here = partial(hide, system, threshold, stay=joint.stay, first=joint.first, held=joint.held)
    hiding = hide_here()
    if after is not None and hiding.open and threshold > after.threshold:
        hiding = hide_here(limits=limits_after(joint, hiding, after))
    each = zip(tables, grids, system.cells, strict=True)
    lines = (with_lines(t, report.sample, g, system.counts[c], _as_kept(hiding, c)) for t, g, c in each)
    identity = report.survey.as_written.settings.identity
    ledger = after or ReleaseLedger(identity.name, identity.wave, ())
    return ReleaseSystem(grids, tables, joint, hiding, ledger.after(LedgerRelease(threshold, tuple(lines))), found)


def _as_kept(hiding: Hiding, cells: IndexArray) -> BoolArray:
    """(lines, 1 + columns) which cells of a table are not printed: of a hidden base none of its line is."""
    kept = hiding.hidden[cells]
    return np.asarray(kept | kept[:, :1])


def _released(report: Report, release: ReleaseSystem, made: Protection) -> Report:
    """The report without what it hides; what it hides is kept for the scan of its files alone."""
    each = zip(release.tables, release.grids, release.system.cells, strict=True)
    asked = report.survey.settings.publication.group_disclosure
    numbers = release.joint.numbers | numbers_kept(report, release, made_of(report.survey), unanimous=asked)
    kept = [_hidden(own, grid, cells, release, numbers) for own, grid, cells in each]
    identity, base = report.survey.settings.identity, report.survey.settings.publication.reference_base
    tables = tuple(
        with_gaps(table, *one, identity.lang, identity.wave, base)
        for table, one in zip(report.tables, kept, strict=True)
    )
    spoken = told(replace(report, tables=tables, protection=made))
    figures = sum(c.hidden for t in tables if t.statistic != "share" for r in t.rows if not r.hidden for c in r.cells)
    made = replace(made, gaps=made.gaps + figures, kept=kept_lines(report.tables, tables))
    # Nothing that writes may count again.
    return replace(spoken, tables=tuple(replace(t, crosstab=None) for t in spoken.tables), protection=made)


def definitions_of(report: Report) -> list[LedgerTable]:
    """What each table of a report counts."""
    planned = {entry.id: entry for entry in report.survey.plan.tables}
    return [definition_of(planned[t.id], t.codes if t.statistic == "share" else None) for t in report.tables]


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


def _hidden(
    own: LedgerTable, grid: CellGrid, cells: IndexArray, release: ReleaseSystem, numbers: frozenset[NumberLine]
) -> tuple[Callable[[Row, int], bool], Callable[[Row], bool]]:
    """Whether a line keeps the answer of a code; whether it keeps its base."""
    hidden = _as_kept(release.hiding, cells)
    place = {(line.axis, line.keys): k for k, line in enumerate(grid.lines)}
    column = {c.code: 1 + k for k, c in enumerate(c for c in grid.columns if c.printed)}

    def base_kept(row: Row) -> bool:
        return bool(hidden[place[row.axis, row.keys], 0])

    def kept(row: Row, code: int) -> bool:
        if code in column:
            return bool(hidden[place[row.axis, row.keys], column[code]])
        return (own.definition, row.axis, row.keys) in numbers

    return kept, base_kept
