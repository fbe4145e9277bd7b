"""A share is the mean of its indicator: the engine of the tables beside estimators that count in another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_batch import DESIGNS, survey

import kodoku_survey as ks

DESIGN_BASED = [name for name in DESIGNS if not name.startswith("unweighted")]
ANSWERS, GROUPS = ("0:0", "0:1", "0:2"), ("2:0", "2:1", "2:2", "2:3")


def with_indicators(frame: pd.DataFrame) -> pd.DataFrame:
    """Of every answer to v0, every group of v2 and both, among those who answered v0."""
    asked = frame["v0"].notna()
    said = {answer: (frame["v0"] == answer).astype(float) for answer in ANSWERS}
    said["net"] = said["0:0"] + said["0:2"]
    there = {group: (frame["v2"] == group).astype(float) for group in GROUPS}
    both = {f"{a} {g}": said[a] * there[g] for a in said for g in there}
    return pd.concat([frame, pd.DataFrame(said | there | both).where(asked)], axis=1)


def table(sample: ks.Sample, share: str) -> pd.DataFrame:
    tab = ks.crosstab(sample, "v0", by="v2", total="", share=share, nets={"net": ["0:0", "0:2"]})
    frame = tab.estimate.frame()
    if share != "count":  # a frame tells shares in per cent, the means they are compared with are of 0 and 1
        frame = frame.assign(value=frame["percent"] / 100, se=frame["se"] / 100)
    return frame[frame["group"].isin(GROUPS)].set_index(["answer", "group"])


def assert_same(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    for column in ("value", "se", "df", "n"):
        np.testing.assert_allclose(mine[column], theirs[column], rtol=1e-8, atol=1e-11, err_msg=column)


@pytest.mark.parametrize("design", DESIGN_BASED)
def test_a_share_of_the_row_is_a_mean_in_the_group(design):
    sample = DESIGNS[design](with_indicators(survey(1)))
    mine = table(sample, "row")
    for answer in (*ANSWERS, "net"):
        assert_same(
            mine.loc[answer], ks.means(sample, answer, by="v2").frame().set_index("group").loc[mine.loc[answer].index]
        )


@pytest.mark.parametrize("design", DESIGN_BASED)
def test_a_share_of_the_column_is_a_mean_among_those_who_gave_the_answer(design):
    sample = DESIGNS[design](with_indicators(survey(1)))
    mine = table(sample, "column")
    for group in GROUPS:
        theirs = ks.means(sample, group, by="v0").frame().set_index("group")
        for answer in ANSWERS:
            assert_same(mine.loc[[(answer, group)]], theirs.loc[[answer]])


@pytest.mark.parametrize("design", DESIGN_BASED)
@pytest.mark.parametrize("share", ["total", "count"])
def test_a_share_of_everybody_is_a_mean_of_all_and_a_count_a_total(design, share):
    sample = DESIGNS[design](with_indicators(survey(1)))
    mine = table(sample, share)
    for cell in mine.index:
        assert_same(mine.loc[[cell]], (ks.means if share == "total" else ks.totals)(sample, " ".join(cell)).frame())


@pytest.mark.parametrize("design", ["raked", "two stages", "jackknife", "no PSUs"])
def test_the_covariance_on_demand_has_the_errors_on_its_diagonal(design):
    sample = DESIGNS[design](survey(1))
    for share in ("row", "column", "total", "count"):
        estimate = ks.crosstab(sample, "v0", by=["v2", ("v1", "v2")], share=share).estimate
        held = np.isfinite(estimate.se)
        np.testing.assert_allclose(
            np.sqrt(np.diag(estimate.covariance))[held], estimate.se[held], rtol=1e-8, atol=1e-11
        )
