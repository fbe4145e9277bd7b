"""A survey beside its benchmark: shares as they are and over one composition, and what composition explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.benchmark.composed import Composed
from kodoku_survey.benchmark.oaxaca import dummies, raked
from kodoku_survey.benchmark.standardisation import Standardised, standardised
from kodoku_survey.design import Sample
from kodoku_survey.errors import UsageError
from kodoku_survey.survey.crosswalk.found_crosswalk import GivenCrosswalk
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.settings.compared_with import Aspect, People
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.survey.waves import standing
from kodoku_survey.tables.beside import Beside, set_beside, tested
from kodoku_survey.tables.protected import refuse_unreleased
from kodoku_survey.tables.report import Progress
from kodoku_survey.tables.sides import Asked, Measured, Side, asked_of
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.composing import (
    CompositionAxis,
    axis_of,
    composed,
    grouped,
    names_of,
    published,
    refuse_pairs,
    sample_of,
    side_of,
    with_axes,
)
from kodoku_survey.tables.studies.standard_rows import rows_of


def benchmark(
    first: Side | Sample,
    reference: Side | Sample,
    *,
    standardize: str | Sequence[str] = (),
    by: str = "",
    group: str = "",
    shares: Mapping[tuple[int, ...], float] | None = None,
    only: Sequence[str] = (),
    where: str = "",
    crosswalk: GivenCrosswalk = None,
    people: People | None = None,
    despite: Sequence[Aspect] = (),
    progress: Progress | None = None,
) -> Benchmark:
    """A survey beside a reference, question by question, as they are and over one composition.

    standardize : attributes whose composition is made the same: "sex:age_class" crossed; several entries by their margins
        alone. by : an attribute; every group of it is standardised on its own. group : a condition on the first survey only,
        a group set against the whole reference. shares : codes of the crossed attributes → population share, instead of the
        reference's own composition.
    Other arguments as `ks.compare`. Raises UsageError, DesignError for a cell of the composition nobody is in.
    """
    ours, theirs = side_of(first), side_of(reference)
    refuse_unreleased("tables.protected_adjusted", ours, theirs)
    beside = set_beside(ours, theirs, crosswalk=crosswalk, where=where, people=people, despite=tuple(despite))
    refuse_pairs(beside)
    if group:
        beside = replace(beside, first=grouped(beside.first, group))
    terms = (standardize,) if isinstance(standardize, str) and standardize else tuple(standardize)
    if shares is not None and len(terms) != 1:
        raise UsageError("benchmark.shares_of_one", "--margins")
    axes = [[axis_of(beside.shared, name) for name in term.split(":")] for term in terms]
    bands = [axis_of(beside.shared, name) for name in by.split(":")] if by else []
    made = _Making(beside, terms, axes, bands, shares)
    return made.whole(only, group, progress)


@dataclass(frozen=True, eq=False)
class _Making:
    beside: Beside
    terms: tuple[str, ...]
    axes: list[list[CompositionAxis]]
    bands: list[CompositionAxis]
    shares: Mapping[tuple[int, ...], float] | None

    def whole(self, only: Sequence[str], group: str, progress: Progress | None) -> Benchmark:
        first = self.beside.first.survey
        frames, refused, seen, left_out = [], dict[str, Refusal](), set[Any](), (0, 0)
        entries = [entry for entry in first.plan.tables if not only or entry.id in only]
        for done, entry in enumerate(entries):
            if progress is not None:
                progress("compare", done, len(entries))
            kind = (entry.question, entry.base, entry.nonanswer == "excluded")
            if kind in seen:
                continue
            seen.add(kind)
            made = self.table(entry)
            if isinstance(made, Refusal):
                refused.setdefault(made.item, made)
            else:
                frames.append(made[0])
                left_out = max(left_out[0], made[1][0]), max(left_out[1], made[1][1])
        frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["question", "code"])
        kept = tuple(one for item, one in refused.items() if item not in set(frame["question"]))
        names = names_of(self.beside)
        focus = {
            one.question: one.focus or one.answers or tuple(c.code for c in first.variables[one.question].options[:1])
            for one in reversed(entries)
        }
        return Benchmark(self.beside, self.terms, frame, kept, group, left_out, names, focus)

    def table(self, entry: TablePlan) -> tuple[pd.DataFrame, tuple[int, int]] | Refusal:
        """The rows of one question, and how many respondents of each side have no known cell."""
        shared, variable = self.beside.shared, self.beside.first.survey.variables[entry.question]
        if entry.statistic != "share":
            return Refusal(entry.question, variable.label, "statistic")
        every = [axis for term in self.axes for axis in term]
        if entry.question in [axis.name for axis in every]:
            return Refusal(entry.question, variable.label, "axis")
        entry = with_axes(entry, every)
        ours, theirs = (asked_of(shared, entry, second=second) for second in (False, True))
        if isinstance(ours, Refusal) or isinstance(theirs, Refusal):
            return ours if isinstance(ours, Refusal) else theirs  # type: ignore[return-value]
        for side, asked in ((self.beside.first, ours), (self.beside.second, theirs)):
            stands = None if isinstance(side, Measured) else standing(side.survey, asked.question, side.wave)
            if stands is not None and not stands.comparable:
                return Refusal(entry.question, variable.label, stands.status, {"note": stands.note})  # type: ignore[arg-type]
        keys = [key for key in variable.keys if key in set(ours.answers.values()) & set(theirs.answers.values())]
        keys = [key for key in keys if not entry.answers or key in entry.answers]
        sides = [
            self.composed(side, asked, place, keys)
            for place, (side, asked) in enumerate(((self.beside.first, ours), (self.beside.second, theirs)))
        ]
        if sides[0] is None or sides[1] is None:
            return Refusal(entry.question, variable.label, "unpublished")
        both = (sides[0], sides[1])
        rows = []
        for label, inside in self.groups():
            held = [
                one if mask is None else replace(one, inside=one.inside & mask)
                for one, mask in zip(both, inside, strict=True)
            ]
            if min(one.n for one in held) < 2:
                continue
            found = self.number(held[0], held[1])
            able = tested(self.beside.first, self.beside.second)
            n, survey = (held[0].n, held[1].n), self.beside.first.survey
            rows.append(rows_of(found, n, entry, keys, label, survey, adjusted=bool(self.terms), tested=able))
        if not rows:
            return Refusal(entry.question, variable.label, "unpublished")
        return pd.concat(rows, ignore_index=True), self.unknown(ours, theirs)

    def composed(self, side: Side, asked: Asked, place: int, keys: list[int]) -> Composed | None:
        axes = self.axes[0] if len(self.axes) == 1 else []
        if isinstance(side, Measured):
            made = composed(side, asked, place, axes, keys)
            if len(self.axes) > 1:
                sample, inside = made.sample, made.inside.copy()
                for axis in (axis for term in self.axes for axis in term):
                    inside &= axis.positions(sample, place) >= 0
                made = replace(made, inside=inside)
            return made
        if len(self.axes) > 1 or self.bands:
            raise UsageError(
                "benchmark.published_crossed", "--standardize", value=f"{side.survey.folder.name}@{side.wave}"
            )
        return published(side, asked, axes, keys)

    def number(self, first: Composed, reference: Composed) -> Standardised:
        if len(self.axes) > 1:
            blocks = [self._block(place) for place in (0, 1)]
            names = tuple(label for term in self.axes for label in _labels(term))
            return raked(first, reference, blocks[0], blocks[1], names)
        target = None
        if self.shares is not None:
            codes = _codes(self.axes[0])
            missing = [code for code in codes if code not in self.shares]
            if missing:
                raise UsageError("benchmark.shares_missing", "--margins", value=":".join(map(str, missing[0])))
            target = np.array([self.shares[code] for code in codes], dtype=float)
            target = target / target.sum()
        return standardised(first, reference, target)

    def _block(self, place: int) -> FloatArray:
        side = self.beside.first if place == 0 else self.beside.second
        assert isinstance(side, Measured)
        sample = sample_of(side)
        columns, sizes = [], []
        for term in self.axes:
            own = [axis.positions(sample, place) for axis in term]
            cell = own[0].copy()
            for axis, column in zip(term[1:], own[1:], strict=True):
                cell = np.where((cell < 0) | (column < 0), -1, cell * len(axis.codes) + column)
            columns.append(cell)
            sizes.append(len(_codes(term)))
        return dummies(columns, sizes)

    def groups(self) -> list[tuple[str, tuple[BoolArray | None, BoolArray | None]]]:
        """Everybody, and each group of `by` with its respondents on both sides."""
        found: list[tuple[str, tuple[BoolArray | None, BoolArray | None]]] = [("", (None, None))]
        if not self.bands:
            return found
        cells = []
        for place, side in enumerate((self.beside.first, self.beside.second)):
            assert isinstance(side, Measured)
            cells.append([axis.positions(sample_of(side), place) for axis in self.bands])
        for codes, label in zip(_codes(self.bands), _labels(self.bands), strict=True):
            at = [axis.codes.index(code) for axis, code in zip(self.bands, codes, strict=True)]
            masks = [np.all([column == k for column, k in zip(own, at, strict=True)], axis=0) for own in cells]
            found.append((label, (masks[0], masks[1])))
        return found

    def unknown(self, ours: Asked, theirs: Asked) -> tuple[int, int]:
        """Respondents asked whose class is not known, of both sides."""
        found = []
        for place, (side, asked) in enumerate(((self.beside.first, ours), (self.beside.second, theirs))):
            if not isinstance(side, Measured):
                found.append(0)
                continue
            whole = composed(side, asked, place, [], [])
            known = whole.inside.copy()
            for axis in (axis for term in self.axes for axis in term):
                known &= axis.positions(whole.sample, place) >= 0
            found.append(int((whole.inside & ~known).sum()))
        return found[0], found[1]


def _codes(axes: Sequence[CompositionAxis]) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [()]
    for axis in axes:
        found = [(*codes, code) for codes in found for code in axis.codes]
    return found


def _labels(axes: Sequence[CompositionAxis]) -> list[str]:
    found = [""]
    for axis in axes:
        found = [f"{text} {label}".strip() for text in found for label in axis.labels]
    return found
