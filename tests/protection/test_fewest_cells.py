"""No more cells are hidden in a small table than must be: tried against every smaller choice, by the audit alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.arrays import BoolArray
from kodoku_survey.protection.audit import intervals
from kodoku_survey.protection.grids import grid_of
from kodoku_survey.protection.hiding import unsafe_of, wide_enough
from kodoku_survey.protection.searching import hide
from kodoku_survey.protection.system import System, system_of


def table(seed: int) -> System:
    """A random 4 × 4 table with its margins, about 60 people."""
    rng = np.random.default_rng(seed)
    chances = np.outer(rng.dirichlet(np.full(4, 1.5)), rng.dirichlet(np.full(4, 1.0))).ravel()
    both = rng.choice(16, int(rng.integers(50, 90)), p=chances)
    frame = pd.DataFrame({"row": both // 4, "column": both % 4}).astype(str).assign(w=1.0)
    return system_of([grid_of(ks.Sample.from_frame(frame, weight="w"), "1", "column", "row")])


def safe(system: System, hidden: BoolArray, unsafe: list[int]) -> bool:
    """Whether the audit finds every unsafe count wide enough."""
    return all(wide_enough(*intervals(system, hidden, [place])[place], 3) for place in unsafe)


@pytest.mark.parametrize("seed", [0, 9, 12, 46, 48, 51, 54])
def test_no_smaller_choice_of_inner_cells_would_do(seed: int) -> None:
    system = table(seed)
    unsafe = unsafe_of(system, 3) & system.printed
    own = hide(system, 3).hidden & (system.counts > 0)
    beside = int((own & ~unsafe).sum())
    inner = np.flatnonzero(system.printed & ~(system.bases | system.totals) & (system.counts > 0) & ~unsafe)
    assert safe(system, own, [int(k) for k in np.flatnonzero(unsafe)])
    for fewer in range(beside):
        for chosen in combinations(inner, fewer):
            hidden = unsafe.copy()
            hidden[list(chosen)] = True
            assert not safe(system, hidden, [int(k) for k in np.flatnonzero(unsafe)])
