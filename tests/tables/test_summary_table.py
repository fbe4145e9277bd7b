"""Table 1 of a paper: every number beside R's (tests/oracle/analyst.R) or another call's, every form read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import python_calamine

import kodoku_survey as ks
from kodoku_survey.errors import OutputError, UsageError

ORACLE = Path(__file__).parents[1] / "oracle"
THEIRS = pd.read_csv(ORACLE / "analyst.csv", keep_default_na=False).set_index(["case", "quantity", "key"])["value"]


def in_r(quantity: str, key: str) -> float:
    return float(THEIRS["table", quantity, key])


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    told = pd.read_csv(ORACLE / "ordered_data.csv")
    return told.assign(
        age=pd.Categorical(told["age"], ["young", "middle", "old"]),
        sex=pd.Categorical(told["sex"], ["male", "female"]),
        cat=(told["lonely"] > 3) * 1,
        dog=(told["contacts"] > 5) * 1,
    )


@pytest.fixture(scope="module")
def sample(frame) -> ks.Sample:
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")


@pytest.fixture(scope="module")
def table(sample) -> ks.SummaryTable:
    return ks.summary_table(sample, ["age", "contacts"], by="sex", language="en")


def test_means_deviations_quartiles_and_shares_equal_those_of_r(table):
    told = table.frame().set_index(["variable", "item", "statistic", "group"])
    for sex in ("male", "female"):
        mean, median = told.loc["contacts", "", "mean", sex], told.loc["contacts", "", "median", sex]
        assert mean["value"] == pytest.approx(in_r("mean", sex), rel=1e-10)
        assert mean["sd"] == pytest.approx(in_r("sd", sex), rel=1e-10)
        quartiles = [in_r("quartiles", f"{sex} {k}") for k in (1, 2, 3)]
        assert [median["q1"], median["value"], median["q3"]] == pytest.approx(quartiles)
        for age in ("young", "middle", "old"):
            share = told.loc["age", age, "share", sex]["value"]
            assert share == pytest.approx(100 * in_r("share", f"{sex} {age}"), rel=1e-10)


def test_tests_their_adjustment_and_standardised_differences_equal_those_of_r(table):
    told = table.frame().groupby(["variable", "statistic"])[["p", "adjusted_p", "difference"]].first()
    for key, place in (
        ("age", ("age", "share")),
        ("contacts mean", ("contacts", "mean")),
        ("contacts median", ("contacts", "median")),
    ):
        assert told.loc[place, "p"] == pytest.approx(in_r("p", key), rel=1e-8)
        assert told.loc[place, "adjusted_p"] == pytest.approx(in_r("adjusted", key), rel=1e-8)
    assert told.loc[("age", "share"), "difference"] == pytest.approx(in_r("difference", "age"), rel=1e-10)
    assert told.loc[("contacts", "mean"), "difference"] == pytest.approx(in_r("difference", "contacts"), rel=1e-10)


def test_three_groups_are_tested_as_r_tests_them_and_differ_by_the_largest_pair(sample):
    told = ks.summary_table(sample, ["contacts"], by="age").frame().groupby("statistic")[["p", "difference"]].first()
    assert told.loc["mean", "p"] == pytest.approx(in_r("p", "contacts mean by age"), rel=1e-8)
    assert told.loc["median", "p"] == pytest.approx(in_r("p", "contacts median by age"), rel=1e-8)
    pairs = []
    for out in ("young", "middle", "old"):
        two = ks.domain(sample, f"age != '{out}'")
        pairs.append(ks.summary_table(two, ["contacts"], by="age").frame()["difference"].max())
    assert told.loc["mean", "difference"] == pytest.approx(max(pairs), rel=1e-12)


def test_the_tests_are_those_of_the_calls_of_their_own(sample):
    table = ks.summary_table(sample, ["lonely", "contacts", ["cat", "dog"]], by="sex", categorical=["lonely"]).frame()
    p = table.groupby(["variable", "item", "statistic"])["p"].first()
    assert p["lonely", "1", "share"] == pytest.approx(ks.independence(sample, "lonely", "sex").p_value, rel=1e-10)
    model = ks.regression(sample, "contacts ~ sex")
    assert p["contacts", "", "mean"] == pytest.approx(model.test("sex").p_value, rel=1e-8)
    assert p["cat + dog", "cat", "share"] == pytest.approx(ks.independence(sample, "cat", "sex").p_value, rel=1e-10)


@pytest.mark.parametrize("basis", ["design", "unweighted"])
def test_the_head_counts_respondents_and_the_persons_they_stand_for(sample, frame, basis):
    table = ks.summary_table(sample.on(basis), ["age"], by="sex", language="en")
    assert list(table.n) == [480, *frame["sex"].value_counts()[["male", "female"]]]
    assert table.weighted_n[0] == pytest.approx(frame["weight"].sum() if basis == "design" else 480)


def test_unweighted_percentages_are_rounded_half_up_from_the_counts():
    """1 of 16 is 6.25, printed 6.3; a binary half would give 6.2."""
    frame = pd.DataFrame({"q": ["yes"] + ["no"] * 15, "w": 1.0})
    table = ks.summary_table(ks.Sample.from_frame(frame, weight="w").on("unweighted"), ["q"])
    assert [line.cells[0] for line in table.lines()] == ["", "93.8 (15)", "6.3 (1)"]


def test_those_without_a_value_have_a_line_of_their_own(frame):
    holes = frame.assign(contacts=frame["contacts"].where(frame.index > 9))
    sample = ks.Sample.from_frame(holes, weight="weight", stratum="stratum", psu="psu")
    told = ks.summary_table(sample, ["contacts"], by="sex").frame().query("statistic == 'missing'")
    assert told["count"].iloc[0] == 10
    assert told["count"].iloc[1:].sum() == 10


def test_a_surveys_multiple_answers_and_nonanswer_are_shown_in_its_language(prefecture_sample):
    table = ks.summary_table(prefecture_sample, ["activity", "lonely", "age"], by="sex")
    tab = ks.crosstab(prefecture_sample, "activity", by=["sex"])
    told = table.frame().query("variable == 'activity' and statistic == 'share'")
    np.testing.assert_allclose(told["value"], 100 * tab.value.T.ravel(), rtol=1e-12)
    assert table.groups[0] == "全体"
    assert "p値" in table.heads
    out = ks.summary_table(prefecture_sample, ["lonely"], by="sex", nonanswer="out")
    np.testing.assert_allclose(
        out.frame().query("group == '全体' and statistic == 'share'")["value"].sum(), 100, rtol=1e-12
    )


def test_what_is_asked_for_is_what_is_shown(sample):
    table = ks.summary_table(sample, ["age"], by="sex", columns=["p"], adjustment="none", language="en")
    assert [head.partition("\n")[0] for head in table.heads] == ["", "male", "female", "p"]
    assert ks.summary_table(sample, ["age"], language="en").heads == ("", "Total\nn=480 (137,390)")


def test_every_form_says_the_same_and_escapes_what_it_would_read_as_its_own(sample, tmp_path):
    labels = {"contacts": "contacts | <b> & 50%_", "cat": "=1+1"}
    table = ks.summary_table(sample, ["contacts", ["cat", "dog"]], by="sex", labels=labels, language="en")
    assert r"contacts \| <b>" in table.to_markdown()
    assert "contacts | &lt;b&gt; &amp; 50%_" in table.to_html()
    assert "scope=" in table._repr_html_()
    assert r"contacts | \textless{}b\textgreater{} \& 50\%\_" in table.to_latex()
    assert table.to_latex().count(r"\\") == len(table.lines()) + 1 + 3  # a line each, the head, three stacked heads
    book = python_calamine.CalamineWorkbook.from_path(table.to_excel(tmp_path / "table.xlsx"))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == table.title
    for row, line in zip(rows[2:], table.lines(), strict=False):
        assert [row[0], *row[1 : 1 + len(line.cells)]] == [line.label, *line.cells]
    for form in (table.to_markdown(), table.to_html(), table.to_latex().replace(r"\%", "%")):
        assert all(cell in form or cell.startswith("<") for line in table.lines() for cell in line.cells)


def test_a_path_that_cannot_be_written_and_options_nobody_knows_are_refused(sample, table, tmp_path):
    with pytest.raises(OutputError):
        table.to_excel(tmp_path / "nowhere" / "table.xlsx")
    for options, key in (
        ({"adjustment": "holmes"}, "estimation.unknown_option"),
        ({"statistics": ["mode"]}, "estimation.unknown_option"),
        ({"by": ["sex", "age"]}, "estimation.one_set_of_domains"),
    ):
        with pytest.raises(UsageError) as refused:
            ks.summary_table(sample, ["contacts"], **options)
        assert refused.value.key == key
    with pytest.raises(UsageError) as refused:
        ks.summary_table(sample, "contacts")
    assert refused.value.key == "tables.no_variables"


def test_groups_can_be_nested(sample):
    table = ks.summary_table(sample, ["contacts"], by=("sex", "age"), language="en")
    assert len(table.groups) == 7
    assert np.isfinite(table.frame()["p"]).all()
