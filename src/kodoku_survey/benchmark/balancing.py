"""How alike a sample and its reference are: differences of shares before and after, what both cover, and what weights cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray


def standardised_differences(shares: FloatArray, reference: FloatArray, first: FloatArray) -> FloatArray:
    """(k,) (p − q)/√((p₀(1 − p₀) + q(1 − q))/2), p₀ the shares before any adjustment; nan where nobody differs from anybody.

    Source: Rosenbaum & Rubin (1985), Amer. Statist. 39; Austin (2009), Statist. Med. 28, for shares and the limit of 0.1.
    """
    spread = np.sqrt((first * (1 - first) + reference * (1 - reference)) / 2)
    with np.errstate(all="ignore"):
        return np.asarray(np.where(spread > 0, (shares - reference) / spread, np.nan), dtype=float)


def effective_size(weight: FloatArray) -> float:
    """(Σw)²/Σw². Source: Kish (1965), Survey Sampling, 11.7."""
    return float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0


@dataclass(frozen=True, eq=False)
class Positivity:
    """Which cells of the reference (C,) have nobody in the sample: shares of the population, respondents of both.

    ours (n,), theirs (m,) : whose cell is known and held on both sides.
    """

    cells: tuple[str, ...]
    share: FloatArray
    n: FloatArray
    n_reference: FloatArray
    ours: BoolArray
    theirs: BoolArray

    @property
    def covered(self) -> float:
        """The share of the population (of known cells) whose class the sample has respondents of."""
        return float(1 - self.share[self.lacking].sum())

    @property
    def lacking(self) -> BoolArray:
        """(C,) cells somebody of the population is in, and nobody of the sample."""
        return np.asarray((self.share > 0) & (self.n == 0))

    @property
    def overlap(self) -> float:
        """Σ min(share in the sample, in the population): 1 where both are composed alike, 0 with no class in common."""
        return float(np.minimum(self.n / max(self.n.sum(), 1.0), self.share).sum())


def positivity(cells: tuple[str, ...], ours: IndexArray, theirs: IndexArray, weight: FloatArray) -> Positivity:
    """Cells (n,), (m,) of sample and reference, −1 unknown; weight (m,) of the reference."""
    size = len(cells)
    n = np.bincount(ours[ours >= 0], minlength=size).astype(float)
    known = (theirs >= 0) & (weight > 0)
    mass = np.bincount(theirs[known], weights=weight[known], minlength=size)
    m = np.bincount(theirs[known], minlength=size).astype(float)
    both = (n > 0) & (mass > 0)
    held = np.append(both, False)
    return Positivity(cells, mass / max(mass.sum(), 1e-300), n, m, held[ours], held[theirs] & known)
