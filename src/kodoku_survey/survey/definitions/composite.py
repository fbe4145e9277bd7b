"""A composite index by counting (Alkire–Foster), as data: dimensions, indicators, weights, cut-off.

    [[composite]]
    name = "isolation"
    label = "孤立の複合指標"
    k = "2/3"                                        # counted as lacking from this share of the weights on; compared as integers
    dimensions = [
      { name = "contact", label = "社会的交流", weight = 1, indicators = [      # weight: default 1 for every dimension
        { name = "no_weekly", label = "週１回以上の交流がない", weight = 1, when = { contact_best = [4, 5, 6, 7] } },
      ] },
    ]
    labels = { yes = "欠けている", no = "欠けていない" }

It is read as definitions like any others, in the units the weights share: `isolation_no_weekly` (1 lacking, 2 not, else
undetermined) for every indicator, `isolation` (the count, in units; undetermined where one indicator is), its bounds
`isolation_lowest` and `isolation_highest`, and `isolation_k` (three-valued: known as soon as both bounds lie on one side of k).

Source: Alkire & Foster (2011), J. Public Economics 95: identification by a weighted count and a second cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Annotated, Any

from kodoku_survey.survey.conditions import Clause, Condition
from kodoku_survey.survey.definitions import Choice, Definition, Described, Item, Missing, Points, Rule, Score
from kodoku_survey.survey.reading import Place, unique
from kodoku_survey.survey.reading.limits import FILLED, Within

YES, NO = 1, 2


@dataclass(frozen=True)
class Indicator:
    """One lack: the condition under which it holds, and its share of its dimension's weight."""

    name: Annotated[str, FILLED]
    label: Annotated[str, FILLED]
    when: Condition
    weight: Annotated[int, Within(1, 1000)] = 1


@dataclass(frozen=True)
class Dimension:
    """Indicators of one kind of lack, and the weight they share."""

    name: Annotated[str, FILLED]
    label: Annotated[str, FILLED]
    indicators: Annotated[tuple[Indicator, ...], FILLED]
    weight: Annotated[int, Within(1, 1000)] = 1


@dataclass(frozen=True)
class Labels:
    """What the two answers of an indicator are called."""

    yes: Annotated[str, FILLED] = "当てはまる"
    no: Annotated[str, FILLED] = "当てはまらない"


@dataclass(frozen=True, kw_only=True)
class Composite(Described):
    """Dimensions counted together. Weights and cut-offs are integers and fractions, never floats."""

    dimensions: Annotated[tuple[Dimension, ...], FILLED]
    k: Annotated[Fraction, Within(above=0, most=1)]
    labels: Labels = Labels()

    def check(self, place: Place) -> None:
        """Dimensions and indicators have names of their own."""
        here = place.at("dimensions")
        unique([dimension.name for dimension in self.dimensions], here)
        unique([one.name for dimension in self.dimensions for one in dimension.indicators], here)

    @property
    def units(self) -> int:
        """The integer all weights add to: the deprivation count of a person who lacks everything."""
        return self._unit * sum(dimension.weight for dimension in self.dimensions)

    @property
    def _unit(self) -> int:
        return lcm(*(sum(one.weight for one in dimension.indicators) for dimension in self.dimensions))

    @property
    def indicators(self) -> dict[str, tuple[str, int]]:
        """Of each indicator's variable: its dimension and its weight in units."""
        found = {}
        for dimension in self.dimensions:
            share = self._unit // sum(one.weight for one in dimension.indicators)
            for one in dimension.indicators:
                found[f"{self.name}_{one.name}"] = (dimension.name, dimension.weight * share * one.weight)
        return found

    def threshold(self, k: Fraction | None = None) -> int:
        """The least count, in units, that reaches a cut-off (default: the composite's own)."""
        return ceil((self.k if k is None else k) * self.units)

    def definitions(self) -> list[Definition]:
        """The definitions it stands for: indicators, count, its two bounds, and who reaches k."""
        told: dict[str, Any] = {
            "section": self.section, "source": self.source, "number": self.number, "nonanswer": self.nonanswer,
            "nonanswer_label": self.nonanswer_label,
        }  # fmt: skip
        several = [one for dimension in self.dimensions for one in dimension.indicators]
        lacks = [
            Rule(
                name=name,
                label=one.label,
                choices=(Choice(YES, self.labels.yes, one.when),),
                otherwise=NO,
                otherwise_label=self.labels.no,
                **told,
            )
            for name, one in zip(self.indicators, several, strict=True)
        ]
        items = tuple(Item(name, (Points(YES, units), Points(NO, 0))) for name, (_, units) in self.indicators.items())
        rules = {"": Missing(0), "_lowest": Missing(None, "lowest"), "_highest": Missing(None, "highest")}
        counts = [
            Score(
                name=f"{self.name}{end}", label=self.label, items=items, missing=missing, unit=f"/{self.units}", **told
            )
            for end, missing in rules.items()
        ]
        at = self.threshold()
        reached = Rule(
            name=f"{self.name}_k",
            label=self.label,
            question=self.question,
            choices=(
                Choice(YES, self.labels.yes, Condition(((Clause(f"{self.name}_lowest", minimum=at),),))),
                Choice(NO, self.labels.no, Condition(((Clause(f"{self.name}_highest", maximum=at - 1),),))),
            ),
            otherwise=self.nonanswer,
            **told,
        )
        return [*lacks, *counts, reached]
