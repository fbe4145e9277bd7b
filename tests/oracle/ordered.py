"""Data for the oracle of ordered logit: a clustered sample of 480 persons who never lived, from one seed.

python tests/oracle/ordered.py            writes ordered_data.csv
cd tests/oracle && Rscript ordered.R      writes ordered.csv
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


def answers() -> pd.DataFrame:
    """Six strata of four PSUs of twenty persons; the answer 1 … 5 falls with contacts, and PSUs differ."""
    rng = np.random.default_rng(20241201)
    frame = pd.DataFrame({"stratum": np.repeat(np.arange(1, 7), 80), "psu": np.repeat(np.arange(1, 25), 20)})
    n = len(frame)
    frame["age"] = rng.choice(["young", "middle", "old"], n, p=[0.3, 0.4, 0.3])
    frame["sex"] = rng.choice(["male", "female"], n)
    frame["contacts"] = np.round(rng.gamma(2.0, 3.0, n), 1)
    frame["weight"] = np.round(rng.uniform(50, 400, n) * (1 + (frame["age"] == "young")), 2)
    place = rng.normal(0, 0.5, 24)[frame["psu"] - 1]
    latent = 0.6 * (frame["age"] == "young") - 0.15 * frame["contacts"] + place + rng.logistic(size=n)
    frame["lonely"] = 1 + np.digitize(latent, [-2.0, -0.6, 0.7, 2.0])
    return frame


if __name__ == "__main__":
    answers().to_csv(Path(__file__).with_name("ordered_data.csv"), index=False)
