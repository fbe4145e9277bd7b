"""Which tests run which functions of the house, and how long each takes: so that a mutant meets the tests that could notice it.

python tests/mutation/campaign.py record
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from changed_source import HOUSE

Function = tuple[str, str]  # file within the house, qualified name
PLACE = str(HOUSE) + "/"


class Recorder:
    """A pytest plugin: per test its seconds and functions, those of its fixtures among them."""

    def __init__(self) -> None:
        self.tests: dict[str, tuple[float, set[Function]]] = {}
        self._of_fixtures: dict[str, set[Function]] = {}
        self._cost: dict[str, float] = {}
        self._seen: set[Function] = set()
        self._passed: dict[str, bool] = {}

    def _look(self, frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(PLACE):
            self._seen.add((frame.f_code.co_filename[len(PLACE) :], frame.f_code.co_qualname))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        outer, self._seen = self._seen, set()
        began = time.perf_counter()
        result = yield
        name = fixturedef.argname
        self._of_fixtures.setdefault(name, set()).update(self._seen)
        self._cost[name] = max(self._cost.get(name, 0.0), time.perf_counter() - began)
        outer |= self._seen
        self._seen = outer
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        self._seen = set()
        sys.setprofile(self._look)
        began = time.perf_counter()
        try:
            result = yield
        finally:
            sys.setprofile(None)
        took = time.perf_counter() - began
        functions = set(self._seen)
        for name in item.fixturenames:
            functions |= self._of_fixtures.get(name, set())
            took = max(took, self._cost.get(name, 0.0))
        if self._passed.pop(item.nodeid, False):
            self.tests[item.nodeid] = (took, functions)
        return result

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call":
            self._passed[report.nodeid] = report.passed

    def write(self, path: Path) -> None:
        """Add what was seen to what is kept."""
        old = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        new = {
            name: {"seconds": round(took, 3), "functions": sorted(map("::".join, f))}
            for name, (took, f) in self.tests.items()
        }
        path.write_text(json.dumps(old | new, ensure_ascii=False), encoding="utf-8")


def tests_of(recorded: dict[str, Any], file: str, function: str, most: float) -> list[str]:
    """The tests that run a function: those of edges first, then the quickest, within so many seconds together."""
    wanted = f"{file}::{function}"
    own = [(told["seconds"], name) for name, told in recorded.items() if wanted in told["functions"]]
    chosen, spent = [], 0.0
    for seconds, name in sorted(own, key=lambda one: ("test_edges_of" not in one[1], *one)):
        if chosen and spent + seconds > most:
            break
        chosen.append(name)
        spent += seconds
    return chosen
