"""Counting many tables at once: all questions of an attribute in one pass over the respondents.

A weighted total by unit and cell costs a few instructions a respondent; what is slow is making the index and reaching memory.
So rows are taken in the order of the units, some thousand at a time, and the totals they are added to stay in the cache; and
neighbouring questions are counted as one joint answer as long as the joint cells of a unit are fewer than its respondents, and
added up to their margins afterwards: with a thousand respondents a unit two questions cost one pass, with ten thousand three.
Threads would not help: `np.bincount` holds the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from kodoku_survey.design.auxiliary import FloatArray

Integers = npt.NDArray[np.integer]

ROWS = 1 << 15  # respondents a block: index and weights fit the second-level cache
CELLS = 1 << 13  # joint cells of a unit, at most: their totals fit the first-level cache


@dataclass(frozen=True, eq=False)
class Slots:
    """A column as the smallest unsigned integers: (n,) 0 … size−1, and `size` for whoever is outside; width = slots in use."""

    at: Integers
    size: int
    width: int


def slots(codes: Integers, size: int) -> Slots:
    """Codes 0 … size−1, negative outside. A negative number read as an unsigned one is a huge one."""
    unsigned = codes.view(np.dtype(f"u{codes.dtype.itemsize}")) if codes.dtype.kind == "i" else codes
    at = np.minimum(unsigned, size).astype(np.min_scalar_type(size), copy=False)
    return Slots(at, size, size + bool((at == size).any()))


@dataclass(frozen=True, eq=False)
class Pack:
    """Questions counted as one joint answer, of as many cells as the product of their widths."""

    joint: Integers
    sizes: tuple[int, ...]
    widths: tuple[int, ...]

    @property
    def cells(self) -> int:
        return prod(self.widths)

    @cached_property
    def margins(self) -> FloatArray:
        """(Σ size, cells) 0/1: the answers of each question as sums of joint cells, whoever is outside left out."""
        place = np.indices(self.widths).reshape(len(self.sizes), self.cells)
        rows = [own == np.arange(size)[:, None] for own, size in zip(place, self.sizes, strict=True)]
        return np.concatenate(rows).astype(float)


def packed(questions: Sequence[Slots], room: int) -> list[Pack]:
    """Neighbours in one pack while the joint cells do not exceed `room`."""
    packs: list[Pack] = []
    for question in questions:
        if packs and packs[-1].cells * question.width <= room:
            last = packs.pop()
            narrow = np.min_scalar_type(last.cells * question.width - 1)
            joint = np.multiply(last.joint, question.width, dtype=narrow) + question.at
            packs.append(Pack(joint, (*last.sizes, question.size), (*last.widths, question.width)))
        else:
            packs.append(Pack(question.at, (question.size,), (question.width,)))
    return packs


@dataclass(frozen=True, eq=False)
class Counter:
    """Counts questions by attribute within units: PSUs, units of later stages, rows of a calibration, or everybody as one.

    unit : (r,) of the rows that count, ascending. rows : which rows they are; None for all as they stand.
    weight : (r,) what is added up; None for heads. packs : the questions, in the order of `unit`.
    """

    unit: npt.NDArray[np.int32]
    units: int
    rows: npt.NDArray[np.intp] | None
    weight: FloatArray | None
    packs: tuple[Pack, ...]

    def totals(self, attribute: Slots) -> Iterator[FloatArray]:
        """Totals of each question in turn, (units, size · attribute.width): answer by answer, within it group by group."""
        start, stride = self.unit, 0
        for pack in self.packs:
            if stride != pack.cells * attribute.width:
                start, stride = self._start(attribute, pack), pack.cells * attribute.width
            yield from self._of_pack(pack, start, attribute.width)

    def again(self, attribute: Slots, place: int) -> FloatArray:
        """Totals of one question."""
        for pack in self.packs:
            if place < len(pack.sizes):
                return self._of_pack(pack, self._start(attribute, pack), attribute.width)[place]
            place -= len(pack.sizes)
        raise IndexError(place)

    def _start(self, attribute: Slots, pack: Pack) -> Integers:
        """(r,) where the totals of each respondent's unit and group begin."""
        stride = pack.cells * attribute.width
        whole = np.int32 if self.units * stride < 2**31 else np.int64
        start = np.multiply(self.unit, stride, dtype=whole)
        start += attribute.at if self.rows is None else attribute.at[self.rows]
        return start

    def _of_pack(self, pack: Pack, start: Integers, width: int) -> list[FloatArray]:
        stride = pack.cells * width
        whole: FloatArray | None = None
        for rows in self._blocks:
            first, last = int(self.unit[rows.start]), int(self.unit[rows.stop - 1]) + 1
            index = np.multiply(pack.joint[rows], width, dtype=start.dtype)
            index += start[rows]
            if first:
                index -= first * stride
            weight = None if self.weight is None else self.weight[rows]
            part = np.bincount(index, weight, (last - first) * stride).reshape(last - first, pack.cells, width)
            if len(pack.sizes) > 1:
                part = pack.margins @ part
            if last - first == self.units and len(self._blocks) == 1:
                whole = part
                break
            if whole is None:
                whole = np.zeros((self.units, *part.shape[1:]))
            whole[first:last] += part
        if whole is None:
            whole = np.zeros((self.units, pack.cells, width))
        edges = np.cumsum((0, *pack.sizes)) * width
        table = whole.reshape(self.units, -1)
        return [table[:, low:high] for low, high in zip(edges[:-1], edges[1:], strict=True)]

    @property
    def _blocks(self) -> list[slice]:
        n = len(self.unit)
        return [slice(at, min(at + ROWS, n)) for at in range(0, n, ROWS)]


def counter(
    questions: Sequence[Slots],
    unit: Integers | None,
    units: int,
    weight: FloatArray | None,
    inside: npt.NDArray[np.bool_] | None,
    *,
    widest: int,
) -> Counter:
    """A counter of questions by units (None: everybody is one). inside : (n,) rows that count. widest : groups of the widest attribute."""
    n = len(questions[0].at)
    rows = None if inside is None else np.flatnonzero(inside)
    of = np.zeros(n, np.int32) if unit is None else unit.astype(np.int32)
    if rows is not None:
        of = of[rows]
    if (of[1:] < of[:-1]).any():
        order = np.argsort(of.astype(np.min_scalar_type(units), copy=False), kind="stable")  # of 16 bits: by radix
        of, rows = of[order], order if rows is None else rows[order]
    room = min(len(of) // max(units, 1), CELLS) // widest
    packs = packed(questions, room)
    if rows is not None:
        weight = None if weight is None else weight[rows]
        packs = [replace(pack, joint=pack.joint[rows]) for pack in packs]
    return Counter(of, units, rows, weight, tuple(packs))
