"""Weights of a domain; margins in unlike units; shares; who is told what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError


def people(n: int = 300, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "sex": rng.choice(["m", "f"], n),
            "age": rng.integers(1, 4, n),
            "income": rng.integers(100, 900, n) * 10_000,
            "resp": rng.random(n) < 0.7,
            "w": rng.uniform(50, 150, n),
            "psu": np.arange(n) // 5,
        }
    )


FRAME = people()
SAMPLE = ks.Sample.from_frame(FRAME, weight="w", psu="psu")
WOMEN = (FRAME["sex"] == "f").to_numpy()


def refused(key: str, work):
    with pytest.raises(DesignError) as fault:
        work()
    assert fault.value.key == f"design.{key}"
    return fault.value


def of_women() -> dict[int, float]:
    return {1: 4000.0, 2: 5000.0, 3: 6000.0}


@pytest.mark.parametrize("method", ["raking", "linear", "logit"])
def test_a_calibrated_domain_leaves_everybody_else_alone(method):
    women = ks.calibrate(ks.domain(SAMPLE, WOMEN), {"age": of_women()}, method=method)
    np.testing.assert_array_equal(women.weight[~WOMEN], FRAME["w"][~WOMEN])
    alone = ks.calibrate(ks.Sample.from_frame(FRAME[WOMEN], weight="w", psu="psu"), {"age": of_women()}, method=method)
    np.testing.assert_allclose(women.weight[WOMEN], alone.weight, rtol=1e-12)
    assert ks.totals(women, "age").se[0] < 1e-6
    resampled = ks.replicates(women, method="jk1")
    assert ks.means(resampled, "income").se[0] == pytest.approx(ks.means(women, "income").se[0], rel=0.1)


def test_a_poststratified_domain_as_well():
    women = ks.poststratify(ks.domain(SAMPLE, WOMEN), "age", of_women())
    np.testing.assert_array_equal(women.weight[~WOMEN], FRAME["w"][~WOMEN])
    assert pd.Series(women.weight[WOMEN]).groupby(FRAME["age"][WOMEN].to_numpy()).sum().to_dict() == pytest.approx(
        of_women()
    )


def test_nonresponse_of_a_domain_is_made_up_within_it():
    women = ks.adjust_nonresponse(ks.domain(SAMPLE, WOMEN), "resp", classes=["age"])
    np.testing.assert_array_equal(women.weight[~WOMEN], FRAME["w"][~WOMEN])
    assert women.weight[WOMEN].sum() == pytest.approx(FRAME["w"][WOMEN].sum())
    assert (women.weight[WOMEN & ~FRAME["resp"]] == 0).all()


def test_trimming_a_domain_cuts_within_it():
    women = ks.trim(ks.domain(SAMPLE, WOMEN), quantile=(0.1, 0.9))
    np.testing.assert_array_equal(women.weight[~WOMEN], FRAME["w"][~WOMEN])
    assert women.weight[WOMEN].sum() == pytest.approx(FRAME["w"][WOMEN].sum())
    assert (women.weight[WOMEN] != FRAME["w"][WOMEN]).any()


def test_margins_of_everybody_are_refused_once_a_domain_is_taken():
    whole = FRAME.groupby("age")["w"].sum() * 1.02
    assert (
        "margins"
        in refused("margins_of_the_whole", lambda: ks.calibrate(ks.domain(SAMPLE, WOMEN), {"age": whole})).where
    )
    sexes = {"m": 8000.0, "f": 7000.0}
    told = refused("category_outside", lambda: ks.poststratify(ks.domain(SAMPLE, WOMEN), "sex", sexes))
    assert told.where == "margins [sex=m]"


@pytest.mark.parametrize("method", ["raking", "linear", "logit", "sinh"])
def test_persons_and_a_total_in_yen_are_met_together(method):
    frame = FRAME.assign(w=FRAME["w"] * 40_000)
    income = 1.03 * float(frame["w"] @ frame["income"])
    margins = {"age": frame.groupby("age")["w"].sum() * [1.1, 0.9, 1.0], "income": income}
    yen = ks.calibrate(ks.Sample.from_frame(frame, weight="w", psu="psu"), margins, method=method)
    assert yen.weight @ frame["income"] == pytest.approx(income, rel=1e-11)
    millions = ks.Sample.from_frame(frame.assign(income=frame["income"] / 1e6), weight="w", psu="psu")
    same = ks.calibrate(millions, {**margins, "income": income / 1e6}, method=method)
    np.testing.assert_allclose(yen.weight, same.weight, rtol=1e-9)


def test_a_total_given_as_a_whole_number_is_a_number():
    income = np.int64(1.01 * float(FRAME["w"] @ FRAME["income"]))
    made = ks.calibrate(SAMPLE, {"income": income, "age": FRAME.groupby("age")["w"].sum()})
    assert made.weight @ FRAME["income"] == pytest.approx(float(income))


def test_margins_that_contradict_are_seen_beside_a_total_in_yen():
    ages = FRAME.groupby("age")["w"].sum()
    both = {**{("m", a): ages[a] / 2 for a in ages.index}, **{("f", a): ages[a] / 2 for a in ages.index}}
    other = {1: ages[1] + 300, 2: ages[2] - 300, 3: ages[3]}
    income = float(FRAME["w"] @ FRAME["income"])
    fault = refused(
        "contradicting_margins", lambda: ks.calibrate(SAMPLE, {"sex:age": both, "age": other, "income": income})
    )
    assert fault.where.startswith("margins [")


def test_shares_without_a_total_are_refused_and_with_it_they_hold():
    shares = {"sex": {"m": 0.48, "f": 0.52}, "age": {1: 0.333, 2: 0.333, 3: 0.333}}
    fault = refused("shares_without_total", lambda: ks.calibrate(SAMPLE, shares))
    assert "0.999" in fault.text("en")
    made = ks.calibrate(SAMPLE, shares, total=50_000)
    held = pd.Series(made.weight).groupby(FRAME["age"]).sum()
    assert made.weight.sum() == pytest.approx(50_000)
    assert held.to_numpy() == pytest.approx(50_000 / 3)
    assert ks.poststratify(SAMPLE, "sex", {"m": 1, "f": 3}, total=400).weight.sum() == pytest.approx(400)


def test_two_sums_are_told_so_that_they_differ():
    fault = refused(
        "inconsistent_margins",
        lambda: ks.calibrate(SAMPLE, {"sex": {"m": 40.0, "f": 60.0}, "age": {1: 33.3, 2: 33.3, 3: 33.3}}),
    )
    assert "99.9" in fault.text("en")
    assert "margins.csv" not in fault.text("en")


@pytest.mark.parametrize("figure", [np.nan, np.inf, -5.0])
def test_a_margin_that_is_no_number_of_persons_is_refused(figure):
    assert (
        refused("bad_margin", lambda: ks.calibrate(SAMPLE, {"sex": {"m": 100.0, "f": figure}})).where
        == "margins [sex=f]"
    )


DOMAINS = {"n": {"sex": {1: 30, 2: 34}, "age": {1: 20, 2: 44}}, "s": {"sex": {1: 50, 2: 41}}}


def by_region() -> ks.Sample:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"sex": rng.integers(1, 3, 90), "age": rng.integers(1, 3, 90), "w": rng.uniform(1, 2, 90)})
    return ks.Sample.from_frame(
        frame.assign(region=np.where(rng.random(90) < 0.4, "n", "s"), y=rng.normal(0, 1, 90)), weight="w"
    )


def test_every_domain_meets_margins_of_its_own():
    """As calibrating one domain after the other, in replicates and saved steps as well."""
    sample = by_region()
    made = ks.calibrate(sample, DOMAINS, by="region")
    one = sample
    for code, margins in DOMAINS.items():
        one = ks.calibrate(ks.domain(one, one.frame["region"] == code), margins)
        one = replace(one, within=None)
    np.testing.assert_allclose(made.weight, one.weight, rtol=1e-9)
    details = made.steps[-1].details
    np.testing.assert_allclose(details["after"], details["target"], rtol=1e-9)
    assert list(details["margin"].unique()) == ["region=n, sex", "region=n, age", "region=s, sex"]
    jackknife = ks.means(ks.replicates(made, method="jk1"), "y", by="region").se
    np.testing.assert_allclose(ks.means(made, "y", by="region").se, jackknife, rtol=0.1)


def test_domains_without_margins_and_margins_without_people_are_named():
    sample = by_region()
    for given, key, word in (
        ({"n": DOMAINS["n"]}, "design.domain_without_margins", "s (n="),
        (DOMAINS | {"w": DOMAINS["s"]}, "design.no_domain", "'w'"),
    ):
        with pytest.raises(DesignError) as refused:
            ks.calibrate(sample, given, by="region")
        assert refused.value.key == key
        assert word in refused.value.text("en")
