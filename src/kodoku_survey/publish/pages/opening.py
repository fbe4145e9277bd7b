"""What stands before the results: notes for the reader, front matter, 第１ the survey and what came back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from kodoku_survey.publish.pages.blocks import Block, grid, heading, paragraph
from kodoku_survey.publish.pages.notes import day_in_words
from kodoku_survey.publish.pages.silence import modes_are_groups
from kodoku_survey.survey.plan import Section
from kodoku_survey.tables import Report
from kodoku_survey.tables.rounding import half_up

_PARTED = re.compile(r"：|: ")


def section_blocks(section: Section) -> Iterator[Block]:
    """What a section says itself: paragraphs, points, pairs."""
    yield from map(paragraph, section.text)
    if section.bullets:
        yield {"kind": "list", "items": list(section.bullets)}
    if section.facts:
        pairs = [_PARTED.split(fact, maxsplit=1) for fact in section.facts]
        yield {"kind": "facts", "rows": [pair if len(pair) == 2 else ["", *pair] for pair in pairs]}


def conduct(report: Report, said: Mapping[str, str]) -> Iterator[Block]:
    """The survey as a whole, where the plan has no part on it."""
    yield heading(1, said["heading_1"].format(number="１" if said["persons"] else "1", title=said["part_method"]))
    yield from map(paragraph, report.survey.settings.identity.method)
    yield from returns(report, said)


def returns(report: Report, said: Mapping[str, str]) -> Iterator[Block]:
    """Who was asked, when, how many answered and how."""
    identity, ledger = report.survey.settings.identity, report.responses.ledger
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
    told = not report.few or not modes_are_groups(report)
    if told and all(int((report.responses.mode == mode).sum()) >= report.few for mode in modes):
        heads = [said["mode"], said["n"], said["percent"]]
        yield grid(said["composition"], heads, rows, japanese=identity.lang == "ja")
