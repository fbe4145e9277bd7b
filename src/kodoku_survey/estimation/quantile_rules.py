"""The number below which a share lies, by rule: the inverse of the weighted distribution, and lines between its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from kodoku_survey.arrays import FloatArray

QuantileRule = Literal[
    "math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"
]  # fmt: skip


class OrderedWeights:
    """Numbers in order with the running sum of their weights; weights of zero left out."""

    def __init__(self, x: FloatArray, w: FloatArray) -> None:
        self.x, self.w = x, w
        self.cumulative = np.cumsum(w)

    @classmethod
    def of(cls, x: FloatArray, w: FloatArray) -> OrderedWeights:
        """Numbers in any order with their weights."""
        x, w = x[w > 0], w[w > 0]
        order = np.argsort(x, kind="stable")
        return cls(x[order], w[order])

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return float(self.cumulative[-1])

    @property
    def rounding(self) -> float:
        """How far the running sum may be from what it means: the scale of the weights must not decide what is a tie."""
        return self.total * max(1e-12, len(self.x) * float(np.finfo(float).eps))

    def step(self, p: float) -> tuple[int, bool]:
        """The last place whose running sum is at most p of the total (−1: none), and whether it is just p."""
        last = int(np.searchsorted(self.cumulative, p * self.total + self.rounding, side="right")) - 1
        return last, last >= 0 and abs(p * self.total - float(self.cumulative[last])) <= self.rounding

    def distinct(self) -> OrderedWeights:
        """The same with every number once."""
        x, place = np.unique(self.x, return_inverse=True)
        return OrderedWeights(x, np.bincount(place, weights=self.w).astype(float))


def _inverse(o: OrderedWeights, p: float) -> float:
    last, exact = o.step(p)
    return float(o.x[last] if exact else o.x[min(last + 1, len(o.x) - 1)])


def _midpoint(o: OrderedWeights, p: float) -> float:
    last, exact = o.step(p)
    after = min(last + 1, len(o.x) - 1)
    return float((o.x[last] + o.x[after]) / 2 if exact else o.x[after])


def _nearest_even(o: OrderedWeights, p: float) -> float:
    o = o.distinct()
    last, exact = o.step(p)
    return float(o.x[last] if exact and last % 2 == 1 else o.x[min(last + 1, len(o.x) - 1)])


def _shah_vaish(o: OrderedWeights, p: float) -> float:
    scaled = o.w / o.w.mean()
    at = (np.cumsum(scaled) + 0.5 - scaled / 2) / (len(o.x) + 1)
    return float(o.x[max(int(np.searchsorted(at, p + o.rounding / o.total, side="right")) - 1, 0)])


def _line(at: Callable[[OrderedWeights], FloatArray]) -> Callable[[OrderedWeights, float], float]:
    return lambda o, p: float(np.interp(p, at(o), o.x))


def _before(o: OrderedWeights) -> FloatArray:
    return o.cumulative - o.w


# Source: Hyndman & Fan (1996), Amer. Statistician 50, with running sums of weights for ranks.
QUANTILE_RULES: dict[str, Callable[[OrderedWeights, float], float]] = {
    "math": _inverse,
    "school": _midpoint,
    "shahvaish": _shah_vaish,
    "hf1": _inverse,
    "hf2": _midpoint,
    "hf3": _nearest_even,
    "hf4": _line(lambda o: o.cumulative / o.total),
    "hf5": _line(lambda o: (o.cumulative - o.w / 2) / o.total),
    "hf6": _line(lambda o: o.cumulative / (o.total + o.w[-1])),
    "hf7": _line(lambda o: _before(o) / max(o.total - o.w[-1], np.finfo(float).tiny)),
    "hf8": _line(lambda o: (_before(o) / 3 + o.cumulative * 2 / 3) / (o.total + o.w[-1] / 3)),
    "hf9": _line(lambda o: (_before(o) * 3 / 8 + o.cumulative * 5 / 8) / (o.total + o.w[-1] / 4)),
}
