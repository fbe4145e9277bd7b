"""Nested axes: what crossed variables and banners of several names are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.definitions.cross import Combination, Cross
from kodoku_survey.survey.definitions.measuring import Measures
from kodoku_survey.survey.plan import Plan
from kodoku_survey.survey.reading import Place

PlainPart = tuple[str, int]  # a variable and one of its codes


@dataclass(frozen=True)
class Nesting:
    """How the groups of an axis, named by joined names and keys, are made of codes of plain variables."""

    variables: Mapping[str, Variable]
    crosses: Mapping[str, Cross]

    def names(self, attribute: str) -> tuple[str, ...]:
        """The plain variables of an axis, from the outermost to the innermost."""
        return tuple(part for name in attribute.split(":") for part in self._plain(name))

    def parts(self, attribute: str, keys: Sequence[Any]) -> tuple[PlainPart, ...]:
        """The codes a group of an axis is made of, from the outermost to the innermost."""
        pairs = zip(attribute.split(":"), keys, strict=True)
        return tuple(part for name, key in pairs for part in self._parts(name, int(key)))

    def _plain(self, name: str) -> tuple[str, ...]:
        if name not in self.crosses:
            return (name,)
        return tuple(part for inner in self.crosses[name].of for part in self._plain(inner))

    def _parts(self, name: str, key: int) -> tuple[PlainPart, ...]:
        if name not in self.crosses:
            return ((name, key),)
        cells = zip(self.crosses[name].of, self._cells[name][key], strict=True)
        return tuple(part for inner, code in cells for part in self._parts(inner, code.code))

    @cached_property
    def _cells(self) -> dict[str, dict[int, Combination]]:
        """What each code of a crossed variable is made of."""
        return {
            name: {made.code: cell for cell, made in cross.cells(self.variables)}
            for name, cross in self.crosses.items()
        }


def nesting_of(measures: Measures, variables: Mapping[str, Variable]) -> Nesting:
    """The nesting of a folder's axes."""
    return Nesting(variables, {one.name: one for one in measures.definitions if isinstance(one, Cross)})


def check_nesting(plan: Plan, nesting: Nesting, place: Place) -> None:
    """A table compared within its outer groups has a nested axis, and for each the lines of its outer groups."""
    for planned in plan.tables:
        if planned.compare != "within" or any(name not in nesting.variables for b in planned.by for name in b):
            continue
        axes = [nesting.names(":".join(banner)) for banner in planned.by]
        nested = [axis for axis in axes if len(axis) > 1]
        missing = [axis[:-1] for axis in nested if axis[:-1] not in axes]
        if missing or not nested:
            outer = ", ".join(":".join(axis) for axis in missing) or "-"
            place.at(f"[{planned.id}]").at("compare").fault("within_of_nothing", value=planned.compare, outer=outer)
