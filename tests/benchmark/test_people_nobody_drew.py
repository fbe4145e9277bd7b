"""Adjusted figures beside a population that is known: the simulation of docs/people-nobody-drew.md, in small."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from people_nobody_drew import PAGE, SCENARIOS, simulated

PANELS = 60


@pytest.mark.parametrize("scenario", SCENARIOS[:3], ids=lambda one: one.name)
def test_where_inclusion_is_ignorable_a_doubly_robust_figure_has_no_bias_and_its_limits_hold(scenario):
    found = simulated(scenario, PANELS).set_index("method").loc["doubly_robust"]
    assert abs(found["bias"]) < 3.5 * found["sd"] / PANELS**0.5
    assert found["se"] == pytest.approx(found["sd"], rel=0.3)
    assert found["coverage"] > 83


def test_where_the_answer_decides_no_adjustment_holds_and_bounds_of_its_odds_do():
    scenario = next(one for one in SCENARIOS if one.odds == 3)
    found = simulated(scenario, PANELS).set_index("method")
    assert (found["coverage"] < 5).all()
    assert found["gamma_2"].iloc[0] < 50
    assert found["gamma_3"].iloc[0] > 90


def test_the_page_is_of_these_scenarios():
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^### (.*)$", text, flags=re.M) == [one.name for one in SCENARIOS]
