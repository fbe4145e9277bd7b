"""The PDFs of a report: a static typst template and a JSON file, with the packaged fonts, nothing from the system."""

from __future__ import annotations

import calendar
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kodoku_survey.publish.charts.charts import is_drawn
from kodoku_survey.publish.pages.digest import digest, main_tables
from kodoku_survey.publish.pages.document import document, flowing
from kodoku_survey.publish.pages.pagination import LIST_GAP, draw, fill, list_gap, listed
from kodoku_survey.publish.release.dating import day_of
from kodoku_survey.publish.typesetting.setting import Typesetter
from kodoku_survey.tables import Report


def typeset(report: Report, beside: Path) -> bytes:
    """The report's bytes, the same for the same report. beside : a folder that nobody else may read and the next run
    clears up after a kill.

    A character no font has is printed as glyphs.py says. Raises OutputError.
    """
    tables = {table.id: table for table in report.tables if is_drawn(table)}
    content = document(report, drawn=tables)
    flow = flowing(content)
    content["listed"] = listed(flow)
    with tempfile.TemporaryDirectory(dir=beside) as place:
        setter = Typesetter(Path(place), "report.typ", "report.pdf")
        draw(flow, tables, Path(place))
        setter.say({**content, "flow": flow, "list_gap": LIST_GAP})
        places = setter.asked("<places>")
        flow = fill(flow, tables, places["blocks"])
        draw(flow, tables, Path(place))
        setter.say({**content, "flow": flow, "list_gap": list_gap(places["contents"], len(content["listed"]))})
        return setter.pdf(_moment(report))


def typeset_digest(report: Report, beside: Path) -> bytes:
    """The digest's bytes. beside : as for `typeset`. Raises OutputError."""
    content = digest(report)
    tables = {table.id: table for table in main_tables(report)}
    with tempfile.TemporaryDirectory(dir=beside) as place:
        setter = Typesetter(Path(place), "digest.typ", "point.pdf")
        draw([block for part in content["parts"] for block in part["blocks"]], tables, Path(place))
        setter.say(content)
        return setter.pdf(_moment(report))


def compiled(template: str, content: Mapping[str, Any], moment: int, beside: Path, name: str) -> bytes:
    """A template filled once. beside : as for `typeset`. name : of the file, for errors. Raises OutputError."""
    with tempfile.TemporaryDirectory(dir=beside) as place:
        setter = Typesetter(Path(place), template, name)
        setter.say(content)
        return setter.pdf(moment)


def _moment(report: Report) -> int:
    """The document's date: of publication, never before its data existed, never the clock's."""
    return calendar.timegm((*day_of(report).timetuple()[:3], 0, 0, 0))
