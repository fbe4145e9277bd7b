"""Whom a survey is of, as data, and how it stands beside another: [population] and [compare] of survey.toml.

[population]
age = { min = 16, of = "q1" }        # of: the number that is the age in whole years on the survey's own day
area = "全国"
nationality = "all"

[compare]
where = "age >= 65"                  # only these, whenever this survey is one side of a comparison
people = "new"                       # numbers that another survey has too: new people, or the same ones asked again
despite = ["nationality"]            # populations that differ in this are set beside each other, and the difference is told
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from kodoku_survey.survey.reading import Place
from kodoku_survey.survey.reading.limits import DISTINCT, FILLED, Key, Within

Aspect = Literal["age", "nationality"]
People = Literal["new", "same"]


@dataclass(frozen=True)
class AgeRange:
    """Ages in whole years, both ends within; `of` is the variable that holds them."""

    minimum: Annotated[int | None, Key("min"), Within(0, 120)] = None
    maximum: Annotated[int | None, Key("max"), Within(0, 120)] = None
    of: str = ""

    def check(self, place: Place) -> None:
        """The range runs upwards, and says something."""
        if self.minimum is None and self.maximum is None:
            place.fault("missing_key", key="min")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            place.fault("not_ascending", value=[self.minimum, self.maximum])


@dataclass(frozen=True)
class PopulationSettings:
    """Whom the survey is of. What is not written is not declared, and is never taken to be the same."""

    age: AgeRange | None = None
    area: Annotated[str, FILLED] | None = None
    nationality: Annotated[str, FILLED] | None = None


@dataclass(frozen=True)
class CompareSettings:
    """How the survey stands beside another."""

    where: str = ""
    people: People | None = None
    despite: Annotated[tuple[Aspect, ...], DISTINCT] = ()
