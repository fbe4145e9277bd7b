"""The report as blocks of plain text and numbers: what is on the page, in order; how it looks is report.typ's business."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from kodoku_survey.publish.charts.metrics import chunks
from kodoku_survey.publish.pages.annex import annex
from kodoku_survey.publish.pages.blocks import Block, heading
from kodoku_survey.publish.pages.notes import notes_for_the_reader
from kodoku_survey.publish.pages.opening import conduct, returns, section_blocks
from kodoku_survey.publish.pages.part_numbers import titles, top_of
from kodoku_survey.publish.pages.questionnaire import question_blocks
from kodoku_survey.publish.pages.result_blocks import sentence_blocks, table_blocks
from kodoku_survey.survey.plan import Section
from kodoku_survey.tables import Report
from kodoku_survey.tables.claims import basis_line
from kodoku_survey.tables.words import words_of
from kodoku_survey.version import __version__


def document(report: Report, drawn: Collection[str] = ()) -> dict[str, Any]:
    """Cover and blocks. drawn : the ids of the tables whose charts stand among the blocks."""
    identity, lang = report.survey.settings.identity, report.survey.settings.identity.lang
    said = words_of(report.survey)
    parts = _Parts(report, drawn, said)
    return {
        "lang": lang,
        "name": identity.name,
        "title": identity.title,
        "title_parts": chunks(identity.title),
        "subtitle": said["report"] + _excerpt(report, said),
        "conductor": identity.conductor,
        "description": said["document_description"].format(title=identity.title, conductor=identity.conductor),
        "keywords": [word for word in (identity.name, identity.conductor) if word],
        "banner": "　".join(report.banners),
        "basis": basis_line(report.survey, report.sample.basis, said),
        "contents": said["contents"],
        "lists": said["lists"],
        "made": said["made_with"].format(version=__version__),
        "font": said["font_note"],
        "before": [*parts.notes(), *parts.told("before"), *parts.outline()],
        "results": list(parts.results()),
        "after": [*parts.questions(), *parts.told("terms"), *annex(report, said)],
    }


def _excerpt(report: Report, said: Mapping[str, str]) -> str:
    return said["excerpt"].format(tables=said["listing"].join(report.only)) if report.only else ""


class _Parts:
    """The sections of a report by the form of the part they stand in."""

    def __init__(self, report: Report, drawn: Collection[str], said: Mapping[str, str]) -> None:
        self.report, self.drawn, self.said = report, drawn, said
        self.japanese = report.survey.settings.identity.lang == "ja"
        self.outlined = any(section.form == "outline" for section in report.sections)
        self.titles = titles(report.sections, said, japanese=self.japanese, first=1 if self.outlined else 2)

    def of(self, *forms: str) -> list[Section]:
        """The sections of parts of these forms."""
        sections = self.report.sections
        return [section for section in sections if top_of(section, sections).form in forms]

    def heads(self, sections: Sequence[Section]) -> Iterator[tuple[Section, Block]]:
        """Each section with its head. A plan may lack a parent; a page may not skip a level of headings."""
        level = 0
        for section in sections:
            level = min(section.level, level + 1)
            opens = top_of(section, self.report.sections).form in ("results", "questionnaire")
            yield section, heading(level, self.titles[section.id], opens=opens)

    def notes(self) -> Iterator[Block]:
        """利用上の注意, those of the folder among them."""
        more = [point for section in self.of("notes") for point in (*section.text, *section.bullets)]
        yield from notes_for_the_reader(self.report, self.said, more)

    def told(self, form: str) -> Iterator[Block]:
        """Parts of words, and of tables as they are."""
        for section, head in self.heads(self.of(form)):
            yield head
            yield from section_blocks(section)
            yield from self.tables(section)

    def outline(self) -> Iterator[Block]:
        """第１: as the plan tells it, or what is known of any survey."""
        if not self.outlined:
            yield from conduct(self.report, self.said)
            return
        for section, head in self.heads(self.of("outline")):
            yield head
            yield from section_blocks(section)
            if section.form == "returns":
                yield from returns(self.report, self.said)
            yield from self.tables(section)

    def tables(self, section: Section) -> Iterator[Block]:
        """The tables of a section, without their charts and without a word."""
        for table in self.report.tables:
            if table.section == section.id:
                yield from table_blocks(table, self.said, japanese=self.japanese, drawn=False)

    def questions(self) -> Iterator[Block]:
        """第３: the questionnaire."""
        for section, head in self.heads(self.of("questionnaire")):
            yield head
            yield from section_blocks(section)
            asked = list(question_blocks(self.report, section.id, self.said))
            if asked:
                yield {"kind": "questions", "blocks": asked}

    def results(self) -> Iterator[Block]:
        """第２: heads, what is said, figures with their tables."""
        for section, head in self.heads(self.of("results")):
            yield head
            yield from section_blocks(section)
            for table in self.report.tables:
                if table.section == section.id:
                    yield from sentence_blocks(table.sentences)
                    yield from table_blocks(table, self.said, japanese=self.japanese, drawn=table.id in self.drawn)


def flowing(content: Mapping[str, Any]) -> list[Block]:
    """The blocks that are set on pages by what they leave white: front matter, whose parts run on, and results."""
    flow = [*content["before"], *content["results"]]
    for number, block in enumerate(flow):
        block.update(begins=block.get("opens", False) or number == 0, turn=False)
    return flow
