"""The report as blocks of plain text and numbers: what is on the page, in order; how it looks is report.typ's business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kodoku_survey.publish.pages.accounts import ledger_rows, step_rows, title_of
from kodoku_survey.publish.pages.blocks import Block, grid, heading
from kodoku_survey.publish.pages.notes import day_in_words, notes_for_the_reader
from kodoku_survey.tables import Report, Table
from kodoku_survey.tables.history import laid_out
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.words import words_of
from kodoku_survey.version import __version__

VERTICAL = 9  # from so many answers on, heads stand upright


def document(report: Report, charts: Mapping[str, str]) -> dict[str, Any]:
    """Cover and blocks. charts : file stem of each table's chart, by table id."""
    identity, lang = report.survey.settings.identity, report.survey.settings.identity.lang
    said = words_of(report.survey)
    return {
        "lang": lang,
        "name": identity.name,
        "title": identity.title,
        "subtitle": said["report"] + _excerpt(report, said),
        "conductor": identity.conductor,
        "wave": said["wave_year"].format(wave=identity.wave),
        "banner": said["synthetic"] if identity.synthetic == "yes" else "",
        "basis": said[f"basis_{report.sample.basis}"],
        "contents": said["contents"],
        "made": said["made_with"].format(version=__version__),
        "font": said["font_note"],
        "blocks": [
            *_method(report, said),
            *notes_for_the_reader(report, said),
            *_results(report, charts, said),
            *_annex(report, said),
        ],
    }


def _excerpt(report: Report, said: Mapping[str, str]) -> str:
    return said["excerpt"].format(tables=said["listing"].join(report.only)) if report.only else ""


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _method(report: Report, said: Mapping[str, str]) -> Iterator[Block]:
    identity, ledger = report.survey.settings.identity, report.responses.ledger
    yield heading(1, said["part_method"])
    for paragraph in identity.method:
        yield _text(paragraph)
    kept = len(report.responses)
    facts = [
        (said["conductor"], identity.conductor),
        (said["population"], identity.population),
        (said["reference_date"], day_in_words(identity.reference_date, said)),
        (said["accepted_until"], day_in_words(identity.accepted_until, said)),
        (said["selected"], "" if ledger.selected is None else f"{ledger.selected:,}{said['persons']}"),
        (said["valid"], f"{kept:,}{said['persons']}"),
        (said["rate"], "" if not ledger.selected else f"{half_up(Decimal(100) * kept / ledger.selected, 1)}%"),
    ]
    yield {"kind": "facts", "rows": [[name, value] for name, value in facts if value]}
    modes = sorted(set(report.responses.mode), key=lambda mode: -int((report.responses.mode == mode).sum()))
    rows = [
        [mode, f"{(c := int((report.responses.mode == mode).sum())):,}", half_up(Decimal(100) * c / kept, 1)]
        for mode in modes
    ]
    yield grid(said["composition"], [said["mode"], said["n"], said["percent"]], rows)


def _results(report: Report, charts: Mapping[str, str], said: Mapping[str, str]) -> Iterator[Block]:
    level = 0
    for section in report.sections:
        # A plan may lack a parent; a page may not skip a level of headings.
        level = min(section.id.count("-") + 1, level + 1)
        yield heading(level, section.title)
        for paragraph in section.text:
            yield _text(paragraph)
        for table in report.tables:
            if table.section == section.id:
                yield from _table(table, charts.get(table.id), said)


def _table(table: Table, chart: str | None, said: Mapping[str, str]) -> Iterator[Block]:
    for sentence in table.sentences:
        yield {"kind": "sentence", "text": sentence}
    if chart is not None:
        yield {
            "kind": "chart",
            "path": f"charts/{chart}.svg",
            "caption": title_of(table, said["number_of_figure"]),
            "head_note": table.head_note,
            "alt": _alternative(table, said),
        }
    table = laid_out(table, said["total"])
    rows, titles, reference = _lines(table)
    yield {
        **grid(title_of(table, said["number_of_table"]), [table.stub_head, said["n"], *table.header], rows),
        "head_note": "" if chart is not None else table.head_note,
        "titles": titles,
        "reference": reference,
        "vertical": len(table.header) >= VERTICAL,
        "notes": list(table.notes),
        "quiet": chart is not None,
    }


def _alternative(table: Table, said: Mapping[str, str]) -> str:
    """A chart in words: its kind and what the first line shows; the numbers stand in the table below it."""
    first, percent = table.rows[0], "%" if table.statistic == "share" else ""
    parts = [f"{label} {cell.text}{percent}" for label, cell in zip(table.header, first.cells, strict=True)]
    summary = f"{first.group}: {said['listing'].join(parts)}"
    return said["chart_alt"].format(title=table.title, kind=said[table.figure], summary=summary)


def _lines(table: Table) -> tuple[list[list[str]], list[int], list[int]]:
    """Cells as text, the lines that name an attribute (where there are several), and those for reference only."""
    several = len({row.attribute for row in table.rows if row.attribute}) > 1
    rows: list[list[str]] = []
    titles, reference = [], []
    before = ""
    for row in table.rows:
        if several and row.attribute != before:
            titles.append(len(rows))
            rows.append([row.attribute, *[""] * (len(row.cells) + 1)])
        if row.flag == "reference":
            reference.append(len(rows))
        rows.append([row.group, row.base_text, *(cell.text for cell in row.cells)])
        before = row.attribute
    return rows, titles, reference


def _annex(report: Report, said: Mapping[str, str]) -> Iterator[Block]:
    yield heading(1, said["part_annex"])
    yield heading(2, said["annex_precision"])
    heads = [said[key] for key in ("table", "group", "answer", "n", "percent", "se", "interval", "deff")]
    yield {**grid(said["annex_precision"], heads, list(_precision(report)), left=3), "small": True}
    if report.sample.steps:
        yield heading(2, said["annex_weights"])
        heads, rows = step_rows(report.sample, said)
        yield grid(said["annex_weights"], heads, rows)
    yield heading(2, said["annex_ledger"])
    heads, rows = ledger_rows(report.responses, said)
    yield grid(said["annex_ledger"], heads, rows, left=3)


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
