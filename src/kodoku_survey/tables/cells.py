"""Cells: a number rounded half up, or a mark."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.tables.marks import printed
from kodoku_survey.tables.rounding import half_up, percent_of
from kodoku_survey.tables.table import Cell, Flag


def cells_of_group(
    value: FloatArray,
    se: FloatArray,
    low: FloatArray,
    high: FloatArray,
    counts: np.ndarray,
    n: int,
    decimals: int,
    *,
    exact: bool,
) -> tuple[Cell, ...]:
    """The cells of one line: shares (a,) with their error, counts (a,) over a base of n.

    exact : the share is count / n, so it is rounded from the counts; otherwise from the estimate.
    """
    return tuple(
        _cell(float(v), float(s), float(lo), float(hi), int(c), n, decimals, exact=exact)
        for v, s, lo, hi, c in zip(value, se, low, high, counts, strict=True)
    )


def number_cells(
    value: FloatArray, se: FloatArray, low: FloatArray, high: FloatArray, n: int, decimals: int
) -> tuple[Cell, ...]:
    """The cells of one line of means or medians (a,) of n respondents, in their own unit."""
    return tuple(
        Cell(half_up(float(v), decimals), float(v), _known(s), _known(lo), _known(hi), n)
        if n and np.isfinite(v)
        else Cell(printed("nil"), count=n, flag="nil")
        for v, s, lo, hi in zip(value, se, low, high, strict=True)
    )


def person_cells(
    value: FloatArray, se: FloatArray, low: FloatArray, high: FloatArray, counts: np.ndarray
) -> tuple[Cell, ...]:
    """The cells of one line of numbers of persons in the population (a,), of so many respondents each."""
    return tuple(
        Cell(f"{int(half_up(float(v), 0)):,}", float(v), _known(s), _known(lo), _known(hi), int(c))
        if c and np.isfinite(v)
        else Cell(printed("nil"), 0.0, count=0, flag="nil")
        for v, s, lo, hi, c in zip(value, se, low, high, counts, strict=True)
    )


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _cell(value: float, se: float, low: float, high: float, count: int, n: int, decimals: int, *, exact: bool) -> Cell:
    if n == 0 or count == 0:
        # Nobody in the group, or no such answer: 「‐」, never 0.0.
        share = None if n == 0 else 0.0
        return Cell(
            printed("nil"), share, se=None, low=None, high=_percent(high) if n else None, count=count, flag="nil"
        )
    text = half_up(percent_of(count, n) if exact else 100 * value, decimals)
    flag: Flag = "below_unit" if float(text) == 0 else ""
    return Cell(text, 100 * value, _percent(se), _percent(low), _percent(high), count, flag)


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else 100 * share
