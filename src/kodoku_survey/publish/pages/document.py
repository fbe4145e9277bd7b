"""The report as blocks of plain text and numbers: what is on the page, in order; how it looks is report.typ's business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kodoku_survey.publish.charts.metrics import chunks
from kodoku_survey.publish.pages.accounts import ledger_rows, step_rows
from kodoku_survey.publish.pages.blocks import Block, grid, heading, paragraph
from kodoku_survey.publish.pages.notes import day_in_words, notes_for_the_reader
from kodoku_survey.publish.pages.result_blocks import Pictures, sentence_blocks, table_blocks
from kodoku_survey.tables import Report
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.words import words_of
from kodoku_survey.version import __version__


def document(report: Report, pictures: Pictures) -> dict[str, Any]:
    """Cover and blocks. pictures : the charts of each table, by its id."""
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
        "description": said["document_description"].format(title=identity.title, conductor=identity.conductor),
        "keywords": [identity.name, identity.conductor],
        "title_parts": chunks(identity.title),
        "made": said["made_with"].format(version=__version__),
        "font": said["font_note"],
        "before": [*_method(report, said), *notes_for_the_reader(report, said)],
        "units": list(_units(report, pictures, said)),
        "after": list(_annex(report, said)),
    }


def _excerpt(report: Report, said: Mapping[str, str]) -> str:
    return said["excerpt"].format(tables=said["listing"].join(report.only)) if report.only else ""


def _method(report: Report, said: Mapping[str, str]) -> Iterator[Block]:
    identity, ledger = report.survey.settings.identity, report.responses.ledger
    yield heading(1, said["part_method"])
    for text in identity.method:
        yield paragraph(text)
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


def _units(report: Report, pictures: Pictures, said: Mapping[str, str]) -> Iterator[Block]:
    """What stays together on a page: the heads before a table, what is said of it, its figure and itself."""
    level, japanese = 0, report.survey.settings.identity.lang == "ja"
    blocks: list[Block] = []
    begins = False
    for section in report.sections:
        # A plan may lack a parent; a page may not skip a level of headings.
        level = min(section.id.count("-") + 1, level + 1)
        begins = begins or level == 1
        moved = [one.text for one in report.moved if one.place == section.id]
        blocks += [heading(level, section.title), *map(paragraph, section.text), *sentence_blocks(moved)]
        for table in report.tables:
            if table.section == section.id:
                said_of_it = sentence_blocks(table.sentences)
                blocks += said_of_it[:1]
                for part in ([blocks] if blocks else []) + [[one] for one in said_of_it[1:]]:
                    yield {"blocks": part, "begins": begins and part is blocks, "turn": False, "leads": True}
                told = list(table_blocks(table, pictures.get(table.id, ()), said, japanese=japanese))
                # A chart that runs on over pages; its last part keeps the table.
                for part in (*([one] for one in told[:-2]), told[-2:]):
                    yield {"blocks": part, "begins": begins and not blocks, "turn": False, "leads": False}
                blocks, begins = [], False
    if blocks:
        yield {"blocks": blocks, "begins": begins, "turn": False, "leads": False}


def _annex(report: Report, said: Mapping[str, str]) -> Iterator[Block]:
    yield heading(1, said["part_annex"])
    yield heading(2, said["annex_precision"])
    heads = [said[key] for key in ("table", "group", "answer", "n", "percent", "se", "interval", "deff")]
    yield {**grid(said["annex_precision"], heads, list(_precision(report)), left=3)}
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
