"""Weights and replicate weights beside those R survey 4.5 exported, person by person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.design.trimming import trimmed

API = {"stype": {"E": 4421, "H": 755, "M": 1018}}
WIDE = {"sch.wide": {"No": 1072, "Yes": 5122}}
GREG = {**API, "api99": 3914069}
NHANES = {
    "race": {1: 42e6, 2: 190e6, 3: 33e6, 4: 12e6},
    "agecat": {"(0,19]": 60e6, "(19,39]": 78e6, "(39,59]": 85e6, "(59,Inf]": 54e6},
    "RIAGENDR": {1: 135e6, 2: 142e6},
}


def data(shared: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(shared / "reference" / "data" / f"{name}.csv", keep_default_na=False, na_values=["", "NA"])


def out(shared: Path) -> Path:
    return shared / "reference" / "r_survey" / "out_survey-4.5"


def weights_of_r(shared: Path, case: str) -> np.ndarray:
    return pd.read_csv(out(shared) / "weights" / f"{case}.csv")["weight"].to_numpy()


def relative(ours: np.ndarray, theirs: np.ndarray) -> float:
    assert ((ours == 0) == (theirs == 0)).all()
    there = theirs != 0
    return float(np.abs(ours[there] / theirs[there] - 1).max())


@pytest.fixture(scope="module")
def clusters(shared) -> ks.Sample:
    """apiclus1: fifteen districts."""
    return ks.Sample.from_frame(data(shared, "apiclus1"), weight="pw", psu="dnum", fpc="fpc")


@pytest.fixture(scope="module")
def margins(shared) -> dict[str, dict]:
    """The synthetic survey's margins: by variable, age × sex crossed."""
    table = pd.read_csv(shared / "reference" / "data" / "syn_margins.csv", keep_default_na=False)
    found: dict[str, dict] = {}
    for margin, level, persons in table.itertuples(index=False):
        crossed = "*" in margin
        found.setdefault(margin.replace("*", ":"), {})[tuple(level.split("*")) if crossed else level] = persons
    return found


@pytest.fixture(scope="module")
def selected(shared) -> ks.Sample:
    """Everyone selected for the synthetic survey."""
    frame = data(shared, "syn_sample")
    return ks.Sample.from_frame(frame, weight="base_w", stratum="stratum", psu="psu", lonely_psu="centre")


@pytest.fixture(scope="module")
def respondents(shared) -> ks.Sample:
    """Its respondents with R's class-adjusted weights."""
    frame = data(shared, "syn_sample").assign(w_class=weights_of_r(shared, "syn.w_class"))
    frame = frame[frame["resp"] == 1].reset_index(drop=True)
    return ks.Sample.from_frame(frame, weight="w_class", stratum="stratum", psu="psu", lonely_psu="centre")


@pytest.mark.parametrize(
    ("case", "options", "tolerance"),
    [
        ("w_class", {"method": "classes", "classes": ["age", "sex"]}, 1e-12),
        # R's glm stops at a change of 1e-8 in the deviance.
        ("w_prop", {"method": "propensity", "model": ["age", "sex", "city"]}, 1e-8),
        ("w_prop5", {"method": "propensity_classes", "model": ["age", "sex", "city"], "fit": "unweighted"}, 1e-12),
    ],
)
def test_nonresponse_adjustments_are_those_of_r(shared, selected, case, options, tolerance):
    frame = selected.frame.apply(lambda c: pd.factorize(c, sort=True)[0] if c.name in ("age", "sex", "city") else c)
    sample = ks.Sample.from_frame(frame, weight="base_w", stratum="stratum", psu="psu", lonely_psu="centre")
    made = ks.adjust_nonresponse(sample, "resp", **options)
    assert relative(made.weight, weights_of_r(shared, f"syn.{case}")) < tolerance


FOUR = ("sex", "age", "region", "city")


@pytest.mark.parametrize(
    ("case", "names", "options"),
    [
        ("ps", ("age:sex",), {"method": "raking"}),
        ("rake", FOUR, {"method": "raking"}),
        ("cal.rak", FOUR, {"method": "raking"}),
        ("cal.lin", FOUR, {"method": "linear"}),
        ("cal.linb", FOUR, {"method": "truncated", "bounds": (0.6, 1.7)}),
        ("cal.logit", FOUR, {"method": "logit", "bounds": (0.5, 2.0)}),
    ],
)
def test_the_synthetic_survey_is_calibrated_as_by_r(shared, respondents, margins, case, names, options):
    made = ks.calibrate(respondents, {name: margins[name] for name in names}, **options)
    assert relative(made.weight, weights_of_r(shared, f"syn.w.{case}")) < 1e-10


@pytest.mark.parametrize(
    ("case", "given", "options"),
    [
        ("ps", API, {"method": "raking"}),
        ("ps2", {"stype:sch.wide": None}, {"method": "raking"}),
        ("rake", {**API, **WIDE}, {"method": "raking"}),
        ("lin", API, {"method": "linear"}),
        ("greg", GREG, {"method": "linear"}),
        ("gregvar", {"api99": 3914069, "enroll": None}, {"method": "linear"}),
        ("gregagg", GREG, {"method": "linear", "households": "dnum"}),
        ("bnd", GREG, {"method": "truncated", "bounds": (0.7, 1.6)}),
        ("rak", GREG, {"method": "raking"}),
        ("logit", GREG, {"method": "logit", "bounds": (0.6, 1.8)}),
        ("sinh", GREG, {"method": "sinh"}),
    ],
)
def test_the_districts_are_calibrated_as_by_r(shared, clusters, case, given, options):
    population = data(shared, "apipop")
    if case == "ps2":
        given = {"stype:sch.wide": population.groupby(["stype", "sch.wide"]).size().to_dict()}
        held = set(zip(clusters.frame["stype"], clusters.frame["sch.wide"], strict=True))
        given["stype:sch.wide"] = {k: v for k, v in given["stype:sch.wide"].items() if k in held}
    if case == "gregvar":
        given = {**given, "enroll": float(population["enroll"].sum())}
    made = ks.calibrate(clusters, given, **options)
    assert relative(made.weight, weights_of_r(shared, f"w.{case}")) < 1e-10


@pytest.mark.parametrize(("case", "names"), [("w.nh.rake", ("race", "agecat", "RIAGENDR")), ("w.nh.ps", ("race",))])
def test_nhanes_is_raked_as_by_r(shared, case, names):
    frame = data(shared, "nhanes")
    sample = ks.Sample.from_frame(frame, weight="WTMEC2YR", stratum="SDMVSTRA", psu="SDMVPSU")
    made = ks.calibrate(sample, {name: NHANES[name] for name in names})
    assert relative(made.weight, weights_of_r(shared, case)) < 1e-10


@pytest.mark.parametrize("quantile", [0.95, 0.80])
@pytest.mark.parametrize("strict", ["", "S"])
def test_trimming_by_quantiles_is_that_of_r(shared, quantile, strict):
    """R gives the excess to the others in equal amounts, in one pass or until nobody is outside."""
    weight = weights_of_r(shared, "syn.w.rake")
    least, most = np.quantile(weight, [0.02, quantile])
    ours = trimmed(weight, most, least, redistribute="equal", rounds=None if strict else 1)
    assert relative(ours, weights_of_r(shared, f"syn.w.d1.trim{strict}{round(100 * quantile)}")) < 1e-10


@pytest.mark.parametrize("strict", ["", "S"])
def test_trimming_to_given_limits_is_that_of_r(shared, strict):
    weight = weights_of_r(shared, "w.greg")
    ours = trimmed(weight, 40, 20, redistribute="equal", rounds=None if strict else 1)
    assert relative(ours, weights_of_r(shared, f"w.dclus1.trim{strict}")) < 1e-10


def replicates_of_r(shared: Path, case: str) -> np.ndarray:
    """(n, R), columns in an order both sides have: by the persons left out."""
    weights = pd.read_csv(out(shared) / "repweights" / f"{case}.csv.gz").iloc[:, 2:].to_numpy()
    return ordered(weights)


def ordered(weights: np.ndarray) -> np.ndarray:
    return weights[:, np.lexsort(weights == 0)]


@pytest.mark.parametrize(
    ("case", "given", "method"),
    [("ps", API, "raking"), ("rake", {**API, **WIDE}, "raking"), ("greg", GREG, "linear"), ("rak", GREG, "raking")],
)
@pytest.mark.parametrize("way", ["replicates calibrated", "calibration replicated", "chain replayed"])
def test_every_replicate_is_calibrated_again_as_by_r(shared, clusters, case, given, method, way):
    if way == "replicates calibrated":
        made = ks.calibrate(ks.replicates(clusters, method="jk1"), given, method=method)
    elif way == "calibration replicated":
        made = ks.replicates(ks.calibrate(clusters, given, method=method), method="jk1")
    else:
        whole = ks.adjust_nonresponse(
            ks.Sample.from_frame(clusters.frame.assign(all=1, one=0), weight="pw", psu="dnum", fpc="fpc"),
            "all", classes=["one"],
        )  # fmt: skip
        made = ks.replicates(ks.calibrate(whole, given, method=method), method="jk1")
    ours = ordered(np.stack(list(made.replicates.weights()), axis=1))
    # R's raking of a replicate stops at a change of 1e-12 of the sum of the weights, which leaves a little of it.
    assert relative(ours, replicates_of_r(shared, f"rep.jk1.{case}")) < (2e-10 if case == "rake" else 1e-10)


def test_the_synthetic_replicates_are_raked_again_as_by_r(shared, respondents, margins):
    several = respondents.frame[respondents.frame["npsu"] > 1].reset_index(drop=True)
    sample = ks.Sample.from_frame(several, weight="w_class", stratum="stratum", psu="psu")
    raked = ks.calibrate(sample, {name: margins[name] for name in FOUR})
    made = ks.replicates(raked, method="jkn").replicates
    ours = ordered(np.stack(list(made.weights()), axis=1))
    assert relative(ours, replicates_of_r(shared, "syn.rep.jkn.rake")) < 1e-10
