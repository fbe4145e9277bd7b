"""Replicate weights: the variance as the spread of an estimate over many versions of the weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design.auxiliary import Auxiliary, weighted_counts
from kodoku_survey.design.calibration import Bounds, solve
from kodoku_survey.errors import DesignError


@dataclass(frozen=True, eq=False)
class Replicates:
    """R versions of the weights of n respondents, kept by unit: replicate r weighs base[i] · multiplier[unit[i], r].

    multiplier : (u, R); u is the number of PSUs for replicates made here, n for weights supplied by the user.
    unit, base : (n,). scale, rscales (R,) : variance = scale Σ rscales_r (θ_r − centre)².
    mse : centre at the full-sample estimate instead of the replicates' mean.
    degrees_of_freedom : of the variance. designed : made from the stages of the sample, whose PSUs count for a domain.
    """

    multiplier: FloatArray
    unit: IndexArray
    base: FloatArray
    scale: float
    rscales: FloatArray
    method: str
    degrees_of_freedom: float
    mse: bool = False
    designed: bool = True

    def __post_init__(self) -> None:
        for array in (self.multiplier, self.unit, self.base, self.rscales):
            array.setflags(write=False)

    def __len__(self) -> int:
        return self.multiplier.shape[1]

    def weights(self) -> Iterator[FloatArray]:
        """(n,) weights of one replicate after another."""
        for r in range(len(self)):
            yield self.base * self.multiplier[self.unit, r]

    def totals(self, by_unit: FloatArray) -> FloatArray:
        """Totals (R, c) under every replicate from base-weighted totals by unit (u, c)."""
        return self.multiplier.T @ by_unit

    def factor(self, theta: FloatArray, value: FloatArray) -> FloatArray:
        """F (R, k) with F'F the covariance, from k estimates under every replicate (R, k) and with the full weights (k,).

        Replicates of no weight in the variance (rscales 0) do not count for the centre. A statistic that does not exist
        under some replicate leaves that replicate out.
        """
        used = self.rscales > 0
        with np.errstate(all="ignore"):
            there = np.isfinite(theta) & used[:, None]
            centre = value if self.mse else np.where(there, theta, 0.0).sum(axis=0) / there.sum(axis=0)
            spread = (theta - centre) * np.sqrt(self.scale * self.rscales)[:, None]
        return np.where(np.isfinite(spread), spread, 0.0)

    def freedom(self, own: FloatArray, whole: int) -> FloatArray:
        """Degrees of freedom of domains whose PSUs less strata are `own`, of `whole` in all: never more than the replicates'."""
        return np.where(own >= whole, self.degrees_of_freedom, np.minimum(own, self.degrees_of_freedom))

    def rank(self, units: IndexArray) -> float:
        """Rank of the weights of some units less one: the degrees of freedom of a domain nobody's PSUs are known of."""
        return min(rank_of(self.multiplier[units]) - 1, self.degrees_of_freedom)

    def recalibrated(
        self, auxiliary: Auxiliary, totals: FloatArray, *, distance: str, bounds: Bounds | None = None
    ) -> Replicates:
        """The replicates, each calibrated again to the same totals. Raises DesignError where one cannot be."""
        pair, keys = _pairs(self.unit, auxiliary.index)
        unit, row = keys[:, 0], keys[:, 1]
        mass = weighted_counts(pair, self.base, len(keys))
        multiplier = self.multiplier[unit]
        for r in range(len(self)):
            held = weighted_counts(row, mass * multiplier[:, r], len(auxiliary.rows))
            g = solve(auxiliary.rows, held, totals, distance=distance, names=auxiliary.names, bounds=bounds)
            multiplier[:, r] *= g[row]
        return replace(self, multiplier=multiplier, unit=pair)


def rank_of(weights: FloatArray) -> float:
    """Rank of replicate weights (m, R): each person's over their length, so that one of little weight counts as well.

    Weights are written with few digits, hence the tolerance of R's survey, 1e-5.
    """
    length = np.sqrt((weights**2).sum(axis=1))
    held = length > 0
    if not held.any():
        return 0.0
    return float(np.linalg.matrix_rank(weights[held] / length[held, None], rtol=1e-5))


def _pairs(unit: IndexArray, row: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Number of each distinct (unit, row) pair a respondent has, and the pairs (m, 2)."""
    size = int(row.max(initial=0)) + 1
    keys, pair = np.unique(unit * size + row, return_inverse=True)
    return pair.astype(np.intp), np.stack([keys // size, keys % size], axis=1).astype(np.intp)


def supplied(
    weights: FloatArray,
    *,
    method: str,
    scale: float | None = None,
    rscales: FloatArray | None = None,
    mse: bool = False,
    fay: float = 0.0,
    degrees_of_freedom: float | None = None,
) -> Replicates:
    """Replicates from (n, R) weights somebody else made, each already a full weight.

    method : jk1, brr, fay, bootstrap, sdr set the scale; jkn and other need `scale` or `rscales`.
    degrees_of_freedom : default the rank of the weights less one.

    Source: Wolter (2007), Introduction to Variance Estimation, ch. 3–5; for sdr Fay & Train (1995), scale 4/R.
    """
    n, count = weights.shape
    wrong = ~np.isfinite(weights).all(axis=0)
    if wrong.any():
        raise DesignError("design.bad_replicates", number=int(np.flatnonzero(wrong)[0]) + 1)
    for option, value in (("scale", scale), ("degrees_of_freedom", degrees_of_freedom)):
        if value is not None and not (np.isfinite(value) and value > 0):
            raise DesignError("design.bad_option", option=f"replicate_{option}", value=value)
    usual = {
        "jk1": (count - 1) / count,
        "brr": 1 / count,
        "fay": 1 / (count * (1 - fay) ** 2),
        "bootstrap": 1 / (count - 1),
        "sdr": 4 / count,
    }
    if scale is None and rscales is None and method not in usual:
        raise DesignError("design.no_scale", value=method, known=", ".join(usual))
    rank = degrees_of_freedom if degrees_of_freedom is not None else rank_of(weights) - 1.0
    return Replicates(
        multiplier=np.asarray(weights, dtype=float),
        unit=np.arange(n),
        base=np.ones(n),
        scale=usual.get(method, 1.0) if scale is None else scale,
        rscales=np.ones(count) if rscales is None else np.array(rscales, dtype=float),
        method=method,
        degrees_of_freedom=float(rank),
        mse=mse or method == "sdr",
        designed=False,
    )
