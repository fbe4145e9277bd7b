"""Every question by every attribute: the tests are those of `independence`, adjusted together, the largest differences first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey import run
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.hypotheses.adjustment import adjusted

RNG = np.random.default_rng(20)
N = 600


@pytest.fixture(scope="module")
def people() -> ks.Sample:
    """Answers that hang together with the group (plain), a little (some) and not at all (none)."""
    group = RNG.integers(0, 3, N)
    frame = pd.DataFrame(
        {
            "group": pd.Categorical(np.array(list("abc"))[group]),
            "plain": pd.Categorical(np.where(RNG.random(N) < 0.2 + 0.3 * group, "yes", "no")),
            "some": pd.Categorical(np.where(RNG.random(N) < 0.4 + 0.05 * group, "yes", "no")),
            "none": pd.Categorical(np.array(list("xyz"))[RNG.integers(0, 3, N)]),
            "w": RNG.uniform(0.5, 2, N),
            "psu": RNG.integers(0, 40, N),
        }
    )
    return ks.Sample.from_frame(frame, weight="w", psu="psu")


def test_a_test_of_the_screen_is_the_test_of_independence(people):
    frame = ks.screen(people, ["plain", "some", "none"], by="group", adjustment="holm").frame()
    for row in frame.itertuples():
        test = ks.independence(people, row.question, "group")
        assert row.statistic == pytest.approx(test.statistic)
        assert row.p_value == pytest.approx(test.p_value)
    assert frame["question"].iloc[0] == "plain"
    assert frame["p_adjusted"].to_numpy() == pytest.approx(adjusted(frame["p_value"].to_numpy(), "holm"))


def test_the_strength_and_the_gap_are_those_of_the_weighted_shares(people):
    row = next(ks.screen(people, "plain", by="group").frame().itertuples())
    p = people.frame.pivot_table(index="group", columns="plain", values="w", aggfunc="sum", observed=False)
    p = (p / p.to_numpy().sum()).to_numpy()
    expected = p.sum(1, keepdims=True) * p.sum(0)
    assert row.v == pytest.approx(np.sqrt(((p - expected) ** 2 / expected).sum()))
    shares = 100 * p[:, ["no", "yes"].index(row.answer)] / p.sum(1)
    assert (row.gap, row.high, row.low) == pytest.approx((np.ptp(shares), shares.max(), shares.min()))
    assert (row.high_group, row.low_group) == ("abc"[shares.argmax()], "abc"[shares.argmin()])


def test_what_differs_comes_first_and_in_it_the_strongest(prefecture_sample):
    found = ks.screen(prefecture_sample)
    frame = found.frame()
    assert frame["differs"].to_list() == sorted(frame["differs"], reverse=True)
    for _, part in frame.groupby("differs"):
        assert part["v"].to_list() == sorted(part["v"], reverse=True)
    assert (frame["differs"] == (frame["p_adjusted"] < 0.05)).all()
    assert frame["v"].max() < 0.99, "a variable is not tested against what it is made of"
    names = set(prefecture_sample.responses.survey.codebook)
    assert not {
        n for n in frame["question"] if n in names and prefecture_sample.responses.variables[n].source == "selection"
    }


def test_an_option_of_several_answers_is_a_test_of_its_own(prefecture_sample):
    frame = ks.screen(prefecture_sample, "activity", by="sex").frame()
    variable = prefecture_sample.responses.variables["activity"]
    assert sorted(frame["option"]) == sorted(code.label for code in variable.options)
    tab = ks.crosstab(prefecture_sample, "activity", by="sex", nonanswer="out")
    for row in frame.itertuples():
        shares = 100 * tab.value[1:, tab.answers.index(row.option)]
        assert row.gap == pytest.approx(np.ptp(shares))


def test_two_attributes_are_tested_once(people):
    both = ks.screen(people, ["group", "some"], by=["group", "some"]).frame()
    assert len(both) == 1


def test_the_fewer_false_alarms_are_wanted_the_fewer_differences_are_found(people):
    counts = [int(ks.screen(people, ["plain", "some", "none"], by="group", adjustment=one).frame()["differs"].sum())
              for one in ("bonferroni", "holm", "fdr", "none")]  # fmt: skip
    assert counts == sorted(counts)


def test_people_nobody_drew_are_not_tested(prefecture_sample):
    survey = prefecture_sample.responses.survey
    design = replace(survey.settings.design, sample="volunteer")
    hollow = replace(survey, settings=replace(survey.settings, design=design))
    sample = replace(prefecture_sample.on("unweighted"), responses=replace(prefecture_sample.responses, survey=hollow))
    frame = run.screen(sample, ["lonely"], by=["sex", "age_class"]).frame()
    assert frame["p_value"].isna().all()
    assert not frame["differs"].any()
    assert frame["v"].to_list() == sorted(frame["v"], reverse=True)


def test_nothing_named_is_refused_with_what_to_name(people):
    with pytest.raises(DesignError) as fault:
        ks.screen(people)
    assert fault.value.key == "estimation.nothing_to_screen"
