"""A synthetic survey, made from a seed: 200 strata, 965 PSUs, one weight, 10 attributes, 30 questions.

Answers and attributes lean on one hidden trait and on their PSU, so that there is something to find and something to cluster;
2 % of the answers to a question are missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

STRATA, PSUS, POPULATION = 200, 965, 1e8
ATTRIBUTES = {f"a{i:02d}": size for i, size in enumerate((2, 8, 6, 5, 4, 3, 10, 7, 5, 12), start=1)}
QUESTIONS = {f"q{i:02d}": size for i, size in enumerate((5,) * 20 + (2,) * 4 + (4,) * 4 + (3,) * 2, start=1)}
RAKED = ("a01", "a02", "a03", "a05")


@dataclass(frozen=True)
class Survey:
    """n respondents as plain columns: stratum, psu, codes from 0 (−1 missing), weight, each (n,); margins to rake to."""

    stratum: npt.NDArray[np.int32]
    psu: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]
    codes: dict[str, npt.NDArray[np.int8]]
    margins: dict[str, npt.NDArray[np.float64]]

    def frame(self) -> pd.DataFrame:
        """What a user holds: a DataFrame of categorical columns."""
        sizes = ATTRIBUTES | QUESTIONS
        columns = {
            name: pd.Categorical.from_codes(codes, categories=range(1, sizes[name] + 1))
            for name, codes in self.codes.items()
        }
        return pd.DataFrame({"stratum": self.stratum, "psu": self.psu, "weight": self.weight} | columns)


def make(n: int, seed: int = 1) -> Survey:
    """The survey with n respondents, sorted by PSU as a fieldwork file is."""
    rng = np.random.default_rng(seed)
    sizes = np.full(STRATA, 3)
    np.add.at(sizes, rng.integers(0, STRATA, PSUS - sizes.sum()), 1)
    stratum_of = np.repeat(np.arange(STRATA), sizes)
    share = rng.gamma(20.0, 1.0, PSUS)
    persons = 2 + rng.multinomial(n - 2 * PSUS, share / share.sum())
    psu = np.repeat(np.arange(PSUS), persons).astype(np.int32)
    stratum = stratum_of[psu].astype(np.int32)
    weight = rng.lognormal(0, 0.3, STRATA)[stratum] * rng.lognormal(0, 0.35, n)
    weight *= POPULATION / weight.sum()
    trait = rng.standard_normal(n, dtype=np.float32)

    def answers(size: int, lean: float, cluster: float) -> npt.NDArray[np.int8]:
        latent = lean * trait + rng.standard_normal(n, dtype=np.float32)
        latent += (cluster * rng.standard_normal(PSUS)).astype(np.float32)[psu]
        cuts = np.cumsum(rng.uniform(0.6, 1.4, size))
        cuts = np.quantile(latent[:200_000], cuts[:-1] / cuts[-1])
        return np.searchsorted(cuts.astype(np.float32), latent).astype(np.int8)

    codes = {name: answers(size, 0.25, 0.1) for name, size in ATTRIBUTES.items()}
    margins = {}
    for name in RAKED:
        held = np.bincount(codes[name], weight, ATTRIBUTES[name]) * rng.lognormal(0, 0.08, ATTRIBUTES[name])
        margins[name] = held * POPULATION / held.sum()
    for name, size in QUESTIONS.items():
        codes[name] = np.where(rng.random(n, dtype=np.float32) < 0.02, np.int8(-1), answers(size, 0.35, 0.2))
    return Survey(stratum, psu, weight, codes, margins)
