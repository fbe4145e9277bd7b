"""The worked disclosure cases: what a reader works out of hidden cells, exactly, and of published figures by arithmetic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kodoku_survey.protection.audit import attack

FILE = Path(__file__).resolve().parents[3] / "shared" / "golden" / "disclosure_cases.json"
for above in Path(__file__).resolve().parents:
    if (above / "shared" / "golden" / "disclosure_cases.json").is_file():
        FILE = above / "shared" / "golden" / "disclosure_cases.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["lp_cases"] if FILE.is_file() else []


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
