"""Statistics that carry their error: weighted totals and smooth functions of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design.replicate_weights import Replicates
from kodoku_survey.design.stages import standard_errors

COMPLEX_STEP = 1e-100  # of the complex step: its square vanishes, so the derivative has no truncation error


@dataclass(frozen=True, eq=False)
class Statistic:
    """Numbers of any shape S and the lines (R, *S) their error is made of.

    lines : the centred factor F of a linearised statistic, or, with replicates, its values under every replicate.
    """

    value: FloatArray
    lines: FloatArray
    replicates: Replicates | None = None

    @property
    def factor(self) -> FloatArray:
        """F (R, k) with F'F the covariance of the k numbers, in order."""
        lines = self.lines.reshape(len(self.lines), -1)
        if self.replicates is None:
            return np.where(np.isfinite(lines), lines, 0.0)
        return self.replicates.factor(lines, self.value.ravel())

    def reshape(self, *shape: int) -> Statistic:
        """The same numbers in another shape."""
        return Statistic(self.value.reshape(*shape), self.lines.reshape(len(self.lines), *shape), self.replicates)

    def __getitem__(self, key: Any) -> Statistic:
        """Part of the numbers, by any index of their shape S."""
        of_value = key if isinstance(key, tuple) else (key,)
        if len(of_value) and of_value[0] is Ellipsis:
            return Statistic(self.value[of_value], self.lines[of_value], self.replicates)
        return Statistic(self.value[of_value], self.lines[(slice(None), *of_value)], self.replicates)


def combine(function: Callable[..., Any], *given: Statistic) -> Statistic:
    """A smooth function of statistics, element by element; shapes broadcast as arrays of one number of dimensions do.

    function : arithmetic and numpy functions that take complex numbers (no abs, no comparison). Linearised statistics are
    carried by its derivative, replicates by its value under each. Source of the derivative: Squire & Trapp (1998), SIAM
    Review 40: Im f(x + ih) / h.
    """
    values = [one.value for one in given]
    with np.errstate(all="ignore"):
        value = np.asarray(function(*values), dtype=float)
        if given[0].replicates is not None:
            lines = np.asarray(function(*(one.lines for one in given)), dtype=float)
            return Statistic(value, lines, given[0].replicates)
        lines = np.zeros(1)
        for place, one in enumerate(given):
            moved: list[Any] = list(values)
            moved[place] = values[place] + 1j * COMPLEX_STEP
            lines = lines + one.lines * (np.imag(function(*moved)) / COMPLEX_STEP)
    return Statistic(value, lines)


def quotient(top: Statistic, bottom: Statistic) -> Statistic:
    """top / bottom, by far the commonest function: as `combine`, with the derivative written out."""
    with np.errstate(all="ignore"):
        value = top.value / bottom.value
        if top.replicates is not None:
            return Statistic(value, top.lines / bottom.lines, top.replicates)
        return Statistic(value, (top.lines - value * bottom.lines) / bottom.value)


def joined(parts: Sequence[Statistic], axis: int = 0) -> Statistic:
    """Statistics one after another along an axis of their shape."""
    if len(parts) == 1:
        return parts[0]
    value = np.concatenate([part.value for part in parts], axis=axis)
    return Statistic(value, np.concatenate([part.lines for part in parts], axis=axis + 1), parts[0].replicates)


def scaled_to(factor: FloatArray, se: FloatArray) -> FloatArray:
    """The factor (R, k) with each column's length made the standard error (k,): correlations stay, variances become se²."""
    length = standard_errors(factor)
    with np.errstate(all="ignore"):
        return np.where(length > 0, factor * (se / length), 0.0)
