"""Who is not counted in a table of anyone's data: people without a value, who leave the denominator as 非該当 does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray
from kodoku_survey.design import Sample
from kodoku_survey.estimation.counting.answers import Question

NamedCounts = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LeftOut:
    """Names with the people who have no value of them: of what was asked, and of attributes, among the others."""

    asked: NamedCounts = ()
    attributes: NamedCounts = ()


def left_out_of(
    sample: Sample,
    asked: Iterable[tuple[str, BoolArray]],
    attributes: Iterable[str],
    base: BoolArray | None = None,
) -> LeftOut:
    """Who of the domain and the base has no value. asked : name and (n,) who has one. attributes : names.

    Of a survey's sample nobody: its 非該当 were not asked, and its ledger tells every cell that could not be read.
    """
    if sample.responses is not None:
        return LeftOut()
    inside = np.ones(len(sample), dtype=bool) if base is None else np.asarray(base, dtype=bool)
    inside = inside if sample.within is None else inside & sample.within
    found = []
    for name, has in asked:
        found.append((name, int((inside & ~has).sum())))
        inside = inside & has
    groups = [(name, int((inside & (sample.categorical(name).codes < 0)).sum())) for name in dict.fromkeys(attributes)]
    return LeftOut(tuple(one for one in found if one[1]), tuple(one for one in groups if one[1]))


def who_answered(question: Question) -> BoolArray:
    """(n,) who has an answer, 無回答 too."""
    return np.asarray((question.codes if hasattr(question, "codes") else question.ticks[:, 0]) >= 0)
