"""How often an interval of alpha holds the true alpha: the design's, and Feldt's as if the people were a simple sample.

.venv/bin/python tests/reliability/alpha_coverage.py 1000
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import kodoku_survey as ks
from kodoku_survey.scales import coefficients

LOADINGS, CUTS = np.array([0.8, 0.7, 0.6]), np.array([-0.8, 0.2, 1.1])
NAMES = ["a", "b", "c"]


def answers(trait, rng):
    """Answers 1–4 to three items."""
    latent = trait[:, None] * LOADINGS + rng.normal(size=(len(trait), 3)) * np.sqrt(1 - LOADINGS**2)
    return 1.0 + (latent[:, :, None] > CUTS).sum(axis=2)


def coverage(samples, n=400):
    """(share of the design's intervals, share of Feldt's) that hold the true alpha, in samples of 40 PSUs and uneven weights."""
    rng = np.random.default_rng(5)
    true = coefficients.alpha(np.cov(answers(rng.normal(size=1_000_000), rng).T))
    held = np.zeros((samples, 2), dtype=bool)
    for place in range(samples):
        rng = np.random.default_rng(place)
        psu = rng.integers(0, 40, n)
        trait = 0.7 * rng.normal(size=40)[psu] + np.sqrt(1 - 0.49) * rng.normal(size=n)
        frame = pd.DataFrame(answers(trait, rng), columns=NAMES)
        frame = frame.assign(psu=psu, stratum=psu % 8, weight=rng.lognormal(0, 0.8, n))
        alpha = ks.reliability(
            ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu"), NAMES, direction="declared"
        ).alpha
        for way, (low, high) in enumerate((alpha.interval(), coefficients.feldt(alpha.value, n, 3, 0.95))):
            held[place, way] = low[0] < true < high[0]
    return held.mean(axis=0)


if __name__ == "__main__":
    print(*coverage(int(sys.argv[1])))
