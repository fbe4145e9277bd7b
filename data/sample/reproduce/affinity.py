"""Affinities: how readily each person gives each answer, where nothing is published.

An answer is cut from a latent scale in its published shares: its loadings on factors, on sex and age and on earlier answers
shift the scale, so that codes follow one another as people's do. Rules weigh combinations: weight 0 is impossible (no married
16-year-olds), a small weight is rare. Figures are met whatever the affinities are; these only decide what figures leave open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from kodoku_survey.arrays import FloatArray
from reproduce.model import Answer, Factor
from reproduce.published import Bound
from reproduce.respondents import Respondents

RESIDUAL = 0.15  # least part of a latent scale's variance that is the person's own


class Affinity:
    """Factors of n persons, and from them the chances of every answer."""

    def __init__(
        self,
        people: Respondents,
        bounds: Sequence[Bound],
        answers: Mapping[str, Answer],
        factors: Sequence[Factor],
        rng: np.random.Generator,
    ) -> None:
        self.people, self.answers = people, answers
        self.shares = {
            next(iter(bound.where)): (bound.low + bound.high) / 2 for bound in bounds if len(bound.where) == 1
        }
        asked = [bound for bound in bounds if len(bound.where) > 1]
        for bound in asked:
            for name, codes in bound.where:
                self.shares.setdefault((name, codes), (bound.low + bound.high) / 2)
        self.factors: dict[str, FloatArray] = {}
        self.plan = factors
        self.rng = rng
        self.careless = rng.standard_normal(people.count)

    def factor(self, name: str) -> FloatArray:
        """A factor, or an earlier answer as a standardised number (0 where there is none)."""
        if name in self.factors:
            return self.factors[name]
        planned = next((factor for factor in self.plan if factor.name == name), None)
        if planned is not None:
            left = max(1 - sum(v**2 for v in planned.on.values()), RESIDUAL)
            value = sum((v * self.factor(k) for k, v in planned.on.items()), np.zeros(self.people.count))
            self.factors[name] = _standard(value + np.sqrt(left) * self.rng.standard_normal(self.people.count))
            return self.factors[name]
        return self._placed(name)

    def _placed(self, name: str) -> FloatArray:
        codes = self.people.codes[name].astype(float)
        order = self.answers[name].order if name in self.answers else ()
        if order:
            place = {code: i for i, code in enumerate(order)}
            codes = np.array([place.get(int(code), -1) for code in codes], dtype=float)
        known = (codes >= 0) & (codes < 99)
        placed = np.zeros(self.people.count)
        if known.any():
            placed[known] = _standard(codes[known])
        return placed

    def latent(self, name: str) -> tuple[FloatArray, float]:
        """Each person's place on the latent scale of an answer, and the spread of what is the person's own."""
        on = self.answers[name].on if name in self.answers else {}
        centre = np.zeros(self.people.count)
        for factor, loading in on.items():
            centre += loading * self.factor(factor)
        return centre, float(np.sqrt(max(1 - sum(v**2 for v in on.values()), RESIDUAL)))

    def single(self, name: str, codes: tuple[int, ...]) -> FloatArray:
        """Chances (n, codes) of a single answer; −1 (非該当) has chance 1, the stage decides who it applies to."""
        share = np.array([self.shares.get((name, frozenset([code])), 1.0 if code >= 0 else 0.0) for code in codes])
        planned = self.answers.get(name)
        order = planned.order if planned is not None and planned.order else tuple(c for c in codes if 0 <= c < 99)
        where = [codes.index(code) for code in order if code in codes]
        chances = np.ones((self.people.count, len(codes)))
        weights = np.maximum(share[where], 0.3)
        cuts = np.concatenate([[-np.inf], ndtri(np.cumsum(weights / weights.sum())[:-1]), [np.inf]])
        centre, spread = self.latent(name)
        below = ndtr((cuts[None, :] - centre[:, None]) / spread)
        chances[:, where] = np.maximum(np.diff(below, axis=1), 1e-9)
        if 99 in codes:
            silent = share[codes.index(99)] / max(share.sum(), 1.0)
            chances[:, codes.index(99)] = silent * np.exp(0.9 * self.careless - 0.4)
        return chances

    def option(self, name: str, variable: str, base: float) -> FloatArray:
        """Chance (n,) of ticking one option of a multiple answer asked of `base` persons."""
        share = min(max(self.shares.get((name, frozenset([1])), 0.0) / max(base, 1.0), 1e-4), 1 - 1e-4)
        centre, spread = self.latent(name if name in self.answers else variable)
        return np.clip(ndtr((ndtri(share) + centre) / spread), 1e-6, 1 - 1e-6)


def _standard(values: FloatArray) -> FloatArray:
    spread = values.std()
    found: FloatArray = (values - values.mean()) / (spread if spread > 0 else 1.0)
    return found
