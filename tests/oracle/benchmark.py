"""Two clustered samples as data for benchmark.R: python tests/oracle/benchmark.py writes benchmark_first.csv, _second.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def drawn(seed: int, psus: int, share: float, level: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    psu = np.repeat(np.arange(psus), 12)
    n = len(psu)
    sex = np.where(rng.random(n) < share, "f", "m")
    age = rng.choice(["young", "middle", "old"], size=n, p=[share / 2, 0.4, 0.6 - share / 2])
    place = rng.normal(scale=0.4, size=psus)[psu]
    eta = level + 0.5 * (sex == "f") - 0.8 * (age == "old") + 0.4 * (age == "young") * (sex == "m") + place
    lonely = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int)
    frame = pd.DataFrame({"psu": psu, "stratum": psu % 4, "weight": rng.uniform(1, 4, size=n).round(4)})
    return frame.assign(sex=sex, age=age, lonely=lonely)


if __name__ == "__main__":
    for name, made in (("first", drawn(1, 24, 0.62, -0.2)), ("second", drawn(2, 60, 0.48, -1.0))):
        made.to_csv(HERE / f"benchmark_{name}.csv", index=False, lineterminator="\n")
