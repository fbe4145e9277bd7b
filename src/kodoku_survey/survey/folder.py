"""A survey is a folder: reading it whole, with every name resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from kodoku_survey.survey.codebook import Codebook
from kodoku_survey.survey.definitions import Measures
from kodoku_survey.survey.plan import Plan
from kodoku_survey.survey.settings import Settings


@dataclass(frozen=True, eq=False)
class Survey:
    """The whole folder, read and cross-checked.

    margins : columns variable, code, value, unit, source (crossed margins join names and codes by ":"); empty if none.
    history : columns wave, table, group, answer, percent, n, mark, source: figures of earlier waves; empty if none.
    inputs : files that replace those the folder names, by file name.
    """

    folder: Path
    settings: Settings
    codebook: Codebook
    measures: Measures = Measures()
    plan: Plan = Plan()
    margins: pd.DataFrame = field(default_factory=pd.DataFrame)
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    inputs: Mapping[str, Path] = field(default_factory=dict)
