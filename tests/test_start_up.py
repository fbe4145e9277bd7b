"""What a first call has to load: an analyst waits for numpy, pandas and the light parts of scipy, and for nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

PACKAGES = {"dateutil", "kodoku_survey", "numpy", "pandas", "pytz", "scipy", "six"}
PARTS_OF_SCIPY = {"sparse", "special"}
ROOMS = {
    "arrays",
    "crosstabs",
    "design",
    "errors",
    "estimation",
    "intake",
    "media",
    "portable",
    "survey",
    "version",
    "vocabulary",
}

LOADED = """
import sys
before = set(sys.modules)
import kodoku_survey as ks
ks.{name}
print("\\n".join(sorted(set(sys.modules) - before)))
"""


def loaded(name: str) -> list[list[str]]:
    """Modules that a public name brings with it, each by its parts."""
    command = [sys.executable, "-c", LOADED.format(name=name)]
    return [
        line.split(".") for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    ]


@pytest.fixture(scope="module")
def of_crosstab() -> list[list[str]]:
    return loaded("crosstab")


def test_a_cross_tab_loads_these_packages_and_no_other(of_crosstab) -> None:
    named = {
        parts[0] for parts in of_crosstab if not parts[0].startswith("_") and parts[0] not in sys.stdlib_module_names
    }
    # charset_normalizer: numpy takes it where there is one, and Sphinx brings it to where the tests run.
    assert named - {"charset_normalizer", "cython_runtime"} <= PACKAGES


def test_a_cross_tab_loads_no_heavy_part_of_scipy(of_crosstab) -> None:
    parts = {
        parts[1] for parts in of_crosstab if parts[0] == "scipy" and len(parts) > 1 and not parts[1].startswith("_")
    }
    assert parts - {"version"} <= PARTS_OF_SCIPY


def test_a_cross_tab_loads_no_room_above_its_own(of_crosstab) -> None:
    assert {parts[1] for parts in of_crosstab if parts[0] == "kodoku_survey" and len(parts) > 1} <= ROOMS


@pytest.mark.parametrize("name", ["independence", "weighted", "weighting_report", "make_report"])
def test_scipy_stats_and_optimize_wait_until_a_test_needs_them(name) -> None:
    parts = {parts[1] for parts in loaded(name) if parts[0] == "scipy" and len(parts) > 1}
    assert not parts & {"stats", "optimize"}


def test_a_cross_tab_of_anyones_data_does_not_wait_for_the_reading_of_returns(of_crosstab) -> None:
    assert not [parts for parts in of_crosstab if parts[:2] == ["kodoku_survey", "intake"]]
