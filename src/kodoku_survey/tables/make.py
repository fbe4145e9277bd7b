"""From an entry of the table plan to a table ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

import numpy as np

from kodoku_survey.crosstabs import CrossTab, cell_means
from kodoku_survey.crosstabs.cell_quantiles import cell_quantiles
from kodoku_survey.crosstabs.crosstab import TableWanted, tables_of
from kodoku_survey.design import Sample
from kodoku_survey.design.columns import Number
from kodoku_survey.errors import DefinitionError, DesignError, DidYouMean, UsageError, named
from kodoku_survey.estimation.counting.shares_of import ShareOf
from kodoku_survey.estimation.groups import banners_of
from kodoku_survey.estimation.intervals import check_option
from kodoku_survey.estimation.nets import Nets
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.own_words import word
from kodoku_survey.survey.plan import PlannedStatistic, TablePlan
from kodoku_survey.tables.claims import (
    basis_line,
    basis_note,
    claims_error,
    model_of,
    tests_differences,
    without_counts,
    without_errors,
)
from kodoku_survey.tables.history import incomparable, lacks_waves, with_history
from kodoku_survey.tables.laid_rows import answer_order, figure_of, group_order, may_be_silent, rows_of
from kodoku_survey.tables.marks import legend
from kodoku_survey.tables.report import Progress, Report
from kodoku_survey.tables.sentences import placed, statements
from kodoku_survey.tables.sentences.phrases import label_by
from kodoku_survey.tables.table import Flag, Row, Table
from kodoku_survey.tables.words import words

KEPT_LINES = 1 << 27  # bytes of lines the sentences of a report need: a table whose lines are not kept is counted again


def make_report(sample: Sample, *, only: Sequence[str] = (), progress: Progress | None = None) -> Report:
    """Every table of the plan (or those of `only`), in its order.

    Raises UsageError for an id the plan lacks, DefinitionError for a plan without a table.
    >>> len(ks.make_report(sample, only=["1", "5"]).tables)
    2
    """
    responses = _responses(sample)
    plan = responses.survey.plan
    known = tuple(entry.id for entry in plan.tables)
    if not known:
        raise DefinitionError("tables.no_plan", "tables.toml")
    for wanted in only:
        if wanted not in known:
            raise UsageError(
                "tables.no_table", f"--only {wanted}", value=wanted, hint=DidYouMean(wanted, known), known=named(known)
            )
    entries = [entry for entry in plan.tables if not only or entry.id in only]
    tables = []
    tabs = _counted(sample, entries)
    for done, (entry, tab) in enumerate(zip(entries, tabs, strict=True)):
        if progress is not None:
            progress("tables", done, len(entries))
        tables.append(_ready(sample, entry, tab))
    if progress is not None:
        progress("tables", len(entries), len(entries))
    return told(Report(responses.survey, responses, sample, (), tuple(tables), tuple(only)))


def told(report: Report) -> Report:
    """A report with the sentences of its tables as they stand: told again where figures have been hidden since."""
    plan, responses, tables = report.survey.plan, report.responses, report.tables
    planned = {entry.id: entry for entry in plan.tables}
    entries = [without_counts(planned[table.id], protective=report.protection.protective) for table in tables]
    used = {table.section for table in tables} | {
        section.id for section in plan.sections if section.speaks and not report.only
    }
    sections = [s for s in plan.sections if any(u == s.id or u.startswith(s.id + "-") for u in used)]
    spoken = [_telling(table, entry, responses) for table, entry in zip(tables, entries, strict=True)]
    spread, moved = placed(spoken, replace(plan, sections=tuple(sections)))
    sections = [replace(s, text=(*s.text, *(one.text for one in moved if one.place == s.id))) for s in sections]
    return replace(report, sections=tuple(sections), tables=tuple(spread), moved=tuple(moved))


def _telling(table: Table, entry: TablePlan, responses: Responses) -> Table:
    """The table as it will be printed, with its sentences: what is hidden by now is not spoken of."""
    if not tests_differences(responses.survey, table.basis):
        return table  # every sentence rests on a test, and nothing is tested
    return replace(table, statements=statements(table, entry, responses.survey, responses.variables))


def make_table(
    sample: Sample,
    question: str,
    *,
    by: str | Sequence[str | Sequence[str]] = (),
    statistic: PlannedStatistic = "share",
    share: ShareOf = "row",
    nets: Nets | None = None,
    interval: str | None = None,
    base_note: str = "",
) -> Table:
    """One table that is not in the plan; `by`, `share`, `nets` as of `crosstab`. Raises DesignError for an unknown name.

    statistic : "share" of each answer, or "mean" or "median" of a number. interval : instead of the folder's.
    base_note : who the table is of, for its head note.
    >>> [row.cells[0].text for row in ks.make_table(sample, "lonely", by="sex", share="column").rows]
    ['100.0', '48.8', '51.2']
    """
    check_option("statistic", statistic, get_args(PlannedStatistic))
    responses = _responses(sample)
    said = words(responses.survey.settings.identity.lang)
    title = sample.column(question).label
    banners = banners_of(by)
    if statistic == "share" and isinstance(sample.column(question), Number):
        raise DesignError("tables.a_number", value=question)
    names, variables = [name for banner in banners for name in banner], responses.variables
    for name in names:
        if isinstance(sample.column(name), Number):
            raise DesignError("tables.a_number_as_axis", value=name)
    if banners:
        labels = [sample.column(name).label for name in names]
        axes = said["listing"].join([*labels[:-1], label_by(variables.get(names[-1]), labels[-1], said)])
        title = said["title_by"].format(question=title, attributes=axes)
    entry = TablePlan(question, "", title, question, by=tuple(banners), statistic=statistic, base_note=base_note)
    if share == "row" and not nets:
        return planned_table(sample, entry, interval)
    if statistic != "share":
        raise UsageError("tables.of_shares", "nets" if nets else "share", statistic=statistic)
    made = _tabs(sample, [replace(wanted_of(sample, entry), share=share, nets=nets)], interval)
    return _ready(sample, entry, made[0])  # its sentences are of shares of a group


def planned_table(sample: Sample, entry: TablePlan, interval: str | None = None) -> Table:
    """One table of the plan, with its marks, notes and sentences."""
    return _telling(_ready(sample, entry, _counted(sample, [entry], interval)[0]), entry, _responses(sample))


def _tabs(sample: Sample, wanted: Sequence[TableWanted], interval: str | None) -> list[CrossTab]:
    own = _responses(sample).survey.settings.estimation.interval
    return tables_of(sample, wanted, interval=interval or own, keep=KEPT_LINES)


def _counted(sample: Sample, entries: Sequence[TablePlan], interval: str | None = None) -> list[CrossTab]:
    """The tables of some entries: those of shares counted together in one pass, means and medians one by one."""
    wanted = [wanted_of(sample, entry) for entry in entries]
    shares = [one for one, entry in zip(wanted, entries, strict=True) if entry.statistic == "share"]
    tabs = iter(_tabs(sample, shares, interval))
    return [
        next(tabs) if entry.statistic == "share" else _of_numbers(sample, entry, one)
        for one, entry in zip(wanted, entries, strict=True)
    ]


def _of_numbers(sample: Sample, entry: TablePlan, wanted: TableWanted) -> CrossTab:
    """Means or medians as a table of one column, whose code is 0."""
    said = words(_responses(sample).survey.settings.identity.lang)
    made = cell_means if entry.statistic == "mean" else cell_quantiles
    tab = made(sample, entry.question, by=entry.by, base=wanted.base, total=wanted.total)
    return replace(tab, keys=(0,), answers=(said[f"statistic_{entry.statistic}"],))


def wanted_of(sample: Sample, entry: TablePlan) -> TableWanted:
    """What an entry of the plan asks to be counted."""
    responses = _responses(sample)
    base = None if entry.base is None else truth(entry.base, responses.given) == TRUE
    return TableWanted(
        entry.question,
        entry.by,
        base,
        word("everybody", responses.survey.settings.identity.lang) if entry.total is None else entry.total,
        "out" if entry.nonanswer == "excluded" else "in",
    )


def _ready(sample: Sample, entry: TablePlan, tab: CrossTab) -> Table:
    """A counted table as it is printed, without its sentences."""
    responses = _responses(sample)
    settings, said = responses.survey.settings, words(responses.survey.settings.identity.lang)
    variable = responses.variables.get(entry.question)
    order = answer_order(tab, variable, entry)
    rows = rows_of(tab, order, group_order(tab, responses), settings.publication.decimals, settings.estimation.level)
    if entry.history == "yes":
        rows = with_history(responses.survey, entry, [int(tab.keys[k]) for k in order], rows)
    rows = rows if claims_error(responses.survey, sample.basis) else without_errors(rows)
    of_all = (basis_note(responses, sample.basis, said), said["multiple_note"] if tab.multiple else "")
    notes = [*entry.notes, *filter(None, of_all)]
    notes += legend(_flags(entry, rows), said, reference_base=settings.publication.reference_base)
    unit = variable.unit or said["unit_own"] if variable else ""
    return Table(
        id=entry.id,
        section=entry.section,
        title=entry.title,
        head_note=_head_note(entry, tab, said, basis_line(responses.survey, sample.basis, said), unit),
        stub_head=tab.groups[-1].attribute_label if len(entry.by) == 1 else "",
        header=tuple(tab.answers[k] for k in order),
        rows=tuple(rows),
        notes=tuple(notes),
        source=settings.identity.citation,
        basis=sample.basis,
        figure=figure_of(entry, tab),
        question=entry.question,
        codes=tuple(tab.keys[k] if k in tab.nets else int(tab.keys[k]) for k in order),
        nonanswer=None if tab.nonanswer is None else int(tab.keys[tab.nonanswer]),
        crosstab=tab,
        multiple=tab.multiple,
        scale=tab.scale,
        mark=said["synthetic_mark"] if settings.identity.synthetic == "yes" else "",
        statistic="count" if tab.share == "count" else entry.statistic,
        model=model_of(responses.survey, sample.basis),
        partial=bool(entry.answers) or (entry.nonanswer == "hidden" and may_be_silent(tab)),
        across=entry.across,
        magnified=entry.magnified,
        number=entry.number,
        language=settings.identity.lang,
        incomparable=incomparable(responses.survey, entry, rows),
    )


def _flags(entry: TablePlan, rows: Sequence[Row]) -> set[Flag]:
    """What marks a table has, which its notes explain."""
    flags = {cell.flag for row in rows for cell in row.cells} | {row.flag for row in rows}
    flags |= {"not_asked"} if entry.across == "waves" and lacks_waves(rows) else set()
    return flags - {""}


def _responses(sample: Sample) -> Responses:
    if sample.responses is None:
        raise UsageError("tables.no_survey")
    return sample.responses


def _head_note(entry: TablePlan, tab: CrossTab, said: Mapping[str, str], basis: str, measured: str) -> str:
    size = int(np.max(tab.n)) if len(tab.n) else 0
    unit = said["unit_percent"]
    if tab.share in ("column", "total", "count"):
        unit = said[f"unit_share_{tab.share}"]
    if entry.statistic != "share":
        unit = said["unit_number"].format(statistic=said[f"statistic_{entry.statistic}"], unit=measured)
    parts = [entry.base_note, basis, unit, f"n={size:,}"]
    return said["separator"].join(part for part in parts if part)
