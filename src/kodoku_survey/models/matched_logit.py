"""Ordered logits of one item on a match, groups and their products, fitted to the distinct rows, with the design's error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.auxiliary import weighted_counts
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.propagation import totals_of
from kodoku_survey.models.ordered import OrderedLogit


@dataclass(frozen=True, eq=False)
class Kinds:
    """The distinct answers y (m,) and predictors x (m, 1 + 2g) among some rows of a sample: match, groups, their products.

    kind : which of them each of the rows is. Fits to the m need no more than their weights.
    """

    sample: Sample
    rows: BoolArray
    kind: IndexArray
    y: FloatArray
    x: FloatArray

    @staticmethod
    def of(sample: Sample, rows: BoolArray, y: FloatArray, group: IndexArray, groups: int, match: FloatArray) -> Kinds:
        """Respondents by kind: the answer, the group and the matching number they share."""
        levels, place = np.unique(match, return_inverse=True)
        answer = np.unique(y, return_inverse=True)[1]
        codes, kind = np.unique((answer * (groups + 1) + group) * len(levels) + place, return_inverse=True)
        rest, of_match = np.divmod(codes, len(levels))
        of_answer, of_group = np.divmod(rest, groups + 1)
        centred = (levels - match.mean())[of_match][:, None]
        dummies = (of_group[:, None] == np.arange(1, groups + 1)).astype(float)
        x = np.column_stack([centred, dummies, dummies * centred])
        return Kinds(sample, rows, kind.astype(np.intp), of_answer.astype(float), x)

    def mass(self, weight: FloatArray) -> FloatArray:
        """(kinds,) the weight of each kind under some weights (n,)."""
        return weighted_counts(self.kind, weight[self.rows], len(self.y))


class Model:
    """The fit on the first `width` predictors, their slopes first, weights scaled to mean 1, and its error when asked for."""

    def __init__(self, kinds: Kinds, width: int, where: str) -> None:
        self.kinds, self.x, self.offset = kinds, kinds.x[:, :width], np.zeros(len(kinds.y))
        self.logit = OrderedLogit(tuple(f"{answer:g}" for answer in np.unique(kinds.y)), where)
        weight = kinds.mass(kinds.sample.weight / kinds.sample.weight[kinds.rows].mean())
        self.at = self.logit.fit(kinds.y, self.x, weight, self.offset)
        self.log_likelihood = -self.logit.deviance(kinds.y, self.x, weight, self.offset, self.at) / 2
        self.inverse = np.linalg.inv(self.logit.information(kinds.y, self.x, weight, self.offset, self.at))

    @cached_property
    def factor(self) -> FloatArray:
        """(R, p): the scores' totals through the inverse information, or the fit repeated under every replicate."""
        kinds, sample = self.kinds, self.kinds.sample
        if sample.replicates is not None:
            return sample.replicates.factor(np.stack([self._again(w) for w in sample.replicates.weights()]), self.at)
        of_row = np.zeros((len(self.at), len(sample)))
        of_row[:, kinds.rows] = self.logit.scores(kinds.y, self.x, self.offset, self.at).T[:, kinds.kind]
        cell = np.where(kinds.rows, 0, -1).astype(np.intp)
        totals = totals_of(sample, [(cell, column) for column in of_row], 1).totals
        return totals.factor @ (self.inverse / sample.weight[kinds.rows].mean())

    def _again(self, weight: FloatArray) -> FloatArray:
        """The fit under a replicate's weights; nan where an answer has none left, or the likelihood no maximum."""
        try:
            return self.logit.fit(self.kinds.y, self.x, self.kinds.mass(weight), self.offset, self.at)
        except DesignError:
            return np.full(len(self.at), np.nan)
