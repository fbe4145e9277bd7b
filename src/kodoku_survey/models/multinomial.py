"""Multinomial logit: one of several answers without an order, each against the first.

Fitted here because statsmodels' MNLogit takes no weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design.auxiliary import weighted_counts
from kodoku_survey.errors import DesignError
from kodoku_survey.models.separation import ROUNDS, check_determined


@dataclass(frozen=True)
class Multinomial:
    """log P(Y = j)/P(Y = 0) = xβ_j + offset, j = 1 … J−1; parameters β_1, then β_2 … . y: places 0 … J−1 of J categories.

    The log-likelihood is concave, so that Newton's steps, halved where they go too far, find the only maximum.
    Source: Agresti (2013), Categorical Data Analysis, 8.1; the score of each person as Binder (1983).
    """

    categories: tuple[str, ...]
    name: str = "multinomial"
    intercept: bool = True

    def parameters(self, columns: list[str]) -> list[str]:
        """Names, the answer before the column: "often:age"."""
        return [f"{answer}:{column}" for answer in self.categories[1:] for column in columns]

    def places(self, columns: IndexArray, width: int) -> IndexArray:
        """Of all coefficients (q columns each) of some columns of x."""
        return np.concatenate([j * width + columns for j in range(len(self.categories) - 1)])

    def fit(
        self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, start: FloatArray | None = None
    ) -> FloatArray:
        w = weight / weight.mean()
        share = weighted_counts(y.astype(np.intp), w, len(self.categories))
        if len(share) < 2 or (share <= 0).any():  # in a replicate, too, nobody may be left who gave some answer
            raise DesignError("estimation.not_fitted", self.name)
        at = np.zeros(x.shape[1] * (len(self.categories) - 1)) if start is None else start
        height = -self.deviance(y, x, w, offset, at)
        for _ in range(ROUNDS):
            gradient = w @ self.scores(y, x, offset, at)
            step = np.linalg.lstsq(self.information(y, x, w, offset, at), gradient, rcond=None)[0]
            for _ in range(60):
                reached = -self.deviance(y, x, w, offset, at + step)
                if reached >= height - 1e-12 * abs(height):
                    break
                step = step / 2
            at, height = at + step, reached
            if np.abs(step).max() <= 1e-11 * max(1.0, float(np.abs(at).max())):
                self._check(y, x, w, offset, at)
                return at
        raise DesignError("estimation.not_fitted", self.name)

    def deviance(self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> float:
        eta = self._eta(x, offset, at)
        given = np.take_along_axis(eta, y.astype(np.intp)[:, None], axis=1)[:, 0]
        return -2 * float(weight @ (given - _log_sum(eta)))

    def scores(self, y: FloatArray, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        p = self.predict(x, offset, at)
        gap = (y[:, None] == np.arange(len(self.categories))) - p
        return (gap[:, 1:, None] * x[:, None, :]).reshape(len(x), -1)

    def information(
        self,
        y: FloatArray,  # noqa: ARG002
        x: FloatArray,
        weight: FloatArray,
        offset: FloatArray,
        at: FloatArray,
    ) -> FloatArray:
        p = self.predict(x, offset, at)[:, 1:]
        q, answers = x.shape[1], p.shape[1]
        found = np.zeros((answers * q, answers * q))
        for j in range(answers):
            for k in range(j + 1):
                spread = weight * p[:, j] * ((j == k) - p[:, k])
                part = (x * spread[:, None]).T @ x
                found[j * q : (j + 1) * q, k * q : (k + 1) * q] = part
                found[k * q : (k + 1) * q, j * q : (j + 1) * q] = part.T
        return found

    def predict(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        eta = self._eta(x, offset, at)
        return np.asarray(np.exp(eta - _log_sum(eta)[:, None]))

    def slopes(self, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        p = self.predict(x, offset, at)
        moved = p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])  # of probability k with η_j
        return np.einsum("n,nkj,nq->kjq", weight, moved[:, :, 1:], x).reshape(p.shape[1], -1)

    def gradients(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        p = self.predict(x, offset, at)
        moved = p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])
        return np.einsum("nkj,nq->nkjq", moved[:, :, 1:], x).reshape(len(x), p.shape[1], -1)

    def _eta(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        """(n, J), the first category's being nothing."""
        eta = x @ at.reshape(len(self.categories) - 1, -1).T + offset[:, None]
        return np.hstack([np.zeros((len(x), 1)), eta])

    def _check(self, y: FloatArray, x: FloatArray, w: FloatArray, offset: FloatArray, at: FloatArray) -> None:
        """In no answer may everybody's information have vanished: each is a logistic regression against the rest."""
        q, information = x.shape[1], self.information(y, x, w, offset, at)
        for j in range(len(self.categories) - 1):
            check_determined(information[j * q : (j + 1) * q, j * q : (j + 1) * q], x, w, self.name)


def _log_sum(eta: FloatArray) -> FloatArray:
    """log Σ e^η (n,), without overflow."""
    return np.asarray(np.logaddexp.reduce(eta, axis=1))
