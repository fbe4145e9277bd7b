"""The choices a folder is offered are those the rooms that act on them know."""

from __future__ import annotations

from typing import Any, get_args, get_origin

import pytest

from kodoku_survey.cli.commands import Format
from kodoku_survey.design.calibration import DISTANCES
from kodoku_survey.design.trimming import Redistribute
from kodoku_survey.estimation.intervals import METHODS
from kodoku_survey.publish.microdata.microdata import WRITERS
from kodoku_survey.survey.reading import entries_of
from kodoku_survey.survey.settings import DesignSettings, EstimationSettings
from kodoku_survey.survey.settings.weighting_steps import KINDS, NonresponseOptions, TrimOptions
from kodoku_survey.survey.settings.weights import Disposition, ReplicateSettings
from kodoku_survey.vocabulary import LONELY_PSU, ReplicateMethod
from kodoku_survey.weighting.dispositions import DISPOSITIONS
from kodoku_survey.weighting.response_adjustment import RESPONSE_METHODS


def choices(owner: Any, key: str) -> set[str]:
    hint = next(entry.hint for entry in entries_of(owner) if entry.key == key)
    while get_origin(hint) is not None and not isinstance(get_args(hint)[0], str):
        hint = get_args(hint)[0]
    return set(get_args(hint)) - {""}


@pytest.mark.parametrize(
    ("owner", "key", "known"),
    [
        (DesignSettings, "lonely_psu", LONELY_PSU),
        (EstimationSettings, "interval", METHODS),
        (ReplicateSettings, "method", get_args(ReplicateMethod)),
        (NonresponseOptions, "method", RESPONSE_METHODS),
        (TrimOptions, "redistribute", get_args(Redistribute)),
    ],
    ids=["lonely_psu", "interval", "replicates", "nonresponse", "redistribute"],
)
def test_a_setting_offers_what_can_be_done_and_nothing_else(owner, key, known):
    assert choices(owner, key) == set(known)


def test_dispositions_steps_and_formats_are_those_there_are():
    assert set(get_args(Disposition)) == set(DISPOSITIONS)
    others = {"eligibility", "nonresponse", "poststratify", "trim"}
    assert set(KINDS) == set(DISTANCES) | others
    assert {format.value for format in Format} == set(WRITERS)
