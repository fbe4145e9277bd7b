"""What a delivered file has beside answers: dates, a second heading, value labels; and the register as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kodoku_survey.intake.returns import column_of, option_columns
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.layouts import FileLayout
from reproduce.delivery import write_file


def dated(dates: Sequence[dt.date], layout: FileLayout, rng: np.random.Generator) -> list[str]:
    """Dates of receipt as the file writes them, on the web with the time of day."""
    if layout.answers == "labels":
        seconds = rng.integers(0, 86400, len(dates))
        return [
            f"{d:%Y-%m-%d} {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for d, s in zip(dates, seconds, strict=True)
        ]
    return [f"{d:%Y/%m/%d}" for d in dates]


def heads_of(survey: Survey, layout: FileLayout) -> dict[str, str]:
    """A second heading line, as web and Excel deliveries have it: the wording of each column."""
    heads = {}
    for variable in survey.codebook:
        if variable.source != "form":
            continue
        if variable.kind == "multiple" and layout.multiple != "cell":
            for column, code in zip(option_columns(layout, variable), variable.options, strict=True):
                heads[column] = code.label
        else:
            heads[column_of(layout, variable)] = variable.question or variable.label
    return heads


def value_labels(survey: Survey, layout: FileLayout) -> dict[str, dict[int | float, str]]:
    """Labels of the codes of each single answer, for .sav."""
    return {
        column_of(layout, variable): {code.code: code.label for code in variable.codes}
        for variable in survey.codebook
        if variable.source == "form" and variable.kind == "single"
    }


def register_file(survey: Survey, register: pd.DataFrame, layout: FileLayout) -> bytes:
    """The register as the file the folder names; the outcome of each person last, where there is one."""
    settings = survey.settings
    columns: dict[str, object] = {layout.id: register["id"]}
    named = {
        settings.design.stratum: "stratum",
        settings.design.psu: "psu",
        settings.design.fpc: "population",
        settings.weighting.base: "weight",
    }
    columns |= {column: register[name] for column, name in named.items() if column}
    for variable in survey.codebook:
        if variable.source == "selection":
            columns[column_of(layout, variable)] = register[variable.name]
    if "結果" in register:
        columns["結果"] = register["結果"]
    return write_file(pd.DataFrame(columns).astype(str), layout, {}, {})
