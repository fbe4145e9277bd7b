"""Which sets are parts of which: by what they are called, or because chance would hardly make them so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from kodoku_survey.protection.grids import Line
from kodoku_survey.protection.sets import overlaps, stacked

BY_CHANCE = 0.05


def parts_within(
    wholes: Sequence[Line], families: Sequence[Sequence[Line]], *, by_place: bool = False
) -> Iterator[tuple[Any, int, list[Line]]]:
    """Each whole (or its place), the number of each family with members within it, and those members.

    A member lies within by definition where all the conditions of the whole are its own; where the members make up the whole;
    or where it is improbable that so many persons should all be in the whole by chance.
    """
    if not wholes:
        return
    packed = stacked(line.members for line in wholes)
    sizes = np.bitwise_count(packed).sum(axis=1).astype(float)
    everybody = float(np.bitwise_count(np.bitwise_or.reduce(packed, axis=0)).sum())
    flat = [(number, line) for number, lines in enumerate(families) for line in lines]
    common = overlaps(stacked(line.members for _, line in flat), packed)  # (parts, wholes)
    own = np.array([np.bitwise_count(np.frombuffer(line.members, np.uint8)).sum() for _, line in flat], dtype=np.intp)
    inside = (common == own[:, None]) & (own[:, None] > 0) & (common < sizes[None, :])
    numbers = np.array([number for number, _ in flat])
    for place, whole in enumerate(wholes):
        found = np.flatnonzero(inside[:, place])
        for number in np.unique(numbers[found]):
            parts = found[numbers[found] == number]
            mass = own[parts].sum()
            lines = [flat[k][1] for k in parts]
            chance = (sizes[place] / everybody) ** mass
            if mass < sizes[place] and chance > BY_CHANCE:
                lines = [line for line in lines if whole.conditions <= line.conditions]
            if lines:
                yield (place if by_place else whole), int(number), lines
