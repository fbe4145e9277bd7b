"""Margins that cannot be met are told before iterating, with what would have to give."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.weighting.adjustments import codes_of_sample
from kodoku_survey.weighting.feasibility import smallest_collapse
from kodoku_survey.weighting.margins import margins_of


def sample_of(**columns) -> ks.Sample:
    frame = pd.DataFrame(columns)
    return ks.Sample.from_frame(frame.assign(w=1.0), weight="w")


SEX, AGE = [1, 1, 1, 2, 2, 2, 2, 2], [1, 2, 3, 1, 2, 2, 3, 3]


def refused(sample: ks.Sample, margins: dict, **options) -> DesignError:
    with pytest.raises(DesignError) as caught:
        ks.calibrate(sample, margins, **options)
    return caught.value


def test_an_empty_category_is_named_with_its_persons_and_the_smallest_collapse():
    fault = refused(sample_of(age=[1, 1, 3, 4]), {"age": {1: 500, 2: 40, 3: 90, 4: 370}})
    assert fault.key == "design.empty_category"
    told = fault.text("en")
    assert "age=2" in told
    assert "40" in told
    assert "age = [[2, 3]]" in told  # 130 persons are merged, with the other neighbour 540


def test_the_proposed_collapse_is_one_the_calibration_takes():
    sample, margins = sample_of(age=[1, 1, 3, 4]), {"age": {1: 500, 2: 40, 3: 90, 4: 370}}
    made = ks.calibrate(sample, margins, collapse={"age": [[2, 3]]})
    assert made.weight.tolist() == pytest.approx([250, 250, 130, 370])
    assert made.steps[-1].notes == (("collapse", "age 2+3"),)


def test_an_empty_cell_of_a_crossed_margin_merges_one_of_its_variables():
    sample = sample_of(sex=SEX, age=[1, 2, 2, 1, 2, 2, 3, 3])
    crossed = {(s, a): 100.0 for s in (1, 2) for a in (1, 2, 3)}
    fault = refused(sample, {"sex:age": crossed})
    assert "sex:age=1:3" in fault.text("en")
    assert "age = [[2, 3]]" in fault.text("en")


def test_two_empty_categories_apart_need_two_merges():
    sample = sample_of(age=[1, 3, 4, 6])
    margins = margins_of({"age": {1: 100, 2: 10, 3: 100, 4: 100, 5: 10, 6: 100}})
    found = smallest_collapse(margins, lambda name: codes_of_sample(sample, name), sample.weight, "raking", None)
    assert found is not None
    assert sorted(map(sorted, found["age"])) in ([[1, 2], [4, 5]], [[1, 2], [5, 6]], [[2, 3], [4, 5]], [[2, 3], [5, 6]])


def test_a_category_of_nobody_that_somebody_holds_is_refused_for_positive_weights():
    sample, margins = sample_of(age=[1, 2, 2, 3]), {"age": {1: 50, 2: 0, 3: 50}}
    assert refused(sample, margins).key == "design.zero_category"
    assert ks.calibrate(sample, margins, method="linear").weight[1] == pytest.approx(0)


def test_margins_with_different_sums_are_refused():
    fault = refused(sample_of(sex=SEX, age=AGE), {"sex": {1: 50, 2: 50}, "age": {1: 30, 2: 30, 3: 45}})
    assert fault.key == "design.inconsistent_margins"
    assert "105" in fault.text("en")


def test_sums_that_differ_by_rounding_are_brought_to_one():
    margins = {"sex": {1: 5e7, 2: 5e7}, "age": {1: 3e7, 2: 3e7, 3: 4e7 + 3}}
    assert ks.calibrate(sample_of(sex=SEX, age=AGE), margins).weight.sum() == pytest.approx(1e8)


def test_a_margin_that_contradicts_the_crossed_one_is_refused():
    sample = sample_of(sex=[1, 1, 2, 2], age=[1, 2, 1, 2])
    crossed = {(1, 1): 10, (1, 2): 40, (2, 1): 30, (2, 2): 20}
    fault = refused(sample, {"sex:age": crossed, "age": {1: 45, 2: 55}}, method="linear")
    assert fault.key == "design.contradicting_margins"


def test_margins_no_positive_weights_meet_are_told_with_the_gap_in_persons_and_a_collapse():
    # Of the 60 of age 2 all are of sex 2, of whom there are but 50.
    sample = sample_of(sex=[1, 1, 2, 2, 1, 2], age=[1, 3, 2, 2, 3, 3])
    fault = refused(sample, {"sex": {1: 50, 2: 50}, "age": {1: 20, 2: 60, 3: 20}})
    told = fault.text("en")
    assert fault.key == "design.no_positive_weights"
    assert "10" in told
    assert "age = [[1, 2]]" in told or "age = [[2, 3]]" in told
    # Only a method that may leave the positive numbers meets them, and says that it did.
    linear = ks.calibrate(sample, {"sex": {1: 50, 2: 50}, "age": {1: 20, 2: 60, 3: 20}}, method="linear")
    assert ("not_positive", str((linear.weight <= 0).sum())) in linear.steps[-1].notes


@pytest.mark.parametrize("method", ["logit", "truncated"])
def test_bounds_that_cannot_hold_say_which_would(method):
    rng = np.random.default_rng(3)
    sample = sample_of(a=rng.integers(1, 4, 300), b=rng.integers(1, 4, 300))
    margins = {"a": {1: 60, 2: 80, 3: 160}, "b": {1: 170, 2: 70, 3: 60}}
    fault = refused(sample, margins, method=method, bounds=(0.8, 1.3))
    assert fault.key == "design.bounds_infeasible"
    low, high = (float(v) for v in fault.fields["needed"].strip("[]").split(","))
    made = ks.calibrate(sample, margins, method=method, bounds=(low, high))
    assert made.weight.max() <= high
    assert made.weight.min() >= low
    codes = lambda name: codes_of_sample(sample, name)  # noqa: E731
    found = smallest_collapse(margins_of(margins), codes, sample.weight, method, (0.8, 1.3))
    assert found
    assert ks.calibrate(sample, margins, method=method, bounds=(0.8, 1.3), collapse=found).weight.max() <= 1.3
    nearly = (1 - 0.97 * (1 - low), 1 + 0.97 * (high - 1))
    assert refused(sample, margins, method=method, bounds=nearly).key == "design.bounds_infeasible"


def test_bounds_that_do_not_enclose_one_are_refused():
    assert (
        refused(sample_of(sex=SEX), {"sex": {1: 4, 2: 4}}, method="logit", bounds=(1.2, 3)).key == "design.bad_bounds"
    )


def test_a_collapse_of_a_code_no_margin_has_is_refused():
    fault = refused(sample_of(sex=SEX), {"sex": {1: 4, 2: 4}}, collapse={"sex": [[1, 7]]})
    assert "7" in fault.text("en")


def test_what_is_called_feasible_is_met_and_what_is_not_is_beyond_every_solution():
    """The question asked before iterating and the solver agree, in samples of both kinds."""
    keys = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        sample = sample_of(a=rng.integers(1, 4, 40), b=rng.integers(1, 4, 40))
        margins = {name: dict(zip((1, 2, 3), rng.dirichlet([2, 2, 2]) * 40, strict=True)) for name in "ab"}
        with suppress(DesignError):
            made = ks.calibrate(sample, margins, method="truncated", bounds=(0.3, 2.2))
            for name, wanted in margins.items():
                held = pd.Series(made.weight).groupby(sample.frame[name]).sum()
                assert held.to_numpy() == pytest.approx(list(wanted.values()), rel=1e-9)
            keys.append("met")
            continue
        keys.append(refused(sample, margins, method="truncated", bounds=(0.3, 2.2)).key)
    assert set(keys) == {"met", "design.bounds_infeasible"}
    assert keys.count("met") >= 5
