"""The accounts every output shows alike: the ledger of returns, the steps of the weight, the names of tables."""

from __future__ import annotations

from collections.abc import Mapping

from kodoku_survey.design import Sample
from kodoku_survey.intake import Responses
from kodoku_survey.tables import Table

TextGrid = tuple[list[str], list[list[str]]]


def title_of(table: Table, numbered: str) -> str:
    """表1-5　… : a title with its number, as `numbered` puts them; a question's own number already says what it is."""
    number = table.number or table.id
    return numbered.format(number=number, title=table.title) if number[:1].isdigit() else table.title


def outcome(name: str, said: Mapping[str, str]) -> str:
    """What became of a row, or the rule of an edit, in words."""
    return said["blank_form"] if name == "blank" else said.get(name, name)


def step_name(kind: str, said: Mapping[str, str]) -> str:
    """The name of a weighting step."""
    return said["step_nonresponse"] if kind == "nonresponse" else said.get(kind, kind)


def ledger_rows(responses: Responses, said: Mapping[str, str], *, by_file: bool = True) -> TextGrid:
    """File, encoding, outcome, rows; of all files together where they may not be told apart."""
    frame = responses.ledger.frame()
    if not by_file:
        whole = frame.groupby("outcome", sort=False)["rows"].sum()
        rows = [[said["all_modes"], "", outcome(str(name), said), f"{count:,}"] for name, count in whole.items()]
        return [said["file"], said["encoding"], said["outcome"], said["rows"]], rows
    rows = [
        [
            said["with_more"].format(text=row.file, more=row.mode) if row.mode else row.file,
            row.encoding,
            outcome(row.outcome, said),
            f"{row.rows:,}",
        ]
        for row in frame.itertuples()
    ]
    return [said["file"], said["encoding"], said["outcome"], said["rows"]], rows


def step_rows(sample: Sample, said: Mapping[str, str], *, spread: bool = True) -> TextGrid:
    """One line a step: sum and spread of the weights, Kish's design effect, effective sample size, factors.

    spread : with the smallest, the median and the largest, which are weights of single persons.
    """
    single = ("min", "median", "max", "min_factor", "max_factor")
    every = ("sum", "min", "median", "max", "cv", "kish_deff", "effective_n", "min_factor", "max_factor")
    keys = [key for key in every if spread or key not in single]
    rows = []
    for step in sample.steps:
        summary = step.summary()
        numbers = [f"{summary[key]:,.0f}" if key in ("sum", "effective_n") else _number(summary[key]) for key in keys]
        rows.append([step_name(step.kind, said), *numbers])
    return [said["step"], *(said["weight_cv" if key == "cv" else key] for key in keys)], rows


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3f}"
