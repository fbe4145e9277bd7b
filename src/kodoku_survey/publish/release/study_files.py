"""A study as files: report.pdf, tables.xlsx, data/*.csv, charts/ and manifest.json, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path

from kodoku_survey.publish.charts.charts import render
from kodoku_survey.publish.charts.notebook_figures import as_figure
from kodoku_survey.publish.charts.study_charts import draw_study
from kodoku_survey.publish.charts.svg import as_svg
from kodoku_survey.publish.pages.study_page import typeset_study
from kodoku_survey.publish.release.ownership import MARK
from kodoku_survey.publish.release.whole import whole_folder
from kodoku_survey.publish.release.writing import put, put_csv, put_workbook
from kodoku_survey.publish.sheets.study_sheet import fill_study
from kodoku_survey.tables.studies.study import Study
from kodoku_survey.tables.words import words
from kodoku_survey.version import __version__


def write_study(study: Study, out: str | Path, *, force: bool = False) -> Path:
    """Write a study to `out`. Raises BusyError, OutputError."""
    out = Path(out)
    with whole_folder(out, force=force) as folder:
        put_pages(study, folder)
        (folder / "data").mkdir()
        for name, frame in study.frames.items():
            put_csv(frame, folder / "data" / f"{name}.csv")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        hashes = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        told = {"kodoku_survey": __version__, "title": study.title, "lines": list(study.lines), **study.told}
        put(folder / MARK, json.dumps({**told, "outputs": hashes}, ensure_ascii=False, indent=2) + "\n")
    return out


def put_pages(study: Study, folder: Path) -> None:
    """What people read of a study: report.pdf, tables.xlsx and charts/."""
    (folder / "charts").mkdir()
    charts = dict[int, str]()
    for place, part in enumerate(study.parts):
        if part.figure is None:
            continue
        picture = draw_study(part.figure)
        charts[place] = as_svg(picture)
        stem = folder / "charts" / f"{len(charts):03d}"
        description = words(study.language)["study_chart_alt"].format(
            caption=part.caption, count=len(part.figure.labels)
        )
        put(stem.with_suffix(".svg"), as_svg(picture, title=part.caption, description=description, outlined=True))
        put(stem.with_suffix(".png"), render(as_figure(picture), "png"))
    put(folder / "report.pdf", typeset_study(study, folder, charts))
    put_workbook(folder / "tables.xlsx", partial(fill_study, study))
