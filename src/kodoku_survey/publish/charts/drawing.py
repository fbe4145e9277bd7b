"""Every chart of a report, by one process or several."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from kodoku_survey.errors import OutputError
from kodoku_survey.publish.charts.charts import draw, render
from kodoku_survey.publish.release.writing import put
from kodoku_survey.tables import Table
from kodoku_survey.tables.report import Progress

FEW_CHARTS = 12  # charts a single process draws before a second one has started up


def draw_charts(tables: Sequence[Table], folder: Path, progress: Progress, processes: int = 1) -> dict[str, str]:
    """SVG and PNG of each table that has a figure; the file's stem by table id.

    Several processes start the calling program anew, which only one that guards its main part survives: `kodoku` does,
    a notebook or a plain script need not.
    """
    stems = stems_of(tables)
    drawn = [table for table in tables if table.id in stems]
    folder.mkdir(parents=True, exist_ok=True)
    # The cross-tab holds what only estimation needs; a drawing process gets the printed parts.
    jobs = [(replace(table, crosstab=None), str(folder / stems[table.id])) for table in drawn]
    if processes == 1 or len(jobs) <= FEW_CHARTS:
        for done, job in enumerate(jobs):
            progress("charts", done, len(jobs))
            _draw_one(job)
    else:
        _draw_together(jobs, progress, processes)
    progress("charts", len(jobs), len(jobs))
    return stems


def stems_of(tables: Sequence[Table]) -> dict[str, str]:
    """The stem of a chart's file by table id, of each table that has a figure."""
    drawn = [table for table in tables if table.figure != "none" and any(row.n for row in table.rows)]
    return {table.id: f"{number:03d}" for number, table in enumerate(drawn, start=1)}


def _draw_together(jobs: Sequence[tuple[Table, str]], progress: Progress, processes: int) -> None:
    """Raises OutputError where a drawing process is no more: the system ends the greediest when memory runs out."""
    try:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            with _interrupts_held():
                drawn = pool.map(_draw_one, jobs, chunksize=4)
            for done, _ in enumerate(drawn):
                progress("charts", done, len(jobs))
    except BrokenProcessPool:
        raise OutputError("publish.worker_lost") from None


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal; those started here leave it to the one that started them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _draw_one(job: tuple[Table, str]) -> None:
    table, stem = job
    figure = draw(table)
    for kind in ("svg", "png"):
        put(Path(f"{stem}.{kind}"), render(figure, kind))
