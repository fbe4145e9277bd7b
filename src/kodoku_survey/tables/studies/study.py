"""A study ready to be written: what a comparison with a benchmark says, part by part, and its figures for machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import Language
from kodoku_survey.survey.survey import Survey


@dataclass(frozen=True, eq=False)
class Forest:
    """k numbers with their limits, beside the value `at` that means there is nothing; in percent or points.

    A number that is nan has limits and no point: bounds between which nothing is told.
    """

    labels: tuple[str, ...]
    value: FloatArray
    low: FloatArray
    high: FloatArray
    at: float = 0.0


@dataclass(frozen=True, eq=False)
class Funnel:
    """k shares (percent) by their effective number of respondents, about a centre with control limits at two levels."""

    labels: tuple[str, ...]
    value: FloatArray
    size: FloatArray
    centre: float


@dataclass(frozen=True, eq=False)
class Likenesses:
    """k standardised differences of a sample from its reference, before and after adjusting."""

    labels: tuple[str, ...]
    before: FloatArray
    after: FloatArray


StudyFigure = Forest | Funnel | Likenesses


@dataclass(frozen=True, eq=False)
class StudyPart:
    """A heading with what stands under it. head, rows : a table; `words` of its columns are words. page : begins a page."""

    heading: str
    level: int = 2
    texts: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    figure: StudyFigure | None = None
    caption: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    words: int = 1
    notes: tuple[str, ...] = ()
    page: bool = False


@dataclass(frozen=True, eq=False)
class Study:
    """Parts in order, what stands above all of them (`lines`), and `frames` by the name of their file.

    basis : the line of the cover on what the figures are. made_up : whether any survey of it is invented.
    """

    survey: Survey
    language: Language
    title: str
    subtitle: str
    basis: str
    lines: tuple[str, ...]
    parts: tuple[StudyPart, ...]
    frames: Mapping[str, pd.DataFrame]
    made_up: bool = False
    cautions: tuple[str, ...] = ()  # what must stand in a frame before anything else
    told: Mapping[str, object] = field(default_factory=dict)  # for the manifest
