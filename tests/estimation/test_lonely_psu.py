"""Every rule for a stratum with a single PSU, on totals one can follow by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError
from kodoku_survey.survey.reading import Place, record
from kodoku_survey.survey.settings import Collapse, DesignSettings

# PSU totals of y: stratum A 10; stratum B 4 and 8. B alone: 2/1·((4 − 6)² + (8 − 6)²) = 16.
PERSONS = pd.DataFrame({"stratum": list("ABBB"), "psu": [1, 1, 2, 2], "w": 1.0, "y": [10.0, 4, 5, 3]})


def variance(**options) -> float:
    sample = ks.Sample.from_frame(PERSONS, weight="w", stratum="stratum", psu="psu", **options)
    return float(ks.totals(sample, "y").se[0] ** 2)


def test_by_default_it_is_refused_by_the_name_of_the_stratum():
    with pytest.raises(DesignError) as refused:
        variance()
    assert refused.value.key == "design.lonely_psu"
    assert "A" in refused.value.text("en")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("certainty", 16),
        ("remove", 16),
        ("average", 16 * 2 / 1),  # the strata that have an error stand for all
        ("centre", 16 + (10 - 22 / 3) ** 2),  # about the mean of all PSU totals
    ],
)
def test_a_rule_gives_what_it_says(rule, expected):
    assert variance(lonely_psu=rule) == pytest.approx(expected, rel=1e-12)


def test_a_stratum_collapsed_with_its_neighbour_keeps_its_own_psus():
    """A's PSU 1 is not B's PSU 1: three units, 3/2·Σ(t − 22/3)²."""
    mean = 22 / 3
    expected = 1.5 * sum((t - mean) ** 2 for t in (10, 4, 8))
    assert variance(collapse={"A": "B"}) == pytest.approx(expected, rel=1e-12)


def test_populations_of_collapsed_strata_add_up():
    frame = PERSONS.assign(N=[4, 6, 6, 6])  # 1 of 4 and 2 of 6: 3 of 10
    sample = ks.Sample.from_frame(frame, weight="w", stratum="stratum", psu="psu", fpc="N", collapse={"A": "B"})
    assert ks.totals(sample, "y").se[0] ** 2 == pytest.approx((1 - 3 / 10) * variance(collapse={"A": "B"}), rel=1e-12)


def test_weights_from_the_fpc_are_those_of_the_stratum_drawn_in():
    frame = PERSONS.assign(N=[4, 6, 6, 6])
    sample = ks.Sample.from_frame(frame, stratum="stratum", psu="psu", fpc="N", collapse={"A": "B"})
    assert list(sample.weight) == pytest.approx([4, 3, 3, 3], rel=1e-12)


def test_strata_may_be_collapsed_in_a_row_but_not_in_a_circle():
    frame = pd.concat([PERSONS, PERSONS.iloc[:1].assign(stratum="C")])
    options = {"weight": "w", "stratum": "stratum", "psu": "psu"}
    stage = ks.Sample.from_frame(frame, collapse={"C": "A", "A": "B"}, **options).stages[0]
    assert stage.units == 4
    assert len(stage.names) == 1
    with pytest.raises(DesignError) as refused:
        ks.Sample.from_frame(frame, collapse={"C": "A", "A": "C"}, **options)
    assert refused.value.key == "design.collapse_circle"


def test_an_unknown_neighbour_is_refused():
    with pytest.raises(DesignError) as refused:
        variance(collapse={"A": "Z"})
    assert refused.value.key == "design.no_stratum"


@pytest.mark.parametrize("rule", ["average", "centre"])
def test_a_rule_that_compares_with_other_psus_needs_others(rule):
    sample = ks.Sample.from_frame(PERSONS.iloc[:1], weight="w", stratum="stratum", psu="psu", lonely_psu=rule)
    with pytest.raises(DesignError) as refused:
        ks.totals(sample, "y")
    assert refused.value.key == "design.lonely_psu"


def test_a_psu_drawn_for_certain_is_not_lonely_and_has_no_error_of_its_own():
    """fpc 1 of 1 in A: nothing is added at the first stage, and B's part has its own correction."""
    frame = PERSONS.assign(N=[1, 4, 4, 4])
    sample = ks.Sample.from_frame(frame, weight="w", stratum="stratum", psu="psu", fpc="N")
    assert ks.totals(sample, "y").se[0] ** 2 == pytest.approx((1 - 2 / 4) * 16, rel=1e-12)


def test_within_a_psu_drawn_for_certain_the_second_stage_has_its_error():
    frame = pd.DataFrame(
        {"stratum": "A", "psu": 1, "person": [1, 2], "N": 1, "M": 10, "w": 5.0, "y": [1.0, 3.0]}
    )  # fmt: skip
    sample = ks.Sample.from_frame(frame, weight="w", stratum="stratum", psu=["psu", "person"], fpc=["N", "M"])
    expected = 10**2 * (1 - 2 / 10) * 2 / 2  # N²(1 − f)s²/n of a simple random sample of two of ten
    assert ks.totals(sample, "y").se[0] ** 2 == pytest.approx(expected, rel=1e-12)


def test_an_unknown_rule_is_refused_not_ignored():
    with pytest.raises(DesignError) as refused:
        variance(lonely_psu="center")
    assert refused.value.key == "design.unknown_lonely_psu"
    assert "centre" in refused.value.text("en")


def test_a_survey_folder_says_which_strata_are_collapsed(national):
    """As read from [[design.collapse]]; the register's strata then hold the PSUs of both."""
    place = Place("survey.toml")
    design = national.survey.settings.design
    names = list(national.selection[design.stratum].unique()[:2])
    told = {"collapse": [{"stratum": names[0], "into": names[1]}]}
    read = record(DesignSettings, told, place)
    assert place.faults == []
    assert read.collapse == (Collapse(names[0], names[1]),)
    settings = replace(
        national.survey.settings, design=replace(national.survey.settings.design, collapse=read.collapse)
    )
    before = ks.weighted(national, basis="design").stages[0]
    after = ks.weighted(replace(national, survey=replace(national.survey, settings=settings)), basis="design").stages[0]
    assert (after.units, len(after.names)) == (before.units, len(before.names) - 1)


def test_a_collapse_without_its_neighbour_is_a_fault_of_the_folder():
    place = Place("survey.toml")
    assert record(DesignSettings, {"collapse": [{"stratum": 7}]}, place) is None
    assert "into" in place.faults[0].text("en")


BOTH = pd.concat([PERSONS, pd.DataFrame({"stratum": ["C"], "psu": [1], "w": 1.0, "y": [1.0]})], ignore_index=True)


def test_each_stratum_can_have_a_rule_of_its_own():
    """A (10) about the mean of all units 23/4, C taken for certain, B (16) as it is; "average" of C alone: 16 · 2/1."""

    def variance_by(rule) -> float:
        sample = ks.Sample.from_frame(BOTH, weight="w", stratum="stratum", psu="psu", lonely_psu=rule)
        return float(ks.totals(sample, "y").se[0] ** 2)

    centred = (10 - 23 / 4) ** 2
    assert variance_by({"A": "centre", "C": "certainty"}) == pytest.approx(16 + centred, rel=1e-12)
    assert variance_by({"A": "centre", None: "remove"}) == pytest.approx(16 + centred, rel=1e-12)
    assert variance_by({"A": "certainty", "C": "average"}) == pytest.approx(32, rel=1e-12)
    assert variance_by({None: "centre"}) == pytest.approx(variance_by("centre"), rel=1e-12)


def test_a_stratum_without_a_rule_fails_and_an_unknown_one_is_named():
    for rule, key, word in (
        ({"A": "centre"}, "design.lonely_psu", "(C)"),
        ({"D": "centre"}, "design.no_stratum", "'D'"),
        ({"A": "center"}, "design.unknown_lonely_psu", "centre"),
    ):
        with pytest.raises(DesignError) as refused:
            ks.totals(ks.Sample.from_frame(BOTH, weight="w", stratum="stratum", psu="psu", lonely_psu=rule), "y")
        assert refused.value.key == key
        assert word in refused.value.text("en")
