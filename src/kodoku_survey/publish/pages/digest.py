"""point.pdf, the digest (調査結果のポイント): what is said of the main figures, three charts, change since the last wave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kodoku_survey.publish.charts.charts import is_drawn
from kodoku_survey.publish.charts.left_out import left_out
from kodoku_survey.publish.charts.metrics import chunks
from kodoku_survey.publish.pages.accounts import title_of
from kodoku_survey.publish.pages.blocks import Block
from kodoku_survey.publish.pages.result_blocks import alternative, sentence_blocks
from kodoku_survey.tables import Report, Table
from kodoku_survey.tables.claims import basis_line
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.words import words_of
from kodoku_survey.version import __version__

CHARTS, SAID, CHANGES = 3, 4, 8  # charts; sentences of each; sentences on change


def digest(report: Report) -> dict[str, Any]:
    """The digest as blocks."""
    identity, said = report.survey.settings.identity, words_of(report.survey)
    shown = main_tables(report)
    return {
        "lang": identity.lang,
        "name": identity.name,
        "title": identity.title,
        "title_parts": chunks(identity.title),
        "subtitle": said["digest"],
        "conductor": identity.conductor,
        "description": said["digest_description"].format(title=identity.title),
        "keywords": [word for word in (identity.name, identity.conductor) if word],
        "banner": "　".join(report.banners),
        "basis": basis_line(report.survey, report.sample.basis, said),
        "facts": _facts(report, said),
        "parts": [part for part in _parts(report, shown, said) if part["blocks"]],
        "where": f"{said['digest_more']}　{said['made_with'].format(version=__version__)}",
    }


def main_tables(report: Report) -> list[Table]:
    """The tables a section of the form "digest" names in its bullets; without one, the first that have a chart and a sentence."""
    named = [one for section in report.sections if section.form == "digest" for one in section.bullets]
    drawn = [table for table in report.tables if is_drawn(table)]
    chosen = [table for name in named for table in drawn if table.id == name]
    spoken = [table for table in drawn if table.statements]
    return (chosen or spoken or drawn)[:CHARTS]


def _facts(report: Report, said: Mapping[str, str]) -> list[list[str]]:
    kept, selected = len(report.responses), report.responses.ledger.selected
    facts = [[said["valid"], f"{kept:,}{said['persons']}"]]
    if selected:
        facts.append([said["rate"], f"{half_up(Decimal(100) * kept / selected, 1)}%"])
    population = report.survey.settings.identity.population
    return [*facts, *([[said["population"], population]] if population else [])]


def _parts(report: Report, shown: Sequence[Table], said: Mapping[str, str]) -> Iterator[Block]:
    told = [one.text for table in shown for one in table.statements if one.kind in ("levels", "higher")]
    others = [
        one.text
        for table in report.tables
        for one in table.statements[:1]
        if table not in shown and one.kind == "higher"
    ]
    yield {"title": said["digest_main"], "blocks": sentence_blocks([*told[: CHARTS * SAID], *others[:SAID]])}
    first = [*shown, *(table for table in report.tables if is_drawn(table) and table not in shown)]
    changed = [one.text for table in first for one in table.statements if one.kind in ("change", "gap")]
    yield {"title": said["digest_change"], "blocks": sentence_blocks(changed[:CHANGES])}
    yield {"title": said["digest_charts"], "blocks": [_chart(table, said) for table in shown]}


def _chart(table: Table, said: Mapping[str, str]) -> Block:
    title = title_of(table, said["number_of_figure"])
    told = {"table": table.id, "first": 0, "last": None, "path": "", "scale": 1.0}
    return {
        "kind": "chart", "caption": title, "parts": chunks(title), "head_note": table.head_note,
        "notes": left_out(table, said), "alt": alternative(table, said), **told,
    }  # fmt: skip
