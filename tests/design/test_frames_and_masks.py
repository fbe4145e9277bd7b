"""What a DataFrame brings along: its index, later edits, odd column names, values that are none, and code in conditions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

FRAME = pd.DataFrame(
    {"w": [1.0, 2, 3, 4, 5, 6], "y": [1.0, 2, 4, 8, 16, 32], "g": list("aabbcc"), "名 前": [1, 0, 1, 0, 1, 0]},
    index=[10, 20, 30, 40, 50, 60],
)
SAMPLE = ks.Sample.from_frame(FRAME, weight="w")


def key_of(work) -> str:
    with pytest.raises(DesignError) as refused:
        work()
    assert refused.value.text("en") != refused.value.text("ja")
    return refused.value.key


def test_a_mask_is_taken_by_its_index():
    shuffled = (FRAME["y"] > 3).sample(frac=1, random_state=1)
    assert ks.domain(SAMPLE, shuffled).within.tolist() == [False, False, True, True, True, True]
    longer = pd.concat([shuffled, pd.Series([True], index=[70])])
    assert ks.domain(SAMPLE, longer).within.sum() == 4
    assert ks.domain(SAMPLE, (FRAME["y"] > 3).to_numpy()).within.sum() == 4
    assert key_of(lambda: ks.domain(SAMPLE, (FRAME["y"] > 3).reset_index(drop=True))) == "design.mask_index"


def test_a_function_of_the_table_is_a_mask():
    assert ks.domain(SAMPLE, lambda d: d["g"] == "b").within.sum() == 2
    assert key_of(lambda: ks.domain(SAMPLE, lambda d: d["nothing"] == 1)) == "design.bad_query"
    assert key_of(lambda: ks.domain(SAMPLE, [1, 2, 3, 4, 5, "x"])) == "design.not_a_mask"


def test_later_edits_of_the_table_reach_no_result():
    frame = FRAME.copy()
    sample = ks.Sample.from_frame(frame, weight="w")
    frame.loc[10, "y"] = 1e6
    frame["w"] = 0.0
    del frame["g"]
    assert ks.means(sample, "y").value[0] == ks.means(SAMPLE, "y").value[0]
    assert ks.means(sample, "y", by="g").value.tolist() == ks.means(SAMPLE, "y", by="g").value.tolist()


def test_columns_named_by_numbers_answer_to_them():
    frame = FRAME.rename(columns={"y": 0, "w": 1, "g": 2})
    sample = ks.Sample.from_frame(frame, weight=1)
    assert ks.means(sample, 0, by=2).value.tolist() == ks.means(SAMPLE, "y", by="g").value.tolist()
    assert ks.crosstab(sample, "2", by=1).value[:1].tolist() == ks.crosstab(SAMPLE, "g").value.tolist()
    assert key_of(lambda: ks.crosstab(sample, 2)) == "design.name_wanted"


def test_two_columns_of_one_name_are_refused():
    frame = pd.concat([FRAME, FRAME[["y"]]], axis=1)
    assert key_of(lambda: ks.Sample.from_frame(frame, weight="w")) == "design.two_columns"


def test_a_column_where_its_name_is_wanted_is_told():
    assert key_of(lambda: ks.means(SAMPLE, FRAME["y"])) == "design.name_wanted"


def test_infinite_values_are_refused_with_column_and_count():
    sample = ks.Sample.from_frame(FRAME.assign(y=[1, np.inf, -np.inf, 2, 3, 4]), weight="w")
    for work in (
        lambda: ks.means(sample, "y"),
        lambda: ks.quantiles(sample, "y"),
        lambda: ks.regression(sample, "y ~ g"),
    ):
        with pytest.raises(DesignError, match="2") as refused:
            work()
        assert refused.value.key == "design.not_finite"
        assert "y" in refused.value.where


@pytest.mark.parametrize("values", [[1, "1", 2, 2, 1, 2], [1.0, "1", "2", "2", "2", "2"]])
def test_one_answer_as_number_and_as_text_is_refused(values):
    sample = ks.Sample.from_frame(FRAME.assign(q=pd.Series(values, dtype=object, index=FRAME.index)), weight="w")
    assert key_of(lambda: ks.proportions(sample, "q")) == "design.unlike_values"


def test_answers_of_unlike_type_that_differ_are_counted():
    mixed = pd.Series([1, "other", 2, 2, 1, None], dtype=object, index=FRAME.index)
    assert ks.proportions(ks.Sample.from_frame(FRAME.assign(q=mixed), weight="w"), "q").n.tolist() == [5, 5, 5]


def test_ticks_and_blanks_count_the_blanks():
    frame = FRAME.assign(a=[1, 1, np.nan, np.nan, np.nan, np.nan], b=[1, np.nan, 1, np.nan, np.nan, 1])
    tab = ks.crosstab(ks.Sample.from_frame(frame.assign(w=1.0), weight="w"), ["a", "b"])
    assert tab.n.tolist() == [6]
    assert tab.value[0] == pytest.approx([2 / 6, 3 / 6])
    asked = frame.assign(b=[1, 0, 1, np.nan, 0, 1], w=1.0)  # b knows a 0: its blank is a missing answer
    assert ks.crosstab(ks.Sample.from_frame(asked, weight="w"), ["a", "b"]).n.tolist() == [5]


@pytest.mark.parametrize(
    "query",
    [
        "@pd.io.common.os.system('true') == 0",
        "y.__class__ == 1",
        "y.map(print) == 1",
        "g.pipe(print) == 1",
        "__import__('os') == 1",
        "y.to_csv('x') == 1",
        "y.values.tofile('x') == 1",
        "f'{y}' == 1",
        "[z for z in y] == 1",
        "(lambda: 1)() == 1",
    ],
)
def test_a_query_runs_no_code(query):
    assert key_of(lambda: ks.domain(SAMPLE, query)) in ("design.code_in_query", "design.bad_query")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("y > 3 and g != 'c'", 2), ("g.isin(['a', 'c'])", 4), ("`名 前` == 1", 3), ("not (y < 4) | y == 1", 5), ("g in ['a']", 2),
        ("y.between(2, 8)", 3), ("g.str.startswith('a')", 2), ("y ** 2 > 60", 3), ("~(y > 3)", 2), ("1 < y <= 16", 4),
    ],
)  # fmt: skip
def test_a_query_compares_and_reckons(query, count):
    assert ks.domain(SAMPLE, query).within.sum() == count
