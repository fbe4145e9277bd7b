"""A delivered file as a draft looks at it: headings and columns of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kodoku_survey.intake.draft.platform import platform_of
from kodoku_survey.intake.files import read_file
from kodoku_survey.intake.headings import Headings
from kodoku_survey.intake.readers.opened import Opened
from kodoku_survey.survey.layouts import FileLayout, with_profile
from kodoku_survey.survey.reading import Place, record


@dataclass(frozen=True, eq=False)
class Answers:
    """headings : of every column; columns : its cells as text; settings : of [[file]], as far as opening it needs them.

    received, answers : the column of receipt, and whether cells are codes or labels, as the profile has it.
    """

    path: Path
    headings: Headings
    columns: tuple[tuple[str, ...], ...]
    settings: Mapping[str, Any]
    ignored: tuple[bool, ...]
    received: str = ""
    answers: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The naming row, blank beneath merged cells."""
        return self.headings.own


def open_answers(path: Path, profile: str = "") -> Answers:
    """Open a file with the profile given, else with that its headings tell. Raises SurveyError."""
    plain: dict[str, Any] = {"delimiter": "auto"} if path.suffix.lower() in (".csv", ".tsv", ".txt") else {}
    if not profile:
        profile = platform_of(_opened(path, plain).headings.own)
    settings = {"profile": profile} if profile else plain
    layout = _layout(path, settings)
    opened = read_file(path, layout)
    columns = tuple(tuple(map(str, np.asarray(opened.columns[k], dtype=object))) for k in range(len(opened.headings)))
    marked = [one.column for one in (layout.complete, layout.test) if one is not None]
    meta = {layout.received, layout.id, *marked} - {""}
    ignored = tuple(
        name in meta or any(_like(name, pattern) for pattern in layout.ignore) for name in opened.headings.own
    )
    return Answers(path, opened.headings, columns, settings, ignored, layout.received, layout.answers)


def _like(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _opened(path: Path, settings: Mapping[str, Any]) -> Opened:
    return read_file(path, _layout(path, settings))


def _layout(path: Path, settings: Mapping[str, Any]) -> FileLayout:
    place = Place("survey.toml")
    entry = {"name": "draft", "role": "returns", "path": path.name, "mode": "draft", **settings}
    layout = record(FileLayout, with_profile(entry), place)
    place.finish()
    assert layout is not None  # its faults have been raised
    return layout
