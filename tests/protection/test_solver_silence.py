"""The solver prints nothing of its own on the terminal."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds

from kodoku_survey.protection import highs


def test_a_line_the_solver_writes_past_python_is_not_seen(capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    real = highs.milp

    def talks(*given: Any, **more: Any) -> Any:
        os.write(1, b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();\n")
        return real(*given, **more)

    monkeypatch.setattr(highs, "milp", talks)
    found = highs.optimum(np.array([1.0]), bounds=Bounds([1.5], [9]), whole=True)
    print("said by Python")
    assert found.x == [2]
    assert capfd.readouterr().out == "said by Python\n"
