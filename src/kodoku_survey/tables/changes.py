"""Rows of a comparison: shares of two surveys with their difference, gaps between two groups, and the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.crosstabs.two_samples import Change, by_published_rule, design_change, official_change
from kodoku_survey.survey.folder import Survey
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.tables.paired import Pairs
from kodoku_survey.tables.sides import Share, SharedCell
from kodoku_survey.tables.words import words

Pair = tuple[Share, Share]


@dataclass(frozen=True)
class Told:
    """In whose words rows are told, whether the first is the later wave (so that one may speak of increase), and pairs."""

    survey: Survey
    in_time: bool
    pairs: Pairs | None = None
    tested: bool = True

    @property
    def weighted(self) -> bool:
        """Whether a weighted difference has an error: of the same people only where their sampling points are matched."""
        return self.pairs is None or self.pairs.units is not None

    @property
    def reach(self) -> float:
        """The z a difference must exceed, by the first survey's rule."""
        return self.survey.settings.publication.minimum_differences.z


CHANGE_COLUMNS = (
    "table", "title", "question", "attribute", "group", "code", "answer", "measure", "percent_first", "n_first",
    "percent_second", "n_second", "difference", "low", "high", "z", "p_value", "verdict", "word", "weighted_first",
    "weighted_second", "weighted_difference", "weighted_low", "weighted_high", "weighted_p_value", "weighted_verdict",
    "weighted_word", "note", "statistic", "unit", "value_first", "value_second",
)  # fmt: skip


def describe(survey: Survey, entry: TablePlan, cell: SharedCell) -> dict[str, Any]:
    """What a row says of its cell, in the first survey's words."""
    code = cell[2]
    row = described_group(survey, entry, cell)
    answer = survey.variables[entry.question].code(code).text
    return {**row, "code": code, "answer": answer, "statistic": "share"}


def described_group(survey: Survey, entry: TablePlan, cell: SharedCell) -> dict[str, Any]:
    """What a row says of its table and group, in the first survey's words."""
    attribute, keys, _ = cell
    variables = [survey.variables[name] for name in attribute.split(":")] if attribute else []
    said = words(survey.settings.identity.lang)
    group = " ".join(v.code(key).text for v, key in zip(variables, keys, strict=True)) or said["total"]
    return {
        "table": entry.id,
        "title": entry.title,
        "question": entry.question,
        "attribute": said["listing"].join(variable.label for variable in variables),
        "group": group,
    }


def share_rows(
    told: Told, entry: TablePlan, cells: Sequence[SharedCell], pairs: Sequence[Pair], note: str
) -> pd.DataFrame:
    """A row a cell: the shares of both surveys, their difference and the verdict on it."""
    first, second = (
        np.array([[s.count, s.n, s.least, s.most, s.weighted] for s in side]) for side in zip(*pairs, strict=True)
    )
    plain, joint = _covariances(told, pairs)
    found = official_change(first[:, 0], first[:, 1], second[:, 0], second[:, 1], plain, reach=told.reach)
    frame = pd.DataFrame([describe(told.survey, entry, cell) for cell in cells])
    frame = frame.assign(
        measure="share",
        percent_first=100 * first[:, 0] / first[:, 1],
        n_first=first[:, 1].astype(int),
        percent_second=100 * second[:, 0] / second[:, 1],
        n_second=second[:, 1].astype(int),
        **columns_of(told, found, ""),
    )
    if told.weighted and all(share.line is not None for pair in pairs for share in pair):
        se, df = (
            [np.array([of(share) for share in side]) for side in zip(*pairs, strict=True)]
            for of in (lambda share: float(np.sqrt((share.line**2).sum())), lambda share: share.df)
        )
        weighted = design_change(first[:, 4], se[0], df[0], second[:, 4], se[1], df[1], covariance=joint)
        frame = frame.assign(weighted_first=100 * first[:, 4], weighted_second=100 * second[:, 4])
        frame = frame.assign(**columns_of(told, weighted, "weighted_"))
    least = told.survey.settings.publication.reference_base
    few = np.minimum(first[:, 1], second[:, 1]) < least
    open_ = _hangs_on_rounding(first, second, found, plain, told.reach)
    said = [(note, "reference" if f else "", "rounding" if o else "") for f, o in zip(few, open_, strict=True)]
    marks = [" ".join(filter(None, notes)) for notes in said]
    return claimed(told, frame.assign(note=marks).reindex(columns=list(CHANGE_COLUMNS)))


def _covariances(told: Told, pairs: Sequence[Pair]) -> tuple[FloatArray, FloatArray]:
    """Covariances (k,) between the two shares of each pair, unweighted and weighted; 0 for independent samples."""
    if told.pairs is None:
        return np.zeros(len(pairs)), np.zeros(len(pairs))
    plain = [told.pairs.covariance(a.persons, b.persons) for a, b in pairs]  # type: ignore[arg-type]
    held = [a.line is not None and b.line is not None for a, b in pairs]
    joint = [told.pairs.of_lines(a.line, b.line) if h else np.nan for (a, b), h in zip(pairs, held, strict=True)]  # type: ignore[arg-type]
    return np.array(plain), np.array(joint)


def _hangs_on_rounding(
    first: FloatArray, second: FloatArray, found: Change, joint: FloatArray, reach: float
) -> np.ndarray:
    """Whether the verdict is another for some counts the published figures may stand for."""
    ends = [
        official_change(first[:, a], first[:, 1], second[:, b], second[:, 1], joint, reach=reach)
        for a, b in ((2, 3), (3, 2))
    ]
    return (ends[0].verdict != found.verdict) | (ends[1].verdict != found.verdict)


def columns_of(
    told: Told,
    found: Change,
    prefix: str,
    verdicts: Sequence[str] | None = None,
    *,
    times: float = 100,
    known: Sequence[bool] | BoolArray | None = None,
) -> dict[str, Any]:
    """A change as columns in points of per cent (`times` 100), with its verdict and the word for it.

    known : (k,) of which there is an error to test by (default: of every one).
    """
    said = words(told.survey.settings.identity.lang)
    names = {1: "up", 0: "none", -1: "down"} if told.in_time else {1: "higher", 0: "none", -1: "lower"}
    found_words = list(verdicts) if verdicts is not None else [names[int(v)] for v in found.verdict]
    if known is not None:
        found_words = [word if k else "untested" for word, k in zip(found_words, known, strict=True)]
    columns: dict[str, Any] = {
        "difference": times * found.difference,
        "low": times * found.low,
        "high": times * found.high,
        "z": found.statistic,
        "p_value": found.p_value,
        "verdict": found_words,
        "word": [said[f"change_{word}"] for word in found_words],
    }
    return {f"{prefix}{name}": values for name, values in columns.items() if not (prefix and name == "z")}


def gap_rows(told: Told, entry: TablePlan, cells: Sequence[SharedCell], pairs: Sequence[Pair]) -> pd.DataFrame:
    """A row for each answer of each attribute with exactly two groups: the gap first − second, in both surveys."""
    by_cell = dict(zip(cells, pairs, strict=True))
    rows, gaps = [], list[tuple[Pair, Pair]]()  # of each gap: both groups in the first survey, both in the second
    for attribute in dict.fromkeys(cell[0] for cell in cells if cell[0]):
        groups = list(dict.fromkeys(cell[1] for cell in cells if cell[0] == attribute))
        if len(groups) != 2:
            continue
        for code in dict.fromkeys(cell[2] for cell in cells if cell[0] == attribute):
            one, two = ((attribute, keys, code) for keys in groups)
            if one in by_cell and two in by_cell:
                row, other = describe(told.survey, entry, one), describe(told.survey, entry, two)
                rows.append({**row, "group": f"{row['group']}－{other['group']}"})
                gaps.append(((by_cell[one][0], by_cell[two][0]), (by_cell[one][1], by_cell[two][1])))
    if not rows:
        return pd.DataFrame(columns=list(CHANGE_COLUMNS))
    first, second = (_plain([gap[side] for gap in gaps]) for side in (0, 1))
    apart = _apart(gaps)
    plain, joint = _covariances(told, apart) if told.pairs is not None else (0.0, 0.0)
    se = np.sqrt(np.maximum(first[1] ** 2 + second[1] ** 2 - 2 * plain, 0.0))
    gap = first[0] - second[0]
    with np.errstate(all="ignore"):
        z = np.where(np.abs(gap) < 1e-12, 0.0, np.nan_to_num(gap / se))
    found = by_published_rule(gap, se, z, reach=told.reach)
    frame = pd.DataFrame(rows).assign(
        measure="gap",
        percent_first=100 * first[0],
        percent_second=100 * second[0],
        **columns_of(told, found, "", gap_words(found, first[0], second[0])),
    )
    if told.weighted and all(share.line is not None for both in gaps for pair in both for share in pair):
        ours, theirs = (_weighted([gap[side] for gap in gaps]) for side in (0, 1))
        weighted = design_change(*ours, *theirs, covariance=joint)
        frame = frame.assign(weighted_first=100 * ours[0], weighted_second=100 * theirs[0])
        frame = frame.assign(**columns_of(told, weighted, "weighted_", gap_words(weighted, ours[0], theirs[0])))
    return claimed(told, frame.assign(note="").reindex(columns=list(CHANGE_COLUMNS)))


def claimed(told: Told, frame: pd.DataFrame) -> pd.DataFrame:
    """Without limits, tests and verdicts where a side was not drawn by chance, which has no sampling error."""
    if told.tested:
        return frame
    said = words(told.survey.settings.identity.lang)
    blank = ["low", "high", "z", "p_value", *(name for name in frame.columns if name.startswith("weighted_"))]
    numbers = [name for name in blank if name not in ("weighted_verdict", "weighted_word")]
    frame = frame.assign(**dict.fromkeys(numbers, np.nan), verdict="untested", word=said["change_untested"])
    return frame.assign(weighted_verdict=None, weighted_word=None)


def _apart(gaps: Sequence[tuple[Pair, Pair]]) -> list[Pair]:
    """Each survey's gap as one number of which only the persons' and the units' parts matter."""
    return [tuple(_less(*pair) for pair in both) for both in gaps]  # type: ignore[misc]


def _less(one: Share, other: Share) -> Share:
    persons = None if one.persons is None or other.persons is None else one.persons - other.persons
    line = None if one.line is None or other.line is None else one.line - other.line
    return replace(one, persons=persons, line=line)


def _plain(pairs: Sequence[Pair]) -> tuple[FloatArray, FloatArray]:
    """Gaps (k,) and their standard errors under simple random sampling."""
    p, n = (
        np.array([[of(share) for share in pair] for pair in pairs]) for of in (lambda s: s.count / s.n, lambda s: s.n)
    )
    return p[:, 0] - p[:, 1], np.sqrt((p * (1 - p) / n).sum(axis=1))


def _weighted(pairs: Sequence[Pair]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Gaps (k,), their design-based standard errors with the covariance between the groups, and degrees of freedom."""
    value = np.array([a.weighted - b.weighted for a, b in pairs])
    se = np.array([np.sqrt(((a.line - b.line) ** 2).sum()) for a, b in pairs])  # type: ignore[operator]
    return value, se, np.array([min(a.df, b.df) for a, b in pairs])


def gap_words(found: Change, first: FloatArray, second: FloatArray) -> list[str]:
    """Widened or narrowed where the gap differs significantly, by its size."""
    wider = np.abs(first) > np.abs(second)
    return ["none" if not v else "widened" if w else "narrowed" for v, w in zip(found.verdict, wider, strict=True)]
