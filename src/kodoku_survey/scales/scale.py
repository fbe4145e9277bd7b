"""A scale and all one asks of it: alpha, omega and their ordinal kin, and what each item does, with the design's error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.estimate import Estimate, EstimateKind
from kodoku_survey.estimation.framed import Framed
from kodoku_survey.estimation.propagation import Base, Limiting, applied, below_one, carried, packed, within_one
from kodoku_survey.estimation.statistic import Statistic
from kodoku_survey.scales import coefficients, one_factor, ordinal_reliability
from kodoku_survey.scales.factor_fit import Fit, Grouped, fit
from kodoku_survey.scales.factor_model import plan
from kodoku_survey.scales.moments import ItemMissing, Moments
from kodoku_survey.scales.polychoric import Ordered, ordered, polychorics
from kodoku_survey.scales.scalability import scalability

AlphaInterval = Literal["log", "feldt", "bonett"]


@dataclass(frozen=True, eq=False, repr=False)
class Reliability(Framed):
    """A scale of k items in g domains. Every coefficient is an Estimate, so that `contrast` compares domains.

    moments : (g) means and covariances of the items. Coefficients of ordered answers are made when first asked for.
    """

    items: tuple[str, ...]
    base: Base
    moments: tuple[Moments, ...]
    interval: AlphaInterval
    missing: ItemMissing
    _sample: Sample
    _values: FloatArray
    _member: IndexArray

    @cached_property
    def alpha(self) -> Estimate:
        """Cronbach's alpha. Interval: on log(1 − α) with t of the design, or Feldt's on the basis "unweighted"."""
        return self._of(coefficients.alpha, "reliability", self._scale("alpha"), self._alpha_limits())

    @property
    def normal_theory_error(self) -> FloatArray:
        """(g,) standard errors of alpha under simple random sampling of normal items, as other programs print them."""
        each = [coefficients.normal_theory_error(one.covariance.value, one.n) for one in self.moments]
        return np.array(each) if self.base.claimed else np.full(len(each), np.nan)

    @cached_property
    def standardised_alpha(self) -> Estimate:
        """Alpha of the items' correlations."""
        return self._of(coefficients.standardised_alpha, "reliability", self._scale("standardised_alpha"), below_one)

    @cached_property
    def lambda6(self) -> Estimate:
        """Guttman's λ6."""
        return self._of(coefficients.lambda6, "reliability", self._scale("lambda6"), below_one)

    @cached_property
    def omega(self) -> Estimate:
        """McDonald's omega of one factor. Raises DesignError where the items have no proper factor."""
        parts = self._each(lambda one: one_factor.omega(one.covariance, self.items), self.moments)
        return self._carried(parts, "reliability", self._scale("omega"), below_one)

    @cached_property
    def loadings(self) -> Estimate:
        """Standardised loadings on the one factor."""

        def loading(one: Moments) -> Statistic:
            return one_factor.standardised(one_factor.loadings(one.covariance, self.items), one.covariance)

        parts = self._each(loading, self.moments)
        return self._carried(parts, "correlation", self._by_item("loading"), within_one)

    @cached_property
    def categorical_omega(self) -> Estimate:
        """Omega of the observed sum of ordered answers (Green & Yang): the one to report for items of few answers."""
        parts = self._each(lambda one: ordinal_reliability.categorical_omega(one, self.items), self.ordered)
        return self._carried(parts, "reliability", self._scale("categorical_omega"), below_one)

    @cached_property
    def ordinal_alpha(self) -> Estimate:
        """Alpha of the polychoric correlations. Not of the sum of the answers: higher than what a score has."""
        parts = [ordinal_reliability.ordinal_alpha(one) for one in self.ordered]
        return self._carried(parts, "reliability", self._scale("ordinal_alpha"), below_one)

    @cached_property
    def ordinal_omega(self) -> Estimate:
        """Omega of the polychoric correlations; the same caveat."""
        parts = self._each(lambda one: ordinal_reliability.ordinal_omega(one, self.items), self.ordered)
        return self._carried(parts, "reliability", self._scale("ordinal_omega"), below_one)

    @cached_property
    def polychoric(self) -> Estimate:
        """Polychoric correlation of each pair."""
        parts = [polychorics(one) for one in self.ordered]
        return self._carried(parts, "correlation", self._by_pair("polychoric"), within_one)

    @cached_property
    def item_rest(self) -> Estimate:
        """Correlation of each item with the sum of the others."""
        return self._of(coefficients.item_rest, "correlation", self._by_item("item_rest"), within_one)

    @cached_property
    def alpha_if_deleted(self) -> Estimate:
        """Alpha of the scale without each item; none for two items."""
        labels = self._by_item("alpha_if_deleted")
        return self._of(coefficients.alpha_if_deleted, "reliability", labels, below_one)

    @cached_property
    def inter_item(self) -> Estimate:
        """Correlation of each pair of items."""
        upper = np.triu_indices(len(self.items), 1)
        labels = self._by_pair("inter_item")
        return self._of(lambda s: coefficients.correlation(s)[..., *upper], "correlation", labels, within_one)

    @cached_property
    def mean_inter_item(self) -> Estimate:
        """Mean of these correlations."""
        return self._of(coefficients.mean_correlation, "correlation", self._scale("mean_inter_item"), within_one)

    @cached_property
    def scalability(self) -> Estimate:
        """Loevinger's H of each item, and of the scale (item "")."""
        parts = [scalability(one, order) for one, order in zip(self.moments, self.ordered, strict=True)]
        labels = pd.DataFrame({"statistic": "scalability", "item": [*self.items, ""]})
        return self._carried(parts, "reliability", labels, below_one)

    @cached_property
    def means(self) -> Estimate:
        """Mean of each item, reversed ones turned."""
        return self._carried([one.mean for one in self.moments], "mean", self._by_item("mean"))

    @cached_property
    def deviations(self) -> Estimate:
        """Standard deviation of each item."""
        return self._of(lambda s: np.sqrt(np.diagonal(s, axis1=-2, axis2=-1)), "variance", self._by_item("deviation"))

    @cached_property
    def sum(self) -> Estimate:
        """Mean and standard deviation of the sum, and its standard error of measurement, deviation × √(1 − α)."""
        labels = pd.DataFrame({"statistic": ["sum_mean", "sum_deviation", "measurement_error"]})
        k = len(self.items)

        def three(given: Any) -> Any:
            s = given[..., k:].reshape(*given.shape[:-1], k, k)
            return np.stack(
                [given[..., :k].sum(-1), coefficients.sum_deviation(s), coefficients.measurement_error(s)], axis=-1
            )

        return self._carried([applied(three, packed(one.mean, one.covariance)) for one in self.moments], "mean", labels)

    @cached_property
    def fit(self) -> tuple[Fit, ...]:
        """How well one factor fits, in each domain; three items always do. Raises DesignError where there is no factor."""
        k, found = len(self.items), []
        for one in self.moments:
            one_factor.check_factor(one.covariance.value, self.items)
            made = fit(plan(1, k, "configural"), Grouped.of([one], self.base.basis), ", ".join(self.items))
            found.append(made if self.base.claimed else replace(made, p_value=float("nan")))
        return tuple(found)

    @cached_property
    def ordered(self) -> tuple[Ordered, ...]:
        """The items as ordered categories, in each domain."""
        return tuple(ordered(self._sample, self._values, self._member, len(self.moments)))

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Tidy: statistic, group, value, se, low, high, df, n of the coefficients of the scale.

        A coefficient that does not exist here (no proper factor, items of too many answers) has no line; ask for it by name to
        be told why.
        """
        names = ("alpha", "standardised_alpha", "omega", "categorical_omega", "mean_inter_item", "sum")
        return self._frames(names, level)

    def item_frame(self, level: float = 0.95) -> pd.DataFrame:
        """The same of the items: mean, deviation, item_rest, alpha_if_deleted, loading, scalability (the scale's: item "")."""
        return self._frames(("means", "deviations", "item_rest", "alpha_if_deleted", "loadings", "scalability"), level)

    def _frames(self, names: Sequence[str], level: float) -> pd.DataFrame:
        parts = []
        for name in names:
            try:
                estimate: Estimate = getattr(self, name)
            except DesignError:
                continue
            parts.append(estimate.frame(level).drop(columns=["cv", "deff"]))
        return pd.concat(parts, ignore_index=True)

    def _of(
        self, function: Callable[[Any], Any], kind: EstimateKind, labels: pd.DataFrame, limits: Limiting | None = None
    ) -> Estimate:
        return self._carried([applied(function, one.covariance) for one in self.moments], kind, labels, limits)

    def _each(self, function: Callable[[Any], Statistic], given: Sequence[Any]) -> list[Statistic]:
        """A coefficient of every domain; what one has not is told with its name."""
        found = []
        for group, one in zip(self.base.groups, given, strict=True):
            try:
                found.append(function(one))
            except DesignError as fault:
                where = f"{group}: {fault.where}" if group else fault.where
                raise DesignError(fault.key, where, **fault.fields) from fault
        return found

    def _carried(
        self, parts: Sequence[Statistic], kind: EstimateKind, labels: pd.DataFrame, limits: Limiting | None = None
    ) -> Estimate:
        return carried(parts, kind, self.base, labels, limits=limits)

    def _alpha_limits(self) -> Limiting:
        if self.interval == "log":
            return below_one
        theory = coefficients.feldt if self.interval == "feldt" else coefficients.bonett
        n, k = self.base.n, len(self.items)
        return Limiting(self.interval, lambda value, _se, _df, level: theory(value, n, k, level))

    def _scale(self, name: str) -> pd.DataFrame:
        return pd.DataFrame({"statistic": [name]})

    def _by_item(self, name: str) -> pd.DataFrame:
        return pd.DataFrame({"statistic": name, "item": list(self.items)})

    def _by_pair(self, name: str) -> pd.DataFrame:
        upper = np.triu_indices(len(self.items), 1)
        pairs = [f"{self.items[i]} × {self.items[j]}" for i, j in zip(*upper, strict=True)]
        return pd.DataFrame({"statistic": name, "item": pairs})
