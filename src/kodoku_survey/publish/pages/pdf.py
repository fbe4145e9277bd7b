"""The PDF: a static typst template and a JSON file, with the packaged font and nothing from the system or the network."""

from __future__ import annotations

import calendar
import json
import shutil
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.charts.fonts import fallback_file, font_file
from kodoku_survey.publish.charts.glyphs import legible_throughout
from kodoku_survey.publish.pages.document import document
from kodoku_survey.tables import Report

STANDARDS: Any = ["a-2a", "ua-1"]  # archival and accessible; the exporter refuses what does not conform


def typeset(report: Report, charts: Path, stems: Mapping[str, str]) -> bytes:
    """The report's bytes, the same for the same report. charts : folder of the SVG files, by `stems`.

    A character no font has is printed as glyphs.py says. Raises OutputError.
    """
    drawings = {f"charts/{stem}.svg": charts / f"{stem}.svg" for stem in stems.values()}
    return compiled("report.typ", document(report, stems), _moment(report), charts.parent, "report.pdf", drawings)


def compiled(
    template: str,
    content: Mapping[str, Any],
    moment: int,
    beside: Path,
    name: str,
    drawings: Mapping[str, Path] | None = None,
) -> bytes:
    """A static template of this room filled from data.json. drawings : files the template reads, by their path in it.

    beside : a folder that nobody else may read and the next run clears up after a kill. name : of the file, for errors.
    Raises OutputError.
    """
    import typst

    told = json.dumps(legible_throughout(content), ensure_ascii=False)
    with tempfile.TemporaryDirectory(dir=beside) as place:
        folder = Path(place)
        (folder / "data.json").write_text(told, encoding="utf-8")
        for path, drawing in (drawings or {}).items():
            (folder / path).parent.mkdir(exist_ok=True)
            shutil.copyfile(drawing, folder / path)
        text = resources.files("kodoku_survey.publish.pages").joinpath(template).read_text(encoding="utf-8")
        (folder / template).write_text(text, encoding="utf-8")
        try:
            made = typst.compile(
                str(folder / template),
                root=str(folder),
                font_paths=[str(font_file().parent), str(fallback_file().parent)],
                ignore_system_fonts=True,
                timestamp=moment,
                pdf_standards=STANDARDS,
            )
        except typst.TypstError as error:
            first = str(error).splitlines()[0]
            key = "publish.missing_glyph" if "font" in first or "glyph" in first else "publish.typesetting"
            raise OutputError(key, name, reason=first) from None
    assert isinstance(made, bytes)
    return made


def _moment(report: Report) -> int:
    """The document's date: the survey's reference date, so that the same input makes the same file."""
    identity = report.survey.settings.identity
    date = identity.reference_date
    parts = (date.year, date.month, date.day) if date else (identity.wave, 12, 1)
    return calendar.timegm((*parts, 0, 0, 0))
