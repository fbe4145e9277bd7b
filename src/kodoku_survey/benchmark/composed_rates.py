"""One side of a standardisation of which only figures are known: rates by cells, on how many respondents, with their error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError


@dataclass(frozen=True, eq=False)
class ComposedRates:
    """Published rates (C, k) of n (C,) respondents by cells of composition; nan where nobody is.

    stated : (C, k) standard errors as published, nan where none is: then that of a simple random sample.
    population : (C,) persons of each cell where they are known, exactly; without them the cells have the shares their
        respondents have, with the error of a simple random sample.
    total : (k,) rates of everybody as they are printed, which the cells are checked against; nan where none is.
    A part, (2C, k), is the derivative by every rate and by every share; cells are independent of each other, as strata are.
    Source: Breslow & Day (1987), Statistical Methods in Cancer Research II, 2.3, for the variance of a directly standardised
    rate, Σ τ² V(p); Särndal, Swensson & Wretman (1992), 5.5, for linearisation.
    """

    rate: FloatArray
    size: FloatArray
    cells: tuple[str, ...]
    stated: FloatArray
    population: FloatArray | None = None
    total: FloatArray | None = None

    @cached_property
    def n(self) -> int:
        """Respondents of all cells."""
        return int(self.size.sum())

    @cached_property
    def shares(self) -> FloatArray:
        """(C,) shares of the cells."""
        held = self.size if self.population is None else self.population
        return np.asarray(held / held.sum(), dtype=float)

    @property
    def rates(self) -> FloatArray:
        """(C, k) the rates; nan where nobody is."""
        return self.rate

    @cached_property
    def mean(self) -> FloatArray:
        """(k,) of everybody: the rates over the shares of the cells."""
        return np.nansum(self.shares[:, None] * self.rate, axis=0)

    @property
    def nothing(self) -> FloatArray:
        """(2C, k) no part in anything."""
        return np.zeros((2 * len(self.size), self.rate.shape[1]))

    @property
    def freedom(self) -> float:
        """Degrees of freedom: of a simple random sample of as many."""
        return float(self.n - 1)

    @cached_property
    def of_mean(self) -> FloatArray:
        """(2C, k) parts in the mean of everybody."""
        return self.of_shares(np.nan_to_num(self.rate)) + self.of_rates(self.shares)

    def of_shares(self, value: FloatArray) -> FloatArray:
        """(2C, k) parts in Σ share · value (C, k)."""
        return np.vstack([np.zeros_like(value), value])

    def of_rates(self, value: FloatArray) -> FloatArray:
        """(2C, k) parts in Σ value · rate, value (C,) or (C, k)."""
        value = np.broadcast_to(value if value.ndim == 2 else value[:, None], self.rate.shape)
        return np.vstack([value, np.zeros_like(value)])

    def over(self, shares: FloatArray) -> None:
        """No respondent is known, to count for more or less."""

    def error(self, parts: FloatArray) -> FloatArray:
        """(k,) standard errors of what the parts add up to."""
        by_rate, by_share = parts[: len(self.size)], parts[len(self.size) :]
        found = np.where(self.size[:, None] > 0, by_rate**2 * self._variance, 0.0).sum(axis=0)
        if self.population is None:
            shares = self.shares[:, None]
            spread = (shares * by_share**2).sum(axis=0) - (shares * by_share).sum(axis=0) ** 2
            found = found + np.maximum(spread, 0.0) / (self.n - 1)
        return np.sqrt(found)

    @cached_property
    def _variance(self) -> FloatArray:
        """(C, k) of each rate."""
        p = np.nan_to_num(self.rate)
        with np.errstate(all="ignore"):
            simple = p * (1 - p) / self.size[:, None] * self.n / (self.n - 1)
        return np.where(np.isnan(self.stated), simple, self.stated**2)

    def check_held(self, wanted: FloatArray, survey: str) -> None:
        """Every cell somebody is wanted of has a rate. Raises DesignError naming those that have none."""
        empty = [name for name, n, w in zip(self.cells, self.size, wanted, strict=True) if w > 0 and n <= 0]
        if empty:
            raise DesignError("benchmark.empty_cell", "--standardize", value="、".join(empty[:8]), survey=survey)
