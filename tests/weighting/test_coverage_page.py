"""docs/coverage.md: what the simulation found is within what it promises, and the script still gives what the page says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def rows() -> list[dict[str, str]]:
    lines = [
        line
        for line in (PROJECT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def coverage(row: dict[str, str]) -> float:
    return float(row["coverage %"].split()[0])


def test_where_the_model_holds_the_full_chain_covers_in_93_to_97_of_a_hundred_samples():
    chain = [row for row in rows() if row["model holds"] == "yes" and row["estimator"].startswith("full chain")]
    assert len(chain) == 4
    for row in chain:
        assert 93 <= coverage(row) <= 97, row
        assert abs(float(row["bias (points)"])) < 0.25, row


def test_the_unweighted_share_does_not_where_answering_depends_on_anything():
    plain = [row for row in rows() if row["estimator"] == "unweighted"]
    assert len(plain) == 4
    for row in plain:  # even at the upper end of the simulation's own error
        assert sum(map(float, row["coverage %"].split("±"))) < 93, row


def test_where_answering_depends_on_loneliness_no_weight_puts_it_right():
    last = [row for row in rows() if row["answering depends on"] == "loneliness"]
    assert all(coverage(row) < 60 for row in last)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("coverage_script", PROJECT / "benchmarks" / "coverage.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["coverage_script"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def test_the_script_gives_the_same_estimates_from_the_same_seed(script):
    one, truth = script.run(script.SCENARIOS[0], 3, replicated=1)
    two, _ = script.run(script.SCENARIOS[0], 3, replicated=1)
    assert one.equals(two)
    assert f"True share {100 * truth:.2f}%" in (PROJECT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert list(one["estimator"].unique()) == ["unweighted", "raked", "full chain", "full chain, replicates"]
