"""Small samples the tests of this folder build."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import kodoku_survey as ks


def persons(seed: int = 0, *, strata: int = 3, psus: int = 4, size: int = 8) -> pd.DataFrame:
    """Strata of PSUs of `size` persons; PSUs differ, and weights are related to the answers.

    answer 1 … 4 as a category, score the same as a number, y a number, sex, age.
    """
    rng = np.random.default_rng(seed)
    n = strata * psus * size
    frame = pd.DataFrame(
        {
            "stratum": np.repeat(np.arange(strata), psus * size),
            "psu": np.tile(np.repeat(np.arange(psus), size), strata),
            "sex": rng.permutation(np.resize(["female", "male"], n)),
            "age": rng.permutation(np.resize(["young", "middle", "old"], n)),
        }
    )
    place = np.repeat(rng.normal(size=strata * psus), size)
    latent = place + (frame["age"] == "young") + rng.normal(size=n)
    frame["score"] = 1 + np.digitize(latent, [-0.8, 0.5, 1.6])
    frame["answer"] = pd.Categorical(frame["score"], categories=[1, 2, 3, 4])
    frame["y"] = 10 + 3 * latent + rng.normal(size=n)
    frame["weight"] = rng.uniform(1, 5, n) * (1 + (frame["age"] == "young"))
    return frame


def clustered(frame: pd.DataFrame, **options: object) -> ks.Sample:
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu", **options)  # type: ignore[arg-type]


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Any of them."""
    seed, strata = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 4))
    return persons(seed, strata=strata, psus=draw(st.integers(2, 4)), size=draw(st.integers(6, 10)))
