"""Weights and their account at the edges: bounds, margins of a domain, nought among base weights, partial returns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from little import Little
from numpy.testing import assert_allclose

import kodoku_survey as ks
from kodoku_survey.design.trimming import least_error, median_limit, trimmed
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.by_domain import refuse_margins_of_the_whole
from kodoku_survey.weighting.diagnostics import collapses, decisions
from kodoku_survey.weighting.margins import margins_of

STEP = '[[weighting.step]]\nkind = "{kind}"\nmargins = ["sex"]\n{more}\n'


def stepped(kind: str, more: str, **changes) -> Little:
    return replace(Little(), steps=STEP.format(kind=kind, more=more), **changes)


@pytest.mark.parametrize("kind", ["logit", "truncated"])
def test_factors_stay_between_the_bounds_of_the_folder(kind, tmp_path):
    made = stepped(kind, "bounds = [0.5, 1.4]").sample(tmp_path)
    factor = made.steps[-1].factor
    assert factor.min() >= 0.5
    assert factor.max() <= 1.4
    sex = made.responses.answers["sex"]
    assert_allclose([made.weight[sex == 1].sum(), made.weight[sex == 2].sum()], [1700, 1900])


def test_a_margin_exactly_at_the_bound_is_met_and_one_beyond_it_is_refused():
    frame = pd.DataFrame({"sex": [1, 1, 2, 2], "w": [1.0] * 4})
    sample = ks.Sample.from_frame(frame, weight="w")
    for men, women in ((3.0, 1.0), (2.4, 1.6)):
        made = ks.calibrate(sample, {"sex": {1: men, 2: women}}, method="truncated", bounds=(0.5, 1.5))
        assert_allclose(made.weight, [men / 2] * 2 + [women / 2] * 2)
    with pytest.raises(DesignError):
        ks.calibrate(sample, {"sex": {1: 3.1, 2: 0.9}}, method="truncated", bounds=(0.5, 1.5))


def test_a_bound_within_rounding_of_what_a_margin_needs_is_no_refusal():
    sample = ks.Sample.from_frame(pd.DataFrame({"sex": [1, 1, 2, 2], "w": [1.0] * 4}), weight="w")
    margins = {"sex": {1: 4.0, 2: 2e-12}}
    made = ks.calibrate(sample, margins, method="truncated", bounds=(2e-12, 3.0))
    assert_allclose(made.weight, [2.0, 2.0, 0.0, 0.0], atol=1e-9)
    with pytest.raises(DesignError):
        ks.calibrate(sample, margins, method="truncated", bounds=(4e-12, 3.0))


def domain(whole: float, part: float, persons: float) -> None:
    """Margins of so many persons, where everybody's weights sum to `whole` and the domain's to `part`."""
    inside = np.array([True, True, False, False])
    weight = np.array([part / 2, part / 2, (whole - part) / 2, (whole - part) / 2])
    margins = margins_of({"sex": {1: persons / 2, 2: persons / 2}})
    refuse_margins_of_the_whole(margins, lambda _name: np.array([1, 2, 1, 2]), weight, inside)


@pytest.mark.parametrize(("whole", "part", "persons"), [(100, 90, 92), (100, 10, 60), (100, 50, 50), (100, 50, 130)])
def test_margins_nearer_to_the_domain_or_far_from_everybody_are_taken(whole, part, persons):
    domain(whole, part, persons)


@pytest.mark.parametrize(("whole", "part", "persons"), [(100, 90, 99), (100, 50, 90), (100, 50, 120), (100, 50, 100)])
def test_margins_of_everybody_are_refused_of_a_domain(whole, part, persons):
    with pytest.raises(DesignError, match="100"):
        domain(whole, part, persons)


@pytest.mark.parametrize(("whole", "part", "persons"), [(100, 0, 100), (100, 50, 0), (0, 0, 100)])
def test_sums_of_nobody_tell_nothing_of_whom_margins_are(whole, part, persons):
    domain(whole, part, persons)


def test_a_category_held_only_outside_the_domain_is_refused_with_its_name():
    margins = margins_of({"sex": {1: 5.0, 2: 5.0}})
    with pytest.raises(DesignError, match="sex=2"):
        refuse_margins_of_the_whole(
            margins, lambda _name: np.array([1, 1, 2]), np.array([5.0, 5.0, 90.0]), np.array([True, True, False])
        )


def test_a_base_weight_of_nought_is_a_person_who_counts_for_nobody(tmp_path):
    selected = tuple((*row[:3], "0") if row[0] == "5" else row for row in Little().selected)
    made = replace(Little(), selected=selected).sample(tmp_path / "one")
    assert (made.weight == 0).sum() == 1
    assert len(made) == 60
    nobody = tuple((*row[:3], "0") for row in Little().selected)
    with pytest.raises(ks.SurveyError, match=r"0|ゼロ"):
        replace(Little(), selected=nobody).sample(tmp_path / "all")


RESPONSE = "[weighting.response]\npartial_below = {below}\nby = []\n"


@pytest.mark.parametrize(("below", "partial"), [(0.5, 0), (0.51, 1), (0.0, 0), (1.0, None)])
def test_a_return_with_fewer_items_answered_than_the_folder_asks_is_partial(below, partial, tmp_path):
    """Of the four items put to the first person two are answered: one half, which is not below one half."""
    row = ("1", "2026-01-10", "2", "", "3", "", "", "", "")
    full = tuple((*own[:3], own[3] or "40", "3", "", "1", "0", "0") for own in Little().rows[1:])
    little = replace(Little(), rows=(row, *full), steps=Little().steps + RESPONSE.format(below=below))
    sample = little.sample(tmp_path)
    from kodoku_survey.weighting.dispositions import DISPOSITIONS, dispositions_of

    code = dispositions_of(sample.responses).code
    counted = int((code == DISPOSITIONS.index("partial")).sum())
    assert counted == (1 if partial is None else partial)
    assert int((code == DISPOSITIONS.index("no_answer")).sum()) == 4


def test_members_of_a_household_share_one_weight():
    frame = pd.DataFrame({"sex": [1, 2, 1, 2, 2], "home": ["a", "a", "b", "b", "c"], "w": [2.0, 2, 3, 3, 1]})
    made = ks.calibrate(
        ks.Sample.from_frame(frame, weight="w"), {"sex": {1: 6.0, 2: 7.0}}, method="linear", households="home"
    )
    weight = made.weight
    assert_allclose([weight[0] / 2, weight[2] / 3], [weight[1] / 2, weight[3] / 3])
    assert_allclose([weight[[0, 2]].sum(), weight[[1, 3, 4]].sum()], [6.0, 7.0])


def test_a_step_tells_every_margin_before_and_after_beside_its_target(tmp_path):
    made = Little().sample(tmp_path)
    told = made.steps[-1].details
    assert list(told["target"]) == [1700, 1900]
    assert_allclose(told["after"], told["target"])
    assert list(told["respondents"]) == [30, 30]
    sex = made.responses.answers["sex"]
    assert_allclose(told["before"], [made.steps[-1].before[sex == code].sum() for code in (1, 2)])
    summary = made.steps[-1].summary()
    assert summary["min"] == pytest.approx(made.weight.min())
    assert summary["max"] == pytest.approx(made.weight.max())


def test_trimming_to_a_level_keeps_the_sum_where_everybody_stands_at_a_limit():
    frame = pd.DataFrame({"w": [1.0, 1, 1, 10, 10, 10]})
    made = ks.trim(ks.Sample.from_frame(frame, weight="w"), bounds=(4.0, 7.0))
    assert_allclose(made.weight.sum(), 33.0)
    assert made.weight.min() >= 4
    assert made.weight.max() <= 7


def test_a_merge_of_categories_is_a_collapse_and_whatever_else_a_step_notes_a_decision():
    frame = pd.DataFrame({"w": [1.0, 1, 1, 10, 10, 10], "age": [1, 2, 3, 1, 2, 3]})
    made = ks.trim(ks.Sample.from_frame(frame, weight="w"), bounds=(4.0, 7.0))
    made = ks.calibrate(made, {"age": {1: 10.0, 2: 10.0, 3: 13.0}}, collapse={"age": [[1, 2]]})
    assert list(decisions(made)["what"]) == ["most", "trimmed_weights"]
    assert list(decisions(made)["number"]) == [0, 0]
    assert list(collapses(made)[["number", "merged"]].itertuples(index=False, name=None)) == [(1, "age 1+2")]


def test_who_is_outside_a_key_variable_has_no_part_in_the_error_of_a_trimming():
    draw = np.random.default_rng(5)
    weight, y = draw.lognormal(0, 1, 40), draw.integers(0, 2, 40).astype(float)
    y[draw.random(40) < 0.4] = np.nan
    inside = ~np.isnan(y)
    _, table = least_error(weight, [y], ks.Sample.from_frame(pd.DataFrame({"w": weight}), weight="w").stages[0])

    def linearised(w):
        mean = np.average(y[inside], weights=w[inside])
        return mean, np.where(inside, w * (np.nan_to_num(y) - mean), 0) / w[inside].sum()

    def variance(u):
        return 40 / 39 * ((u - u.mean()) ** 2).sum()

    theta, own = linearised(weight)
    expected = []
    for multiple in table["multiple"]:
        level = np.inf if np.isinf(multiple) else median_limit(weight, multiple)
        moved, cut = linearised(trimmed(weight, level) if np.isfinite(level) else weight)
        expected.append((max((moved - theta) ** 2 - variance(cut - own), 0) + variance(cut)) / variance(own))
    assert len(expected) > 3
    assert_allclose(table["relative_mse"], expected)
