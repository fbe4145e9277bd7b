"""付録: how exact the main figures are, how the weights were made, what became of the returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kodoku_survey.publish.pages.accounts import ledger_rows, step_rows
from kodoku_survey.publish.pages.blocks import Block, grid, heading
from kodoku_survey.publish.pages.silence import files_told
from kodoku_survey.tables import Report
from kodoku_survey.tables.rounding import half_up


def annex(report: Report, said: Mapping[str, str]) -> Iterator[Block]:
    """Precision, weights where figures are weighted, returns."""
    japanese, weighted = report.survey.settings.identity.lang == "ja", report.sample.basis == "design"
    yield heading(1, said["part_annex"])
    heads = [said[key] for key in ("table", "group", "answer", "n", "percent", "se", "interval", "deff")]
    shown = len(heads) if weighted else len(heads) - 1  # of an unweighted figure the design effect is 1 by definition
    lines = [line[:shown] for line in _precision(report)]
    if lines:  # people not drawn by chance have no sampling error
        yield heading(2, said["annex_precision"])
        yield grid(said["annex_precision"], heads[:shown], lines, left=3, japanese=japanese)
    if report.sample.steps and weighted:
        yield heading(2, said["annex_weights"])
        heads, rows = step_rows(report.sample, said, spread=not report.few)
        yield grid(said["annex_weights"], heads, rows, japanese=japanese)
    yield heading(2, said["annex_ledger"])
    heads, rows = ledger_rows(report.responses, said, by_file=files_told(report))
    columns = [k for k, head in enumerate(heads) if head != said["encoding"]]  # of no concern to a reader
    yield grid(
        said["annex_ledger"], [heads[k] for k in columns], [[row[k] for k in columns] for row in rows], left=2,
        japanese=japanese,
    )  # fmt: skip


def _precision(report: Report) -> Iterator[list[str]]:
    """The first line of each table with a figure, in the answers its sentences speak of (or its largest)."""
    seen: set[tuple[str, int]] = set()
    for table in report.tables:
        if table.figure == "none" or not table.rows or table.statistic != "share":
            continue
        focus = {entry.id: entry.focus for entry in report.survey.plan.tables}.get(table.id) or table.codes[:1]
        row = table.rows[0]
        for code, label, cell in zip(table.codes, table.header, row.cells, strict=True):
            if code not in focus or cell.se is None or cell.deff is None:
                continue
            if (table.question + table.head_note, code) in seen:
                continue
            seen.add((table.question + table.head_note, code))
            limits = f"{_one(cell.low)}–{_one(cell.high)}"
            yield [table.id, row.group, label, row.base_text, cell.text, f"{cell.se:.2f}", limits, f"{cell.deff:.2f}"]


def _one(value: float | None) -> str:
    return "" if value is None else half_up(value, 1)
