"""A cross-tab as the rows of a table: groups and answers in the order they are printed, each cell with its mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from kodoku_survey.arrays import FloatArray
from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.errors import DidYouMean, UsageError, named
from kodoku_survey.intake.responses import Responses
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.plan import Figure, TablePlan
from kodoku_survey.tables.cells import cells_of_group, number_cells, person_cells
from kodoku_survey.tables.table import Cell, Flag, Row, Table

ANSWERS, UP = "answers", ":up"  # to sort by: answers themselves; rising


def table_of(tab: CrossTab, level: float = 0.95) -> Table:
    """A cross-tab of anyone's data as a table, without plan, notes or sentences: what a chart and a notebook need.

    Shares of a group are bands (of several answers bars); shares of an answer or of everybody and numbers of persons, which
    do not add to 100 along a line, are bars; means and quantiles dots.
    """
    order = [
        *(k for k in range(len(tab.answers)) if k != tab.nonanswer),
        *([] if tab.nonanswer is None else [tab.nonanswer]),
    ]
    return Table(
        id="",
        section="",
        title=tab.question_label,
        head_note="",
        stub_head="",
        header=tuple(tab.answers[k] for k in order),
        rows=tuple(rows_of(tab, order, range(len(tab.groups)), 1, level)),
        notes=(),
        source="",
        basis=tab.estimate.basis,
        figure="dots" if tab.share in ("mean", "quantile") else "band" if _adds_up(tab) else "bars",
        question=tab.question,
        codes=tuple(order),
        nonanswer=tab.nonanswer,
        crosstab=tab,
        multiple=tab.multiple,
        scale=tuple(tab.keys.index(key) for key in tab.scale),
        statistic=STATISTIC_OF.get(tab.share, "share"),
        partial=bool(tab.nets),
        language=tab.language,
    )


STATISTIC_OF: Mapping[str, Literal["mean", "median", "count"]] = MappingProxyType(
    {"mean": "mean", "quantile": "median", "count": "count"}
)


def _adds_up(tab: CrossTab) -> bool:
    """Whether the answers of a line are the whole of it: not where several may be ticked, or some are put together."""
    return tab.share == "row" and not tab.multiple and not tab.nets


def answer_order(tab: CrossTab, variable: Variable | None, entry: TablePlan) -> list[int]:
    """Positions of the answers in the order they are printed: nets behind the answers, 無回答 last."""
    shown = [k for k in range(len(tab.answers)) if k != tab.nonanswer and k not in tab.nets]
    if variable is not None:
        place = {code: at for at, code in enumerate(variable.across)}
        shown = sorted(shown, key=lambda k: place.get(tab.keys[k], len(place)))
    shown += tab.nets
    if entry.answers:
        shown = [k for k in shown if tab.keys[k] in entry.answers]
    elif entry.nonanswer == "shown" and tab.nonanswer is not None and may_be_silent(tab):
        shown.append(tab.nonanswer)
    return shown


def may_be_silent(tab: CrossTab) -> bool:
    """A 無回答 column that nobody is in is left out: age, for instance, was completed."""
    return tab.nonanswer is not None and bool(tab.counts[:, tab.nonanswer].any())


def rows_of(tab: CrossTab, order: list[int], groups: Sequence[int], decimals: int, level: float) -> list[Row]:
    """The rows of some groups, the answers in an order; decimals of the printed figures, level of their intervals."""
    low, high = tab.interval(level)
    deff, df = tab.estimate.deff.reshape(tab.shape), tab.estimate.degrees_of_freedom.reshape(tab.shape)
    found = []
    for g in groups:
        group = tab.groups[g]
        n = int(tab.n[g])
        cells = _cells(tab, g, order, decimals, (low, high))
        flag: Flag = "reference" if 0 < n < tab.reference_base else ""
        attribute = group.attribute_label
        cells = tuple(
            replace(cell, deff=float(deff[g, k]), df=float(df[g, k])) for cell, k in zip(cells, order, strict=True)
        )
        found.append(
            Row(attribute, group.label, n, cells, float(tab.weighted_n[g]), flag, keys=group.keys, axis=group.attribute)
        )
    return found


def _cells(
    tab: CrossTab, g: int, order: list[int], decimals: int, limits: tuple[FloatArray, FloatArray]
) -> tuple[Cell, ...]:
    """The cells of one group, by what the table is of."""
    value, se, low, high = (array[g, order] for array in (tab.value, tab.se, *limits))
    n = int(tab.n[g])
    if tab.share == "count":
        return person_cells(value, se, low, high, tab.counts[g, order])
    if tab.share in ("mean", "quantile"):
        return number_cells(value, se, low, high, n, decimals)
    exact = tab.estimate.basis == "unweighted" and tab.share == "row"  # only then is the share count / n
    return cells_of_group(value, se, low, high, tab.counts[g, order], n, decimals, exact=exact)


def group_order(tab: CrossTab, responses: Responses) -> list[int]:
    """Groups of each attribute in code order, or reversed where the attribute says so."""
    order: list[int] = []
    names = list(dict.fromkeys(group.attribute for group in tab.groups))
    for name in names:
        own = [g for g, group in enumerate(tab.groups) if group.attribute == name]
        variable = responses.variables.get(name)
        reverse = variable is not None and variable.order_as_group == "reversed"
        order += own[::-1] if reverse else own
    return order


def figure_of(entry: TablePlan, tab: CrossTab) -> Figure:
    """What is drawn of a table: bands only of what adds to 100 along a line."""
    if entry.figure == "none" or (entry.statistic == "share" and tab.share == "row"):
        return entry.figure
    return "bars" if entry.statistic == "share" else "dots"


def sorted_table(table: Table, order: str) -> Table:
    """The table in an order; everybody stays first, the groups of an attribute stay together, 無回答 stays last.

    order : an answer (its label or code), by whose figure the groups fall, or rise with ":up" behind it; "n" for the base;
        "answers" for the answers in the order of their first line.
    Raises UsageError for an answer the table lacks.
    """
    wanted, rising = order.removesuffix(UP), order.endswith(UP)
    sign = 1 if rising else -1
    if wanted == ANSWERS:
        return _answers(table, sign)
    if wanted != "n" and wanted not in table.header and wanted not in (codes := [str(code) for code in table.codes]):
        known = ("n", ANSWERS, *table.header)
        raise UsageError("tables.no_sort", wanted, hint=DidYouMean(wanted, (*known, *codes)), known=named(known))
    place = None if wanted == "n" else _place(table, wanted)
    rows: list[Row] = []
    for axis, own in groupby(table.rows, key=lambda row: (row.axis, row.attribute)):
        group = list(own)
        rows += group if not axis[0] else sorted(group, key=lambda row: _key(row, place, sign))
    return replace(table, rows=tuple(rows))


def _place(table: Table, wanted: str) -> int:
    return table.header.index(wanted) if wanted in table.header else [str(code) for code in table.codes].index(wanted)


def _key(row: Row, place: int | None, sign: int) -> tuple[bool, float]:
    """What has no figure comes last either way."""
    value = row.n if place is None else row.cells[place].value
    return value is None, 0.0 if value is None else sign * float(value)


def _answers(table: Table, sign: int) -> Table:
    """The answers by the first line, which is everybody where there is one."""
    first = table.rows[0].cells
    silent = [code == table.nonanswer for code in table.codes]
    order = sorted(range(len(first)), key=lambda k: (silent[k], first[k].value is None, sign * (first[k].value or 0.0)))
    rows = tuple(replace(row, cells=tuple(row.cells[k] for k in order)) for row in table.rows)
    return replace(
        table, header=tuple(table.header[k] for k in order), codes=tuple(table.codes[k] for k in order), rows=rows
    )
