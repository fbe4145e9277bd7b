"""One question after another set beside the reference: shares, means and medians, by cells or margins, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.benchmark.composed import Composed
from kodoku_survey.benchmark.oaxaca import dummies, raked, raked_pieces
from kodoku_survey.benchmark.standard_medians import standardised_medians
from kodoku_survey.benchmark.standardisation import ComposedSide, Pieces, Standardised, direct_pieces, standardised
from kodoku_survey.errors import UsageError
from kodoku_survey.survey.plan import TablePlan
from kodoku_survey.survey.sharing import Refusal
from kodoku_survey.survey.waves import standing
from kodoku_survey.tables.beside import Beside, tested
from kodoku_survey.tables.number_sides import ONLY_COLUMN, unlike
from kodoku_survey.tables.sides import Asked, Measured, Published, Side, asked_of
from kodoku_survey.tables.studies.composing import CompositionAxis, composed, composed_number, sample_of, with_axes
from kodoku_survey.tables.studies.published_composing import published, published_keys
from kodoku_survey.tables.studies.standard_rows import rows_of

# Rows of a question, and how many respondents of each side have no known class.
QuestionRows = tuple[pd.DataFrame, tuple[int, int]]


@dataclass(frozen=True, eq=False)
class HeldQuestion:
    """One table's question as both sides answered it: `keys` the first's codes of the answers both have."""

    entry: TablePlan
    keys: list[int]
    asked: tuple[Asked, Asked]
    sides: tuple[ComposedSide, ComposedSide]


@dataclass(frozen=True, eq=False)
class MakingBenchmark:
    """Two sides, and over what they are standardised: terms crossed within and raked between; bands: groups apart."""

    beside: Beside
    terms: tuple[str, ...]
    axes: list[list[CompositionAxis]]
    bands: list[CompositionAxis]
    shares: Mapping[tuple[int, ...], float] | None

    @property
    def every_axis(self) -> list[CompositionAxis]:
        """The attributes of the composition."""
        return [axis for term in self.axes for axis in term]

    def table(self, entry: TablePlan) -> QuestionRows | Refusal:
        """The rows of one table, and how many respondents of each side have no known cell."""
        held = self.held(entry)
        if isinstance(held, Refusal):
            return held
        rows = self._rows(held)
        if not rows:
            return self._refusal(entry, "unpublished")
        return pd.concat(rows, ignore_index=True), self._unknown(held)

    def held(self, entry: TablePlan) -> HeldQuestion | Refusal:
        """The answers of both sides to one table's question by the cells; or why it cannot be set beside."""
        shared, variable = self.beside.shared, self.beside.first.survey.variables[entry.question]
        if entry.statistic != "share" and (different := unlike(shared, entry.question)) is not None:
            return different
        if entry.question in [axis.name for axis in self.every_axis]:
            return self._refusal(entry, "axis")
        entry = with_axes(entry, self.every_axis)
        ours, theirs = (asked_of(shared, entry, second=second) for second in (False, True))
        if isinstance(ours, Refusal) or isinstance(theirs, Refusal):
            return ours if isinstance(ours, Refusal) else theirs  # type: ignore[return-value]
        asked = (self.beside.first, ours), (self.beside.second, theirs)
        for side, own in asked:
            if isinstance(side, Measured) or side.rates is not None:
                continue
            stands = standing(side.survey, own.question, side.wave)
            if not stands.comparable:
                return self._refusal(entry, stands.status, stands.note)
        keys = [ONLY_COLUMN]
        if entry.statistic == "share":
            keys = [key for key in variable.keys if key in set(ours.answers.values()) & set(theirs.answers.values())]
            keys = [key for key in keys if not entry.answers or key in entry.answers]
            keys = [key for key in keys if entry.nonanswer != "excluded" or key != variable.nonanswer]
            keys = published_keys(keys, *asked)
        sides = [self._composed(side, own, place, keys, entry) for place, (side, own) in enumerate(asked)]
        if sides[0] is None or sides[1] is None:
            return self._unpublished(entry)
        return HeldQuestion(entry, keys, (ours, theirs), (sides[0], sides[1]))

    def _unpublished(self, entry: TablePlan) -> Refusal:
        """That the published side has no such figure: of a file of rates, what it would need."""
        file = next((one.named for one in (self.beside.first, self.beside.second) if _of_rates(one)), "")
        if not file:
            return self._refusal(entry, "unpublished")
        label = self.beside.first.survey.variables[entry.question].label
        return Refusal(entry.question, label, "unlisted", {"file": file})

    def _refusal(self, entry: TablePlan, reason: str, note: str = "") -> Refusal:
        label = self.beside.first.survey.variables[entry.question].label
        return Refusal(entry.question, label, reason, {"note": note})  # type: ignore[arg-type]

    def _rows(self, question: HeldQuestion) -> list[pd.DataFrame]:
        rows, survey, entry, keys = [], self.beside.first.survey, question.entry, question.keys
        able = tested(self.beside.first, self.beside.second)
        for label, inside in self._groups():
            held = [
                one if mask is None or not isinstance(one, Composed) else replace(one, inside=one.inside & mask)
                for one, mask in zip(question.sides, inside, strict=True)
            ]
            if min(one.n for one in held) < 2:
                continue
            found = self.number(held[0], held[1], entry)
            n = held[0].n, held[1].n
            rows.append(rows_of(found, n, entry, keys, label, survey, adjusted=bool(self.terms), tested=able))
        return rows

    def _composed(self, side: Side, asked: Asked, place: int, keys: list[int], entry: TablePlan) -> ComposedSide | None:
        axes = self.axes[0] if len(self.axes) == 1 else []
        if isinstance(side, Measured):
            made = (
                composed(side, asked, place, axes, keys)
                if entry.statistic == "share"
                else composed_number(side, asked, place, axes)
            )
            if len(self.axes) > 1:
                inside = made.inside.copy()
                for axis in self.every_axis:
                    inside &= axis.positions(made.sample, place) >= 0
                made = replace(made, inside=inside)
            return made
        if len(self.axes) > 1 or self.bands:
            raise UsageError("benchmark.published_crossed", "--standardize", value=side.named)
        return published(side, asked, axes, keys) if entry.statistic == "share" else None

    def number(
        self, first: ComposedSide, reference: ComposedSide, entry: TablePlan, places: tuple[int, int] = (0, 1)
    ) -> Standardised:
        """One question's numbers, the first over the reference's composition. places : which sides the two are."""
        target = self._target()
        measured = isinstance(first, Composed) and isinstance(reference, Composed)
        if len(self.axes) > 1:
            assert isinstance(first, Composed)
            assert isinstance(reference, Composed)
            blocks = [self._block(place) for place in places]
            names = tuple(label for term in self.axes for label in labels_of(term))
            if entry.statistic != "median":
                return raked(first, reference, blocks[0], blocks[1], names)

            def by_margins(one: Composed, other: Composed) -> Pieces:
                return raked_pieces(one, other, blocks[0], blocks[1], names)

            return standardised_medians(first, reference, by_margins)
        if entry.statistic == "median" and measured:
            assert isinstance(first, Composed)
            assert isinstance(reference, Composed)
            return standardised_medians(first, reference, lambda one, other: direct_pieces(one, other, target))
        return standardised(first, reference, target)

    def _target(self) -> FloatArray | None:
        """The shares of the cells as given, or None for the reference's own."""
        if self.shares is None:
            return None
        codes = codes_of(self.axes[0])
        missing = [code for code in codes if code not in self.shares]
        if missing:
            raise UsageError("benchmark.shares_missing", "--margins", value=":".join(map(str, missing[0])))
        target = np.array([self.shares[code] for code in codes], dtype=float)
        return np.asarray(target / target.sum(), dtype=float)

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
            sizes.append(len(codes_of(term)))
        return dummies(columns, sizes)

    def _groups(self) -> list[tuple[str, tuple[BoolArray | None, BoolArray | None]]]:
        """Everybody, and each group of `by` with its respondents on both sides."""
        found: list[tuple[str, tuple[BoolArray | None, BoolArray | None]]] = [("", (None, None))]
        if not self.bands:
            return found
        cells = []
        for place, side in enumerate((self.beside.first, self.beside.second)):
            assert isinstance(side, Measured)
            cells.append([axis.positions(sample_of(side), place) for axis in self.bands])
        for codes, label in zip(codes_of(self.bands), labels_of(self.bands), strict=True):
            at = [axis.codes.index(code) for axis, code in zip(self.bands, codes, strict=True)]
            masks = [np.all([column == k for column, k in zip(own, at, strict=True)], axis=0) for own in cells]
            found.append((label, (masks[0], masks[1])))
        return found

    def _unknown(self, question: HeldQuestion) -> tuple[int, int]:
        """Respondents asked whose class is not known, of both sides."""
        found, both = [], (self.beside.first, self.beside.second)
        for place, (side, asked) in enumerate(zip(both, question.asked, strict=True)):
            if not isinstance(side, Measured):
                found.append(0)
                continue
            of_share = question.entry.statistic == "share"
            whole = composed(side, asked, place, [], []) if of_share else composed_number(side, asked, place, [])
            known = whole.inside.copy()
            for axis in self.every_axis:
                known &= axis.positions(whole.sample, place) >= 0
            found.append(int((whole.inside & ~known).sum()))
        return found[0], found[1]


def _of_rates(side: Side) -> TypeGuard[Published]:
    return isinstance(side, Published) and side.rates is not None


def codes_of(axes: Sequence[CompositionAxis]) -> list[tuple[int, ...]]:
    """The codes of every cell of crossed axes, the last fastest."""
    found: list[tuple[int, ...]] = [()]
    for axis in axes:
        found = [(*codes, code) for codes in found for code in axis.codes]
    return found


def labels_of(axes: Sequence[CompositionAxis]) -> list[str]:
    """What every cell of crossed axes is called, in the same order."""
    found = [""]
    for axis in axes:
        found = [f"{text} {label}".strip() for text in found for label in axis.labels]
    return found
