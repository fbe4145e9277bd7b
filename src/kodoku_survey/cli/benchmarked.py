"""A survey beside its benchmark, on the terminal."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid

from kodoku_survey.cli.terminal import folded_label
from kodoku_survey.errors import user_language
from kodoku_survey.tables.sides import made_up
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.study import Study
from kodoku_survey.tables.words import words


def show_benchmark(made: Benchmark) -> None:
    """What is compared, its sentences, and how much is refused."""
    out, language = Console(), user_language()
    said = words(language)
    nothing = () if len(made.frame) else (said["nothing_shared"],)
    invented = (said["synthetic"],) if made_up(made.beside.first, made.beside.second) else ()
    for line in (*made.lines(language), *invented, *nothing, "", *made.sentences(language)):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    if made.refused:
        grid = Grid(title=said["benchmark_refused"], title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        grid.add_column(said["benchmark_reason"], overflow="fold")
        grid.add_column(said["benchmark_item"], overflow="fold")
        for text, part in made.refusals(language).groupby("text", sort=False):
            grid.add_row(str(text), said["listing"].join(part["label"]))
        out.print(grid, highlight=False)
    if advice := made.advice(language):
        out.print(advice, highlight=False, markup=False, soft_wrap=True)


def show_study(study: Study) -> None:
    """What a study says above its parts, its sentences, and its first tables as they are printed."""
    out = Console()
    if study.made_up:
        out.print(words(user_language())["synthetic"], highlight=False)
    for line in study.lines:
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    for part in study.parts:
        for sentence in part.sentences:
            out.print(sentence, highlight=False, markup=False, soft_wrap=True)
        if part.rows:
            grid = Grid(title=part.caption or part.heading, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
            for place, head in enumerate(part.head):
                grid.add_column(folded_label(head, 18), justify="left" if place < part.words else "right")
            for row in part.rows:
                grid.add_row(*row)
            out.print(grid, highlight=False, markup=False)


def benchmark_records(made: Benchmark) -> dict[str, Any]:
    """A benchmark for a program: the lines, every row and every refusal; what is not there is null."""
    rows = made.frame.astype(object).where(made.frame.notna(), None).to_dict("records")
    return {
        "lines": list(made.lines()),
        "sentences": list(made.sentences()),
        "benchmark": rows,
        "refusals": made.refusals().to_dict("records"),
        "advice": made.advice(),
    }
