"""第３ 単純集計結果付き調査票: each question in its own words, and beside each option how many chose it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kodoku_survey.publish.charts.metrics import chunks
from kodoku_survey.publish.pages.blocks import Block
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.tables import Report, Table


def question_blocks(report: Report, section: str, said: Mapping[str, str]) -> Iterator[Block]:
    """The questions of a section, in the order of the plan."""
    bases = {entry.id: entry.base_note for entry in report.survey.plan.tables}
    for table in report.tables:
        if table.section == section:
            yield _question(table, report.responses.variables, bases.get(table.id, ""), said)


def _question(table: Table, variables: Mapping[str, Variable], base: str, said: Mapping[str, str]) -> Block:
    """A question as asked: number, wording, whom it was put to; each option in full with its count and share."""
    counted = variables[table.question]
    called = {table.id, table.number or table.id}
    named = (v for v in variables.values() if called & {v.number, v.name})
    asked = counted if counted.question else next(named, counted)
    labels = {code.code: code.label for code in counted.codes}
    row = table.rows[0]
    lines = []
    given = {code: (label, cell) for code, label, cell in zip(table.codes, table.header, row.cells, strict=True)}
    for code in (code for code in counted.keys if code in given):  # as on the form, whichever way tables run
        label, cell = given[code]
        mark = "" if code == table.nonanswer or counted.source == "derived" else str(code)
        count = cell.text if cell.hidden or cell.count is None else f"{cell.count:,}"
        lines.append([mark, labels.get(code, label), count, cell.text])
    wording = asked.question or table.title
    title = f"{asked.number}　{wording}" if asked.number else wording
    several = said["several"] if table.multiple else ""
    base_note = f"{base}　" if base else ""
    return {
        "kind": "question",
        "table": table.id,
        "title": title + several,
        "caption": title,
        "parts": chunks(title),
        "note": f"{base_note}{said['n']} {row.base_text}",
        "head": ["", said["option"], said["n"], "%"],
        "rows": lines,
    }
