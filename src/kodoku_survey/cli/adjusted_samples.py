"""A sample adjusted to its reference, on the terminal."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid

from kodoku_survey.cli.terminal import folded_label
from kodoku_survey.errors import user_language
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.studies.adjusted_rows import in_hundredths
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted
from kodoku_survey.tables.words import words


def show_adjustment(made: ReferenceAdjusted) -> None:
    """What the figures suppose, the balance, the sentences, and what is not adjusted."""
    out, language = Console(), user_language()
    said = words(language)
    sides = (made.beside.first, made.beside.second)
    if any(side.survey.settings.identity.synthetic == "yes" for side in sides):
        out.print(said["synthetic"], highlight=False)
    for line in made.lines(language):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    out.print(_balance(made), highlight=False, markup=False)
    for sentence in made.sentences(language):
        out.print(sentence, highlight=False, markup=False, soft_wrap=True)
    if made.refused:
        grid = Grid(title=said["adjust_refused"], title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        grid.add_column(said["benchmark_reason"], overflow="fold")
        grid.add_column(said["benchmark_item"], overflow="fold")
        for text, part in made.refusals(language).groupby("text", sort=False):
            grid.add_row(str(text), said["listing"].join(part["label"]))
        out.print(grid, highlight=False)


def _balance(made: ReferenceAdjusted) -> Grid:
    """Both compositions, and how far apart they are before adjusting and after."""
    said = words(user_language())
    shown = [name.removeprefix("smd_") for name in made.balance.columns if name.startswith("smd_")]
    shown = list(dict.fromkeys((shown[0], shown[-1]))) if shown else []
    grid = Grid(title=said["adjust_balance"], title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    grid.add_column(said["adjust_head_class"])
    heads = [said["adjust_head_reference"].format(reference=made.names[1]), said["adjust_head_raw"]]
    for head in (*heads, *(said["adjust_head_smd"].format(method=said[f"method_{one}"]) for one in shown)):
        grid.add_column(folded_label(head, 24), justify="right")
    used = "yes"
    for row in made.balance.to_dict("records"):
        label = f"{row['attribute']}：{row['class']}"
        if row["adjusted"] != used:
            used = row["adjusted"]
            grid.add_section()
            grid.add_row(said["adjust_not_adjusted"].format(label=""), "", "", *("" for _ in shown))
        far = [in_hundredths(row[f"smd_{one}"]) for one in shown]
        grid.add_row(folded_label(label, 30), half_up(row["reference"], 1), half_up(row["raw"], 1), *far)
    return grid


def adjustment_records(made: ReferenceAdjusted) -> dict[str, Any]:
    """An adjustment for a program: lines, every row, balance, who is lacking, refusals; what is not there is null."""
    frames = {"adjusted": made.frame, "balance": made.balance, "lacking": made.lacking, "weights": made.weights}
    told = {name: frame.astype(object).where(frame.notna(), None).to_dict("records") for name, frame in frames.items()}
    return {
        "lines": list(made.lines()),
        "sentences": list(made.sentences()),
        "points": "withheld" if made.withheld else "model",
        **told,
        "refusals": made.refusals().to_dict("records"),
    }
