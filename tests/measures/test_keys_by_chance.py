"""An item keyed the wrong way is refused; one that is below 0 by chance is not."""

from __future__ import annotations

import numpy as np
import pytest

from kodoku_survey.errors import ContentError
from kodoku_survey.measures.scoring import refuse_reversed


def answers(seed: int, loading: float, n: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, 1))
    latent = loading * factor + np.sqrt(1 - loading**2) * rng.normal(size=(n, 4))
    return 1 + np.digitize(latent, [-0.7, 0.2, 1.0])


def refusals(loading: float, n: int, *, turned: bool, runs: int = 200) -> int:
    count = 0
    for seed in range(runs):
        points = answers(seed, loading, n)
        if turned:
            points[:, 0] = 5 - points[:, 0]
        try:
            refuse_reversed(points, ["a", "b", "c", "d"], "scale")
        except ContentError:
            count += 1
    return count


@pytest.mark.parametrize("n", [30, 60])
def test_items_keyed_rightly_are_hardly_ever_refused(n):
    assert refusals(0.45, n, turned=False) <= 2  # of 200; reading the sign alone refused one in four of thirty answers


@pytest.mark.parametrize(("loading", "n", "least"), [(0.7, 60, 180), (0.6, 200, 198)])
def test_an_item_turned_is_still_found(loading, n, least):
    assert refusals(loading, n, turned=True) >= least
