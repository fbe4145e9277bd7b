"""Sets of respondents, told by who belongs to them: the same set, wherever it is printed, is one unknown count."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kodoku_survey.arrays import BoolArray, ByteArray, IndexArray

Members = bytes  # one bit a respondent, eight a byte


def members(mask: BoolArray) -> Members:
    """A set from a mask (n,)."""
    return np.packbits(mask).tobytes()


def bits(one: Members) -> ByteArray:
    """The bytes of a set, for `&`, `|` and `~`."""
    return np.frombuffer(one, dtype=np.uint8)


def size(one: Members) -> int:
    """How many belong to a set."""
    return int(np.bitwise_count(bits(one)).sum())


def both(one: Members, other: Members) -> Members:
    """Who belongs to both."""
    return (bits(one) & bits(other)).tobytes()


def without(one: Members, others: Iterable[Members]) -> Members:
    """Who belongs to the first and to none of the others."""
    rest = bits(one).copy()
    for other in others:
        rest &= ~bits(other)
    return rest.tobytes()


def union(several: Iterable[Members], length: int) -> Members:
    """Who belongs to any of some sets of so many bytes."""
    whole = np.zeros(length, dtype=np.uint8)
    for one in several:
        whole |= bits(one)
    return whole.tobytes()


def stacked(several: Iterable[Members]) -> ByteArray:
    """Sets (k, n/8) as rows of bytes."""
    held = [bits(one) for one in several]
    return np.stack(held) if held else np.zeros((0, 0), dtype=np.uint8)


def overlaps(one: ByteArray, other: ByteArray) -> IndexArray:
    """How many each of k sets has in common with each of m: (k, m)."""
    if not len(one) or not len(other):
        return np.zeros((len(one), len(other)), dtype=np.intp)
    left, right = (np.unpackbits(side.view(np.uint8), axis=1).astype(np.float32) for side in (one, other))
    return np.rint(left @ right.T).astype(np.intp)
