"""What a cross-tab can be: counted by hand with pandas, and banners, nets, bases, means in cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.errors import DesignError, UsageError

FRAME = persons(7).assign(
    q5_1=lambda f: (f["score"] > 1) * 1, q5_2=lambda f: f["y"] > 11, q5_3=lambda f: (f["score"] == 3) * 1
)
SAMPLE = clustered(FRAME)
W = FRAME["weight"]


def weighted(by: str) -> pd.DataFrame:
    """Weights by group and answer."""
    return FRAME.pivot_table("weight", by, "score", "sum").fillna(0.0)


def test_row_column_and_total_shares_and_counts_are_the_weights_divided():
    cells = weighted("age")
    expected = {
        "row": cells.div(cells.sum(axis=1), axis=0),
        "column": cells / cells.sum(),
        "total": cells / W.sum(),
        "count": cells,
    }
    for share, values in expected.items():
        tab = ks.crosstab(SAMPLE, "answer", by="age", share=share, total="")
        np.testing.assert_allclose(tab.value, values, rtol=1e-12, err_msg=share)


def test_a_weighted_count_has_the_error_of_a_total():
    tab = ks.crosstab(SAMPLE, "answer", by="age", share="count", total="")
    for g, age in enumerate(sorted(FRAME["age"].unique())):
        ones = clustered(FRAME.assign(one=((FRAME["age"] == age) & (FRAME["score"] == 2)) * 1.0))
        assert tab.se[g, 1] == pytest.approx(ks.totals(ones, "one").se[0], rel=1e-10)


def test_the_base_of_a_row_says_whose_share_it_is():
    n = FRAME.groupby(["age", "score"]).size().unstack(fill_value=0)
    row, column, whole = (
        ks.crosstab(SAMPLE, "answer", by="age", share=share, total="").frame()["n"].to_numpy().reshape(3, 4)
        for share in ("row", "column", "total")
    )
    np.testing.assert_array_equal(row, np.repeat(n.sum(axis=1).to_numpy()[:, None], 4, axis=1))
    np.testing.assert_array_equal(column, np.repeat(n.sum().to_numpy()[None, :], 3, axis=0))
    assert (whole == len(FRAME)).all()


def test_banners_are_stacked_under_everybody_and_nested_by_a_tuple():
    tab = ks.crosstab(SAMPLE, "answer", by=["sex", "age", ("sex", "age")])
    assert [g.attribute for g in tab.groups] == [""] + ["sex"] * 2 + ["age"] * 3 + ["sex:age"] * 6
    assert tab.groups[6].label == "female middle"
    assert tab.n[6:].sum() == len(FRAME)


def test_without_a_banner_and_a_total_everybody_stands_alone():
    assert ks.crosstab(SAMPLE, "answer", total="").shape == (1, 4)


def test_nets_stand_after_the_answers_and_their_base_is_the_same():
    tab = ks.crosstab(SAMPLE, "answer", by=["sex"], nets={"ある": [3, 4], "most": ["1", "2", 3]})
    assert tab.answers == ("1", "2", "3", "4", "ある", "most")
    assert tab.nets == (4, 5)
    np.testing.assert_allclose(tab.value[:, 4], tab.value[:, 2] + tab.value[:, 3], rtol=1e-12)
    np.testing.assert_array_equal(tab.counts[:, 5], tab.counts[:, :3].sum(axis=1))
    assert tab.n[0] == len(FRAME)


def test_groups_of_an_attribute_put_together_may_overlap():
    nets = {"age": {"not old": ["young", "middle"], "not young": ["old", "middle"]}}
    tab = ks.crosstab(SAMPLE, "answer", by=["age"], nets=nets)
    assert [g.label for g in tab.groups] == ["全体", "middle", "old", "young", "not old", "not young"]
    rows = FRAME["age"] != "old"
    share = W[rows & (FRAME["score"] == 1)].sum() / W[rows].sum()
    assert tab.value[4, 0] == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize(
    ("nets", "key"),
    [({"x": [9]}, "estimation.no_answer"), ({"sexx": {"x": [1]}}, "estimation.no_net_attribute")],
)
def test_a_net_of_what_is_not_there_is_refused(nets, key):
    with pytest.raises(DesignError) as refused:
        ks.crosstab(SAMPLE, "answer", by=["sex"], nets=nets)
    assert refused.value.key == key


def test_columns_of_0_and_1_are_a_multiple_answer_question():
    tab = ks.crosstab(SAMPLE, ["q5_1", "q5_2", "q5_3"], by=["sex"], nets={"any": ["q5_1", "q5_2"]})
    assert tab.multiple
    rows = FRAME["sex"] == "male"
    for k, name in enumerate(("q5_1", "q5_2", "q5_3")):
        assert tab.value[2, k] == pytest.approx((W * FRAME[name])[rows].sum() / W[rows].sum(), rel=1e-12)
    either = (FRAME["q5_1"] == 1) | FRAME["q5_2"]
    assert tab.value[2, 3] == pytest.approx(W[rows & either].sum() / W[rows].sum(), rel=1e-12)


def test_a_multiple_answer_has_the_error_of_each_tick_by_itself():
    tab = ks.crosstab(SAMPLE, ["q5_1", "q5_3"], by=["sex"])
    alone = clustered(FRAME.assign(tick=FRAME["q5_3"].astype(float)))
    np.testing.assert_allclose(tab.se[1:, 1], ks.means(alone, "tick", by="sex").se, rtol=1e-10)


def test_a_person_with_a_missing_tick_was_not_asked():
    frame = FRAME.assign(q5_1=FRAME["q5_1"].astype(float).mask(FRAME.index < 10))
    tab = ks.crosstab(clustered(frame), ["q5_1", "q5_3"])
    assert tab.n[0] == len(FRAME) - 10


def test_other_values_than_0_and_1_are_no_ticks():
    with pytest.raises(DesignError) as refused:
        ks.crosstab(SAMPLE, ["q5_1", "score"])
    assert refused.value.key == "estimation.not_ticks"


def test_nonanswer_is_in_the_base_or_out_of_it(national_sample):
    within, without = (ks.crosstab(national_sample, "q28", nonanswer=where) for where in ("in", "out"))
    k = within.nonanswer
    assert within.counts[0, k] > 0
    assert without.counts[0, k] == 0
    assert without.n[0] == within.n[0] - within.counts[0, k]
    np.testing.assert_allclose(without.value[0, :k], within.value[0, :k] / (1 - within.value[0, k]), rtol=1e-12)


def test_nonanswer_out_is_the_domain_of_those_who_answered(national_sample):
    out = ks.crosstab(national_sample, "q28", nonanswer="out")
    within = ks.crosstab(national_sample, "q28")
    silent = national_sample.column("q28").codes == within.nonanswer
    domain = ks.crosstab(ks.domain(national_sample, ~silent), "q28")
    np.testing.assert_allclose(out.se, domain.se, rtol=1e-12, atol=1e-15)


def test_an_attributes_own_nonanswer_is_no_group_but_stays_in_the_total(national_sample):
    tab = ks.crosstab(national_sample, "q28", by=["q11"])
    column = national_sample.column("q11")
    assert len(tab.groups) == len(column.answers) - 1 + 1  # without 無回答, with everybody
    assert tab.n[1:].sum() < tab.n[0]


def test_multiple_answers_of_a_survey_add_up_to_more_than_everybody(national_sample):
    name = next(n for n, v in national_sample.responses.variables.items() if v.kind == "multiple")
    tab = ks.crosstab(national_sample, name, share="count")
    assert tab.multiple
    assert tab.value.sum() > tab.weighted_n[0]


def test_means_in_cells_are_the_means_of_their_domains():
    tab = ks.cell_means(SAMPLE, "y", by=["sex"], question="answer")
    assert tab.answers == ("1", "2", "3", "4", "全体")
    for g, rows in enumerate((slice(None), FRAME["sex"] == "female", FRAME["sex"] == "male")):
        for k in range(4):
            inside = np.zeros(len(FRAME), dtype=bool)
            inside[rows] = True
            mean = ks.means(ks.domain(SAMPLE, inside & (FRAME["score"] == k + 1).to_numpy()), "y")
            assert tab.value[g, k] == pytest.approx(mean.value[0], rel=1e-12)
            assert tab.se[g, k] == pytest.approx(mean.se[0], rel=1e-10)
            assert tab.estimate.degrees_of_freedom.reshape(tab.shape)[g, k] == mean.degrees_of_freedom[0]
    by = ks.means(SAMPLE, "y", by="sex")
    np.testing.assert_allclose(tab.value[1:, 4], by.value, rtol=1e-12)
    np.testing.assert_allclose(tab.estimate.deff.reshape(tab.shape)[1:, 4], by.deff, rtol=1e-9)


def test_means_by_a_stacked_banner_have_one_column():
    tab = ks.cell_means(SAMPLE, "y", by=["sex", "age"], nets={"age": {"not old": ["young", "middle"]}})
    assert tab.shape == (1 + 2 + 3 + 1, 1)
    assert "value" in tab.frame()
    assert "percent" not in tab.frame()


def test_a_base_restricts_who_counts():
    rows = (FRAME["y"] > 10).to_numpy()
    tab = ks.crosstab(SAMPLE, "answer", by=["sex"], base=rows)
    assert tab.n[0] == rows.sum()
    np.testing.assert_allclose(tab.se, ks.crosstab(ks.domain(SAMPLE, rows), "answer", by=["sex"]).se, rtol=1e-12)


@pytest.mark.parametrize("options", [{"share": "rows"}, {"interval": "wald"}])
def test_an_unknown_option_is_refused(options):
    with pytest.raises(UsageError):
        ks.crosstab(SAMPLE, "answer", **options)


def test_persons_of_the_population_cannot_be_counted_without_weights():
    with pytest.raises(DesignError) as refused:
        ks.crosstab(SAMPLE.on("unweighted"), "answer", share="count")
    assert refused.value.key == "estimation.no_total"


def test_a_group_that_is_not_there_is_refused_with_those_there_are():
    with pytest.raises(DesignError) as refused:
        ks.crosstab(SAMPLE, "answer", by=["sex"]).position("sex", "males")
    assert refused.value.key == "estimation.no_group"
    assert "sex=male" in refused.value.text("en")


@pytest.mark.parametrize("share", ["row", "column", "total"])
def test_both_bases_go_through_the_same_functions(share):
    tab = ks.crosstab(SAMPLE.on("unweighted"), "answer", by=["age"], share=share, total="")
    counts = FRAME.groupby(["age", "score"]).size().unstack(fill_value=0)
    base = {
        "row": counts.sum(axis=1).to_numpy()[:, None],
        "column": counts.sum().to_numpy(),
        "total": counts.values.sum(),
    }
    p = counts / base[share]
    np.testing.assert_allclose(tab.value, p, rtol=1e-12)
    np.testing.assert_allclose(tab.se, np.sqrt(p * (1 - p) / base[share]), rtol=1e-12)
    np.testing.assert_allclose(np.sqrt(np.diag(tab.estimate.covariance)), tab.se.ravel(), rtol=1e-12)
