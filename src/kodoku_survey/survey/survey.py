"""A survey: all its definitions, read and cross-checked (folder.py reads them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pandas as pd

from kodoku_survey.portable import Portable
from kodoku_survey.survey.codebook import Codebook, Variable
from kodoku_survey.survey.corrections import Correction
from kodoku_survey.survey.definitions.measuring import Measures
from kodoku_survey.survey.plan import Plan
from kodoku_survey.survey.settings import Settings


@dataclass(frozen=True, eq=False)
class Survey(Portable):
    """The whole folder, read and cross-checked.

    variables : every variable by name, codebook first, then derived ones as their definitions describe them.
    margins : columns variable, code, value, unit, source (crossed margins join names and codes by ":"); empty if none.
    history : columns wave, table, group, answer, percent, n, mark, source: figures of earlier waves; empty if none.
    waves : columns item, wave, status, note, source: what earlier waves asked (waves.py); empty if none.
    corrections : answers corrected after asking back (corrections.py), in their order.
    english : the same in English, where the folder has words in it and they are asked for; outputs speak it (english.py).
    written : of one in English, the same in the folder's own words.
    inputs : files that replace those the folder names, by file name.

    >>> survey.settings.identity.wave, len(survey.codebook)
    (2025, 26)
    """

    MADE_BY: ClassVar[str] = "ks.load_survey(folder)"

    folder: Path
    settings: Settings
    codebook: Codebook
    measures: Measures = field(default_factory=Measures)
    plan: Plan = field(default_factory=Plan)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    margins: pd.DataFrame = field(default_factory=pd.DataFrame)
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    waves: pd.DataFrame = field(default_factory=pd.DataFrame)
    corrections: tuple[Correction, ...] = ()
    inputs: Mapping[str, Path] = field(default_factory=dict)
    english: Survey | None = None
    written: Survey | None = None

    @property
    def as_written(self) -> Survey:
        """Itself in its folder's own words, by which it is known whatever language is spoken."""
        return self.written or self

    def __repr__(self) -> str:
        return f"<Survey: {self.settings.identity.title}, {self.settings.identity.wave}, folder {self.folder.resolve().name}>"

    def path(self, name: str) -> Path:
        """Where the file of this name lies: the replacement given, else in the folder."""
        layout = next(file for file in self.settings.files if file.name == name)
        return self.inputs.get(name, self.folder / layout.path)
