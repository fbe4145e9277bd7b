"""Every chart of a report, by one process or several."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from kodoku_survey.publish.charts.charts import draw, render
from kodoku_survey.tables import Table
from kodoku_survey.tables.report import Progress

FEW_CHARTS = 12  # charts a single process draws before a second one has started up


def draw_charts(tables: Sequence[Table], folder: Path, progress: Progress, processes: int = 1) -> dict[str, str]:
    """SVG and PNG of each table that has a figure; the file's stem by table id.

    Several processes start the calling program anew, which only one that guards its main part survives: `kodoku` does,
    a notebook or a plain script need not.
    """
    drawn = [table for table in tables if table.figure != "none" and any(row.n for row in table.rows)]
    stems = {table.id: f"{number:03d}" for number, table in enumerate(drawn, start=1)}
    folder.mkdir(parents=True, exist_ok=True)
    # The cross-tab holds what only estimation needs; a drawing process gets the printed parts.
    jobs = [(replace(table, crosstab=None), str(folder / stems[table.id])) for table in drawn]
    if processes == 1 or len(jobs) <= FEW_CHARTS:
        for done, job in enumerate(jobs):
            progress("charts", done, len(jobs))
            _draw_one(job)
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for done, _ in enumerate(pool.map(_draw_one, jobs, chunksize=4)):
                progress("charts", done, len(jobs))
    progress("charts", len(jobs), len(jobs))
    return stems


def _draw_one(job: tuple[Table, str]) -> None:
    table, stem = job
    figure = draw(table)
    for kind in ("svg", "png"):
        Path(f"{stem}.{kind}").write_bytes(render(figure, kind))
