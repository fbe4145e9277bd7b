"""The solver: scipy.optimize.milp (HiGHS), kept from writing beside the program's own output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from kodoku_survey.arrays import FloatArray


def optimum(
    goal: FloatArray,
    *,
    bounds: Bounds,
    constraints: LinearConstraint | Sequence[LinearConstraint] = (),
    whole: bool = False,
    options: Mapping[str, Any] | None = None,
) -> Any:
    """What `milp` finds: the least goal·x within the bounds; whole : of integers x. As `scipy.optimize.OptimizeResult`."""
    if not whole:
        return milp(goal, bounds=bounds, constraints=constraints)
    with _silent():
        return milp(goal, integrality=np.ones(len(goal)), bounds=bounds, constraints=constraints, options=options)


@contextmanager
def _silent() -> Iterator[None]:
    """HiGHS 1.8 prints a line of its own where it mends an integer solution: nowhere instead of on the terminal."""
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except (OSError, ValueError, AttributeError):  # no terminal, nothing to keep quiet
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
