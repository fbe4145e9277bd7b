"""A comparison on the terminal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid

from kodoku_survey.cli.terminal import Say, folded_label, print_grid
from kodoku_survey.errors import user_language
from kodoku_survey.tables import Comparison
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.words import words

BARE: dict[str, Any] = {"box": SIMPLE_HEAD, "pad_edge": False}


def show_comparison(made: Comparison, say: Say, *, verbose: bool) -> None:
    """The whole of each shared question with its verdict (with `verbose` every group), then what is refused by name."""
    out = Console()
    columns = [say("compare_answer"), *_names(made), say("compare_difference")]
    frame = made.frame if verbose else made.frame[made.frame["attribute"] == ""]
    weighted = bool(frame["weighted_word"].notna().any())
    said = words(user_language())
    for line in made.lines(user_language()):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    if "yes" in {side.survey.settings.identity.synthetic for side in (made.first, made.second)}:
        out.print(said["synthetic"], highlight=False)
    if not len(made.frame):
        out.print(said["nothing_shared"], highlight=False)
    for (_, title, question), part in frame.groupby(["table", "title", "question"], sort=False):
        told = title if verbose else made.first.survey.variables[question].label
        grid = Grid(**BARE)
        of_share = bool((part["statistic"] == "share").all())
        for position, column in enumerate(columns if of_share else [*columns[:-1], say("compare_difference_number")]):
            grid.add_column(folded_label(column, 20), justify="left" if position == 0 else "right", no_wrap=True)
        grid.add_column(say("compare_verdict"), no_wrap=True)
        if weighted:
            grid.add_column(folded_label(say("compare_weighted"), 20), no_wrap=True)
        attribute = ""
        for row in part.itertuples():
            if row.attribute != attribute:
                grid.add_section()
                attribute = row.attribute
            grid.add_row(*_line(row, weighted=weighted))
        print_grid(grid, [f"{told}　{_bases(part)}"])
    notes = " ".join(frame["note"])
    for note in ("rounding", "reference", "recombined", "no_error"):
        if note in notes:
            out.print(say(f"compare_note_{note}"), highlight=False)
    if any(not _follows(row) for row in frame.itertuples()):
        out.print(say("compare_note_unrounded"), highlight=False)
    _show_refused(out, made, say)


def _show_refused(out: Console, made: Comparison, say: Say) -> None:
    """What is not compared, by its reason, and what can be done about it."""
    if made.refused:
        grid = Grid(title=say("compare_refused", count=len(made.refused)), title_justify="left", **BARE)
        grid.add_column(say("compare_reason"), overflow="fold")
        grid.add_column(say("compare_item"), overflow="fold")
        for text, part in made.refusals(user_language()).groupby("text", sort=False):
            grid.add_row(str(text), words(user_language())["listing"].join(part["label"]))
            grid.add_section()
        out.print(grid, highlight=False)
    if advice := made.advice(user_language()):
        out.print(advice, highlight=False, markup=False, soft_wrap=True)


VERDICT_MARKS = {"rounding": "＊", "reference": "（参考）", "recombined": "†", "no_error": "‡"}


def _line(row: Any, *, weighted: bool) -> list[str]:
    """One row of the grid, in the user's language."""
    group = f"{row.group}　{row.answer}" if row.attribute else str(row.answer)
    said = words(user_language())
    marks = "".join(VERDICT_MARKS[note] for note in row.note.split())
    of_share = row.statistic == "share"
    digits, unit = (1, "") if of_share else (2, row.unit)
    values = (row.percent_first, row.percent_second) if of_share else (row.value_first, row.value_second)
    limits = "" if pd.isna(row.low) else f" ({_signed(row.low, digits)}～{_signed(row.high, digits)})"
    difference = f"{_signed(row.difference, digits)}{unit}{limits}"
    cells = [
        folded_label(group, 26),
        *(half_up(value, digits) for value in values),
        difference,
        f"{said[f'change_{row.verdict}']}{marks}",
    ]
    if weighted:
        known = not pd.isna(row.weighted_difference)
        cells.append(
            f"{_signed(row.weighted_difference, digits)} {said[f'change_{row.weighted_verdict}']}" if known else ""
        )
    return cells


def _follows(row: Any) -> bool:
    """Whether the difference printed is that of the two figures printed; it is made of the unrounded ones."""
    digits, sides = (1, (row.percent_first, row.percent_second))
    if row.statistic != "share":
        digits, sides = (2, (row.value_first, row.value_second))
    if any(pd.isna(value) for value in (*sides, row.difference)):
        return True
    first, second = (Decimal(half_up(value, digits)) for value in sides)
    return abs(second - first) == abs(Decimal(half_up(row.difference, digits)))


def _signed(points: float, digits: int) -> str:
    text = half_up(points, digits)
    if float(text) == 0:
        return f"{0:.{digits}f}"
    return text if text.startswith("-") else f"+{text}"


def _bases(part: pd.DataFrame) -> str:
    """The bases of the whole."""
    first = part.iloc[0]
    return f"n={first.n_first:,.0f} / n={first.n_second:,.0f}"


def _names(made: Comparison) -> list[str]:
    """Both sides as a reader tells them apart: by the year, where the survey is one."""
    sides = (made.first, made.second)
    said = words(user_language())
    years = [said["wave_year"].format(wave=side.wave) for side in sides]
    names = [side.survey.settings.identity.name for side in sides]
    return years if not made.of_two_surveys else [f"{name}\n{year}" for name, year in zip(names, years, strict=True)]
