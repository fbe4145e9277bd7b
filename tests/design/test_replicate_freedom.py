"""Degrees of freedom and scale of replicates: the method's own, those of their number, or those given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError


def sample(**options) -> ks.Sample:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"h": np.repeat([1, 2, 3], 20), "y": rng.normal(5, 1, 60), "w": rng.uniform(1, 2, 60)})
    frame["g"] = np.where(frame["h"] == 1, "a", "b")
    weights = frame["w"].to_numpy()[:, None] * rng.multinomial(60, np.full(60, 1 / 60), 12).T
    frame[[f"r{k}" for k in range(12)]] = weights
    return ks.Sample.from_frame(frame, weight="w", stratum="h", **options)


def test_a_bootstrap_of_few_replicates_has_their_degrees_of_freedom():
    """It took those of the design, 57, whose t quantile is far too small for 8 replicates."""
    made = ks.replicates(sample(), method="bootstrap", count=8)
    assert ks.means(made, "y").degrees_of_freedom[0] == 7
    assert ks.crosstab(made, "g").estimate.degrees_of_freedom[0] == 7
    assert ks.degrees_of_freedom(made) == 7


def test_both_can_be_given():
    plain, given = (
        ks.means(ks.replicates(sample(), **more), "y") for more in ({}, {"degrees_of_freedom": 9, "scale": 4})
    )
    assert plain.degrees_of_freedom[0] == 57
    assert given.degrees_of_freedom[0] == 9
    assert given.se[0] == pytest.approx(2 * plain.se[0], rel=1e-12)
    names = [f"r{k}" for k in range(12)]
    options = {"replicate_weights": names, "replicate_method": "bootstrap"}
    own = ks.means(sample(**options), "y")
    given = ks.means(sample(**options, replicate_scale=4 / 11, replicate_degrees_of_freedom=5), "y")
    assert (own.degrees_of_freedom[0], given.degrees_of_freedom[0]) == (11, 5)
    assert given.se[0] == pytest.approx(2 * own.se[0], rel=1e-12)
    assert ks.means(sample(**options, replicate_degrees_of_freedom=5), "y", by="g").degrees_of_freedom.max() == 5


@pytest.mark.parametrize("option", ["scale", "degrees_of_freedom"])
def test_what_is_no_such_number_is_refused(option):
    with pytest.raises(DesignError) as refused:
        ks.replicates(sample(), **{option: -1})
    assert refused.value.key == "design.bad_option"
