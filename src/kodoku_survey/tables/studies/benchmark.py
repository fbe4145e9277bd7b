"""A survey beside its benchmark, as a value: what stands above the figures, the figures, sentences and refusals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kodoku_survey.errors import Language
from kodoku_survey.media import CalledFrame, Result
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.tables.beside import Beside, remedy, tested
from kodoku_survey.tables.claims import basis_line
from kodoku_survey.tables.sides import Measured, Side
from kodoku_survey.tables.studies.composing import names_of
from kodoku_survey.tables.studies.standard_rows import sentence_of
from kodoku_survey.tables.words import Said, words


@dataclass(frozen=True, eq=False, repr=False)
class Benchmark(Result):
    """Every comparable question of the plan beside the reference, a row an answer and group (`frame`); every one refused.

    frame : table, question, label, statistic, unit, group, code, answer, n of both, raw and standardised shares with limits
        (percent; a mean or median in its own unit), their differences (points), the two parts of the raw difference, the share
        composition explains, p, verdict and word.

    >>> beside = ks.benchmark(national, past)
    >>> len(beside.frame) > 0, len(beside.refused) > 0
    (True, True)
    """

    beside: Beside
    standardize: tuple[str, ...]
    frame: pd.DataFrame
    refused: tuple[Refusal, ...] = ()
    group: str = ""
    left_out: tuple[int, int] = (0, 0)
    names: tuple[str, str] = ("", "")
    focus: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", CalledFrame(self.frame))

    @property
    def language(self) -> Language:
        """Of the first survey's report."""
        return self.beside.first.survey.settings.identity.lang

    def lines(self, language: Language | None = None) -> tuple[str, ...]:
        """What stands above the figures: whom both are of, over what they are standardised, on what their errors rest."""
        said, names = words(language or self.language), names_of(self.beside, language)
        found = [*self.beside.lines(language or self.language)]
        if self.group:
            found.append(said["benchmark_group"].format(first=names[0], group=self.group))
        axes = said["listing"].join(self._axis_labels())
        crossing = "benchmark_over" if len(self.standardize) < 2 else "benchmark_raked"
        crossing += "" if tested(self.beside.first, self.beside.second) else "_untested"
        found.append(
            said[crossing].format(axes=axes, reference=names[1]) if self.standardize else said["benchmark_raw"]
        )
        for name, side in zip(names, (self.beside.first, self.beside.second), strict=True):
            found += self._basis(name, side, said)
        if any(self.left_out):
            found.append(said["benchmark_left_out"].format(first=self.left_out[0], second=self.left_out[1]))
        return tuple(found)

    def _basis(self, name: str, side: Side, said: Said) -> list[str]:
        """On what the figures of one side rest."""
        if isinstance(side, Measured):
            if not tested(side):
                return [
                    said["benchmark_basis_undrawn"].format(
                        survey=name, basis=basis_line(side.survey, "unweighted", said)
                    )
                ]
            return [said[f"benchmark_basis_{'unweighted' if side.design is None else 'design'}"].format(survey=name)]
        if side.rates is None:
            return [said["benchmark_basis_published"].format(survey=name)]
        persons = any(not math.isnan(rate.persons) for rate in side.rates.rates.values())
        weighted = [said[f"benchmark_rates_{'persons' if persons else 'n'}"].format(survey=name)]
        basis = said["benchmark_basis_rates"].format(survey=name, file=side.named)
        return [basis, *(weighted if self.standardize else [])]

    def _axis_labels(self) -> list[str]:
        variables = self.beside.first.survey.variables
        return ["×".join(variables[name].label for name in term.split(":")) for term in self.standardize]

    def sentences(self, language: Language | None = None) -> tuple[str, ...]:
        """「全国と比べて…」: a sentence for each answer a table speaks of, everybody first."""
        said, names = words(language or self.language), names_of(self.beside, language)
        spoken = [row for row in self.frame.itertuples() if self.speaks_of(row)]
        told = [sentence_of(row, names, said, adjusted=bool(self.standardize)) for row in spoken]
        return tuple(sentence for sentence in told if sentence)

    def advice(self, language: Language | None = None) -> str:
        """What to do about items refused that may be the same; "" where nothing can be done."""
        return remedy(self.refused, self.beside.first, self.beside.second, language or self.language)

    def speaks_of(self, row: Any) -> bool:
        """Whether a row is put into words: an answer its table speaks of, or a number."""
        return bool(row.statistic != "share" or row.code in self.focus.get(row.question, ()))

    def refusals(self, language: Language | None = None) -> pd.DataFrame:
        """item, label, reason, text: what is not compared, and why."""
        said = words(language or self.language)
        rows = [(one.item, one.label, one.reason, one.text(said)) for one in self.refused]
        return pd.DataFrame(rows, columns=["item", "label", "reason", "text"])
