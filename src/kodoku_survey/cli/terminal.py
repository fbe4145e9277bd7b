"""The terminal: results to stdout, progress and messages to stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as Grid

from kodoku_survey.crosstabs.weighting_report import weighting_report
from kodoku_survey.design import Sample
from kodoku_survey.errors import SurveyError, named, user_language
from kodoku_survey.intake import Responses
from kodoku_survey.intake.issues import by_column, told
from kodoku_survey.publish.microdata.microdata import label_cuts
from kodoku_survey.publish.pages.accounts import ledger_rows, step_name, step_rows
from kodoku_survey.tables import Table
from kodoku_survey.tables.marks import printed
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.words import words

Say = Callable[..., str]


def as_json(value: Any) -> str:
    """JSON a program reads: Japanese as it is, no NaN."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)


def show_check(responses: Responses, sample: Sample | None, say: Say, *, verbose: bool) -> None:
    """Counts of a folder without faults; with `verbose` the ledger and the steps of the weight."""
    survey, ledger = responses.survey, responses.ledger
    out = Console(stderr=True)
    counts = {
        "variables": len(survey.codebook),
        "measures": len(survey.measures.definitions),
        "tables": len(survey.plan.tables),
    }
    out.print(say("check_good", **counts), highlight=False)
    listing = words(user_language())["listing"]
    entries = listing.join(f"{entry.file} {entry.kept:,}/{entry.rows:,}" for entry in ledger.entries)
    out.print(
        say(
            "check_counts",
            rows=f"{ledger.rows:,}",
            kept=f"{ledger.kept:,}",
            entries=entries,
            edits=f"{len(responses.edits):,}",
        ),
        highlight=False,
    )
    if verbose:
        _show_ledger(responses)
        if sample is not None and sample.steps:
            _show_weighting(sample, verbose=False)


def show_issues(responses: Responses | None, doubts: Sequence[SurveyError], say: Say, *, verbose: bool) -> None:
    """A line each column that lost anything, and what is doubtful; with `verbose` every issue."""
    out = Console(stderr=True)
    issues = () if responses is None else [issue for issue in responses.found if verbose or issue.lost]
    for own in by_column(issues):
        out.print(f"{say('issue')}: {told(own)}", highlight=False, markup=False, soft_wrap=True)
    for doubt in doubts:
        out.print(f"{say('doubt')}: {doubt}", highlight=False, markup=False, soft_wrap=True)


def show_prepared(responses: Responses, sample: Sample, out: Path, say: Say, *, verbose: bool) -> None:
    """The weighting summary a methodologist asks for first, then where the files are."""
    if verbose:
        _show_ledger(responses)
    if sample.steps:
        _show_weighting(sample, verbose=verbose)
    done = say("prepare_done", out=out, kept=f"{len(responses):,}", edits=f"{len(responses.edits):,}")
    Console(stderr=True).print(done, highlight=False)


def show_label_cuts(sample: Sample, formats: Sequence[str], say: Say) -> None:
    """Labels the file formats could not hold whole, a line a format."""
    cuts = label_cuts(sample, formats)
    for kind in dict.fromkeys(cut.format for cut in cuts):
        own = [cut for cut in cuts if cut.format == kind]
        columns = named(tuple(dict.fromkeys(cut.column for cut in own)), 6)
        told = say("labels_cut", format=kind, count=len(own), columns=columns)
        Console(stderr=True).print(told, highlight=False)


def show_table(table: Table, say: Say) -> None:
    """One table with its parts; labels fold rather than lose their ends (rich takes Japanese for one long word)."""
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column(folded_label(table.stub_head or say("col_group"), 24), no_wrap=True)
    grid.add_column(say("col_n"), justify="right", no_wrap=True)
    for answer in table.header:
        grid.add_column(folded_label(answer, 8), justify="right", no_wrap=True)
    attribute = table.rows[0].attribute if table.rows else ""
    for row in table.rows:
        if row.attribute != attribute:
            grid.add_section()
            attribute = row.attribute
        n = "" if row.n is None else f"{row.n:,}{printed('reference')}" if row.flag == "reference" else f"{row.n:,}"
        grid.add_row(folded_label(row.group, 24), n, *(cell.text for cell in row.cells))
    print_grid(grid, (table.title, table.head_note), (*table.sentences, *table.notes, table.source))


def show_limits(table: Table, say: Say, method: str) -> None:
    """The interval of every figure, a line a group and a column an answer; a word where there is none to be told."""
    if all(cell.low is None for row in table.rows for cell in row.cells):
        Console().print(say("tab_no_limits", method=method), highlight=False, markup=False, overflow="fold")
        return
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column(folded_label(table.stub_head or say("col_group"), 24), no_wrap=True)
    for answer in table.header:
        grid.add_column(folded_label(answer, 13), justify="right", no_wrap=True)
    places = 0 if table.statistic == "count" else 1
    for row in table.rows:
        told = [
            "" if cell.low is None or cell.high is None else f"{half_up(cell.low, places)}–{half_up(cell.high, places)}"
            for cell in row.cells
        ]
        grid.add_row(folded_label(row.group, 24), *told)
    print_grid(grid, [say("tab_limits", method=method)])


def print_grid(grid: Grid, above: Sequence[str], below: Sequence[str] = (), *, stderr: bool = False) -> None:
    """Lines, a grid, lines. Rich drops columns it has no room for: a wide line is wrapped by the terminal instead."""
    out = Console(stderr=stderr)
    wide = Measurement.get(out, out.options.update(max_width=10_000), grid).maximum
    out = Console(stderr=stderr, width=max(out.width, wide))
    for line in above:
        out.print(line, highlight=False, overflow="fold")
    out.print(grid, highlight=False)
    for line in below:
        out.print(line, highlight=False, overflow="fold")


def folded_label(text: str, width: int) -> str:
    """Text in lines of at most so many columns: between words where it has them, in Japanese lines of like length."""
    if cell_len(text) <= width:
        return text
    even = -(-cell_len(text) // -(-cell_len(text) // width) // 2) * 2
    return fill(text, width) if cell_len(text) == len(text) else "\n".join(chop_cells(text, max(even, 2)))


def table_records(table: Table) -> list[dict[str, Any]]:
    """A record a cell, numbers as numbers, marks as flags."""
    share = table.statistic == "share"
    return [
        {
            "table": table.id,
            "basis": table.model or table.basis,
            "attribute": row.attribute,
            "group": row.group,
            "n": row.n,
            "code": code,
            "answer": answer,
            **({"percent": cell.value} if share else {"statistic": table.statistic, "value": cell.value}),
            "se": cell.se,
            "low": cell.low,
            "high": cell.high,
            "count": cell.count,
            "flag": cell.flag or row.flag,
        }
        for row in table.rows
        for code, answer, cell in zip(table.codes, table.header, row.cells, strict=True)
    ]


def _show_ledger(responses: Responses) -> None:
    said = words(user_language())
    _show_frame(said["annex_ledger"], *ledger_rows(responses, said), words_in=3)


def _show_weighting(sample: Sample, *, verbose: bool) -> None:
    """Response rates, steps, merges, how well margins are met, headline figures under each weight; with `verbose` all parts."""
    level = 0.95 if sample.responses is None else sample.responses.survey.settings.estimation.level
    said = words(user_language(), level)
    report = weighting_report(sample)
    head, rows = step_rows(sample, said)
    kept = [0, 1, 2, 3, 4, 6, 7]  # as many as a terminal of 80 columns holds
    _show_frame(said["annex_weights"], [head[k] for k in kept], [[row[k] for k in kept] for row in rows])
    if len(report.rates):
        overall = report.rates[report.rates["attribute"] == ""]
        shown = [
            (r.rate.upper(), _percent(r.value), f"{_percent(r.low)}–{_percent(r.high)}") for r in overall.itertuples()
        ]
        _show_frame(said["weighting_rates"], ["", "%", said["interval"]], shown)
    if len(report.collapses):
        rows = [[step_name(r.step, said), said[r.origin], r.merged] for r in report.collapses.itertuples()]
        _show_frame(said["weighting_collapses"], [said["step"], said["origin"], said["merged"]], rows, words_in=3)
    if len(report.margins):
        gap = float(
            (report.margins["after"] - report.margins["target"]).abs().groupby(report.margins["step"]).max().iloc[-1]
        )
        Console(stderr=True).print(f"{said['worst_gap']}: {gap:,.3f}", highlight=False)
    if len(report.sensitivity):
        _show_sensitivity(report.sensitivity, said)
    for name, frame in report.frames() if verbose else ():
        if name in ("strata", "classes", "margins", "weights", "factors", "extremes", "bias"):
            heads = [step_name(str(column), said) for column in frame.columns]
            _show_frame(said[f"weighting_{name}"], heads, frame.itertuples(index=False, name=None))


def _show_sensitivity(frame: pd.DataFrame, said: Mapping[str, str]) -> None:
    """A line a weight, a column a figure; the figures are named above, since their names are longer than a column."""
    wide = frame.pivot_table(index="weight", columns=["label", "answer"], values="value", sort=False)
    names = [f"[{number}] {label}：{answer}" for number, (label, answer) in enumerate(wide.columns, start=1)]
    kinds = [said["mode_calibrated"] if kind == "mode" else step_name(str(kind), said) for kind in wide.index]
    rows = [[kind, *(half_up(v, 1) for v in values)] for kind, values in zip(kinds, wide.to_numpy(), strict=True)]
    title = "\n".join((said["weighting_sensitivity"], *names))
    _show_frame(title, [said["weight"], *(f"[{n}] %" for n in range(1, len(names) + 1))], rows)


def _percent(value: float) -> str:
    return half_up(100 * value, 1)


def _show_frame(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, words_in: int = 1) -> None:
    """A table on stderr; its first `words_in` columns are text."""
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        grid.add_column(folded_label(column, 14), justify="left" if place < words_in else "right", no_wrap=True)
    for row in rows:
        grid.add_row(*(f"{value:,.4g}" if isinstance(value, float) else str(value) for value in row))
    print_grid(grid, [title], stderr=True)
