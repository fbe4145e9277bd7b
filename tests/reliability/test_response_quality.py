"""Response quality: blanks, answers all alike, pages left out; counted by hand and with the design's error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scale_people import ITEMS, designed, people, plain

import kodoku_survey as ks
from kodoku_survey.errors import DesignError


def form(rows):
    """Answers to four items on two pages; nan is a blank."""
    return plain(pd.DataFrame(rows, columns=ITEMS[:4], dtype=float))


def test_blanks_are_shares_of_those_asked_in_each_domain():
    frame = people(400)
    frame.loc[frame.index % 5 == 0, "a"] = np.nan
    sample = designed(frame.assign(blank=frame["a"].isna().astype(float)))
    made = ks.response_quality(sample, ["a", "b"], by="group").nonresponse
    wanted = ks.means(sample, "blank", by="group")
    rows = (made.labels["item"] == "a").to_numpy()
    np.testing.assert_allclose(made.value[rows], wanted.value)
    np.testing.assert_allclose(made.se[rows], wanted.se)
    low, high = made.interval()
    assert (low >= 0).all()
    assert (high[~rows] > 0).all()  # nobody left b blank: the limit is Korn–Graubard's, not nothing
    assert (made.value[~rows] == 0).all()


def test_runs_and_deviations_are_those_one_counts():
    made = ks.response_quality(form([[1, 1, 1, 1], [1, 2, 2, 2], [4, 3, 4, 3], [2, 2, 3, np.nan]]), ITEMS[:4])
    identical, longest, deviation = made.straightlining.value
    assert made.straightlining.n[0] == 3  # the row with a blank is outside
    assert identical == pytest.approx(1 / 3)
    assert longest == pytest.approx((4 + 3 + 1) / 3)
    assert deviation == pytest.approx(np.mean([0, np.std([1, 2, 2, 2], ddof=1), np.std([4, 3, 4, 3], ddof=1)]))


def test_identical_answers_to_three_items_are_not_straightlining(shared):
    """36% of the simulated people answer the three items alike; 4% were made straightliners."""
    frame = pd.read_csv(shared / "golden" / "scales" / "sim_survey.csv")
    three = ks.response_quality(plain(frame), ["u3_1", "u3_2", "u3_3"]).straightlining.value[0]
    twenty = ks.response_quality(plain(frame), [f"u20_{i:02d}" for i in range(1, 21)]).straightlining.value[0]
    assert three > 0.35
    assert twenty == pytest.approx(0.04, abs=0.005)


def test_a_page_is_complete_partly_answered_skipped_or_left():
    rows = [[1, 2, 3, 4], [1, np.nan, 3, 4], [np.nan, np.nan, 3, 4], [1, 2, np.nan, np.nan], [np.nan] * 4]
    pages = {"p. 1": ["a", "b"], "p. 2": ["c", "d"]}
    made = ks.response_quality(form(rows), ITEMS[:4], pages=pages).page_skips
    told = made.labels.assign(value=made.value).set_index(["page", "answered"])["value"]
    assert told["p. 1"].tolist() == pytest.approx([2 / 5, 1 / 5, 1 / 5, 1 / 5])
    assert told["p. 2"].tolist() == pytest.approx([3 / 5, 0, 0, 2 / 5])


def test_a_page_nobody_was_asked_is_outside_and_modes_are_those_of_the_returns(national_sample):
    responses = national_sample.responses
    made = ks.response_quality(national_sample, ["q5_1", "q6", "q16_2"], by="mode").nonresponse
    told = made.labels.assign(n=made.n, value=made.value).set_index(["item", "group"])
    frame = ks.item_nonresponse(responses).set_index(["variable", "mode"])
    for item in ("q5_1", "q6", "q16_2"):
        for mode in ("郵送", "オンライン"):
            assert told.loc[(item, mode), "n"] == frame.loc[(item, mode), "asked"]
    assert told.loc[("q16_2", "郵送"), "n"] < told.loc[("q6", "郵送"), "n"]


def test_replicates_give_nearly_the_same_errors():
    frame = people(600)
    frame.loc[frame.index % 6 == 0, "a"] = np.nan
    sample = designed(frame)
    linear, jackknife = (ks.response_quality(s, ITEMS, by="group") for s in (sample, ks.replicates(sample)))
    np.testing.assert_allclose(jackknife.nonresponse.se, linear.nonresponse.se, rtol=0.05, atol=1e-12)
    np.testing.assert_allclose(jackknife.straightlining.se, linear.straightlining.se, rtol=0.05)


def test_pages_must_be_told_and_hold_items_of_the_form():
    made = ks.response_quality(form([[1, 2, 3, 4]] * 3), ITEMS[:4])
    with pytest.raises(DesignError) as fault:
        _ = made.page_skips
    assert fault.value.key == "estimation.no_pages"
    with pytest.raises(DesignError) as fault:
        ks.response_quality(form([[1, 2, 3, 4]] * 3), ITEMS[:4], pages={"p. 1": ["z"]})
    assert fault.value.key == "estimation.not_an_item"
