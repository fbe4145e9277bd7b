"""Standardisation, decomposition and reference adjustment beside R's survey (tests/oracle/benchmark.R), to a millionth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.benchmark.composed import Composed, crossed_cells
from kodoku_survey.benchmark.oaxaca import dummies, raked
from kodoku_survey.benchmark.standardisation import standardised
from kodoku_survey.weighting import calibrate

ORACLE = Path(__file__).parents[1] / "oracle"
WANTED = pd.read_csv(ORACLE / "benchmark.csv").set_index("quantity")
LEVELS = {"sex": ["m", "f"], "age": ["young", "middle", "old"]}


def near(value, se, quantity):
    wanted = WANTED.loc[quantity]
    assert float(np.ravel(value)[0]) == pytest.approx(wanted["value"], rel=1e-6, abs=1e-9)
    assert float(np.ravel(se)[0]) == pytest.approx(wanted["se"], rel=1e-6, abs=1e-9)


def read(name):
    frame = pd.read_csv(ORACLE / f"benchmark_{name}.csv")
    sample = ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")
    columns = [np.array([LEVELS[one].index(v) for v in frame[one]]) for one in LEVELS]
    return sample, frame["lonely"].to_numpy(float)[:, None], columns


def composed(name, *, crossing=True):
    sample, y, columns = read(name)
    cell, cells = crossed_cells(columns, list(LEVELS.values())) if crossing else (np.zeros(len(y), dtype=int), ("",))
    return Composed(sample, y, cell, np.ones(len(y), dtype=bool), cells)


@pytest.fixture(scope="module")
def made():
    return standardised(composed("first"), composed("second"))


@pytest.mark.parametrize(
    "quantity",
    ["first", "reference", "raw", "standard", "difference", "as_ours", "against_ours", "composition", "rate"],
)
def test_direct_standardisation_and_its_decomposition_are_rs(made, quantity):
    number = getattr(made, quantity)
    near(number.value, number.se, quantity)


def test_the_share_explained_has_rs_error_where_the_difference_is_told():
    made = standardised(composed("first"), composed("second"))
    told = made.raw.p_value[0] < 0.05
    if told:
        near(made.explained.value, made.explained.se, "explained")
    else:
        assert np.isnan(made.explained.value[0])


def test_over_a_composition_without_error_it_is_svystandardize():
    tau = np.array([100, 140, 220, 180, 200, 160]) / 1000
    made = standardised(composed("first"), composed("second"), tau)
    near(made.standard.value, made.standard.se, "fixed")


def test_and_what_calibrate_gives_for_the_same_cells():
    first = composed("first")
    tau = np.array([100, 140, 220, 180, 200, 160]) / 1000
    frame = first.sample.frame.assign(cell=[first.cells[c] for c in first.cell])
    sample = replace(first.sample, frame=frame)
    margins = {"cell": dict(zip(first.cells, tau * first.total, strict=True))}
    found = ks.means(calibrate(sample, margins, method="linear"), "lonely")
    near(found.value, found.se, "fixed")


def test_margins_alone_are_raked_and_decomposed_as_rs_calibrate_and_svyglm():
    first, second = composed("first", crossing=False), composed("second", crossing=False)
    x, z = (dummies(read(name)[2], [2, 3]) for name in ("first", "second"))
    made = raked(first, second, x, z, ("m", "f", "young", "middle", "old"))
    near(made.standard.value, made.standard.se, "raked")
    near(made.composition.value, made.composition.se, "explained_part")
    near(made.rate.value, made.rate.se, "unexplained_part")


def test_the_parts_add_up_and_exchanging_the_surveys_turns_them():
    there, back = (
        standardised(composed("first"), composed("second")),
        standardised(composed("second"), composed("first")),
    )
    assert there.composition.value + there.rate.value == pytest.approx(there.raw.value)
    assert there.composition.value == pytest.approx(-back.composition.value)
    assert there.rate.se == pytest.approx(back.rate.se)


def test_a_cell_nobody_is_in_is_refused_by_its_name():
    first = composed("first")
    with pytest.raises(ks.SurveyError) as caught:
        standardised(replace(first, inside=first.cell != 2), composed("second"))
    assert "m old" in caught.value.text("en")
