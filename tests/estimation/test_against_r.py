"""The national sample's design-based figures beside R survey's (tests/oracle/national.R), to twelve digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks

ORACLE = Path(__file__).parents[1] / "oracle" / "national.csv"


def published_by_r() -> list[tuple[str, str]]:
    """Question and attribute of each block of the oracle."""
    frame = pd.read_csv(ORACLE).fillna({"attribute": ""})
    return list(frame.groupby(["question", "attribute"], sort=False).groups)


@pytest.mark.parametrize(("question", "attribute"), published_by_r())
def test_estimates_and_standard_errors_equal_those_of_r(national_sample, question, attribute):
    frame = pd.read_csv(ORACLE).fillna({"attribute": ""})
    block = frame[(frame["question"] == question) & (frame["attribute"] == attribute)]
    tab = ks.crosstab(national_sample, question, by=[attribute] if attribute else [])
    places = {group.keys[0] if group.keys else None: place for place, group in enumerate(tab.groups)}
    compared = 0
    for row in block.itertuples():
        group = None if attribute == "" else int(row.group)
        if group not in places:  # the attribute's own 無回答 is no group of ours
            continue
        cell = places[group], tab.keys.index(row.answer)
        np.testing.assert_allclose(tab.value[cell], row.estimate, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(tab.se[cell], row.se, rtol=1e-10, atol=1e-15)
        compared += 1
    assert compared >= len(tab.keys) - 1


def test_calibrated_totals_have_no_error(national_sample):
    """What the weights were raked to is known: its residuals are nothing."""
    tab = ks.crosstab(national_sample, "prefecture")
    assert (tab.se[:, : len(tab.keys) - 1] < 1e-10).all()


def test_raked_weights_add_up_to_every_margin(national_sample):
    calibration = national_sample.calibration
    step = national_sample.steps[-1]
    np.testing.assert_allclose(calibration.auxiliary.total(calibration.weight), step.details["target"], rtol=1e-11)
