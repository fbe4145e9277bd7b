"""Answers written in a table → responses, and what became of them back as text."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kodoku_survey.intake.ledger import Ledger
from kodoku_survey.intake.responses import ANSWERED, NONANSWER, Responses
from kodoku_survey.survey.codebook import NOT_ASKED
from kodoku_survey.survey.folder import Survey

Case = Mapping[str, str]
ARROW = "→"
META = "case"


def folder_of(project: Path, name: str) -> Path:
    sample = project / "data" / "sample" / name
    return sample if sample.is_dir() else project / "examples" / name


def read_cases(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def responses_of(survey: Survey, cases: Sequence[Case]) -> Responses:
    """One respondent a case, with the variables its columns name."""
    names = [name for name in cases[0] if name != META and not name.startswith(ARROW)]
    variables = {name: survey.codebook[name] for name in names}
    answers, status = {}, {}
    for name, variable in variables.items():
        cells = [case[name].strip() for case in cases]
        if variable.kind == "multiple":
            answers[name] = np.array([_ticks(cell, variable.keys) for cell in cells], dtype=np.int8)
        elif variable.kind == "number":
            answers[name] = np.array([int(cell) if cell not in ("", "-") else 0 for cell in cells], dtype=np.int32)
            state = {"": NONANSWER, "-": NOT_ASKED}
            status[name] = np.array([state.get(cell, ANSWERED) for cell in cells], dtype=np.int8)
        else:
            code = {"": str(variable.nonanswer), "-": str(NOT_ASKED)}
            answers[name] = np.array([int(code.get(cell, cell)) for cell in cells], dtype=np.int16)
    n = len(cases)
    return Responses(
        survey=survey,
        id=np.arange(n).astype(str).astype(object),
        mode=np.full(n, "", dtype=object),
        file=np.full(n, "cases", dtype=object),
        line=np.arange(n),
        variables=variables,
        answers=answers,
        status=status,
        edits=pd.DataFrame(columns=["id", "variable", "before", "after", "rule", "file", "line"]),
        ledger=Ledger((), None, pd.DataFrame()),
    )


def expected_of(case: Case, responses: Responses) -> tuple[dict[str, str], dict[str, str]]:
    """What the table says and what was found, as text, for the first respondent."""
    wanted = {name[1:].strip(): cell.strip() for name, cell in case.items() if name.startswith(ARROW)}
    return wanted, {name: text_of(responses, name, 0) for name in wanted}


def text_of(responses: Responses, name: str, row: int) -> str:
    variable, values = responses.variables[name], responses.answers[name]
    if variable.kind == "number":
        state = responses.status[name][row]
        return {ANSWERED: str(values[row]), NOT_ASKED: "-"}.get(int(state), "")
    if variable.kind == "multiple":
        if values[row, 0] == NOT_ASKED:
            return "-"
        if values[row, -1] == 1:
            return ""
        return ";".join(str(key) for key, tick in zip(variable.keys, values[row, :-1], strict=False) if tick) or "none"
    return {NOT_ASKED: "-", variable.nonanswer: ""}.get(int(values[row]), str(values[row]))


def _ticks(cell: str, keys: tuple[int, ...]) -> list[int]:
    if cell == "-":
        return [NOT_ASKED] * len(keys)
    ticked = [int(code) for code in cell.split(";") if code]
    return [int(key in ticked) for key in keys[:-1]] + [int(not ticked)]
