"""The synthetic respondents are plausible where nothing is published: rules that hold for everyone, and associations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

NEVER = [
    ("a married, widowed or divorced person of 16–19", "16 <= q1 <= 19 and q3 in (2, 3, 4)"),
    ("a widow or widower under 40", "q1 < 40 and q3 == 3"),
    ("a parent of 16–19", "q1 <= 19 and q4 == 1"),
    ("a parent in the household without children", "q5_1 in (1, 2) and q4 in (2, 3)"),
    ("a child less than 16 years younger than its parent", "q5_2 == q5_2 and q1 - q5_2 < 16"),
    ("a mother of 50 with a child under 6", "q2 == 2 and q1 >= 50 and q5_2 < 6"),
    ("a parent of 60 with a child under 6", "q1 >= 60 and q5_2 < 6"),
    ("a couple's household without a spouse", "q5 == 2 and q3 in (1, 3, 4)"),
    ("both parents and a child, the parent unmarried", "q5 == 3 and q5_1 == 1 and q3 in (1, 3, 4)"),
    ("a middle generation in a household of two", "q5 in (3, 4) and q5_1 == 2"),
    ("the eldest of three generations under 40", "q5 == 5 and q5_1 == 1 and q1 < 40"),
    ("the youngest of the generations at 75", "q5_1 == 3 and q1 >= 75"),
    ("someone who lives alone in a household of several", "q6 == 1 and q5 in (2, 3, 4, 5, 6)"),
    ("a couple's household of three", "q5 == 2 and q6 >= 3"),
    ("parents and child in a household of two", "q5 in (3, 5) and q6 == 2"),
    ("a pupil or student of 30", "q1 >= 30 and q8 == 6"),
    ("a company director of 16–19", "q1 <= 19 and q8 in (3, 4)"),
    ("a regular employee of 80", "q1 >= 80 and q8 == 1"),
    ("a postgraduate of 16–19", "q1 <= 19 and q7 == 6"),
    ("children who left home, without children", "q4 == 2 and q30_1_7 == 1"),
    ("children who left home before one is 40", "q1 < 40 and q30_1_7 == 1"),
]


@pytest.fixture(scope="module")
def people(national) -> pd.DataFrame:
    frame = national.frame()
    return frame.apply(pd.to_numeric, errors="coerce").astype(float)


@pytest.mark.parametrize(("who", "rule"), NEVER, ids=[who for who, _ in NEVER])
def test_nobody_is(people, who, rule):
    assert len(people.query(rule)) == 0


def test_the_week_lies_within_the_month(people):
    """問14 within 問15, option by option."""
    for code in range(1, 9):
        assert not ((people[f"q14_{code}"] == 1) & (people[f"q15_{code}"] != 1)).any()


def test_events_that_matter_were_experienced(people):
    """問30-1 within 問30, option by option."""
    for code in range(1, 21):
        assert not ((people[f"q30_1_{code}"] == 1) & (people[f"q30_{code}"] != 1)).any()


def test_households_of_one_with_a_cohabitant_are_no_more_than_the_report_implies(people):
    """1,772 persons of one-person households against 1,647 who live alone: at least 125 must disagree."""
    alone = people["q5"] == 1
    assert (alone & (people["q6"] != 1)).sum() <= 200


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("q16_1a", "q16_1b", 0.3),
        ("q16_1b", "q16_1c", 0.3),
        ("q16_1a", "q16_1c", 0.2),
        ("q31", "q32", 0.3),
        ("q28", "ucla_score", 0.5),
        ("q32", "q28", 0.25),
        ("q12", "q32", 0.25),
        ("q18", "q19", 0.4),
        ("q19", "q20", 0.3),
        ("q25", "q26", 0.4),
        ("q26", "q27", 0.4),
    ],
)
def test_what_goes_together_in_people_goes_together_here(people, one, other, least):
    asked = people[[one, other]].dropna()
    asked = asked[(asked < 90).all(axis=1)]
    assert spearmanr(asked[one], asked[other]).statistic > least


def test_the_register_knows_most_respondents_as_they_say_they_are(national):
    same_age = np.mean(national.answers["frame_age"] == national.answers["q1"])
    told = np.isin(national.answers["q2"], (1, 2))
    same_sex = np.mean((national.answers["frame_sex"] == national.answers["q2"])[told])
    assert 0.99 < same_age < 1
    assert same_sex > 0.99
