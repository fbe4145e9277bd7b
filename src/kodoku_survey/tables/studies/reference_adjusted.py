"""A sample nobody drew by chance, adjusted to a reference sample, as a value: its words, figures and balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from kodoku_survey.errors import Language
from kodoku_survey.media import CalledFrame, Result
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.tables.beside import Beside
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.studies.adjusted_rows import METHODS, adjusted_sentence, gamma_column, limits_in_words
from kodoku_survey.tables.words import Said, words

FAR_APART = 0.1  # a standardised difference from which two compositions are not alike (Austin 2009)
FEW_EFFECTIVE = 50.0  # effective respondents below which weights carry little


@dataclass(frozen=True, eq=False, repr=False)
class ReferenceAdjusted(Result):
    """Every question of the sample's plan as it is, and adjusted to the reference by each method that has a solution.

    frame : table, question, label, code, answer, n, raw; by method its share, _se, _low, _high (percent; blank where points
        are withheld); reference with limits, difference (doubly robust less reference) with limits, inclusion_odds with limits;
        gamma_…_low, _high; worst_low, worst_high (nothing assumed); everybody_low, _high (with the classes nobody is of); note.
    balance : attribute, class, adjusted ("yes" for those of `on`), shares of sample, reference and by method, and the
        standardised differences of each (smd_…). lacking : classes of the reference without a respondent. weights : by method.
    withheld : points are not shown, since the answer itself may decide who is in the sample.

    >>> "frame" in ks.ReferenceAdjusted.__dataclass_fields__
    True
    """

    beside: Beside
    names: tuple[str, str]
    on: tuple[str, ...]
    frame: pd.DataFrame
    balance: pd.DataFrame
    lacking: pd.DataFrame
    weights: pd.DataFrame
    withheld: bool
    gammas: tuple[float, ...]
    population: float
    covered: float
    overlap: float
    left_out: Mapping[str, int]
    failed: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    focus: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", CalledFrame(self.frame))

    @property
    def language(self) -> Language:
        """Of the sample's report."""
        return self.beside.first.survey.settings.identity.lang

    def lines(self, language: Language | None = None) -> tuple[str, ...]:
        """What stands above the figures: whom they are of, under which model, who is lacking, and what the weights are worth."""
        said = words(language or self.language)
        told = {"first": self.names[0], "reference": self.names[1], "axes": self.axes(said)}
        found = [*self.beside.lines(language or self.language, caution="caution_adjusted")]
        kind = self.beside.first.survey.settings.design.sample
        key = "withheld" if self.withheld else "ignorable_flag" if kind == "service_users" else "model"
        found.append(said[f"adjust_{key}"].format(**told))
        found.append(said["adjust_population"].format(**told, population=f"{self.population:,.0f}"))
        if self.covered < 1:
            classes = said["listing"].join(self.lacking.loc[self.lacking["in_model"] == "yes", "class"])
            share = half_up(100 * (1 - self.covered), 1)
            found.append(said["adjust_lacking"].format(**told, classes=classes, share=share))
        extrapolated = self.lacking[self.lacking["in_model"] == "no"]
        if len(extrapolated):
            share = half_up(float(extrapolated["share"].sum()), 1)
            found.append(said["adjust_extrapolated"].format(**told, count=len(extrapolated), share=share))
        if self.left_out["unknown_first"] or self.left_out["unknown_reference"]:
            found.append(said["adjust_left_out"].format(**told, **self.left_out))
        if self.left_out["beyond"]:
            found.append(said["adjust_beyond"].format(**told, **self.left_out))
        found += [said[f"adjust_failed_{method}"].format(**told) for method in self.failed]
        found += self._doubts(said, told)
        return tuple(found)

    def axes(self, said: Said) -> str:
        """What is adjusted by, in words."""
        variables = self.beside.first.survey.variables
        return said["listing"].join("×".join(variables[name].label for name in term.split(":")) for term in self.on)

    def _doubts(self, said: Said, told: Mapping[str, str]) -> list[str]:
        """Warnings the figures themselves give: weights that carry little, attributes still apart, answers that do not agree."""
        found = []
        few = self.weights[(self.weights["method"] != "raw") & (self.weights["effective_n"] < FEW_EFFECTIVE)]
        if len(few):
            least = few.iloc[few["effective_n"].argmin()]
            size = half_up(float(least["effective_n"]), 0)
            found.append(said["adjust_few"].format(**told, method=said[f"method_{least['method']}"], size=size))
        best = next((m for m in reversed(METHODS) if f"smd_{m}" in self.balance), None)
        if best is not None:
            apart = self.balance[self.balance[f"smd_{best}"].abs() > FAR_APART]
            if len(apart):
                named = said["listing"].join(dict.fromkeys(apart["attribute"]))
                found.append(said["adjust_apart"].format(**told, attributes=named))
        if "inclusion_odds" in self.frame:
            odds = self.frame[(self.frame["inclusion_odds_low"] > 1) | (self.frame["inclusion_odds_high"] < 1)]
            spoken = [row.label for row in odds.itertuples() if row.code in self.focus.get(row.question, ())]
            if spoken:
                found.append(
                    said["adjust_not_ignorable"].format(**told, labels=said["listing"].join(dict.fromkeys(spoken)))
                )
        return found

    def sentences(self, language: Language | None = None) -> tuple[str, ...]:
        """A sentence for each answer a table speaks of."""
        said = words(language or self.language)
        spoken = [row for row in self.frame.itertuples() if row.code in self.focus.get(row.question, ())]
        return tuple(filter(None, (self.sentence(row, said) for row in spoken)))

    def sentence(self, row: object, said: Said) -> str:
        """One row in words; "" where too few answered."""
        return adjusted_sentence(row, self.names, said, withheld=self.withheld, gammas=self.gammas)

    def bounds_words(self, row: object) -> tuple[str, ...]:
        """The limits of a row at each Γ, as they are printed."""
        return tuple(limits_in_words(row, gamma_column(gamma)) for gamma in self.gammas)

    def refusals(self, language: Language | None = None) -> pd.DataFrame:
        """item, label, reason, text: what is not adjusted, and why."""
        said = words(language or self.language)
        rows = [(one.item, one.label, one.reason, one.text(said)) for one in self.refused]
        return pd.DataFrame(rows, columns=["item", "label", "reason", "text"])
