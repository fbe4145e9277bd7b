"""How cross-tabs and what is made of them are printed: groups × answers, bases and marks as on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kodoku_survey.crosstabs import CrossTab
from kodoku_survey.crosstabs.pairwise import Pairwise
from kodoku_survey.errors import Language
from kodoku_survey.media import makes
from kodoku_survey.tables import summary_text
from kodoku_survey.tables.laid_rows import table_of
from kodoku_survey.tables.marks import MARKS, legend
from kodoku_survey.tables.shown.printed import Printed, of_frame, spoken
from kodoku_survey.tables.shown.screen import on_screen
from kodoku_survey.tables.summary_table import SummaryTable
from kodoku_survey.tables.table import Row, Table
from kodoku_survey.tables.words import Said, is_everybody, words

_INDENT = "　"  # before an item


@makes("CrossTab", "printed")
def print_crosstab(tab: CrossTab, level: float = 0.95, language: Language | None = None) -> Printed:
    """Groups × answers as a page has them, bases last; errors, limits and design effects folded."""
    said = words(spoken(tab.language, language), level)
    table = table_of(tab, level)
    line = f"CrossTab {tab.question}, {tab.share}, basis {tab.estimate.basis}"
    title = said["separator"].join(
        [tab.question_label, said[f"shown_{tab.share}"], said[f"basis_{tab.estimate.basis}"]]
    )
    flags = {cell.flag for row in table.rows for cell in row.cells} | {row.flag for row in table.rows}
    notes = (*_without_value(tab, said), *legend(flags - {""}, said, reference_base=tab.reference_base))
    details = of_frame(tab.frame(level), said, "", said["shown_details"], stubs=3)
    return wide(table, said, Printed(line, title, (), (), notes=notes, folded=(details,)))


def _without_value(tab: CrossTab, said: Said) -> tuple[str, ...]:
    """Who is not counted for want of a value, by name and number."""
    asked = [said["shown_left_out"].format(name=name, count=f"{count:,}") for name, count in tab.left_out.asked]
    groups = [said["shown_no_group"].format(name=name, count=f"{count:,}") for name, count in tab.left_out.attributes]
    return (*asked, *groups)


def wide(table: Table, said: Said, around: Printed) -> Printed:
    """The rows of a table between what stands around them. everybody : what the line of all respondents is called."""
    several = len({row.attribute for row in table.rows if row.attribute}) > 1
    stub = (said["shown_attribute"],) if several else ()
    heads = (*stub, table.stub_head or said["shown_group"], *table.header, said["shown_n"])
    rows = tuple(
        (*((row.attribute,) if several else ()), str(said_of_all(row.group, said)),
         *(cell.text for cell in row.cells), base_of(row))
        for row in table.rows
    )  # fmt: skip
    return replace(around, heads=heads, rows=rows, stubs=len(stub) + 1)


def said_of_all(name: object, said: Said) -> object:
    """The name of a group, everybody's in the language spoken."""
    return said["total"] if is_everybody(name) else name


def base_of(row: Row) -> str:
    """The base with its mark where the line is for reference only."""
    mark = MARKS["reference"] if row.flag == "reference" and not row.hidden else ""
    return f"{row.base_text}{mark}"


@makes("Pairwise", "printed")
def print_pairwise(found: Pairwise, level: float = 0.95, language: Language | None = None) -> Printed:
    """The cross-tab with the letters of the groups each is significantly higher than; the pairs folded."""
    said = words(spoken(found.tab.language, language))
    table = table_of(found.tab, level)
    order = [found.tab.answers.index(answer) for answer in table.header]
    lettered = [
        replace(row, cells=tuple(
            replace(cell, text=f"{cell.text} {found.marks[g, k]}".strip()) for cell, k in zip(row.cells, order, strict=True)
        ))
        for g, row in enumerate(table.rows)
    ]  # fmt: skip
    line = f"Pairwise {found.tab.question}, rule {found.rule}, {found.adjustment}, level {found.level:g}"
    title = f"{found.tab.question_label} · {found.rule} · {found.adjustment} · {found.level:g}"
    pairs = of_frame(found.pairs, said, "", said["shown_pairs"])
    notes = (said["shown_letters"], *_without_value(found.tab, said))
    around = Printed(line, title, (), (), notes=notes, folded=(pairs,) if len(found.pairs) else ())
    made = wide(replace(table, rows=tuple(lettered)), said, around)
    stub = (*made.heads[: made.stubs], said["shown_letter"])
    rows = tuple(
        (*row[: made.stubs], letter, *row[made.stubs :]) for row, letter in zip(made.rows, found.letters, strict=True)
    )
    return replace(made, heads=(*stub, *made.heads[made.stubs :]), rows=rows, stubs=made.stubs + 1)


@makes("Pairwise", "parts")
def pairwise_parts(found: Pairwise, level: float) -> Mapping[str, pd.DataFrame]:  # noqa: ARG001
    """The cells with their letters, and every pair."""
    return {"frame": found.frame(), "pairs": found.pairs}


@makes("Table", "printed")
def print_table(table: Table, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """The table as its page has it: title, head note, cells with their marks, notes, source."""
    said = words(spoken(table.language, language))
    line = f"Table {table.id or table.question}: {table.title}, {len(table.rows)} × {len(table.header)}, basis {table.basis}"
    title = said["separator"].join(part for part in (table.title, table.head_note) if part)
    source = (f"{said['source']}: {table.source}",) if table.source else ()
    notes = (*table.notes, *source, *((table.mark,) if table.mark else ()), *table.sentences)
    details = of_frame(table.frame(), said, "", said["shown_details"])
    return wide(table, said, Printed(line, title, (), (), notes=notes, folded=(details,)))


def _summary(table: SummaryTable, language: Language | None) -> SummaryTable:
    return replace(table, language=spoken(table.language, language))


@makes("SummaryTable", "printed")
def print_summary(table: SummaryTable, level: float = 0.95, language: Language | None = None) -> Printed:  # noqa: ARG001
    """The lines as they are printed, items indented under their variable."""
    table = _summary(table, language)
    rows = tuple((f"{_INDENT * one.indented}{one.label}", *one.cells) for one in table.lines())
    line = f"SummaryTable {table.title}, basis {table.basis}"
    return Printed(line, table.title, tuple(head.replace("\n", " ") for head in table.heads), rows, notes=table.notes)


@makes("SummaryTable", "to_text")
def summary_screen(table: SummaryTable) -> str:
    """One screen, without its notes, which are long."""
    printed = print_summary(table)
    return on_screen(replace(printed, notes=()), words(spoken(table.language)))


def _lined(
    table: SummaryTable, language: Language | None
) -> tuple[str, Sequence[str], Sequence[summary_text.PrintedLine], Sequence[str]]:
    table = _summary(table, language)
    return table.title, table.heads, table.lines(), table.notes


@makes("SummaryTable", "to_html")
def summary_html(table: SummaryTable, level: float = 0.95, language: Language | None = None) -> str:  # noqa: ARG001
    """With line breaks within heads, and items indented."""
    return summary_text.to_html(*_lined(table, language))


@makes("SummaryTable", "to_markdown")
def summary_markdown(table: SummaryTable, level: float = 0.95, language: Language | None = None) -> str:  # noqa: ARG001
    """With title and notes."""
    return summary_text.to_markdown(*_lined(table, language))


@makes("SummaryTable", "to_latex")
def summary_latex(table: SummaryTable, level: float = 0.95, language: Language | None = None) -> str:  # noqa: ARG001
    """With stacked heads."""
    return summary_text.to_latex(*_lined(table, language))
