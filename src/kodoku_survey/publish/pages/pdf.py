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
    import typst

    content = json.dumps(legible_throughout(document(report, stems)), ensure_ascii=False)
    # Beside the charts, where nobody else may read and the next run clears up after a kill.
    with tempfile.TemporaryDirectory(dir=charts.parent) as name:
        folder = Path(name)
        (folder / "data.json").write_text(content, encoding="utf-8")
        (folder / "charts").mkdir()
        for stem in stems.values():
            shutil.copyfile(charts / f"{stem}.svg", folder / "charts" / f"{stem}.svg")
        template = resources.files("kodoku_survey.publish.pages").joinpath("report.typ").read_text(encoding="utf-8")
        (folder / "report.typ").write_text(template, encoding="utf-8")
        try:
            made = typst.compile(
                str(folder / "report.typ"),
                root=str(folder),
                font_paths=[str(font_file().parent), str(fallback_file().parent)],
                ignore_system_fonts=True,
                timestamp=_moment(report),
                pdf_standards=STANDARDS,
            )
        except typst.TypstError as error:
            first = str(error).splitlines()[0]
            key = "publish.missing_glyph" if "font" in first or "glyph" in first else "publish.typesetting"
            raise OutputError(key, "report.pdf", reason=first) from None
    assert isinstance(made, bytes)
    return made


def _moment(report: Report) -> int:
    """The document's date: the survey's reference date, so that the same input makes the same file."""
    identity = report.survey.settings.identity
    date = identity.reference_date
    parts = (date.year, date.month, date.day) if date else (identity.wave, 12, 1)
    return calendar.timegm((*parts, 0, 0, 0))
