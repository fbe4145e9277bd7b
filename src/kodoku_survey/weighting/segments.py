"""Weighting classes grown from the register: split by the attribute that tells most about answering, while classes hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb
from typing import Any

import numpy as np

from kodoku_survey.arrays import AnyArray, BoolArray, FloatArray, IndexArray
from kodoku_survey.design.distributions import chi2_tail
from kodoku_survey.weighting.nonresponse import too_few

SegmentCounts = tuple[float, float, int]  # Σ weight, Σ weight of respondents, respondents


def grow_classes(
    attributes: Mapping[str, AnyArray],
    base: FloatArray,
    responded: BoolArray,
    *,
    minimum_size: int = 30,
    maximum_factor: float = np.inf,
    significance: float = 0.05,
    named: Mapping[str, Mapping[int, str]] | None = None,
) -> tuple[IndexArray, list[list[str]]]:
    """The class of everyone selected (s,), and what each class is.

    Start with one class. In a class, the codes of each attribute are merged with a neighbour while one of them holds fewer
    than `minimum_size` respondents or a factor above `maximum_factor`, then while two neighbours do not differ in their
    response rate (χ² at `significance`). The class is split by the attribute with the smallest p-value (Bonferroni for the
    ways its codes could have been merged), if that is below `significance`; so on within each part.

    Raises DesignError where all selected together are too few. Source: Kass (1980), Applied Statistics 29, 119–127 (CHAID).
    """
    everyone = np.flatnonzero(base > 0)
    grower = _Grower(attributes, base, responded, minimum_size, maximum_factor, significance, named or {})
    selected, answered, respondents = grower.counts(everyone)
    if grower.fails((selected, answered, respondents)):
        raise too_few(respondents, selected, answered)
    leaves = grower.split(everyone, "")
    index = np.zeros(len(base), dtype=np.intp)
    for number, (rows, _) in enumerate(leaves):
        index[rows] = number
    return index, [[name or "all"] for _, name in leaves]


class _Grower:
    def __init__(
        self,
        attributes: Mapping[str, AnyArray],
        base: FloatArray,
        responded: BoolArray,
        least: int,
        most: float,
        significance: float,
        named: Mapping[str, Mapping[int, str]],
    ) -> None:
        self.attributes, self.base, self.responded = attributes, base, responded
        self.least, self.most, self.significance, self.named = max(least, 1), most, significance, named

    def counts(self, rows: IndexArray) -> SegmentCounts:
        held = self.responded[rows]
        return float(self.base[rows].sum()), float(self.base[rows][held].sum()), int(held.sum())

    def fails(self, counts: SegmentCounts) -> bool:
        total, held, respondents = counts
        return respondents < self.least or held <= 0 or total / held > self.most

    def split(self, rows: IndexArray, name: str) -> list[tuple[IndexArray, str]]:
        """The classes below these rows."""
        found = [(self.merged(rows, attribute), attribute) for attribute in self.attributes]
        (p, groups), attribute = min(found, key=lambda pair: pair[0][0])
        if len(groups) < 2 or p > self.significance:
            return [(rows, name)]
        codes = self.attributes[attribute][rows]
        known = self.named.get(attribute, {})
        leaves = []
        for group in groups:
            own = f"{attribute}={'/'.join(known.get(code, str(code)) for code in group)}"
            leaves += self.split(rows[np.isin(codes, group)], f"{name} × {own}" if name else own)
        return leaves

    def merged(self, rows: IndexArray, attribute: str) -> tuple[float, list[list[Any]]]:
        """Groups of neighbouring codes that hold and differ, and the adjusted p-value of their difference."""
        codes = self.attributes[attribute][rows]
        groups = [[code] for code in np.unique(codes).tolist()]
        held = [self.counts(rows[codes == code]) for (code,) in groups]
        scale = len(rows) / sum(total for total, _, _ in held)
        start = len(groups)
        while len(groups) > 1:
            failing = [i for i, counts in enumerate(held) if self.fails(counts)]
            apart = [_p_value(held[i : i + 2], scale) for i in range(len(held) - 1)]
            if failing:
                i = min(failing, key=lambda j: held[j][2])
                i = max((j for j in (i - 1, i) if 0 <= j < len(apart)), key=lambda j: apart[j])
            else:
                i = int(np.argmax(apart))
                if apart[i] <= self.significance:
                    break
            groups[i : i + 2] = [groups[i] + groups[i + 1]]
            held[i : i + 2] = [tuple(a + b for a, b in zip(held[i], held[i + 1], strict=True))]  # type: ignore[list-item]
        ways = comb(start - 1, len(groups) - 1)
        return min(1.0, _p_value(held, scale) * ways), groups


def _p_value(held: Sequence[SegmentCounts], scale: float) -> float:
    """χ² of equal response rates, weighted counts brought to the number of persons."""
    if len(held) < 2:
        return 1.0
    total = np.array([t for t, _, _ in held]) * scale
    rate = np.array([h / t for t, h, _ in held])
    mean = float(total @ rate / total.sum())
    if not 0 < mean < 1:
        return 1.0
    return float(chi2_tail((total @ (rate - mean) ** 2) / (mean * (1 - mean)), len(held) - 1))
