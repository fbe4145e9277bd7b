"""Every pair of groups compared, with the letters a table shows it by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, IndexArray, StrArray
from kodoku_survey.crosstabs.comparisons import ComparisonRule, gaps, rule_of
from kodoku_survey.crosstabs.crosstab import CrossTab
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.hypotheses.adjustment import ADJUSTMENTS, Adjustment, adjusted
from kodoku_survey.estimation.intervals import check_option
from kodoku_survey.media import Result


@dataclass(frozen=True, eq=False, repr=False)
class Pairwise(Result):
    """Pairs of groups of each attribute, compared in every answer.

    pairs : attribute, answer, group, other, difference and se (points, of shares), statistic, df, p (adjusted), significant.
    marks : (g, a) the letters of the groups each is significantly higher than. letters : (g,) of each group ("" = everybody).
    """

    tab: CrossTab
    rule: ComparisonRule
    adjustment: Adjustment
    level: float
    pairs: pd.DataFrame
    marks: StrArray
    letters: tuple[str, ...]

    def frame(self) -> pd.DataFrame:
        """Tidy: attribute, group, letter, answer, percent (or value), higher_than (letters)."""
        tab = self.tab
        told = tab.estimate.labels.assign(letter=np.repeat(self.letters, tab.shape[1]))
        unit = 100 if tab.estimate.column == "percent" else 1
        shown = {tab.estimate.column: unit * tab.estimate.value}
        return told[["attribute", "group", "letter", "answer"]].assign(**shown, higher_than=self.marks.ravel())


def pairwise(
    tab: CrossTab, *, adjustment: Adjustment = "holm", level: float = 0.05, rule: ComparisonRule | None = None
) -> Pairwise:
    """Every pair of groups of each attribute in every answer, two-sided, with column letters.

    A group shows the letters of those it is significantly higher than, as SPSS Custom Tables has it. The pairs of one
    attribute and answer are a family, for which `adjustment` holds the level. Shares of 0 and 1 are not compared by the
    design (their error is not known), and count for no family.
    rule : "design", with the covariance between groups, or "official"; default by the basis.
    Source: Holm (1979), Scand. J. Statist. 6. Raises DesignError, UsageError.

    >>> found = ks.pairwise(ks.crosstab(sample, "lonely", by="age_class"), adjustment="holm")
    >>> int(found.pairs["significant"].sum())
    7
    """
    check_option("adjustment", adjustment, ADJUSTMENTS)
    chosen = rule_of(tab, rule)
    if not tab.estimate.claimed:
        raise DesignError("estimation.nobody_drawn")
    marks = np.full(tab.shape, "", dtype=object)
    letters, unit = _letters(tab), 100 if tab.estimate.column == "percent" else 1
    blocks = []
    for attribute in dict.fromkeys(g.attribute for g in tab.groups if g.attribute):
        own = [k for k, g in enumerate(tab.groups) if g.attribute == attribute]
        pairs = np.array(list(combinations(own, 2)), dtype=np.intp).reshape(-1, 2)
        found = gaps(tab, pairs[:, 0], pairs[:, 1], chosen)
        p = np.where(_comparable(tab, pairs, chosen), found.p_value, np.nan)
        p = np.stack([adjusted(p[:, k], adjustment) for k in range(p.shape[1])], axis=1)
        significant = p < level
        for m, k in zip(*np.nonzero(significant), strict=True):
            winner, loser = pairs[m] if found.value[m, k] > 0 else pairs[m][::-1]
            marks[winner, k] += letters[loser]
        for k, answer in enumerate(tab.answers):
            told: dict[str, Any] = {"attribute": attribute, "answer": answer}
            told |= {name: [tab.groups[g].label for g in pairs[:, side]] for side, name in ((0, "group"), (1, "other"))}
            numbers = {
                "difference": unit * found.value,
                "se": unit * found.se,
                "statistic": found.t,
                "df": found.df,
                "p": p,
            }
            told |= {name: array[:, k] for name, array in numbers.items()}
            blocks.append(pd.DataFrame({**told, "significant": significant[:, k]}))
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    return Pairwise(tab, chosen, adjustment, level, table, marks.astype(str), letters)


def _comparable(tab: CrossTab, pairs: IndexArray, rule: ComparisonRule) -> BoolArray:
    """(m, a): both groups have somebody and, by the design, a share other than 0 and 1."""
    use = np.isfinite(tab.value)
    if rule == "design" and tab.estimate.kind == "proportion":
        use &= (tab.value > 0) & (tab.value < 1)
    return np.asarray(use[pairs[:, 0]] & use[pairs[:, 1]])


def _letters(tab: CrossTab) -> tuple[str, ...]:
    """A, B, …, Z, AA, AB, … from A again for each attribute; none for everybody."""
    names: dict[str, Iterator[str]] = {}
    return tuple(next(names.setdefault(g.attribute, _alphabet())) if g.attribute else "" for g in tab.groups)


def _alphabet() -> Iterator[str]:
    yield from ascii_uppercase
    yield from (a + b for a in ascii_uppercase for b in ascii_uppercase)
