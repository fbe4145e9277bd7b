"""Cells of a cross-tab counted, and the shares that are made of them: of the row, of the column, of everybody, or counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray, IndexArray, IntArray
from kodoku_survey.design import Categorical, Multiple, Sample
from kodoku_survey.estimation.multiple import ticks_of
from kodoku_survey.estimation.statistic import Statistic, joined, quotient
from kodoku_survey.estimation.tally import Tally, freedom, tally, total_of

Share = Literal["row", "column", "total", "count"]
SHARES = ("row", "column", "total", "count")
Asked = Categorical | Multiple


@dataclass(frozen=True, eq=False)
class Counted:
    """One band of groups counted: totals and respondents (g, a + 1), the base as last column; freedom (g,) of each group."""

    sample: Sample
    tallies: tuple[Tally, ...]
    sums: (
        FloatArray | None
    )  # (answers told apart, a + 1): which are added up; None where every column is counted by itself
    weighted: FloatArray
    counts: IntArray
    freedom: FloatArray

    def statistic(self) -> Statistic:
        """The totals (g, a + 1) with their error."""
        size = len(self.weighted)
        if self.sums is not None:
            cells = total_of(self.sample, self.tallies[0]).reshape(size, -1)
            return Statistic(cells.value @ self.sums, cells.lines @ self.sums, cells.replicates)
        return joined([total_of(self.sample, one).reshape(size, 1) for one in self.tallies], axis=1)


def count(
    sample: Sample, asked: Asked, member: IndexArray, size: int, nets: Mapping[int, tuple[int, ...]] | None = None
) -> Counted:
    """Answers of each of `size` groups and their bases; the cells of a single answer in one pass, a net being their sum."""
    answers, df = len(asked.answers), freedom(sample, member, size)
    if isinstance(asked, Categorical):
        own = answers - len(nets or {})
        sums = np.zeros((own, answers + 1))
        sums[np.arange(own), np.arange(own)] = 1
        sums[:, -1] = 1
        for place, parts in (nets or {}).items():
            sums[list(parts), place] = 1
        counted = tally(sample, np.where(member >= 0, member * own + asked.codes, -1), size * own)
        weighted = counted.weighted.reshape(size, own) @ sums
        counts = (counted.counts.reshape(size, own) @ sums).astype(np.int64)
        return Counted(sample, (counted,), sums, weighted, counts, df)
    columns = [*(np.where(asked.ticks[:, k] == 1, member, -1) for k in range(answers)), member]
    several = tuple(tally(sample, column, size) for column in columns)
    weighted = np.column_stack([one.weighted for one in several])
    return Counted(sample, several, None, weighted, np.column_stack([one.counts for one in several]), df)


def in_base(asked: Asked, base: BoolArray | None, nonanswer: Literal["in", "out"]) -> BoolArray:
    """(n,) who counts: those asked, without 無回答 where it is out, within `base`."""
    if isinstance(asked, Categorical):
        inside, at = asked.codes >= 0, asked.nonanswer
        silent = asked.codes == at if at is not None else np.zeros(len(inside), dtype=bool)
    else:
        inside, at = asked.ticks[:, 0] >= 0, asked.nonanswer
        silent = asked.ticks[:, at] == 1 if at is not None else np.zeros(len(inside), dtype=bool)
    if nonanswer == "out":
        inside = inside & ~silent
    return inside if base is None else inside & base


def statistic_of(cells: Statistic, whole: Statistic | None, share: Share) -> Statistic:
    """The shares (g, a) from cells (g, a + 1) and those of everybody (1, a + 1), whom columns and totals are shares of."""
    if share == "count":
        return cells[:, :-1]
    if whole is None or share == "row":
        return quotient(cells[:, :-1], cells[:, -1:])
    return quotient(cells[:, :-1], whole[:, :-1] if share == "column" else whole[:, -1:])


def base_of(cells: AnyArray, whole: AnyArray | None, share: Share) -> FloatArray:
    """(g, a) what each cell is a share of (of counts: everybody), in weights or in respondents."""
    of = cells if whole is None or share == "row" else whole
    base = of[:, :-1] if share == "column" else of[:, -1:]
    return np.broadcast_to(base, (len(cells), cells.shape[1] - 1)).astype(float)


def freedom_of(
    sample: Sample,
    asked: Asked,
    inside: BoolArray,
    parts: Sequence[Counted],
    share: Share,
    nets: Mapping[int, tuple[int, ...]],
) -> FloatArray:
    """(g, a) degrees of freedom of each base: the group's, those who gave the answer, or everybody's."""
    answers = len(asked.answers)
    if share == "row":
        return np.repeat(np.concatenate([part.freedom for part in parts])[:, None], answers, axis=1)
    groups = sum(len(part.weighted) for part in parts)
    if share == "column":
        given = [gave(asked, nets.get(k, (k,))) & inside for k in range(answers)]
        row = np.array([freedom(sample, np.where(rows, 0, -1), 1)[0] for rows in given])
    else:
        row = np.repeat(freedom(sample, np.where(inside, 0, -1), 1), answers)
    return np.repeat(row[None, :], groups, axis=0)


def gave(asked: Asked, places: Sequence[int]) -> BoolArray:
    """(n,) who gave any of some answers."""
    if isinstance(asked, Categorical):
        return np.isin(asked.codes, list(places))
    return np.asarray((asked.ticks[:, list(places)] == 1).any(axis=1))


def asked_of(sample: Sample, question: str | Sequence[str]) -> Asked:
    """A question as its answers, one or several a person. Raises DesignError."""
    if not isinstance(question, str):
        return ticks_of(sample, question)
    column = sample.column(question)
    return column if isinstance(column, (Categorical, Multiple)) else sample.categorical(question)
