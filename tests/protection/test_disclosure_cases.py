"""The worked disclosure cases: what a reader works out of hidden cells, exactly, and of published figures by arithmetic."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from kodoku_survey.protection.audit import (
    attack,
    dominated,
    guessed,
    persons_of_interval,
    persons_of_weight,
    presentable,
    rounding_of,
)

FILE = Path(__file__).resolve().parents[3] / "shared" / "golden" / "disclosure_cases.json"
for above in Path(__file__).resolve().parents:
    if (above / "shared" / "golden" / "disclosure_cases.json").is_file():
        FILE = above / "shared" / "golden" / "disclosure_cases.json"
WORKED = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {"lp_cases": [], "numeric_cases": []}
CASES = WORKED["lp_cases"]
NUMERIC = {case["id"]: case for case in WORKED["numeric_cases"]}


@pytest.mark.skipif(not CASES, reason="needs ../shared/golden/disclosure_cases.json")
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_integers_a_reader_works_out_are_exact(case: dict) -> None:
    found = attack(case["cells"], case["relations"], case["suppressed"], case["prior"])
    expected = {name: tuple(ends) for name, ends in case["expected_interval"].items()}
    assert {name: found.intervals[name] for name in expected} == expected
    if case["expected_interval_lp"]:
        loose = attack(case["cells"], case["relations"], case["suppressed"], case["prior"], whole=False)
        for name, ends in case["expected_interval_lp"].items():
            assert loose.intervals[name] == pytest.approx(tuple(ends))
    assert set(found.recoverable) & set(expected) == set(case["exactly_recoverable"])


def test_an_unbounded_count_has_no_upper_end() -> None:
    assert attack({"a": 3, "b": 1}, [], ["a"], {"default": [1, None]}).intervals == {"a": (1, None)}


def test_figures_that_contradict_each_other_are_told() -> None:
    from kodoku_survey.errors import SurveyError

    with pytest.raises(SurveyError):
        attack({"a": 3, "b": 1, "n": 9}, [({"a": 1, "b": 1, "n": -1}, 0, 0)], [], {})
    with pytest.raises(SurveyError):
        attack({"a": 3, "b": 1, "n": 9}, [({"a": 1, "n": -1}, 0, 0)], ["a"], {"a": [0, 4]})


@pytest.mark.skipif(not NUMERIC, reason="needs ../shared/golden/disclosure_cases.json")
def test_figures_that_tell_a_count_or_an_answer_by_arithmetic() -> None:
    given = {name: case.get("given", {}) for name, case in NUMERIC.items()}
    assert persons_of_weight(given["N01"]["weighted_total"], given["N01"]["weight_in_cell"]) == 3
    assert persons_of_interval(given["N03"]["p"], *given["N03"]["ci95"]) == NUMERIC["N03"]["recovered_n"]
    sensitive, bound = dominated(given["N05"]["x"], given["N05"]["k"])
    assert sensitive == NUMERIC["N05"]["sensitive"]
    assert bound == pytest.approx(NUMERIC["N05"]["upper_bound_must_exceed"], abs=0.005)
    for count, expected in NUMERIC["N09"]["probabilities"].items():
        made = rounding_of(int(count), given["N09"]["base"])
        assert made == {int(value): Fraction(share) for value, share in expected.items()}
        assert sum(value * share for value, share in made.items()) == int(count), "unbiased"
    for row in NUMERIC["N11"]["rows"]:
        told = presentable(row["n_eff"], row["p"], *row["ci"], row["df"])
        assert told == (row["show"], row.get("flag", "")), row["why"]


def test_the_p_percent_rule_of_a_sum() -> None:
    """Of 300 + 20 + 3 the second largest knows the first to 3, which is less than 10 %; of 300 + 200 + 40 nobody does."""
    assert guessed([300, 20, 3], 10) == (True, 350.0)
    assert guessed([300, 200, 40], 10)[0] is False
    assert dominated([60, 30, 10], 85, largest=2)[0]
    assert not dominated([50, 30, 20], 85, largest=2)[0]
