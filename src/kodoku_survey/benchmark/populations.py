"""Whom two surveys are of, and whom both cover: told, restricted to, or refused; never silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray
from kodoku_survey.errors import UsageError
from kodoku_survey.intake.responses import ANSWERED, Responses
from kodoku_survey.survey.settings.compared_with import AgeRange, Aspect
from kodoku_survey.survey.survey import Survey

Ages = tuple[int | None, int | None]  # the youngest and the oldest, both within; None: open


@dataclass(frozen=True)
class Populations:
    """The populations of two surveys, and what both cover.

    first, second : ages of each, None where not declared. common : ages both cover, to which the figures are restricted;
        None where one is not declared, or where the difference is accepted (`despite`).
    area, nationality : of each, "" where not declared. where : queries both sides are restricted to, as they were written.
    narrowed : of each side, whether the common ages leave out some of its own.
    """

    first: Ages | None
    second: Ages | None
    common: Ages | None
    area: tuple[str, str]
    nationality: tuple[str, str]
    where: tuple[str, ...] = ()
    narrowed: tuple[bool, bool] = (False, False)

    @property
    def differ(self) -> tuple[str, ...]:
        """The aspects in which the declared populations differ."""
        ages = self.first is not None and self.second is not None and self.first != self.second
        found = ["age"] if ages else []
        for name, pair in (("area", self.area), ("nationality", self.nationality)):
            found += [name] if all(pair) and pair[0] != pair[1] else []
        return tuple(found)

    def turned(self) -> Populations:
        """The same with the second survey first."""
        return Populations(
            self.second,
            self.first,
            self.common,
            self.area[::-1],
            self.nationality[::-1],
            self.where,
            self.narrowed[::-1],
        )

    def text(self, said: Mapping[str, str]) -> str:
        """The first line of a comparison, in the words of `said`."""
        parts = [self._ages(said)]
        for name, pair in (("area", self.area), ("nationality", self.nationality)):
            told = [one or said["population_undeclared"] for one in pair]
            key = "population_same" if all(pair) and pair[0] == pair[1] else "population_differs"
            if not any(pair):
                key = "population_neither"
            parts.append(said[key].format(aspect=said[f"population_{name}"], first=told[0], second=told[1]))
        parts += [said["population_where"].format(query=query) for query in self.where]
        return said["population_line"].format(parts=said["population_joint"].join(parts))

    def _ages(self, said: Mapping[str, str]) -> str:
        both = (self.first, self.second)
        told = [said["population_undeclared"] if ages is None else ages_in_words(ages, said) for ages in both]
        if self.first is None and self.second is None:
            key = "population_neither"
        else:
            key = "population_same" if self.first == self.second else "population_differs"
        text = said[key].format(aspect=said["population_age"], first=told[0], second=told[1])
        if self.common is not None and any(self.narrowed):
            text += said["population_restricted"].format(common=ages_in_words(self.common, said))
        return text


def ages_in_words(ages: Ages, said: Mapping[str, str]) -> str:
    """16～64歳, 65歳以上, 64歳以下."""
    low, high = ages
    if low is not None and high is not None:
        return said["ages_between"].format(low=low, high=high)
    return said["ages_from"].format(low=low) if low is not None else said["ages_to"].format(high=high)


def populations_of(first: Survey, second: Survey, *, despite: tuple[Aspect, ...] = ()) -> Populations:
    """What two folders declare, and the ages both cover.

    Raises UsageError where the ages have nothing in common, or nationalities differ and nobody said the difference is accepted.
    """
    ours, theirs = first.settings.population, second.settings.population
    accepted = {*despite, *first.settings.compare.despite, *second.settings.compare.despite}
    nationality = ours.nationality or "", theirs.nationality or ""
    if all(nationality) and nationality[0] != nationality[1] and "nationality" not in accepted:
        told = {"first": nationality[0], "second": nationality[1]}
        raise UsageError("benchmark.nationality", "[population] nationality", **told)
    ages = _ages(ours.age), _ages(theirs.age)
    common, narrowed = None, (False, False)
    if ages[0] is not None and ages[1] is not None and "age" not in accepted:
        common = _common(ages[0], ages[1])
        narrowed = ages[0] != common, ages[1] != common
    area = ours.area or first.settings.identity.area, theirs.area or second.settings.identity.area
    return Populations(ages[0], ages[1], common, area, nationality, (), narrowed)


def _ages(declared: AgeRange | None) -> Ages | None:
    return None if declared is None else (declared.minimum, declared.maximum)


def _common(first: Ages, second: Ages) -> Ages:
    lows = [ages[0] for ages in (first, second) if ages[0] is not None]
    highs = [ages[1] for ages in (first, second) if ages[1] is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None and low > high:
        raise UsageError("benchmark.no_common_age", "[population] age", first=_plain(first), second=_plain(second))
    return low, high


def _plain(ages: Ages) -> str:
    return "–".join("" if end is None else str(end) for end in ages)


def age_variable(survey: Survey) -> str:
    """The number that is the age, as [population] says, else the one called age; "" where there is none."""
    declared = survey.settings.population.age
    if declared is not None and declared.of:
        return declared.of
    return "age" if "age" in survey.variables and survey.variables["age"].kind == "number" else ""


def rows_of_ages(responses: Responses, ages: Ages) -> BoolArray:
    """(n,) who is known to be of these ages. Raises UsageError where nothing says which variable is the age."""
    name = age_variable(responses.survey)
    if not name:
        raise UsageError("benchmark.no_age_variable", f"{responses.survey.folder.name}/survey.toml [population] age")
    age = responses.answers[name] / responses.variables[name].parts
    low, high = (-np.inf if ages[0] is None else ages[0]), (np.inf if ages[1] is None else ages[1])
    # 64.5 years are 64 in whole years, and within "64 at most".
    whole = np.floor(age)
    return np.asarray((responses.status[name] == ANSWERED) & (whole >= low) & (whole <= high))
