"""Made-up people for these tests: one trait behind ordered answers, in strata and PSUs, with weights that go with the trait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

import kodoku_survey as ks

ITEMS = ["a", "b", "c", "d", "e"]


def people(n=600, *, loadings=(0.8, 0.7, 0.75, 0.6, 0.65), cuts=(-0.8, 0.2, 1.1), shift=None, seed=7):
    """n answers 1–4 to as many items as there are loadings; group "y" has `shift` {item: logits} added to its answers."""
    rng = np.random.default_rng(seed)
    lam = np.array(loadings)
    psu = rng.integers(0, 40, n)
    trait = 0.4 * rng.normal(size=40)[psu] + np.sqrt(1 - 0.16) * rng.normal(size=n)
    latent = trait[:, None] * lam + rng.normal(size=(n, len(lam))) * np.sqrt(1 - lam**2)
    group = rng.integers(0, 2, n)
    names = ITEMS[: len(lam)]
    for item, extra in (shift or {}).items():
        latent[:, names.index(item)] += extra * group
    answers = pd.DataFrame(1 + (latent[:, :, None] > np.array(cuts)).sum(axis=2), columns=names).astype(float)
    return answers.assign(
        stratum=psu % 8,
        psu=psu,
        weight=np.exp(0.3 * trait + 0.3 * rng.normal(size=n)),
        group=np.where(group == 1, "y", "x"),
        anchor=np.clip(np.round(3 + trait + 0.5 * rng.normal(size=n)), 1, 5),
        sex=rng.integers(1, 3, n),
    )


def designed(frame):
    # Of few people a stratum may be left with one PSU.
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu", lonely_psu="centre")


def plain(frame):
    """The same people, every one once, as a simple random sample."""
    return replace(ks.Sample.from_frame(frame.assign(one=1.0), weight="one"), basis="unweighted")
