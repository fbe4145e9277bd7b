"""Inclusion modelled: pseudo-weights (Elliott & Valliant 2017), domains and differences, against R (tests/oracle/nonprob.R).

The last test is against the R package nonprobsvy 0.2.2 itself: the figures its own tests expect of its data (MIT licence;
tests/oracle/nonprobsvy_*.csv are its `admin` and `jvs` counted by class).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.benchmark import reference_adjustment as ra
from kodoku_survey.benchmark.pseudo_weights import pseudo_models, pseudo_weighted
from kodoku_survey.benchmark.selection_bounds import inclusion_odds

ORACLE = Path(__file__).parents[1] / "oracle"
WANTED = pd.read_csv(ORACLE / "nonprob.csv").set_index(["quantity", "key"])["value"].astype(float)


def matrix(frame):
    columns = [frame["sex"] == "f", frame["age"] == "middle", frame["age"] == "old"]
    return np.column_stack([np.ones(len(frame)), *columns]).astype(float)


@pytest.fixture(scope="module")
def sides():
    a, b = (pd.read_csv(ORACLE / f"benchmark_{name}.csv") for name in ("first", "second"))
    return a, b.assign(weight=b["weight"] * 10)


@pytest.fixture(scope="module")
def both(sides):
    a, b = sides
    sample = ks.Sample.from_frame(b, weight="weight", stratum="stratum", psu="psu")
    y = a["lonely"].to_numpy(float)[:, None]
    return ra.BothHold(y, matrix(a), matrix(b), sample, np.ones(len(b)), ("1", "f", "middle", "old"))


@pytest.fixture(scope="module")
def of_women_and_old(both, sides):
    inside = ((sides[0]["sex"] == "f") | (sides[0]["age"] == "old")).to_numpy(float)[:, None]
    return replace(both, y=np.hstack([both.y * inside, inside]))


def near(found, quantity):
    assert found.value[0] == pytest.approx(WANTED[quantity, "value"], rel=1e-6)
    assert found.se_of_a[0] == pytest.approx(WANTED[quantity, "se_a"], rel=1e-6)
    assert found.se_of_b[0] == pytest.approx(WANTED[quantity, "se_b"], rel=1e-6)


def test_pseudo_weights_with_the_error_of_both_models(both):
    near(pseudo_weighted(both, pseudo_models(both)), "pseudo")


def test_a_domain_is_a_ratio_of_two_adjusted_means(of_women_and_old):
    found, theta = of_women_and_old, ra.propensity(of_women_and_old)
    near(pseudo_weighted(found, pseudo_models(found)).of_domain(), "pseudo_domain")
    near(ra.weighted_by_propensity(found, theta).of_domain(), "ipw_domain")
    near(ra.doubly_robust(found, theta, *ra.outcome_model(found)).of_domain(), "dr_domain")


def test_the_difference_from_what_the_reference_itself_says_has_what_both_share_of_it(both, sides):
    own = sides[1]["lonely"].to_numpy(float)
    mean = both.d @ own / both.d.sum()
    parts = ((own - mean) / both.d.sum())[:, None]
    found = ra.doubly_robust(both, ra.propensity(both), *ra.outcome_model(both))
    near(replace(found, value=found.value - mean, of_b=found.of_b - parts), "difference")
    odds, se = inclusion_odds(found, np.array([mean]), parts)
    assert np.log(odds[0]) == pytest.approx(WANTED["log_odds", "value"], rel=1e-6)
    assert se[0] == pytest.approx(np.hypot(WANTED["log_odds", "se_a"], WANTED["log_odds", "se_b"]), rel=1e-6)


def test_with_every_crossing_a_class_all_methods_are_poststratification(sides):
    a, b = sides
    cells = [frame["sex"] + frame["age"] for frame in (a, b)]
    names = sorted(set(cells[1]))
    x, z = (np.column_stack([np.ones(len(c)), *[(c == n).to_numpy(float) for n in names[1:]]]) for c in cells)
    sample = ks.Sample.from_frame(b, weight="weight", stratum="stratum", psu="psu")
    shared = ra.BothHold(a[["lonely"]].to_numpy(float), x, z, sample, np.ones(len(b)), ("1", *names[1:]))
    theta = ra.propensity(shared)
    rates, masses = a.groupby(cells[0])["lonely"].mean(), b.groupby(cells[1])["weight"].sum()
    wanted = float((rates * masses).sum() / masses.sum())
    for found in (
        ra.calibrated(shared),
        pseudo_weighted(shared, pseudo_models(shared)),
        ra.weighted_by_propensity(shared, theta),
        ra.doubly_robust(shared, theta, *ra.outcome_model(shared)),
    ):
        assert found.value[0] == pytest.approx(wanted, rel=1e-9)
        np.testing.assert_allclose(found.weight @ x, both_totals(b, z), rtol=1e-8)


def both_totals(b, z):
    return b["weight"].to_numpy() @ z


def test_the_propensity_and_doubly_robust_figures_of_nonprobsvy():
    a, b = (pd.read_csv(ORACLE / f"nonprobsvy_{name}.csv", dtype={"region": str}) for name in ("admin", "jvs"))
    levels = {name: sorted(set(a[name]) | set(b[name])) for name in ("region", "nace", "size")}

    def columns(frame):
        return np.column_stack(
            [np.ones(len(frame)), frame["private"]]
            + [(frame[name] == level).to_numpy(float) for name, own in levels.items() for level in own[1:]]
        )

    a, b = a.loc[a.index.repeat(a["n"])], b.loc[b.index.repeat(b["n"])]
    first = np.r_[True, a.index.to_numpy()[1:] != a.index.to_numpy()[:-1]]
    rank = np.arange(len(a)) - np.maximum.accumulate(np.where(first, np.arange(len(a)), 0))
    y = (rank < a["yes"].to_numpy()).astype(float)[:, None]
    sample = ks.Sample.from_frame(b.reset_index(drop=True), weight="weight")
    x, z = columns(a), columns(b)
    shared = ra.BothHold(y, x, z, sample, np.ones(len(b)), tuple(map(str, range(x.shape[1]))))
    theta = ra.propensity(shared)
    w = 1 + np.exp(-(x @ theta))
    assert (w @ y)[0] / shared.population == pytest.approx(0.72236278190985, rel=1e-7)
    model, over = ra.outcome_model(shared, "linear")
    # nonprobsvy divides what the model misses by the known population, where ours is normed by the weights.
    found = ra.doubly_robust(shared, theta, model, over).value[0]
    missed = (w @ (y - model))[0]
    assert found + missed * (1 / shared.population - 1 / w.sum()) == pytest.approx(0.703337799202312, rel=1e-8)
