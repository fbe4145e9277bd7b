"""Counts of who left a question blank, of a release that hides cells: those the tables print, or that no table rests on.

Who left it blank and who answered are everybody. Beside answers or groups of which one is hidden, or not shown, the count
of the blank ones is what was missing to work it out: 全体 − 男 − 女 − 無回答 = その他. So a page beside the tables prints
the count of an item only where that count is printed in a table already; where no table rests on the item; or where the
tables that rest on it hide nothing of everybody's answers and of no group, and leave no answer and no group out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from kodoku_survey.arrays import AnyArray
from kodoku_survey.design import Categorical, Number
from kodoku_survey.protection.joint_system import made_of
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.tables import Report
from kodoku_survey.tables.table import Row, Table

Makings = Mapping[str, frozenset[str]]


def blanks_kept(report: Report, names: Sequence[str]) -> frozenset[str]:
    """Of some items and scores those of which a release does not tell how many left them blank; none of an open release."""
    if not report.few:
        return frozenset()
    made = made_of(report.survey)
    planned = {entry.id: entry for entry in report.survey.plan.tables}
    pairs = [(table, planned[table.id]) for table in report.tables]
    told = {entry.question for table, entry in pairs if _prints_blanks(report, table, entry)}
    return frozenset(
        name
        for name in names
        if name not in told and any(_tells_of(report, table, entry, name, made) for table, entry in pairs)
    )


def modes_are_groups(report: Report) -> bool:
    """Whether people of one mode are a group of a table, so that figures by mode are figures of it."""
    return any(_groups_of(report, report.responses.mode))


def files_told(report: Report) -> bool:
    """Whether returns may be counted file by file: not where people of a file are a group beside which a base is hidden."""
    hiding = {part for table in report.tables for row in table.rows if row.hidden for part in row.axis.split(":")}
    return not report.few or hiding.isdisjoint(_groups_of(report, report.responses.file))


def _groups_of(report: Report, labels: AnyArray) -> Iterator[str]:
    """The attributes of tables of which a group is everybody with one label."""
    axes = {part for table in report.tables for row in table.rows for part in row.axis.split(":") if part}
    for name in sorted(axes):
        column = report.sample.column(name)
        if isinstance(column, Categorical):
            for label in set(labels):
                codes = np.unique(column.codes[labels == label])
                if len(codes) == 1 and not (column.codes[labels != label] == codes[0]).any():
                    yield name


def _own(report: Report, table: Table) -> list[Row]:
    return [row for row in table.rows if row.wave in (None, report.survey.settings.identity.wave)]


def _prints_blanks(report: Report, table: Table, entry: TablePlan) -> bool:
    """Whether a table prints how many left its question blank: their cell of everybody, or the base without them."""
    whole = next((row for row in _own(report, table) if not row.axis and not row.hidden), None)
    if whole is None or entry.base is not None:
        return False
    if table.statistic != "share" or entry.nonanswer == "excluded":
        return True
    cells = zip(table.codes, whole.cells, strict=True)
    return any(code == table.nonanswer and not cell.hidden for code, cell in cells)


def _tells_of(report: Report, table: Table, entry: TablePlan, name: str, made: Makings) -> bool:
    """Whether a table hides, or does not show, what the blanks of an item would tell with what it shows."""
    rows = _own(report, table)
    if name in made.get(entry.question, frozenset([entry.question])):
        whole = [row for row in rows if not row.axis] or rows
        if any(row.hidden or (table.statistic == "share" and any(c.hidden for c in row.cells)) for row in whole):
            return True
        if table.statistic == "share" and _leaves_out(report, entry.question, _shown(report, entry.question)):
            return True
    for axis in dict.fromkeys(row.axis for row in rows if row.axis):
        parts = axis.split(":")
        for place, part in enumerate(parts):
            if name in made.get(part, frozenset([part])):
                own = [row for row in rows if row.axis == axis]
                if any(row.hidden for row in own) or _leaves_out(report, part, [row.keys[place] for row in own]):
                    return True
    return False


def _shown(report: Report, question: str) -> set[object]:
    """The answers to a question that any table of shares shows."""
    own = (table for table in report.tables if table.question == question and table.statistic == "share")
    return {code for table in own for code in table.codes}


def _leaves_out(report: Report, name: str, shown: Iterable[object]) -> bool:
    """Whether somebody gave an answer that is not among those shown."""
    column = report.sample.column(name)
    if isinstance(column, Number) or not isinstance(column, Categorical):
        return False
    held = {column.keys[k] for k in np.unique(column.codes) if k >= 0 and k != column.nonanswer}
    return not held.issubset(shown)
