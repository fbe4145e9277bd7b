"""A composite of deprivations by counting: the Alkire–Foster index H, A and M0, with the design's error.

Everything is algebra on the weighted totals of the patterns of deprivation, so that every cut-off and every set of weights
comes of one count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, IntArray
from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError, expected
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.domains import By, domains
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.framed import Framed
from kodoku_survey.estimation.propagation import Base, carried, rates_or, totals_of, within_share
from kodoku_survey.estimation.statistic import Statistic, joined, quotient
from kodoku_survey.estimation.tally import as_simple_random, freedom
from kodoku_survey.scales.deprivation import Cutoff, checked_cutoff, deprived, patterns_of, whole_weights
from kodoku_survey.scales.moments import complete_rows


@dataclass(frozen=True, eq=False, repr=False)
class CountingIndex(Framed):
    """Who is deprived in at least `cutoff` of the indicators' weights, in g domains; persons with all of them determined.

    weights : (d,) whole numbers; c_i = Σ w_j g_ij, compared with `cutoff` as whole numbers. patterns : (P, d) of 0 and 1.
    totals : (g, P) weighted. undetermined : (g,) persons left out because an indicator is. bounds : see `.bounds()`.
    """

    indicators: tuple[str, ...]
    weights: IntArray
    cutoff: int
    patterns: IntArray
    totals: Statistic
    base: Base
    undetermined: IntArray
    _deprived: FloatArray
    _member: IndexArray
    _weight: FloatArray

    @property
    def count(self) -> IntArray:
        """(P,) weighted count of deprivations of each pattern."""
        return self.patterns @ self.weights

    def at(self, cutoff: Cutoff, weights: Sequence[int] | None = None) -> CountingIndex:
        """The same persons by another cut-off or other weights."""
        chosen = self.weights if weights is None else whole_weights(weights, self.indicators)
        return replace(self, cutoff=checked_cutoff(cutoff, chosen), weights=chosen)

    @cached_property
    def estimate(self) -> Estimate:
        """H, A and M0 = H·A of each domain.

        H the share of people at or over the cut-off, A the mean share of their deprivations, M0 the mean over everybody with
        those under it counted 0. Source: Alkire & Foster (2011), J. Public Econ. 95.
        """
        over, count = self.count >= self.cutoff, self.count / self.weights.sum()
        everybody, poor, adjusted = (self._sums(of) for of in (np.ones(len(count)), over, over * count))
        parts = [quotient(poor, everybody), quotient(adjusted, poor), quotient(adjusted, everybody)]
        return self._carried(parts, pd.DataFrame({"statistic": ["H", "A", "M0"]}), rates=[True, False, False])

    @cached_property
    def censored(self) -> Estimate:
        """Censored headcounts: the share deprived in each indicator and at or over the cut-off."""
        return self._headcounts(self.count >= self.cutoff, "censored_headcount")

    @cached_property
    def uncensored(self) -> Estimate:
        """The share deprived in each indicator, whatever the count."""
        return self._headcounts(np.ones(len(self.patterns), dtype=bool), "headcount")

    @cached_property
    def contributions(self) -> Estimate:
        """Share of each indicator in M0: w_j h_j / M0; they add to 1."""
        over = self.count >= self.cutoff
        adjusted = self._sums(over * self.count)
        parts = [quotient(self._sums(over * self.patterns[:, j] * w), adjusted) for j, w in enumerate(self.weights)]
        return self._carried(parts, self._by_indicator("contribution"))

    @cached_property
    def decomposition(self) -> Estimate:
        """Share of each domain in the M0 of all of them together: population share × M0_g / M0; they add to 1."""
        over = self.count >= self.cutoff
        adjusted = self._sums(over * self.count)
        every = Statistic(
            adjusted.value.sum(keepdims=True), adjusted.lines.sum(axis=1, keepdims=True), adjusted.replicates
        )
        return self._carried([quotient(adjusted, every)], pd.DataFrame({"statistic": ["share_of_M0"]}))

    @cached_property
    def pattern_shares(self) -> Estimate:
        """Share of every pattern of deprivation; up to six indicators also of those nobody shows."""
        everybody = self._sums(np.ones(len(self.patterns)))
        parts = [quotient(self.totals[:, p], everybody) for p in range(len(self.patterns))]
        labels = pd.DataFrame(self.patterns, columns=list(self.indicators))
        return self._carried(parts, labels, rates=[True] * len(parts))

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy: statistic, indicator, group, value, se, low, high, df, n of H, A, M0, headcounts and contributions."""
        parts = [self.estimate, self.uncensored, self.censored, self.contributions]
        frames = [part.frame(level).drop(columns=["cv", "deff"]) for part in parts]
        told = pd.concat(frames, ignore_index=True)
        told.insert(1, "indicator", told.pop("indicator").fillna(""))
        return told

    def sensitivity(self, weights: Mapping[str, Sequence[int]] | None = None) -> pd.DataFrame:
        """H, A and M0 with their errors for every cut-off that divides people, and every set of weights {name: weights}."""
        frames = []
        for name, one in self._settings(weights):
            frame = one.estimate.frame().drop(columns=["cv", "deff"])
            frame.insert(0, "cutoff", one.cutoff)
            frame.insert(0, "setting", name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def agreement(
        self,
        weights: Mapping[str, Sequence[int]] | None = None,
        *,
        thresholds: Mapping[str, CountingIndex] | None = None,
    ) -> pd.DataFrame:
        """Kendall's tau-b of the order of the domains by M0, between every two settings of `sensitivity`.

        thresholds : {name: index of the same domains by indicators of other thresholds}, set beside them at every cut-off.
        Raises DesignError for fewer than three domains, whose order says nothing, or other domains.
        """
        if len(self.base.groups) < 3:
            raise DesignError("estimation.few_domains", count=len(self.base.groups))
        several = self._settings(weights)
        for name, other in (thresholds or {}).items():
            if other.base.groups != self.base.groups:
                raise DesignError("estimation.other_domains", name, value=", ".join(other.base.groups))
            several += [(name, one) for _own, one in other._settings(None)]
        settings = [(name, one.cutoff, one.estimate.value[2::3]) for name, one in several]
        from scipy import stats  # loaded by this table alone

        rows = [
            (*one[:2], *other[:2], float(stats.kendalltau(one[2], other[2], nan_policy="omit").statistic))
            for one, other in combinations(settings, 2)
        ]
        return pd.DataFrame(rows, columns=["setting", "cutoff", "other_setting", "other_cutoff", "tau"])

    def bounds(self) -> pd.DataFrame:
        """group, statistic, low, high, undetermined: H and M0 of everybody, were every undetermined indicator 0, or 1."""
        ends = [np.nan_to_num(self._deprived, nan=filled) @ self.weights for filled in (0.0, 1.0)]
        rows = []
        for g, group in enumerate(self.base.groups):
            weight = np.where(self._member == g, self._weight, 0.0)
            for name in ("H", "M0"):
                worth = [(c >= self.cutoff) * (1.0 if name == "H" else c / self.weights.sum()) for c in ends]
                low, high = (float(weight @ each / weight.sum()) for each in worth)
                rows.append((group, name, low, high, int(self.undetermined[g])))
        return pd.DataFrame(rows, columns=["group", "statistic", "low", "high", "undetermined"])

    def _settings(self, weights: Mapping[str, Sequence[int]] | None) -> list[tuple[str, CountingIndex]]:
        sets = {"own": tuple(self.weights.tolist()), **(weights or {})}
        found = []
        for name, chosen in sets.items():
            whole = whole_weights(chosen, self.indicators)
            reached = {
                0
            }  # the counts people can have: sums of some of the weights, of which there are fewer than subsets
            for weight in whole:
                reached |= {count + int(weight) for count in reached}
            found += [(name, self.at(cutoff, chosen)) for cutoff in sorted(reached) if cutoff > 0]
        return found

    def _headcounts(self, kept: BoolArray, name: str) -> Estimate:
        everybody = self._sums(np.ones(len(self.patterns)))
        parts = [quotient(self._sums(kept * self.patterns[:, j]), everybody) for j in range(len(self.weights))]
        return self._carried(parts, self._by_indicator(name), rates=[True] * len(parts))

    def _sums(self, of_pattern: npt.ArrayLike) -> Statistic:
        """(g,) weighted totals of a number of each pattern."""
        worth = np.asarray(of_pattern, dtype=float)
        return Statistic(self.totals.value @ worth, self.totals.lines @ worth, self.totals.replicates)

    def _carried(self, parts: Sequence[Statistic], labels: pd.DataFrame, rates: Sequence[bool] = ()) -> Estimate:
        """parts : q statistics (g,). rates : which are proportions of persons, with their interval."""
        size = len(self.base.groups)
        whole = joined([part.reshape(size, 1) for part in parts], axis=1)
        of_persons, n = np.tile(list(rates) or [False] * len(parts), size), np.repeat(self.base.n, len(parts))
        limits = rates_or(within_share, of_persons, n)
        return carried([whole[g] for g in range(size)], "index", self.base, labels, limits=limits)

    def _by_indicator(self, name: str) -> pd.DataFrame:
        return pd.DataFrame({"statistic": name, "indicator": list(self.indicators)})


def counting_index(
    sample: Sample,
    indicators: Sequence[str] | Mapping[str, Any],
    *,
    cutoff: Cutoff,
    weights: Sequence[int] | None = None,
    by: By = None,
) -> CountingIndex:
    """Count deprivations in some indicators: H, A, M0 at a cut-off, in each domain of `by`.

    indicators : columns of 0 and 1 (or false and true), missing where undetermined; or {variable: the code, or codes, that mean
        deprived}. weights : whole numbers, default 1 each; indicators of one dimension share its weight.
    cutoff : a count in the unit of the weights, so 2 of three equal indicators, or a share of them, "2/3". 1 is the union, the
        sum of the weights the intersection.

    Persons with an undetermined indicator are left out and counted; `.bounds()` tells what they could change.
    Raises DesignError: a value other than 0 and 1, weights that are not whole and positive, a cut-off beyond their sum.
    >>> both = own.assign(x=lambda d: d["a"] == 1, y=lambda d: d["b"] == 1)
    >>> index = ks.counting_index(both, ["x", "y"], cutoff=1)
    >>> index.frame()["statistic"].unique().tolist()
    ['H', 'A', 'M0', 'headcount', 'censored_headcount', 'contribution']
    """
    expected(sample, Sample)
    use = as_simple_random(sample)
    names = tuple(indicators)
    answers = indicators if isinstance(indicators, Mapping) else dict.fromkeys(names)
    chosen = whole_weights([1] * len(names) if weights is None else weights, names)
    given = np.column_stack([deprived(use, name, answers[name]) for name in names])
    member, groups = domains(use, by)
    if use.within is not None:
        member = np.where(use.within, member, -1)
    whole = complete_rows(given)
    cell = np.where(whole, member, -1)
    patterns, place = patterns_of(np.where(whole[:, None], given, 0).astype(np.int64))
    several = len(patterns)
    of_pattern = np.where(cell >= 0, cell * several + place, -1).astype(np.intp)
    counted = totals_of(use, [(of_pattern, None)], len(groups) * several)
    base = Base(
        groups=tuple(group.label for group in groups),
        n=counted.counts.reshape(len(groups), several).sum(axis=1),
        degrees_of_freedom=freedom(use, cell, len(groups)),
        basis=sample.basis,
        claimed=claims(sample),
    )
    left_out = np.bincount(member[(member >= 0) & ~whole], minlength=len(groups))
    return CountingIndex(
        names, chosen, checked_cutoff(cutoff, chosen), patterns, counted.totals.reshape(len(groups), several), base, left_out,
        given, member, use.weight,
    )  # fmt: skip
