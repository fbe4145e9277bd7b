"""Replicates of a sample with a lonely PSU follow its rule, as linearisation does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

RULES = ("certainty", "remove", "average", "centre")
BOOTSTRAPS = ("bootstrap", "bootstrap_with_replacement", "bootstrap_multistage")


def frame(seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    stratum = np.repeat([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3], 4)
    psu = np.repeat(np.arange(15), 4)
    y = rng.normal(10, 2, 60) + rng.normal(0, 3, 15)[psu] + 4 * (stratum == 3)
    return pd.DataFrame({"h": stratum, "p": psu, "y": y, "w": rng.uniform(1, 3, 60), "f": 0.1})


def sample(rule: str, **options) -> ks.Sample:
    return ks.Sample.from_frame(frame(), weight="w", stratum="h", psu="p", lonely_psu=rule, **options)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("fpc", [None, "f"])
def test_the_jackknife_of_a_total_is_the_linearised_one(rule, fpc):
    made = sample(rule, fpc=fpc)
    expected = ks.totals(made, "y").se[0]
    assert ks.totals(ks.replicates(made, method="jkn"), "y").se[0] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("method", BOOTSTRAPS)
def test_a_bootstrap_comes_near_it(rule, method):
    made = sample(rule)
    if method == "bootstrap_with_replacement":  # one scale for all strata: those of a like size only
        made = ks.Sample.from_frame(frame().query("h != 0"), weight="w", stratum="h", psu="p", lonely_psu=rule)
    expected = ks.totals(made, "y").se[0]
    found = ks.totals(ks.replicates(made, method=method, count=3000, seed=5), "y").se[0]
    assert found == pytest.approx(expected, rel=0.07)


@pytest.mark.parametrize("method", ["jkn", *BOOTSTRAPS])
def test_without_a_rule_it_is_refused(method):
    with pytest.raises(DesignError) as refused:
        ks.replicates(sample("fail"), method=method)
    assert refused.value.key == "design.lonely_psu"


def test_a_psu_taken_for_certain_still_varies_within():
    """The second stage of a PSU alone in its stratum was lost."""
    rng = np.random.default_rng(1)
    two = pd.DataFrame({"h": np.repeat([0, 1], 12), "p": np.repeat([0, 1, 2, 3], [12, 4, 4, 4]), "q": np.arange(24)})
    two = two.assign(y=rng.normal(10, 3, 24), w=1.0, f1=np.repeat([1.0, 0.3], 12), f2=0.5)
    made = ks.Sample.from_frame(two, weight="w", stratum="h", psu=["p", "q"], fpc=["f1", "f2"])
    expected = ks.totals(made, "y").se[0]
    found = ks.totals(ks.replicates(made, method="bootstrap_multistage", count=3000, seed=2), "y").se[0]
    assert found == pytest.approx(expected, rel=0.06)


def test_leaving_out_the_only_psu_is_refused():
    with pytest.raises(DesignError) as refused:
        ks.replicates(ks.Sample.from_frame(frame().assign(p=1), weight="w", psu="p"), method="jk1")
    assert refused.value.key == "design.one_psu"


def test_the_jackknife_follows_rules_by_stratum():
    more = pd.concat([frame(), frame(5).query("h == 3").assign(h=4)], ignore_index=True)
    made = ks.Sample.from_frame(more, weight="w", stratum="h", psu="p", lonely_psu={3: "average", 4: "centre"})
    expected = ks.totals(made, "y").se[0]
    assert ks.totals(ks.replicates(made, method="jkn"), "y").se[0] == pytest.approx(expected, rel=1e-10)
    drawn = ks.totals(ks.replicates(made, method="bootstrap", count=4000), "y").se[0]
    assert drawn == pytest.approx(expected, rel=0.05)


def test_a_rule_by_stratum_travels_and_stands_aside_for_simple_random_sampling(tmp_path):
    made = sample({3: "centre"})
    again = ks.load_sample(ks.save_sample(made, tmp_path / "s.kds"))
    assert ks.means(again, "y").se[0] == ks.means(made, "y").se[0]
    assert ks.means(made.on("unweighted"), "y").se[0] > 0
    assert ks.quantiles(made.on("unweighted"), "y", [0.5]).value[0] > 0
