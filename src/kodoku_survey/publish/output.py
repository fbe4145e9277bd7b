"""The outputs of a run, each written whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from matplotlib.figure import Figure

from kodoku_survey.crosstabs.weighting_report import weighting_report
from kodoku_survey.design import Sample
from kodoku_survey.errors import UsageError
from kodoku_survey.intake.free_texts import own_words
from kodoku_survey.media import made_by
from kodoku_survey.publish.charts.drawing import draw_charts
from kodoku_survey.publish.microdata.microdata import label_cuts, write_microdata
from kodoku_survey.publish.microdata.replicate_files import write_replicates
from kodoku_survey.publish.pages.pdf import typeset, typeset_digest
from kodoku_survey.publish.pages.quality import quality_page
from kodoku_survey.publish.pages.report_page import write_report_page
from kodoku_survey.publish.release.leaks import refuse_leaks
from kodoku_survey.publish.release.manifest import write_manifest
from kodoku_survey.publish.release.whole import whole_folder
from kodoku_survey.publish.release.writing import put, put_csv
from kodoku_survey.publish.sheets.chart_book import write_chart_book
from kodoku_survey.publish.sheets.datafiles import write_data
from kodoku_survey.publish.sheets.workbook import write_workbook
from kodoku_survey.tables import Report
from kodoku_survey.tables.report import Progress

OwnWords = Literal["left_out", "apart"]


def _unseen(_stage: str, _done: int, _total: int) -> None:
    """Nobody is watching."""


def _write_quality(report: Report, path: Path) -> None:
    put(path, quality_page(report))


# What a report is written as beside its PDF and charts, by name. A further output is a line here.
WRITERS: Mapping[str, Callable[[Report, Path], None]] = MappingProxyType(
    {
        "tables.xlsx": write_workbook,
        "data": write_data,
        "charts.xlsx": write_chart_book,
        "report.html": write_report_page,
        "quality.html": _write_quality,
    }
)

FOR_MACHINES = ("data", "charts.xlsx")  # what a report that stays in the office (庁内限り) is not written as


def write_report(report: Report, out: str | Path, *, progress: Progress = _unseen, force: bool = False) -> Path:
    """Write report.pdf, point.pdf, report.html, tables.xlsx, data/, charts/, quality.html, manifest.json to `out`, whole
    or not at all.

    force : replace an earlier result though its files were changed or are not all listed (ownership.py).
    Raises BusyError, OutputError; DisclosureError where a finished file tells what a protected report hides.

    >>> out = ks.write_report(ks.make_report(sample, only=["1"]), "report", force=True)
    >>> (out / "report.pdf").is_file(), (out / "manifest.json").is_file()
    (True, True)
    """
    out = Path(out)
    with whole_folder(out, force=force) as folder:
        with ThreadPoolExecutor(2) as beside:  # pages and pictures are set by other processes while files are written
            paged = beside.submit(_write_pages, report, folder, progress)
            painted = beside.submit(draw_charts, report, folder / "charts", progress)
            for done, (name, write) in enumerate(WRITERS.items()):
                progress("files", done, len(WRITERS) + 1)
                if report.for_machines or name not in FOR_MACHINES:
                    write(report, folder / name)
            paged.result()
            painted.result()
        write_manifest(report, folder)
        refuse_leaks(report, folder)
        progress("files", len(WRITERS) + 1, len(WRITERS) + 1)
    return out


def _write_pages(report: Report, folder: Path, progress: Progress) -> None:
    progress("pdf", 0, 2)
    put(folder / "report.pdf", typeset(report, folder))
    progress("pdf", 1, 2)
    put(folder / "point.pdf", typeset_digest(report, folder))
    progress("pdf", 2, 2)


def write_prepared(
    sample: Sample, out: str | Path, *, formats: Sequence[str], texts: OwnWords = "left_out",
    progress: Progress = _unseen, force: bool = False,
) -> Path:  # fmt: skip
    """Write microdata, edits.csv, issues.csv, ledger.csv, exclusions.csv, weights.json, weighting/ (the report on the weights, a
    file a part), replicates/ (where settings ask for them) and manifest.json to `out`.

    texts : "apart" writes texts.csv as well, what respondents wrote in words of their own (`kind = "text"`).
    Raises BusyError, OutputError.

    >>> out = ks.write_prepared(sample, "prepared", formats=["csv"], force=True)
    >>> (out / "microdata.csv").is_file(), (out / "manifest.json").is_file()
    (True, True)
    """
    responses = sample.responses
    if responses is None:
        raise UsageError("tables.no_survey")
    if texts == "apart" and not responses.survey.codebook.texts:
        raise UsageError("publish.no_texts", responses.survey.folder.name)
    out = Path(out)
    with whole_folder(out, force=force) as folder:
        for done, kind in enumerate(formats):
            progress("files", done, len(formats))
            write_microdata(sample, folder / f"microdata.{kind}")
        frames = {
            "edits": responses.edits,
            "issues": responses.issues,
            "ledger": responses.ledger.frame(),
            "exclusions": responses.ledger.exclusions,
        }
        if texts == "apart":
            frames["texts"] = own_words(responses)
        for name, frame in frames.items():
            put_csv(frame, folder / f"{name}.csv")
        steps = [step.summary() for step in sample.steps]
        put(folder / "weights.json", json.dumps(steps, indent=2) + "\n")
        for name, frame in weighting_report(sample).frames() if sample.steps else ():
            (folder / "weighting").mkdir(exist_ok=True)
            put_csv(frame, folder / "weighting" / f"{name}.csv")
        write_replicates(sample, folder / "replicates")
        write_manifest(
            Report(responses.survey, responses, sample, (), ()), folder, label_cuts(sample, formats), microdata=True
        )
        progress("files", len(formats), len(formats))
    return out


def plot(result: object, **options: Any) -> Figure:
    """The picture of a result, as its own `.plot()` makes it: 帯グラフ, bars, dots with their intervals, a forest, an account.

    A Figure that shows itself in a notebook; docs/plots.md has the kinds and options. Raises UsageError for what has no picture.

    >>> ks.plot(tab).axes[0].get_title() is not None
    True
    """
    try:
        draw = made_by(result, "plot")
    except KeyError as fault:
        raise UsageError("publish.no_figure", type(result).__name__) from fault
    figure: Figure = draw(**options)
    return figure
