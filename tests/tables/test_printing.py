"""What may be printed: rounding, marks, sentences."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kodoku_survey as ks
from kodoku_survey.crosstabs import official_z
from kodoku_survey.errors import SurveyError
from kodoku_survey.tables.marks import MARKS, explained, legend, printed
from kodoku_survey.tables.rounding import half_up, percent_of
from kodoku_survey.tables.words import words

# count, n, decimals → as a person rounds by hand (四捨五入). Python's round() fails the first four.
BY_HAND = [
    (1, 800, 1, "0.1"),
    (1, 400, 1, "0.3"),
    (5, 1000, 0, "1"),
    (45, 1000, 0, "5"),
    (2, 3, 1, "66.7"),
    (1, 2000, 1, "0.1"),
    (0, 7, 1, "0.0"),
    (7, 7, 1, "100.0"),
    (89, 1000, 0, "9"),
]


@pytest.mark.parametrize(("count", "n", "decimals", "expected"), BY_HAND)
def test_a_share_is_rounded_half_up_on_the_exact_counts(count, n, decimals, expected):
    assert half_up(percent_of(count, n), decimals) == expected


@given(st.integers(0, 20000), st.integers(1, 20000), st.integers(0, 3))
def test_rounding_is_the_nearest_and_never_the_lower_of_two(count, n, decimals):
    exact, unit = Fraction(100 * count, n), Fraction(1, 10**decimals)
    told = Fraction(half_up(percent_of(count, n), decimals))
    assert abs(told - exact) <= unit / 2
    assert exact - told != unit / 2


def test_a_share_of_nobody_is_an_error_not_a_number():
    with pytest.raises(ZeroDivisionError):
        percent_of(0, 0)
    assert half_up(Decimal("-0.05"), 1) == "-0.1"


def test_every_mark_is_explained_once_in_both_languages():
    for flag in MARKS:
        for said in (words("ja"), words("en")):
            (line,) = legend([flag], said, reference_base=50)
            assert "{" not in line
            assert explained(flag, said, reference_base=50) in line
    assert printed("nil") == "‐"  # U+2010
    assert legend([], words("ja"), reference_base=50) == ()


@pytest.fixture(scope="module")
def table(national):
    """A table of the national report on the basis the published one has."""
    return ks.make_table(ks.weighted(national, basis="unweighted"), "ucla_class", by=["age_class"])


def test_a_cell_has_a_number_or_a_mark(table):
    for row in table.rows:
        for cell in row.cells:
            assert (cell.value is not None) or cell.flag
            assert cell.text or cell.flag == "excluded"


def test_a_cell_nobody_gave_prints_the_mark_and_a_small_base_is_for_reference():
    frame = pd.DataFrame(
        {"q": pd.Categorical(["a"] * 60, categories=["a", "b"]), "g": ["x"] * 55 + ["y"] * 5, "w": 1.0}
    )
    tab = ks.crosstab(ks.Sample.from_frame(frame, weight="w"), "q", by=["g"])
    flags = tab.frame().set_index(["group", "answer"])["flag"]
    assert flags["x", "b"] == "nil"
    assert flags["x", "a"] == ""
    assert flags["y", "a"] == "reference"


# x1, n1, x2, n2 → |z| by hand: pooled variance, no continuity correction.
ZS = [(30, 100, 20, 100, 1.6330), (50, 1000, 80, 1000, 2.7211), (5, 50, 5, 50, 0.0), (0, 40, 4, 40, 2.0520)]


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "z"), ZS)
def test_the_official_rule_is_the_pooled_z(x1, n1, x2, n2, z):
    found = official_z(np.array([x1, x2], float), np.array([n1, n2], float))
    assert abs(found[0, 1]) == pytest.approx(z, abs=5e-5)
    assert found[0, 1] == -found[1, 0]


def test_a_sentence_names_only_groups_significantly_higher_than_another(national):
    sample = ks.weighted(national, basis="unweighted")
    (table,) = ks.make_report(sample, only=["1-19"]).tables
    (sentence,) = table.sentences
    tab, answer = table.crosstab, table.crosstab.keys.index(5)
    count, n = tab.counts[1:, answer].astype(float), tab.n[1:].astype(float)
    p = count / n
    pooled = (count[:, None] + count) / (n[:, None] + n)
    z = (p[:, None] - p) / np.sqrt(pooled * (1 - pooled) * (1 / n[:, None] + 1 / n))
    # Nine groups: three differences are needed; and the share of everybody must be exceeded.
    out = ((z > 1.96).sum(axis=1) >= 3) & (p > tab.counts[0, answer] / tab.n[0])
    assert out.any()
    for group, told in zip(tab.groups[1:], out, strict=True):
        assert (group.label in sentence) == told, group.label


def test_an_unknown_table_is_told_with_the_nearest(national):
    with pytest.raises(SurveyError, match="2-111"):
        ks.make_report(ks.weighted(national, basis="unweighted"), only=["2-111"])
