"""One side of a standardisation: its answers by cells of composition, with each respondent's part in every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.benchmark.decomposed_parts import lines_of
from kodoku_survey.design import Sample
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.tally import freedom_of_all


@dataclass(frozen=True, eq=False)
class Composed:
    """n respondents of one survey: y (n, k) what they answered, 0/1 or a number, cell (n,) of composition, −1 unknown.

    inside : (n,) who counts: asked, of the group, with a known cell. cells : what each is called, C in all.
    """

    sample: Sample
    y: FloatArray
    cell: IndexArray
    inside: BoolArray
    cells: tuple[str, ...]

    @cached_property
    def member(self) -> FloatArray:
        """(n, C) 1 in one's own cell, 0 for everybody outside."""
        return (self.cell[:, None] == np.arange(len(self.cells))) * self.inside[:, None].astype(float)

    @cached_property
    def masses(self) -> FloatArray:
        """(C,) sums of the weights."""
        return self.member.T @ self.sample.weight

    @property
    def total(self) -> float:
        """The weights of everybody inside."""
        return float(self.masses.sum())

    @cached_property
    def n(self) -> int:
        """Respondents inside."""
        return int(self.inside.sum())

    @cached_property
    def shares(self) -> FloatArray:
        """(C,) shares of the cells."""
        return self.masses / self.total

    @cached_property
    def rates(self) -> FloatArray:
        """(C, k) means within each cell; nan where nobody is."""
        with np.errstate(all="ignore"):
            return (self.member.T @ (self.sample.weight[:, None] * self.y)) / self.masses[:, None]

    @cached_property
    def mean(self) -> FloatArray:
        """(k,) of everybody."""
        return np.nansum(self.shares[:, None] * self.rates, axis=0)

    def of_shares(self, value: FloatArray) -> FloatArray:
        """(n, k) parts in Σ share · value (C, k)."""
        centred = value - (self.shares[:, None] * value).sum(axis=0)
        return (self.member @ centred) / self.total

    def of_rates(self, value: FloatArray) -> FloatArray:
        """(n, k) parts in Σ value · rate, value (C,) or (C, k)."""
        value = value if value.ndim == 2 else value[:, None]
        with np.errstate(all="ignore"):
            scaled = np.where(self.masses[:, None] > 0, value / self.masses[:, None], 0.0)
        return (self.member @ scaled) * (self.y - self.member @ np.nan_to_num(self.rates))

    @cached_property
    def of_mean(self) -> FloatArray:
        """(n, k) parts in the mean of everybody."""
        return np.where(self.inside[:, None], self.y - self.mean, 0.0) / self.total

    @cached_property
    def freedom(self) -> float:
        """Degrees of freedom of the design among those inside."""
        return freedom_of_all(replace(self.sample, within=self.inside))

    @property
    def nothing(self) -> FloatArray:
        """(n, k) no part in anything."""
        return np.zeros_like(self.y)

    def over(self, shares: FloatArray) -> FloatArray:
        """(n,) the weights that give the cells these shares, 0 for everybody outside."""
        with np.errstate(all="ignore"):
            scale = np.where(self.masses > 0, shares / self.masses, 0.0)
        return self.sample.weight * (self.member @ scale)

    def error(self, parts: FloatArray) -> FloatArray:
        """(k,) standard errors of what the parts add up to."""
        return standard_errors(lines_of(self.sample, parts))

    def check_held(self, wanted: FloatArray, survey: str) -> None:
        """Every cell somebody is wanted of has a respondent. Raises DesignError naming those that have none."""
        empty = [name for name, mass, w in zip(self.cells, self.masses, wanted, strict=True) if w > 0 and mass <= 0]
        if empty:
            raise DesignError("benchmark.empty_cell", "--standardize", value="、".join(empty[:8]), survey=survey)


def crossed_cells(columns: Sequence[IndexArray], labels: Sequence[Sequence[str]]) -> tuple[IndexArray, tuple[str, ...]]:
    """Cell (n,) of each respondent from columns of positions (−1 unknown), and what each cell is called, the last fastest."""
    cell, names = np.zeros(len(columns[0]), dtype=np.intp), [""]
    unknown = np.zeros(len(columns[0]), dtype=bool)
    for column, own in zip(columns, labels, strict=True):
        unknown |= column < 0
        cell = cell * len(own) + np.maximum(column, 0)
        names = [f"{name} {label}".strip() for name in names for label in own]
    return np.where(unknown, -1, cell), tuple(names)
