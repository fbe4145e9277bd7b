"""Ordered logit: answers in order, with the same slopes at every threshold (proportional odds).

Fitted here because statsmodels' OrderedModel takes no weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design.auxiliary import weighted_counts
from kodoku_survey.errors import DesignError
from kodoku_survey.models.separation import ROUNDS, check_determined


@dataclass(frozen=True)
class OrderedLogit:
    """P(Y ≤ j) = F(θ_j − xβ − offset), F logistic; parameters β, then the thresholds θ. y: places 0 … J−1 of J categories.

    log P(Y = j) = log F(u) + log(1 − F(l)) + log(1 − e^(l−u)) with u, l the thresholds above and below j: concave, so that
    Newton's steps, halved where they go too far, find the only maximum. Source: McCullagh (1980), J. R. Statist. Soc. B 42.
    """

    categories: tuple[str, ...]
    name: str = "ordered"
    intercept: bool = False  # the thresholds are it

    def parameters(self, columns: list[str]) -> list[str]:
        above = self.categories[1:]
        return [*columns, *(f"{low}|{high}" for low, high in zip(self.categories, above, strict=False))]

    def places(self, columns: IndexArray, width: int) -> IndexArray:  # noqa: ARG002
        return columns

    def fit(
        self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, start: FloatArray | None = None
    ) -> FloatArray:
        w = weight / weight.mean()
        share = weighted_counts(y.astype(np.intp), w, len(self.categories))
        if len(share) < 2 or (share <= 0).any():  # in a replicate, too, nobody may be left who gave some answer
            raise DesignError("estimation.not_fitted", self.name)
        at = self._start(share, x.shape[1]) if start is None else start
        height = self._height(y, x, w, offset, at)
        for _ in range(ROUNDS):
            gradient = w @ self.scores(y, x, offset, at)
            step = np.linalg.lstsq(self.information(y, x, w, offset, at), gradient, rcond=None)[0]
            for _ in range(60):
                reached = self._height(y, x, w, offset, at + step)
                if reached >= height - 1e-12 * abs(height):
                    break
                step = step / 2
            at, height = at + step, reached
            if np.abs(step).max() <= 1e-11 * max(1.0, float(np.abs(at).max())):
                q = x.shape[1]
                check_determined(self.information(y, x, w, offset, at)[:q, :q], x, w, self.name)
                return at
        raise DesignError("estimation.not_fitted", self.name)

    def deviance(self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> float:
        return -2 * self._height(y, x, weight, offset, at)

    def scores(self, y: FloatArray, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        above, below, upper, lower = self._around(y, x, offset, at)
        q = _gap(above - below)
        return upper * (1 - _logistic(above) + q)[:, None] - lower * (_logistic(below) + q)[:, None]

    def information(
        self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray
    ) -> FloatArray:
        above, below, upper, lower = self._around(y, x, offset, at)
        both = _gap(above - below) * (1 + _gap(above - below))
        cross = (upper * (weight * both)[:, None]).T @ lower
        own = (upper * (weight * (_density(above) + both))[:, None]).T @ upper
        own += (lower * (weight * (_density(below) + both))[:, None]).T @ lower
        return own - cross - cross.T

    def predict(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        cumulative = _logistic(self._thresholds(at)[None, 1:-1] - self._eta(x, offset, at)[:, None])
        ends = np.zeros((len(x), 1)), np.ones((len(x), 1))
        return np.diff(np.hstack([ends[0], cumulative, ends[1]]), axis=1)

    def slopes(self, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        inner = self._thresholds(at)[1:-1]
        density = weight[:, None] * _density(inner[None, :] - self._eta(x, offset, at)[:, None])
        cumulative = np.hstack([-density.T @ x, np.diag(density.sum(axis=0))])  # of P(Y ≤ j), (J − 1, p)
        nothing = np.zeros((1, len(at)))
        return np.diff(np.vstack([nothing, cumulative, nothing]), axis=0)

    def gradients(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        density = _density(self._thresholds(at)[None, 1:-1] - self._eta(x, offset, at)[:, None])
        inner = np.eye(density.shape[1])
        cumulative = np.concatenate([-density[:, :, None] * x[:, None, :], density[:, :, None] * inner], axis=2)
        nothing = np.zeros((len(x), 1, len(at)))
        return np.diff(np.concatenate([nothing, cumulative, nothing], axis=1), axis=1)

    def _start(self, share: FloatArray, slopes: int) -> FloatArray:
        """No slopes, and thresholds at the shares."""
        below = share.cumsum()[:-1] / share.sum()
        return np.concatenate([np.zeros(slopes), np.log(below / (1 - below))])

    def _height(self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> float:
        """The weighted log-likelihood; −∞ where thresholds are not in order."""
        if (np.diff(self._thresholds(at)) <= 0).any():
            return -np.inf
        above, below, _, _ = self._around(y, x, offset, at)
        logs = -np.logaddexp(0, -above) - np.logaddexp(0, below) + np.log1p(-np.exp(below - above))
        return float(weight @ logs)

    def _thresholds(self, at: FloatArray) -> FloatArray:
        """(J + 1,) with the ends at infinity."""
        return np.concatenate([[-np.inf], at[len(at) - len(self.categories) + 1 :], [np.inf]])

    def _eta(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        return x @ at[: x.shape[1]] + offset

    def _around(
        self, y: FloatArray, x: FloatArray, offset: FloatArray, at: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """The thresholds above and below each answer less η (n,), and their derivatives (n, p)."""
        place, thresholds, eta = y.astype(int), self._thresholds(at), self._eta(x, offset, at)
        ends = np.zeros((len(self.categories) + 1, len(self.categories) - 1))
        ends[1:-1] = np.eye(len(self.categories) - 1)
        upper, lower = (np.hstack([-x, ends[k]]) for k in (place + 1, place))
        return thresholds[place + 1] - eta, thresholds[place] - eta, upper, lower


def _logistic(z: FloatArray) -> FloatArray:
    return np.exp(-np.logaddexp(0, -z))


def _density(z: FloatArray) -> FloatArray:
    return np.exp(-np.logaddexp(0, -z) - np.logaddexp(0, z))


def _gap(distance: FloatArray) -> FloatArray:
    """1/(e^d − 1), 0 at an infinite distance."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / np.expm1(distance))
