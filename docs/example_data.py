"""What the examples of the reference suppose; their tests begin with it."""

from pathlib import Path  # noqa: F401

import numpy as np
import pandas as pd

import kodoku_survey as ks

# A survey's folder, from its files to the weighted sample.
survey = ks.load_survey("data/sample/prefecture_2025")
returns = ks.read_returns(survey)
responses = ks.score(ks.clean(returns))
sample = ks.weighted(responses, basis="design")
tab = ks.crosstab(sample, "lonely", by="sex")

# Anyone's DataFrame: 48 people of 12 blocks in two areas.
k = np.arange(48)
people = pd.DataFrame(
    {
        "area": np.where(k < 24, "north", "south"),
        "block": k // 4,
        "w": 10.0 + k % 5,
        "sex": np.where(k % 2 == 0, "f", "m"),
        "age": 20 + 7 * k % 60,
        "hours": (k * k) % 17 + (k % 2),
        "job": np.array(["yes", "no", "no", "yes", "yes"])[k % 5],
        "a": 1 + k % 3,
        "b": 1 + (k + k // 7) % 3,
        "c": 1 + (k + k // 5) % 3,
    }
)
own = ks.Sample.from_frame(people, weight="w", stratum="area", psu="block")

# The national survey, to set the prefecture's beside.
national = ks.weighted(ks.score(ks.clean(ks.read_returns(ks.load_survey("data/sample/national_2024")))), basis="design")
past = ks.Published(national.responses.survey, 2023)  # of which figures were published
