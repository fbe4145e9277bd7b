"""What `by` means to every estimator: a list stacks attributes one under another, a tuple nests them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import banners_of

P = ParamSpec("P")


def stacks(estimator: Callable[P, Estimate]) -> Callable[P, Estimate]:
    """An estimator whose `by` may list several attributes: their results are one estimate, with the covariance between them."""

    @wraps(estimator)
    def each(*args: P.args, **kwargs: P.kwargs) -> Estimate:
        by = kwargs.get("by")
        banners = [] if by is None else banners_of(by)  # type: ignore[arg-type]
        if len(banners) < 2:
            kwargs["by"] = banners[0] if banners else None
            return estimator(*args, **kwargs)
        return stacked([estimator(*args, **{**kwargs, "by": banner}) for banner in banners])  # type: ignore[arg-type]

    return each


@dataclass(frozen=True, eq=False)
class StackedLimits:
    """The limits of several estimates, one after another."""

    parts: tuple[Estimate, ...]

    def __call__(self, level: float) -> tuple[FloatArray, FloatArray]:
        low, high = zip(*(part.interval(level) for part in self.parts), strict=True)
        return np.concatenate(low), np.concatenate(high)


def stacked(parts: Sequence[Estimate]) -> Estimate:
    """Estimates of one sample, of one kind, as one: their factors have the same rows, so that covariances follow."""
    first = parts[0]
    starts = [sum(map(len, parts[:place])) for place in range(len(parts))]
    weights = [part.population for part in parts if part.population is not None]
    return Estimate(
        value=np.concatenate([part.value for part in parts]),
        se=np.concatenate([part.se for part in parts]),
        kind=first.kind,
        labels=pd.concat([part.labels for part in parts], ignore_index=True),
        n=np.concatenate([part.n for part in parts]),
        degrees_of_freedom=np.concatenate([part.degrees_of_freedom for part in parts]),
        basis=first.basis,
        make_factor=lambda: np.concatenate([part.factor for part in parts], axis=1),
        simple=np.concatenate([part.simple for part in parts]),
        method=first.method,
        of=first.of,
        claimed=first.claimed,
        population=np.concatenate(weights) if len(weights) == len(parts) else None,
        limits=None if first.limits is None else StackedLimits(tuple(parts)),
        reasons={start + k: why for start, part in zip(starts, parts, strict=True) for k, why in part.reasons.items()},
    )
