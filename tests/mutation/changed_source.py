"""The house with the functions of one module changed: all is imported once, each change lives in a fork."""

from __future__ import annotations

import ast
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "kodoku_survey"
HEAVY = (
    "statsmodels.api", "pyreadstat", "xlsxwriter", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg",
    "python_calamine", "typst", "kodoku_survey.run", "kodoku_survey.cli.commands",
)  # fmt: skip


def prepare() -> None:
    """Import the house and what it stands on, so that a fork need not."""
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    for name in HEAVY:
        importlib.import_module(name)
    for path in HOUSE.rglob("*.py"):
        importlib.import_module(module_of(path))


def module_of(path: Path) -> str:
    """The dotted name of a file of the house."""
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def change(path: Path, tree: ast.Module) -> frozenset[str]:
    """Give every function of an imported module the code it has in `tree`; the names of those that took it."""
    module = sys.modules[module_of(path)]
    taken = set()
    for code in _functions(compile(tree, str(module.__file__), "exec")):
        function = _found(module, code.co_qualname)
        if function is not None and function.__code__.co_freevars == code.co_freevars:
            function.__code__ = code
            taken.add(code.co_qualname)
    return frozenset(taken)


def changeable(path: Path) -> frozenset[str]:
    """The functions of a file that `change` reaches."""
    return change(path, ast.parse(path.read_text(encoding="utf-8")))


def _functions(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType) and "<" not in part.co_qualname:
            if part.co_flags & 1:  # a function's body, not a class's
                yield part
            else:
                yield from _functions(part)


def _found(module: ModuleType, name: str) -> FunctionType | None:
    """The function of a name; the one within a property, a cached function or a context manager."""
    found: object = module
    for part in name.split("."):
        found = found.__dict__.get(part) if hasattr(found, "__dict__") else None
    for name in ("fget", "func", "__func__", "__wrapped__"):
        found = getattr(found, name, None) or found
    return found if isinstance(found, FunctionType) else None


def forked(work: Callable[[], int], patience: float) -> str:
    """`work` done in a fork that says nothing: "passed" where it gives 0, else "failed"; "timeout" where it is slow."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            os.setsid()
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            os.chdir(ROOT)
            code = work()
        finally:
            os._exit(0 if code == 0 else 1)
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "passed" if os.waitstatus_to_exitcode(status) == 0 else "failed"
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"
