"""People without a value leave the denominator of a table of anyone's data, and the table says how many they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks

FRAME = pd.DataFrame(
    {
        "answer": ["yes", "no", None, "yes", np.nan, "no", "yes", "no"],
        "sex": ["f", "m", "f", None, "m", "f", "m", "f"],
        "hours": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0, np.nan, 8.0],
        "tick": [0, 1, 1, 0, np.nan, 1, 0, 1],
    }
)
SAMPLE = ks.Sample.from_frame(FRAME.assign(w=1.0), weight="w")


def test_a_table_says_how_many_have_no_value_and_counts_the_others():
    tab = ks.crosstab(SAMPLE, "answer", by="sex")
    assert tab.n.tolist() == [6, 3, 2]
    assert tab.left_out.asked == (("answer", 2),)
    assert tab.left_out.attributes == (("sex", 1),)
    for shown in (repr(tab), tab.to_html(), tab.to_markdown(), tab.to_latex()):
        assert "「answer」の値がない2人" in shown
        assert "「sex」の値がない1人" in shown
    assert "2 without a value of 'answer' are not counted" in tab.to_markdown(language="en")


def test_only_people_of_the_domain_and_the_base_are_told():
    women = ks.domain(SAMPLE, "sex == 'f'")
    assert ks.crosstab(women, "answer").left_out.asked == (("answer", 1),)
    assert ks.crosstab(SAMPLE, "answer", base="hours > 4").left_out.asked == (("answer", 1),)
    assert ks.crosstab(SAMPLE, "answer", base="hours > 5").left_out.asked == ()


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: ks.crosstabs(SAMPLE, ["answer"], by="sex")["answer", "sex"], (("answer", 2),)),
        (lambda: ks.crosstab(SAMPLE, ["tick"]), (("tick", 1),)),
        (lambda: ks.cell_means(SAMPLE, "hours", by="sex"), (("hours", 2),)),
        (lambda: ks.cell_means(SAMPLE, "hours", question="answer"), (("hours", 2), ("answer", 1))),
        (lambda: ks.cell_quantiles(SAMPLE, "hours", by="sex"), (("hours", 2),)),
    ],
)
def test_every_kind_of_table_tells_them(made, expected):
    assert made().left_out.asked == expected


def test_a_table_of_people_who_all_have_a_value_says_nothing(prefecture_sample):
    whole = ks.Sample.from_frame(FRAME.assign(w=1.0).dropna(), weight="w")
    for tab in (ks.crosstab(whole, "answer", by="sex"), ks.crosstab(prefecture_sample, "barrier", by="sex")):
        assert (tab.left_out.asked, tab.left_out.attributes) == ((), ())
        assert "値がない" not in repr(tab)
