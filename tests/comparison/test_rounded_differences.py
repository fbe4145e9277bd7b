"""A difference shown that is not that of the figures shown is told to be of the unrounded ones."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from kodoku_survey.cli.compared import _follows


@pytest.mark.parametrize(
    ("first", "second", "follows"),
    [(10.0, 12.0, True), (10.04, 12.06, False), (4.35, 4.36, True), (10.06, 10.04, False), (np.nan, 3.0, True)],
)
def test_a_difference_of_unrounded_shares_is_known(first, second, follows):
    row = SimpleNamespace(
        statistic="share", percent_first=first, percent_second=second, difference=second - first, value_first=0.0,
        value_second=0.0,
    )  # fmt: skip
    assert _follows(row) is follows
