"""A study as blocks of plain text and numbers for study.typ."""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kodoku_survey.publish.charts.fonts import FALLBACK, FAMILIES
from kodoku_survey.publish.pages.pdf import compiled
from kodoku_survey.tables.studies.study import Study, StudyPart
from kodoku_survey.tables.words import words
from kodoku_survey.version import __version__


def typeset_study(study: Study, folder: Path, charts: Mapping[int, str]) -> bytes:
    """The PDF's bytes. charts : SVG of the figures, by the place of their part. Raises OutputError."""
    day = study.survey.settings.identity.reference_date
    moment = calendar.timegm((day.year, day.month, day.day, 0, 0, 0)) if day else 0
    return compiled("study.typ", _document(study, charts), moment, folder, "report.pdf")


def _document(study: Study, charts: Mapping[int, str]) -> dict[str, Any]:
    said, identity = words(study.language), study.survey.settings.identity
    return {
        "lang": study.language,
        "fonts": [FAMILIES["sans"], FALLBACK],
        "name": identity.name,
        "title": study.title,
        "subtitle": study.subtitle,
        "conductor": identity.conductor or identity.name,
        "banner": said["synthetic"] if study.made_up else "",
        "cautions": list(study.cautions),
        "basis": study.basis,
        "made": said["made_with"].format(version=__version__),
        "blocks": [block for place, part in enumerate(study.parts) for block in _blocks(part, charts.get(place), said)],
    }


def _blocks(part: StudyPart, chart: str | None, said: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    yield {"kind": "heading", "level": part.level, "text": part.heading, "page": part.page}
    for text in part.texts:
        yield {"kind": "text", "text": text}
    for sentence in part.sentences:
        yield {"kind": "sentence", "text": sentence}
    if chart is not None and part.figure is not None:
        told = said["study_chart_alt"].format(caption=part.caption, count=len(part.figure.labels))
        yield {"kind": "chart", "svg": chart, "caption": part.caption, "alt": told}
    if part.rows:
        head, rows = list(part.head), [list(row) for row in part.rows]
        caption = part.caption or part.heading
        yield {
            "kind": "table",
            "caption": caption,
            "head": head,
            "rows": rows,
            "left": part.words,
            "widths": _widths(part),
            "notes": list(part.notes),
        }


def _widths(part: StudyPart) -> list[float]:
    """How wide the columns of a table are beside each other: by their longest cell, a heading may stand on three lines."""
    wide, words_at_most = [], 60 if len(part.head) < 4 else 34
    for column, head in enumerate(part.head):
        longest = max((cell_width(row[column]) for row in part.rows), default=1) + 2
        # Latin words are not parted, Japanese ones anywhere.
        word = max(cell_width(word) + 3 if word.isascii() else 7 for word in head.split() or [""])
        wide.append(
            float(min(max(longest, cell_width(head) / 2, word, 7), words_at_most if column < part.words else 30))
        )
    return wide


def cell_width(text: str) -> int:
    """Half-width columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
