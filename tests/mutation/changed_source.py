"""Tests run on the house with one module changed: everything is imported once, each change lives in a fork of its own."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "kodoku_survey"
HEAVY = (
    "numpy", "pandas", "scipy.stats", "scipy.optimize", "statsmodels.api", "patsy", "pyreadstat", "xlsxwriter", "typer",
    "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg", "python_calamine", "typst", "hypothesis", "pytest",
)  # fmt: skip


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads a module from a tree instead of its file."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, _fullname: str):
        return compile(self.tree, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname, _path=None, _target=None):
        if fullname != self.name:
            return None
        loader = _Changed(self.name, str(self.path), self.tree)
        inside = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=loader, submodule_search_locations=inside
        )


def prepare() -> None:
    """Import what the house stands on, so that a fork need not; nothing of the house itself."""
    sys.path.insert(0, str(ROOT / "src"))
    for name in HEAVY:
        importlib.import_module(name)
    assert not [name for name in sys.modules if name.startswith("kodoku_survey")]


def module_of(path: Path) -> str:
    """The dotted name of a file of the house."""
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def run(
    path: Path, tree: ast.Module | None, tests: Sequence[str], *, patience: float, report: Path, first: bool
) -> str:
    """Run tests with `path` read as `tree` (None: as it is). "passed", "failed" or "timeout"; outcomes go to `report`.

    first : stop at the first failure.
    """
    report.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            if tree is not None:
                sys.meta_path.insert(0, _Finder(module_of(path), path, tree))
            os.chdir(ROOT)
            import pytest

            options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA", f"--junitxml={report}"]
            code = int(pytest.main([*options, *(["-x"] if first else []), *tests]))
        except BaseException:
            code = 99
        os._exit(0 if code == 0 else 1)
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "passed" if os.waitstatus_to_exitcode(status) == 0 else "failed"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"
