"""The benchmark's floor is an independent computation: plain numpy, written for one design. The package must say the same."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest


@pytest.fixture(scope="module")
def benchmarks(project):
    """The scripts of benchmarks/, as modules, and the survey they measure at its smallest size."""
    sys.path.insert(0, str(project / "benchmarks"))
    try:
        run, floor, survey = (importlib.import_module(name) for name in ("run", "floor", "survey"))
        made = survey.make(11_000)
        sample = run.Adapter().design(made.frame().rename(columns={"psu": "psuid"}))
        yield run, run.tasks(made, floor.design(made), sample)
    finally:
        sys.path.remove(str(project / "benchmarks"))
        for name in ("run", "floor", "survey", "adapter", "page"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize("task", ["tables", "table", "raking", "bootstrap"])
def test_what_is_measured_agrees_with_the_floor(benchmarks, task):
    run, tasks = benchmarks
    cheap, ours, compare = tasks[task]
    assert compare(cheap(), ours()) < run.TOLERANCE


def test_a_figure_that_is_off_is_seen(benchmarks):
    _, tasks = benchmarks
    cheap, ours, compare = tasks["table"]
    theirs, own = cheap(), ours()
    share, *rest = own["q01", "a02"]
    own["q01", "a02"] = (share * (1 + 1e-6), *rest)
    assert compare(theirs, own) == pytest.approx(1e-6, rel=1e-3)
    assert np.isfinite(compare(theirs, own))
