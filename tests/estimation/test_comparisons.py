"""Groups and waves compared: pairs with letters, adjustments, the published rule, overlapping and independent samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from designs import clustered, persons
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

import kodoku_survey as ks
from kodoku_survey.crosstabs.pairwise import adjusted
from kodoku_survey.errors import DesignError, UsageError

FRAME = persons(11, strata=6, psus=4, size=12)
TAB = ks.crosstab(clustered(FRAME), "answer", by=["sex", "age"], nets={"ある": [3, 4]})
PLAIN = ks.crosstab(clustered(FRAME).on("unweighted"), "answer", by=["sex", "age"])


def counted(counts: dict[str, tuple[int, int]]) -> ks.Sample:
    """A simple sample with `yes` of n in every group."""
    rows = [(g, a) for g, (yes, n) in counts.items() for a in ["yes"] * yes + ["no"] * (n - yes)]
    frame = pd.DataFrame(rows, columns=["group", "q"]).assign(w=1.0, q=lambda f: pd.Categorical(f["q"], ["yes", "no"]))
    return ks.Sample.from_frame(frame, weight="w").on("unweighted")


# --- pairs -----------------------------------------------------------------------------------------------------------


def test_a_pair_is_the_contrast_of_its_two_shares():
    found = ks.pairwise(TAB, adjustment="none").pairs
    row = found.query("attribute == 'age' and answer == 'ある' and group == 'middle' and other == 'young'").iloc[0]
    shares = TAB.estimate
    contrast = ks.contrast(shares, {"gap": {"age:middle:ある": 1, "age:young:ある": -1}})
    assert row["difference"] == pytest.approx(100 * contrast.value[0], rel=1e-12)
    assert row["se"] == pytest.approx(100 * contrast.se[0], rel=1e-10)
    assert row["p"] == pytest.approx(contrast.p_value[0], rel=1e-8)


def test_the_difference_of_two_groups_is_a_pair():
    gap = ks.difference(TAB, ("age", "middle"), ("age", "young")).frame()
    row = ks.pairwise(TAB, adjustment="none").pairs.query("group == 'middle' and other == 'young'")
    np.testing.assert_allclose(gap["p"], row["p"], rtol=1e-10)
    np.testing.assert_allclose(gap["points"], row["difference"], rtol=1e-12)


@pytest.mark.parametrize("adjustment", ["holm", "bonferroni"])
def test_adjusted_p_values_are_those_of_statsmodels(adjustment):
    p = np.array([0.001, 0.2, 0.012, 0.04, 0.6, 0.04])
    np.testing.assert_allclose(adjusted(p, adjustment), multipletests(p, method=adjustment)[1], rtol=1e-12)


def test_pairs_that_are_not_compared_count_for_no_family():
    p = np.array([0.01, np.nan, 0.04])
    np.testing.assert_allclose(adjusted(p, "bonferroni"), [0.02, np.nan, 0.08])
    np.testing.assert_allclose(adjusted(p, "holm"), [0.02, np.nan, 0.04])


def test_letters_name_the_groups_each_is_significantly_higher_than():
    """40%, 20%, 25% of 400: z = 6.17 and 4.53 for the first pairs, 1.70 for the last."""
    sample = counted({"a": (160, 400), "b": (80, 400), "c": (100, 400)})
    found = ks.pairwise(ks.crosstab(sample, "q", by=["group"]), adjustment="bonferroni")
    assert found.rule == "official"
    assert found.letters == ("", "A", "B", "C")
    assert list(found.marks[:, 0]) == ["", "BC", "", ""]
    assert list(found.marks[:, 1]) == ["", "", "A", "A"]
    told = found.frame().query("answer == 'yes'")
    assert list(told["higher_than"]) == ["", "BC", "", ""]
    assert list(told["percent"]) == pytest.approx([85 / 3, 40, 20, 25])
    assert "40.0 BC" in repr(found)


def test_without_adjustment_more_differs_than_with():
    sample = counted({"a": (130, 400), "b": (100, 400), "c": (100, 400)})  # z = 2.34: p = 0.019, × 3 = 0.058
    tab = ks.crosstab(sample, "q", by=["group"])
    assert ks.pairwise(tab, adjustment="none").marks[1, 0] == "BC"
    assert ks.pairwise(tab, adjustment="bonferroni").marks[1, 0] == ""
    assert ks.pairwise(tab, adjustment="holm").marks[1, 0] == ""


def test_attributes_are_families_of_their_own():
    found = ks.pairwise(TAB, adjustment="none").pairs
    assert set(found["attribute"]) == {"sex", "age"}
    assert len(found) == 5 * (1 + 3)
    assert (found["df"] > 0).all()


def test_shares_of_0_and_1_are_not_compared_by_the_design():
    sample = counted({"a": (0, 50), "b": (20, 50)})
    tab = ks.crosstab(sample, "q", by=["group"])
    assert np.isnan(ks.pairwise(tab, rule="design").pairs["p"]).all()
    assert (ks.pairwise(tab, rule="official").pairs["p"] < 1e-5).all()


def test_means_in_cells_are_compared_as_well():
    tab = ks.cell_means(clustered(FRAME), "y", by=["age"])
    found = ks.pairwise(tab, adjustment="none").pairs
    means = ks.means(clustered(FRAME), "y", by="age")
    gap = ks.contrast(means, {"gap": {"middle": 1, "old": -1}})
    assert found["se"].iloc[0] == pytest.approx(gap.se[0], rel=1e-10)


# --- the published rule ----------------------------------------------------------------------------------------------


def test_the_official_difference_is_the_pooled_test_of_two_proportions():
    sample = counted({"a": (130, 410), "b": (88, 370)})
    gap = ks.difference(ks.crosstab(sample, "q", by=["group"]), ("group", "a"), ("group", "b"))
    z, p = proportions_ztest([130, 88], [410, 370])
    assert gap.t[0] == pytest.approx(z, rel=1e-12)
    assert gap.p_value[0] == pytest.approx(p, rel=1e-10)


def test_a_group_is_mentioned_when_higher_than_another_and_above_the_total():
    sample = counted({"a": (160, 400), "b": (80, 400), "c": (110, 400), "d": (150, 400)})
    found = ks.official(ks.crosstab(sample, "q", by=["group"])).query("answer == 'yes'").set_index("group")
    assert list(found["mentioned"]) == [True, False, False, True]  # c is higher than b, but below the total of 31.3
    assert found.loc["c", "higher_than"] == ("b",)
    assert found.loc["a", "higher_than"] == ("b", "c")
    assert set(found["needed"]) == {1}
    assert set(found["rule"]) == {"official"}


def test_of_eight_options_one_counts_only_if_it_differs_from_three():
    counts = dict.fromkeys("abcdef", (100, 400)) | {"g": (160, 400), "h": (70, 400)}
    found = ks.official(ks.crosstab(counted(counts), "q", by=["group"])).query("answer == 'yes'").set_index("group")
    assert list(found.index[found["mentioned"]]) == ["g"]
    assert set(found["needed"]) == {3}
    seven = {name: value for name, value in counts.items() if name != "f"}
    fewer = ks.official(ks.crosstab(counted(seven), "q", by=["group"])).query("answer == 'yes'").set_index("group")
    assert set(fewer["needed"]) == {1}
    assert "a" not in fewer.index[fewer["mentioned"]]  # higher than h, but not above the total


def test_a_small_base_is_not_compared():
    found = ks.official(ks.crosstab(counted({"a": (30, 49), "b": (80, 400), "c": (90, 400)}), "q", by=["group"]))
    assert set(found["group"]) == {"b", "c"}


def test_on_the_design_basis_the_rule_says_that_it_is_the_designs():
    assert set(ks.official(TAB)["rule"]) == {"design"}
    assert set(ks.official(PLAIN)["rule"]) == {"official"}


@pytest.mark.parametrize(
    "call", [ks.pairwise, lambda tab, rule: ks.difference(tab, ("sex", "male"), ("sex", "female"), rule=rule)]
)
def test_the_official_test_is_refused_on_weighted_shares(call):
    with pytest.raises(DesignError) as refused:
        call(TAB, rule="official")
    assert refused.value.key == "estimation.official_unweighted"


def test_the_official_rule_needs_everybody():
    with pytest.raises(DesignError) as refused:
        ks.official(ks.crosstab(clustered(FRAME), "answer", by=["sex"], total=""))
    assert refused.value.key == "estimation.official_total"


@pytest.mark.parametrize("options", [{"adjustment": "sidak"}, {"rule": "spss"}])
def test_an_unknown_option_is_refused(options):
    with pytest.raises(UsageError):
        ks.pairwise(TAB, **options)


# --- waves -----------------------------------------------------------------------------------------------------------


def waves() -> tuple[pd.DataFrame, pd.DataFrame]:
    return persons(21, strata=5).assign(wave="R6"), persons(22, strata=4).assign(wave="R5")


def test_independent_waves_are_strata_of_one_sample():
    now, before = waves()
    both = pd.concat([now, before]).assign(stratum=lambda f: f["wave"] + f["stratum"].astype(str))
    one = ks.crosstab(clustered(both), "answer", by=["wave"])
    within = ks.difference(one, ("wave", "R6"), ("wave", "R5"))
    across = ks.wave_difference(*(ks.crosstab(clustered(f), "answer") for f in waves()))
    np.testing.assert_allclose(across.value, within.value, rtol=1e-10)
    np.testing.assert_allclose(across.se, within.se, rtol=1e-9)


def test_the_degrees_of_freedom_of_two_waves_lie_between_the_smaller_and_the_sum():
    tabs = [ks.crosstab(clustered(f), "answer", by=["sex"]) for f in waves()]
    found = ks.wave_difference(*tabs)
    first, second = (tab.estimate.degrees_of_freedom for tab in tabs)
    assert (found.degrees_of_freedom >= np.minimum(first, second) - 1e-9).all()
    assert (found.degrees_of_freedom <= first + second + 1e-9).all()


def test_an_overlapping_sample_has_its_covariance():
    """The same persons asked twice with the same answers: no difference, and no error of it."""
    now, _ = waves()
    both = pd.concat([now, now.assign(wave="R5")])
    found = ks.difference(ks.crosstab(clustered(both), "answer", by=["wave"]), ("wave", "R6"), ("wave", "R5"))
    np.testing.assert_allclose(found.value, 0, atol=1e-12)
    np.testing.assert_allclose(found.se, 0, atol=1e-12)


def test_psus_kept_between_waves_make_the_difference_more_certain():
    now = persons(31, strata=8, psus=3, size=30)
    rng = np.random.default_rng(1)
    half = rng.random(len(now)) < 0.5
    kept = now.assign(wave=np.where(half, "R6", "R5"))
    apart = kept.assign(stratum=kept["wave"] + kept["stratum"].astype(str))
    se = [
        ks.difference(ks.crosstab(clustered(f), "answer", by=["wave"]), ("wave", "R6"), ("wave", "R5")).se.sum()
        for f in (kept, apart)
    ]
    assert se[0] < se[1]


def test_waves_by_the_official_rule_are_compared_by_the_pooled_test():
    tabs = [ks.crosstab(counted({"all": given}), "q") for given in ((130, 410), (88, 370))]
    found = ks.wave_difference(*tabs)
    z, p = proportions_ztest([130, 88], [410, 370])
    assert found.t[0] == pytest.approx(z, rel=1e-12)
    assert found.p_value[0] == pytest.approx(p, rel=1e-10)
    assert found.frame()["df"].iloc[0] == np.inf


# Percentages of the published reports (令和3年 n = 11,867, 令和6年 n = 10,871) and the z of the counts they imply.
@pytest.mark.parametrize(("before", "now", "z"), [(17.4, 19.6, 4.3), (37.1, 39.2, 3.3)])
def test_published_changes_since_the_first_wave_have_their_z(before, now, z):
    tabs = [ks.crosstab(counted({"all": (round(p * n / 100), n)}), "q") for p, n in ((now, 10871), (before, 11867))]
    assert ks.wave_difference(*tabs).t[0] == pytest.approx(z, abs=0.06)


@pytest.mark.parametrize(("n", "percent", "error"), [(1000, 50, 3.1), (500, 10, 2.6), (100, 20, 7.8), (50, 50, 13.9)])
def test_the_error_of_a_share_is_that_of_the_published_table(n, percent, error):
    """1.96 √(p(1 − p)/n), one decimal."""
    found = ks.crosstab(counted({"all": (n * percent // 100, n)}), "q")
    low, high = found.interval(0.95, "mean")
    assert 100 * (high - low)[0, 0] / 2 == pytest.approx(error, abs=0.05)


def test_groups_and_answers_are_matched_by_code():
    now, before = waves()
    before = before[before["age"] != "old"].assign(answer=lambda f: f["answer"].cat.set_categories([1, 2, 4, 7]))
    found = ks.wave_difference(*(ks.crosstab(clustered(f), "answer", by=["age"]) for f in (now, before)))
    labels = found.labels
    assert set(labels["answer"]) == {"1", "2", "4"}
    assert set(labels["group"]) == {"全体", "middle", "young"}


def test_waves_without_anything_in_common_or_on_two_bases_are_refused():
    now, before = (ks.crosstab(clustered(f), "answer") for f in waves())
    other = ks.crosstab(clustered(FRAME), "sex")
    plain = ks.crosstab(clustered(FRAME).on("unweighted"), "answer")
    for pair, key in (((now, other), "nothing_shared"), ((before, plain), "mixed_bases")):
        with pytest.raises(DesignError) as refused:
            ks.wave_difference(*pair)
        assert refused.value.key == f"estimation.{key}"


def test_a_wave_differs_from_itself_by_nothing_with_twice_the_variance():
    found = ks.wave_difference(TAB, TAB)
    np.testing.assert_allclose(found.value, 0, atol=1e-15)
    np.testing.assert_allclose(found.se, np.sqrt(2) * TAB.estimate.se, rtol=1e-12)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), found.se, rtol=1e-9)
    assert np.isnan(found.p_value[found.se == 0]).all()
