"""Instruments: scales, single questions and indices of the literature, as data with an identity (instruments.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Any, Literal

import numpy as np

from kodoku_survey.arrays import CodeArray
from kodoku_survey.errors import DidYouMean, UsageError
from kodoku_survey.survey.missing import COMPLETE, Missing
from kodoku_survey.survey.reading import Place, records, unique
from kodoku_survey.survey.reading.limits import Key


@dataclass(frozen=True)
class Answer:
    """One admissible answer and the points an item keyed in the scale's own direction gives for it."""

    code: int
    label: str
    points: int


@dataclass(frozen=True)
class Subscale:
    """Some of the items (1 = first), scored only when all of them are answered."""

    name: str
    items: tuple[int, ...]


@dataclass(frozen=True)
class ScoreRange:
    """A class or cut: scores from `minimum` to `maximum` in points, of the total or of a subscale."""

    name: str
    label: str
    minimum: Annotated[int | None, Key("min")] = None
    maximum: Annotated[int | None, Key("max")] = None
    of: str = ""

    def holds(self, points: CodeArray) -> Any:
        """Whether each score lies within, (n,) of bool."""
        low = True if self.minimum is None else points >= self.minimum
        high = True if self.maximum is None else points <= self.maximum
        return low & high


@dataclass(frozen=True)
class Instrument:
    """What is asked, which answers are admissible, how they are scored, and where all that comes from."""

    id: str
    kind: Literal["scale", "index", "question", "name"]
    name: str
    source: str
    confidence: Literal["H", "M", "L"]
    rights: str
    items: tuple[str, ...] = ()
    codes: tuple[Answer, ...] = ()
    reversed: tuple[int, ...] = ()
    unit: int = 1
    score_unit: str = ""
    higher_is: str = "lonelier"
    missing: Missing = COMPLETE
    prorated: Literal["on_request", "no"] = "no"
    subscales: tuple[Subscale, ...] = ()
    classes: tuple[ScoreRange, ...] = ()
    classes_from: Literal["score", "bounds"] = "score"
    cuts: tuple[ScoreRange, ...] = ()
    note: str = ""

    @property
    def points(self) -> CodeArray:
        """Points (items, codes): a reversed item's run the other way along the codes.

        Mirroring the codes, not the numbers, is what keeps a neutral answer lonely in both directions.
        """
        own = [answer.points for answer in self.codes]
        turned = (own[::-1] if item in self.reversed else own for item in range(1, len(self.items) + 1))
        return np.array(list(turned), dtype=np.int64)

    @property
    def key(self) -> list[tuple[tuple[int, int], ...]]:
        """(code, points) of every answer, item by item."""
        codes = [answer.code for answer in self.codes]
        return [tuple(zip(codes, map(int, row), strict=True)) for row in self.points]

    @property
    def direction(self) -> Literal["tested", "declared"]:
        """Items of a scale measure one thing, so one that runs against the rest tells of a wrong key."""
        return "tested" if self.kind == "scale" else "declared"

    @property
    def limits(self) -> tuple[int, int]:
        """The fewest and most points of a person who answered everything."""
        return int(self.points.min(axis=1).sum()), int(self.points.max(axis=1).sum())

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and highest score of a person who answered everything, in the unit of the score."""
        return self.limits[0] / self.unit, self.limits[1] / self.unit


def instrument(id: str) -> Instrument:
    """The instrument of this id. Raises UsageError for one nobody knows.

    >>> scale = ks.instrument("ucla3_hughes")
    >>> scale.items, [(answer.code, answer.points) for answer in scale.codes]
    (('lack companionship', 'left out', 'isolated'), [(1, 1), (2, 2), (3, 3)])
    """
    known = instruments()
    if id not in known:
        raise UsageError("survey.no_instrument", value=id, hint=DidYouMean(id, tuple(known)), known=", ".join(known))
    return known[id]


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by id, in the order of the file. Raises SurveyFaults if the file itself is at fault."""
    file = resources.files("kodoku_survey").joinpath("survey", "instruments.toml")
    place = Place("instruments.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    found = tuple(records(Instrument, table["instrument"], place, "instrument"))
    unique([one.id for one in found], place)
    place.finish()
    return MappingProxyType({one.id: one for one in found})
