"""Rows of a comparison that are means or medians: both, their difference in their own unit with its test, and gaps of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.crosstabs.two_samples import Change, design_change
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.tables.changes import CHANGE_COLUMNS, Told, claimed, columns_of, described_group, gap_words
from kodoku_survey.tables.number_sides import MeasuredNumber, Moment
from kodoku_survey.tables.sides import SharedCell
from kodoku_survey.tables.words import words

NumberPair = tuple[MeasuredNumber, MeasuredNumber]
MomentPair = tuple[Moment, Moment]


@dataclass(frozen=True, eq=False)
class ChangedNumbers:
    """The changes (k,) of some pairs of numbers on one basis, and of which the error is known."""

    first: FloatArray
    second: FloatArray
    change: Change
    known: BoolArray


def number_rows(told: Told, entry: TablePlan, cells: Sequence[SharedCell], pairs: Sequence[NumberPair]) -> pd.DataFrame:
    """A row a group: the numbers of both surveys, their difference by t with the degrees of Welch, and the verdict on it."""
    rows = [_described(told, entry, cell) for cell in cells]
    n = np.array([[one.n, two.n] for one, two in pairs])
    plain = _tested(told, [(one.plain, two.plain) for one, two in pairs], weighted=False)
    frame = pd.DataFrame(rows).assign(measure=entry.statistic, n_first=n[:, 0], n_second=n[:, 1], **_told(told, plain))
    known = plain.known
    if (weighted := _weighted(told, pairs)) is not None:
        frame, known = frame.assign(**_told(told, weighted, "weighted_")), known & weighted.known
    few = n.min(axis=1) < told.survey.settings.publication.reference_base
    marks = [["reference"] * bool(f) + ["no_error"] * (not k) for f, k in zip(few, known, strict=True)]
    frame = frame.assign(note=[" ".join(mark) for mark in marks])
    return claimed(told, frame.reindex(columns=list(CHANGE_COLUMNS)))


def number_gaps(told: Told, entry: TablePlan, cells: Sequence[SharedCell], pairs: Sequence[NumberPair]) -> pd.DataFrame:
    """A row for each attribute with exactly two groups: the gap first − second, in both surveys, and how it changed."""
    by_cell = dict(zip(cells, pairs, strict=True))
    rows, gaps = [], list[NumberPair]()
    for attribute in dict.fromkeys(cell[0] for cell in cells if cell[0]):
        own = [cell for cell in cells if cell[0] == attribute]
        if len(own) != 2:
            continue
        row, other = (_described(told, entry, cell) for cell in own)
        rows.append({**row, "group": f"{row['group']}－{other['group']}"})
        (one, one_then), (two, two_then) = (by_cell[cell] for cell in own)
        gaps.append((_gap(one, two), _gap(one_then, two_then)))
    if not rows:
        return pd.DataFrame(columns=list(CHANGE_COLUMNS))
    plain = _tested(told, [(one.plain, two.plain) for one, two in gaps], weighted=False)
    frame = pd.DataFrame(rows).assign(measure="gap", **_told(told, plain, gap=True))
    known = plain.known
    if (weighted := _weighted(told, gaps)) is not None:
        frame, known = frame.assign(**_told(told, weighted, "weighted_", gap=True)), known & weighted.known
    marks = np.where(known, "", "no_error")
    return claimed(told, frame.assign(note=marks).reindex(columns=list(CHANGE_COLUMNS)))


def _described(told: Told, entry: TablePlan, cell: SharedCell) -> dict[str, Any]:
    variable, said = told.survey.variables[entry.question], words(told.survey.settings.identity.lang)
    answer = said[f"statistic_{entry.statistic}"]
    row = {**described_group(told.survey, entry, cell), "code": cell[2], "answer": answer}
    return {**row, "statistic": entry.statistic, "unit": variable.unit}


def _weighted(told: Told, pairs: Sequence[NumberPair]) -> ChangedNumbers | None:
    """The weighted changes, where both sides have weights and the error of a difference can be told."""
    held = [(a.weighted, b.weighted) for a, b in pairs if a.weighted is not None and b.weighted is not None]
    return _tested(told, held, weighted=True) if told.weighted and len(held) == len(pairs) else None


def _tested(told: Told, pairs: Sequence[MomentPair], *, weighted: bool) -> ChangedNumbers:
    """Changes of independent numbers, or of the same people's with their covariance.

    An error of zero (all gave one answer, a median among ties) or none (one respondent) is no error to test by.
    """
    sides = [np.array([[one.value, one.se, one.df] for one in side]).T for side in zip(*pairs, strict=True)]
    joint = np.zeros(len(pairs))
    if told.pairs is not None:
        covariance = told.pairs.of_lines if weighted else told.pairs.covariance
        joint = np.array([np.real(covariance(a.line, b.line)) for a, b in pairs])
    found = design_change(*sides[0], *sides[1], covariance=joint)
    known = np.isfinite(found.low) & np.isfinite(found.high)
    for value, se, df in sides:
        known &= np.isfinite(value) & np.isfinite(se) & (df > 0) & (se > 1e-12 * np.maximum(np.abs(value), 1e-300))
    blank = {name: np.where(known, getattr(found, name), np.nan) for name in ("low", "high", "statistic", "p_value")}
    change = replace(found, **blank, verdict=np.where(known, found.verdict, 0))
    return ChangedNumbers(sides[0][0], sides[1][0], change, known)


def _told(told: Told, found: ChangedNumbers, prefix: str = "", *, gap: bool = False) -> dict[str, Any]:
    """Values and change as columns in the number's own unit; `weighted_first` and `weighted_second` with the prefix."""
    verdicts = gap_words(found.change, found.first, found.second) if gap else None
    columns = columns_of(told, found.change, prefix, verdicts, times=1, known=found.known)
    names = ("weighted_first", "weighted_second") if prefix else ("value_first", "value_second")
    return {**dict(zip(names, (found.first, found.second), strict=True)), **columns}


def _gap(one: MeasuredNumber, two: MeasuredNumber) -> MeasuredNumber:
    """Two groups' difference in one side, with their covariance in its weighted error."""
    weighted = None
    if one.weighted is not None and two.weighted is not None:
        line = one.weighted.line - two.weighted.line
        weighted = _less(one.weighted, two.weighted, float(standard_errors(line[:, None])[0]))
    # People stand apart in two groups, so that unweighted they do not covary.
    return MeasuredNumber(
        one.n + two.n, _less(one.plain, two.plain, float(np.hypot(one.plain.se, two.plain.se))), weighted
    )


def _less(one: Moment, two: Moment, se: float) -> Moment:
    """The difference of two moments; without an error where either has none."""
    sound = one.se > 0 and two.se > 0
    return Moment(one.value - two.value, se if sound else np.nan, min(one.df, two.df), one.line - two.line)
