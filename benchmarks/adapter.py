"""The package in somebody else's harness: five methods on its public names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

import kodoku_survey as ks


class Adapter:
    """design → Sample; crosstab and batch → (share, se, low, high, (F, df, df below, p)), shares of groups × answers."""

    version = ks.__version__

    def design(self, frame: pd.DataFrame) -> ks.Sample:
        return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psuid")

    def crosstab(self, sample: ks.Sample, question: str, attribute: str, test: bool) -> tuple[Any, ...]:
        found = figures(ks.crosstabs(sample, [question], by=attribute))[question, attribute]
        return found if test else found[:4]

    def batch(self, sample: ks.Sample, pairs: Sequence[tuple[str, str]]) -> list[tuple[Any, ...]]:
        questions, attributes = (list(dict.fromkeys(names)) for names in zip(*pairs, strict=True))
        if len(pairs) == len(questions) * len(attributes):
            made = figures(ks.crosstabs(sample, questions, by=attributes))
            return [made[pair] for pair in pairs]
        return [self.crosstab(sample, *pair, True) for pair in pairs]

    def rake(self, sample: ks.Sample, margins: Mapping[str, Mapping[Any, float]]) -> np.ndarray:
        return ks.calibrate(sample, margins, method="raking").weight

    def bootstrap(self, sample: ks.Sample, questions: Sequence[str], count: int) -> list[tuple[np.ndarray, np.ndarray]]:
        tabs = ks.crosstabs(ks.replicates(sample, method="bootstrap", count=count), questions)
        return [(one.value[0], one.se[0]) for one in tabs.tables]


def figures(tabs: ks.CrossTabs) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Everything the batch has computed, table by table."""
    low, high = tabs.limits(0.95)
    found, at = {}, 0
    for name, one, test in zip(tabs, tabs.tables, tabs.statistics, strict=True):
        cells = slice(at, at := at + one.value.size)
        limits = (limit[cells].reshape(one.value.shape) for limit in (low, high))
        found[name] = (one.value, one.se, *limits, tuple(test))
    return found
