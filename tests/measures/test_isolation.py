"""Isolation indices of the national survey: what must hold between them on every respondent, and the published arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.intake.responses import ANSWERED, UNDETERMINED

CONTACT = ("q16_1a", "q16_1b", "q16_1c", "q16_2")
TENTHS = {1: 194, 2: 108, 3: 43, 4: 22, 5: 10, 6: 5, 7: 0}  # 0 / 0.5 / 1 / 2.2 / 4.3 / 10.8 / 19.4 a month
EDGES = {9: (0, 9), 8: (10, 19), 7: (20, 42), 6: (43, 85), 5: (86, 128), 4: (129, 171), 3: (172, 257), 2: (258, 386)}


@pytest.fixture(scope="module")
def frame(national):
    """The coded answers, by nothing but their numbers."""
    return pd.DataFrame({name: national.answers[name] for name in (*CONTACT, "q6", "q18", "q19", "q20", "q28")})


def test_the_monthly_sum_is_that_of_the_report_written_out(national, frame):
    worth = frame[["q16_1a", "q16_1b", "q16_1c"]].apply(lambda column: column.map(TENTHS))
    alone = (frame["q6"] == 1) & (national.status["q6"] == ANSWERED)
    together = ((frame["q6"] >= 2) & (national.status["q6"] == ANSWERED)) | (
        (national.status["q6"] != ANSWERED) & frame["q16_2"].isin(list(TENTHS))
    )
    assert not (alone & together).any()
    worth["q16_2"] = frame["q16_2"].map(TENTHS).where(together)
    computable = worth.notna().any(axis=1)
    np.testing.assert_array_equal(national.answers["contact_computable"] == 1, computable)
    np.testing.assert_array_equal(national.status["contact_sum"] == UNDETERMINED, ~computable)
    np.testing.assert_array_equal(national.answers["contact_sum"][computable], worth.sum(axis=1)[computable])


def test_classes_of_the_sum_have_the_edges_of_the_report(national):
    total, known = national.answers["contact_sum"], national.status["contact_sum"] == ANSWERED
    for code, (low, high) in EDGES.items():
        np.testing.assert_array_equal(
            national.answers["contact_class"] == code, known & (total >= low) & (total <= high)
        )
    np.testing.assert_array_equal(national.answers["contact_class"] == 1, known & (total >= 387))


def test_the_published_counts_of_r6_add_up_as_the_definitions_say():
    """Report pp.64–66: counts from the top class down, and the two indicators made of them."""
    counts = [3451, 1945, 3658, 243, 326, 341, 254, 186, 192]
    assert sum(counts) + 275 == 10871
    assert (sum(counts[6:]), sum(counts[5:])) == (632, 973)
    assert (round(100 * 632 / 10871, 1), round(100 * 973 / 10871, 1)) == (5.8, 9.0)
    assert round(100 * 973 / (10871 - 275), 1) == 9.2  # the denominator of the four-year paper
    outside = [1317, 1153, 1716, 749, 959, 1335, 1486, 1006, 759]
    assert (sum(outside[6:]), sum(outside[5:])) == (3251, 4586)


def test_the_indicators_are_the_classes_below_them(national):
    flags, classes = national.answers["isolation_indicators"], national.answers["contact_class"]
    np.testing.assert_array_equal(flags[:, 0] == 1, np.isin(classes, [7, 8, 9]))
    np.testing.assert_array_equal(flags[:, 1] == 1, np.isin(classes, [6, 7, 8, 9]))
    assert (flags[:, -1] == 0).all()  # nobody is undetermined: the denominator is all respondents
    np.testing.assert_array_equal(flags[:, 0] == 1, national.answers["contact_isolated"] == 1)


def test_the_indicator_of_support_is_no_to_both_and_a_blank_never_makes_it(national, frame):
    none = (frame["q18"] == 2) & (frame["q19"] == 2)
    np.testing.assert_array_equal(national.answers["isolation_indicators"][:, 2] == 1, none)
    np.testing.assert_array_equal(national.answers["support_lacking"] == 1, none)
    np.testing.assert_array_equal(national.answers["support_lacking_all"] == 1, none & (frame["q20"] == 2))
    any_ = (frame["q18"] == 1) | (frame["q19"] == 1)
    np.testing.assert_array_equal(national.answers["support_lacking"] == 2, any_)


def test_bounds_enclose_every_score_and_meet_where_nothing_is_blank(national):
    for name in ("ucla", "saito_contacts"):
        low, high = national.answers[f"{name}_lowest"], national.answers[f"{name}_highest"]
        own = "ucla_score" if name == "ucla" else name
        known = national.status[own] == ANSWERED
        assert (low <= high).all()
        np.testing.assert_array_equal(low[known], national.answers[own][known])
        np.testing.assert_array_equal(high[known], national.answers[own][known])
        assert (low[~known] < high[~known]).all()


def test_a_class_by_bounds_never_contradicts_the_class_and_knows_no_less(national):
    own, bounds = national.answers["ucla_class"], national.answers["ucla_class_bounds"]
    known = own != 99
    np.testing.assert_array_equal(own[known], bounds[known])


def test_the_best_channel_is_the_most_frequent_of_those_answered_where_it_is_known(national, frame):
    channels = frame[["q16_1a", "q16_1b", "q16_1c"]].where(frame[["q16_1a", "q16_1b", "q16_1c"]] <= 7)
    best, found = channels.min(axis=1), national.answers["contact_best"]
    whole = channels.notna().all(axis=1)
    np.testing.assert_array_equal(found[whole], best[whole])
    known = found != 99
    np.testing.assert_array_equal(found[known], best[known])
    # Known in spite of a blank only by the highest frequency, which no blank can exceed.
    assert (found[known & ~whole] == 1).all()
    weekly = national.answers["contact_no_weekly"]
    np.testing.assert_array_equal(weekly == 2, best <= 3)
    np.testing.assert_array_equal(weekly == 1, whole & (best >= 4))


def test_the_literature_s_cut_and_the_official_one_are_two_definitions(national):
    """≤ 8.6 of three channels with blanks undetermined; < 8.6 with the cohabitants, blanks as 0."""
    ours, theirs = national.answers["saito_le_8_6"], national.answers["contact_isolated_wide"]
    assert (ours == 99).sum() > (theirs == 99).sum()
    both = (ours != 99) & (theirs != 99)
    assert (ours[both] != theirs[both]).any()
    rows = national.answers["saito_le_8_6_range"]
    assert (rows[:, 0] >= rows[:, 1]).all()  # whoever is below by the middle reading is below by the lowest
    assert (rows[:, 1] >= rows[:, 2]).all()


def test_the_two_readings_of_the_remote_channels_agree_where_one_channel_is_all_there_is(national, frame):
    best, total = national.answers["contact_remote_best"], national.answers["contact_remote_sum_class"]
    single = (frame["q16_1b"] == 7) | (frame["q16_1c"] == 7) | (frame["q16_1b"] == 99) | (frame["q16_1c"] == 99)
    np.testing.assert_array_equal(best[single], total[single])
    np.testing.assert_array_equal(best == 99, (frame["q16_1b"] == 99) & (frame["q16_1c"] == 99))
    assert (total[best != 99] <= best[best != 99]).all()  # a sum is at least as frequent as its greater part


def test_a_composite_counts_its_indicators_and_lies_between_its_bounds(national):
    for composite in national.survey.measures.composites:
        own = [national.answers[name] for name in composite.indicators]
        units = [weight for _, weight in composite.indicators.values()]
        known = national.status[composite.name] == ANSWERED
        count = sum(weight * (values == 1) for values, weight in zip(own, units, strict=True))
        np.testing.assert_array_equal(known, np.logical_and.reduce([values != 99 for values in own]))
        np.testing.assert_array_equal(national.answers[composite.name][known], count[known])
        np.testing.assert_array_equal(national.answers[f"{composite.name}_lowest"], count)
        reached = national.answers[f"{composite.name}_k"]
        np.testing.assert_array_equal(reached == 1, count >= composite.threshold())
        open_ = sum(weight * (values == 99) for values, weight in zip(own, units, strict=True))
        np.testing.assert_array_equal(reached == 2, count + open_ < composite.threshold())


def test_lonely_and_isolated_stand_side_by_side_in_four_cells(national):
    sample = ks.weighted(national, basis="unweighted")
    cells = ks.crosstab(sample, "lonely_isolated")
    lonely, isolated = national.answers["direct_two"], national.answers["contact_isolated"]
    for k, key in enumerate(cells.keys):
        if key != 99:
            wanted = ((lonely == key // 100) & (isolated == key % 100)).sum()
            assert cells.counts[0, k] == wanted > 0
    assert cells.n[0] == ((lonely != 99) & (isolated != 99)).sum()
