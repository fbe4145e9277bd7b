"""Counting many tables at once: all questions of an attribute in one pass over the respondents.

A weighted total by unit and cell costs a few instructions a respondent; what is slow is making the index and reaching memory.
So rows are taken in the order of the units, a block at a time, and the totals they are added to stay in the cache; and
neighbouring questions are counted as one joint answer while a unit has no more joint cells than respondents, and added up to
their margins afterwards: with a thousand respondents a unit two questions cost one pass, with ten thousand three.
Threads would not help: `np.bincount` holds the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np
import numpy.typing as npt

from kodoku_survey.arrays import AnyArray, BoolArray, CodeArray, FloatArray, IndexArray

BLOCK = 1 << 17  # respondents a block: their indices and weights stay in the cache
CELLS = 1 << 15  # joint cells of a unit, at most: so do their totals


@dataclass(frozen=True, eq=False)
class Slots:
    """A column as the smallest unsigned integers (n,): `size` slots in order, before them one for `outside` where anybody is."""

    at: CodeArray
    size: int
    outside: int

    @property
    def width(self) -> int:
        """Cells of the question, one for rows outside included."""
        return self.size + self.outside


def slots(codes: CodeArray, size: int) -> Slots:
    """Codes 0 … size−1, −1 outside."""
    outside = int(codes.min(initial=0) < 0)
    narrow = np.min_scalar_type(size)
    at = codes.view(narrow) if codes.dtype.itemsize == narrow.itemsize else codes.astype(narrow)
    return Slots(at + narrow.type(1), size, 1) if outside else Slots(at, size, 0)  # −1, read as the greatest, becomes 0


@dataclass(frozen=True, eq=False)
class Pack:
    """Questions counted as one joint answer, of as many cells as the product of their widths."""

    joint: CodeArray
    sizes: tuple[int, ...]
    outside: tuple[int, ...]

    @property
    def widths(self) -> list[int]:
        """Cells of each question of the pack, one for rows outside included."""
        return [size + outside for size, outside in zip(self.sizes, self.outside, strict=True)]

    @property
    def cells(self) -> int:
        """Joint cells of the pack."""
        return prod(self.widths)

    @cached_property
    def margins(self) -> FloatArray:
        """(Σ size, cells) 0/1: the answers of each question as sums of joint cells, whoever is outside left out."""
        place = np.indices(self.widths).reshape(len(self.sizes), self.cells)
        rows = [
            own == np.arange(outside, outside + size)[:, None]
            for own, size, outside in zip(place, self.sizes, self.outside, strict=True)
        ]
        return np.concatenate(rows).astype(float)


def packed(questions: Sequence[Slots], room: int) -> list[Pack]:
    """Neighbours in one pack while the joint cells do not exceed `room`."""
    packs: list[Pack] = []
    for question in questions:
        if packs and packs[-1].cells * question.width <= room:
            last = packs.pop()
            narrow = np.min_scalar_type(last.cells * question.width - 1)
            joint = np.multiply(last.joint, question.width, dtype=narrow) + question.at
            packs.append(Pack(joint, (*last.sizes, question.size), (*last.outside, question.outside)))
        else:
            packs.append(Pack(question.at, (question.size,), (question.outside,)))
    return packs


@dataclass(frozen=True, eq=False)
class ByUnit:
    """Respondents in the order of their units, PSUs or others.

    unit : (r,) ascending; None where everybody is one unit. rows : which respondents they are; None for all as they stand.
    """

    unit: npt.NDArray[np.int32] | None
    units: int
    rows: IndexArray | None
    count: int

    def taken(self, values: AnyArray) -> AnyArray:
        """Values (n,) in the order of the units."""
        return values if self.rows is None else values[self.rows]


def by_unit(unit: CodeArray | None, units: int, inside: BoolArray | None, n: int) -> ByUnit:
    """The n respondents, or those `inside`, by unit; None: everybody is one."""
    rows = None if inside is None else np.flatnonzero(inside)
    count = n if rows is None else len(rows)
    if unit is None:
        return ByUnit(None, 1, rows, count)
    of = (unit if rows is None else unit[rows]).astype(np.int32)
    if (of[1:] < of[:-1]).any():
        order = np.argsort(of.astype(np.min_scalar_type(units), copy=False), kind="stable")  # of 16 bits: by radix
        of, rows = of[order], order if rows is None else rows[order]
    return ByUnit(of, units, rows, count)


@dataclass(frozen=True, eq=False)
class Counter:
    """Counts questions by attribute within units. weight : what is added up, in the order of the rows; None for heads."""

    rows: ByUnit
    weight: FloatArray | None
    packs: tuple[Pack, ...]

    @classmethod
    def of(cls, questions: Sequence[Slots], rows: ByUnit, weight: FloatArray | None, *, widest: int) -> Counter:
        """For attributes of up to `widest` groups; weight (n,)."""
        packs = packed(questions, min(rows.count // max(rows.units, 1), CELLS) // widest)
        inside = tuple(replace(pack, joint=rows.taken(pack.joint)) for pack in packs)
        return cls(rows, None if weight is None else rows.taken(weight), inside)

    def totals(self, attribute: Slots) -> Iterator[FloatArray]:
        """Totals of each question in turn, (units, size · attribute.width): answer by answer, within it group by group."""
        start, stride = attribute.at, 0
        for pack in self.packs:
            if stride != pack.cells * attribute.width:
                start, stride = self._start(attribute, pack), pack.cells * attribute.width
            yield from self._of_pack(pack, start, attribute.width)

    def _start(self, attribute: Slots, pack: Pack) -> CodeArray:
        """(r,) where the totals of each respondent's unit and group begin."""
        group = self.rows.taken(attribute.at)
        if self.rows.unit is None:
            return group
        stride = pack.cells * attribute.width
        start = np.multiply(self.rows.unit, stride, dtype=_whole(self.rows.units * stride))
        start += group
        return start

    def _of_pack(self, pack: Pack, start: CodeArray, width: int) -> list[FloatArray]:
        unit, units, stride = self.rows.unit, self.rows.units, pack.cells * width
        table: AnyArray = np.zeros((0, 0, 0))
        blocks = [slice(at, min(at + BLOCK, self.rows.count)) for at in range(0, self.rows.count, BLOCK)]
        for rows in blocks:
            first, last = (0, 1) if unit is None else (int(unit[rows.start]), int(unit[rows.stop - 1]) + 1)
            index = np.multiply(pack.joint[rows], width, dtype=_whole(units * stride))
            index += start[rows]
            if first:
                index -= first * stride
            weight = None if self.weight is None else self.weight[rows]
            part: AnyArray = np.bincount(index, weight, (last - first) * stride).reshape(
                last - first, pack.cells, width
            )
            if len(pack.sizes) > 1:
                part = pack.margins @ part
            elif pack.outside[0]:
                part = part[:, 1:]
            if len(blocks) == 1 and last - first == units:
                table = part
            else:
                table = table if table.size else np.zeros((units, *part.shape[1:]))
                table[first:last] += part
        table = table if table.size else np.zeros((units, sum(pack.sizes), width))
        return [table[:, low:high].reshape(units, -1) for low, high in pairwise(np.cumsum((0, *pack.sizes)))]


def _whole(size: int) -> type[np.int32 | np.int64]:
    return np.int32 if size < 2**31 else np.int64
