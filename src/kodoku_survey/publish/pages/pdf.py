"""The PDF: a static typst template and a JSON file, with the packaged fonts and nothing from the system or the network."""

from __future__ import annotations

import calendar
import json
import tempfile
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.charts.charts import is_drawn, pictures
from kodoku_survey.publish.charts.fonts import font_folders
from kodoku_survey.publish.charts.glyphs import legible_throughout
from kodoku_survey.publish.pages.document import document
from kodoku_survey.publish.pages.pagination import draw, fill, listed
from kodoku_survey.publish.release.dating import day_of
from kodoku_survey.tables import Report

STANDARDS: Any = ["a-2a", "ua-1"]  # archival and accessible; the exporter refuses what does not conform


def typeset(report: Report, beside: Path) -> bytes:
    """The report's bytes, the same for the same report. beside : a folder that nobody else may read and the next run
    clears up after a kill.

    A character no font has is printed as glyphs.py says. Raises OutputError.
    """
    tables = {table.id: table for table in report.tables if is_drawn(table)}
    content = document(report, {name: pictures(table) for name, table in tables.items()})
    content["listed"] = listed(content)
    with tempfile.TemporaryDirectory(dir=beside) as place:
        setter = Typesetter(Path(place), "report.typ", "report.pdf")
        draw(content["units"], tables, Path(place))
        setter.say(content)
        heights = setter.asked("<places>")
        fill(content["units"], tables, heights)
        draw(content["units"], tables, Path(place))
        setter.say(content)
        return setter.pdf(_moment(report))


class Typesetter:
    """A template of this room in a folder of its own, filled from data.json. name : of the file it makes, for errors."""

    def __init__(self, folder: Path, template: str, name: str) -> None:
        text = resources.files("kodoku_survey.publish.pages").joinpath(template).read_text(encoding="utf-8")
        (folder / template).write_text(text, encoding="utf-8")
        self.folder, self.template, self.name = folder, template, name

    def say(self, content: Mapping[str, Any]) -> None:
        """What the template is filled with."""
        told = json.dumps(legible_throughout(content), ensure_ascii=False)
        (self.folder / "data.json").write_text(told, encoding="utf-8")

    def asked(self, label: str) -> Any:
        """What the document says of itself under a label, set on pages without an end. Raises OutputError."""
        return json.loads(self._called(lambda one: one.query(label, field="value", one=True), {"measuring": "yes"}))

    def pdf(self, moment: int) -> bytes:
        """The bytes of the document as of a moment. Raises OutputError."""
        made = self._called(lambda one: one.compile(timestamp=moment, pdf_standards=STANDARDS), {})
        assert isinstance(made, bytes)
        return made

    def _called(self, call: Callable[[Any], Any], inputs: dict[str, str]) -> Any:
        import typst

        place = str(self.folder / self.template)
        try:
            fonts = typst.Fonts(include_system_fonts=False, font_paths=font_folders())
            return call(typst.Compiler(place, root=str(self.folder), font_paths=fonts, sys_inputs=inputs))
        except typst.TypstError as error:
            first = str(error).splitlines()[0]
            key = "publish.missing_glyph" if "font" in first or "glyph" in first else "publish.typesetting"
            raise OutputError(key, self.name, reason=first) from None


def compiled(template: str, content: Mapping[str, Any], moment: int, beside: Path, name: str) -> bytes:
    """A template filled once. beside : as for `typeset`. name : of the file, for errors. Raises OutputError."""
    with tempfile.TemporaryDirectory(dir=beside) as place:
        setter = Typesetter(Path(place), template, name)
        setter.say(content)
        return setter.pdf(moment)


def _moment(report: Report) -> int:
    """The document's date: of publication, never before its data existed, never the clock's."""
    return calendar.timegm((*day_of(report).timetuple()[:3], 0, 0, 0))
