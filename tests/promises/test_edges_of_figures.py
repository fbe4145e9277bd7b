"""Estimates, intervals, cells and verdicts where a small slip would not show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from little import Little
from numpy.testing import assert_allclose
from scipy import stats
from scipy.linalg import block_diag

import kodoku_survey as ks
from kodoku_survey.crosstabs.two_samples import Change, welch
from kodoku_survey.errors import ContentError
from kodoku_survey.estimation import intervals
from kodoku_survey.measures.scoring import FEW_COMPLETE, SURELY_REVERSED, negative_beyond_chance, refuse_reversed
from kodoku_survey.tables.cells import cells_of_group, number_cells
from kodoku_survey.tables.changes import gap_words


def people(seed: int = 1, count: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"w": rng.uniform(1, 3, count), "sex": rng.integers(1, 3, count), "psu": np.arange(count) // 5}
    )
    return frame.assign(y=rng.integers(0, 2, count).astype(float), x=rng.normal(size=count))


# Prevalence ―――


def test_a_prevalence_is_a_row_a_group_with_its_own_figures():
    frame = people()
    frame.loc[:30, "y"] = np.nan
    sample = ks.Sample.from_frame(frame, weight="w")
    found = ks.prevalence(sample, "y", by="sex").frame()
    assert len(found) == 2
    for row, (_, own) in zip(found.itertuples(), frame.groupby("sex"), strict=True):
        known = own.dropna(subset="y")
        assert (row.n, row.undetermined, row.n_determined) == (len(own), len(own) - len(known), len(known))
        yes = known["w"][known["y"] == 1].sum()
        assert row.percent == pytest.approx(100 * yes / known["w"].sum())
        assert row.band_low == pytest.approx(100 * yes / own["w"].sum())
        assert row.band_high == pytest.approx(100 * (yes + own["w"][own["y"].isna()].sum()) / own["w"].sum())
        assert row.low < row.percent < row.high
        assert row.outer_low < row.band_low <= row.band_high < row.outer_high


def test_a_prevalence_of_a_simple_random_sample_has_the_error_of_one():
    frame = people()
    sample = ks.Sample.from_frame(frame.assign(one=1.0), weight="one")
    estimate = ks.prevalence(sample, "y").estimate
    p = frame["y"].mean()
    assert estimate.se[0] == pytest.approx(np.sqrt(p * (1 - p) / (len(frame) - 1)))
    assert_allclose(estimate.deff, 1.0)


# Degrees of freedom of two samples ―――


def test_degrees_of_freedom_of_two_samples_are_satterthwaites():
    one, other, df = np.array([3.0]), np.array([1.0]), (np.array([9.0]), np.array([4.0]))
    se, found = welch(one, df[0], other, df[1])
    assert se[0] == pytest.approx(np.sqrt(10))
    assert found[0] == pytest.approx(100 / (81 / 9 + 1 / 4))
    # Of data: as scipy's Welch test of two means.
    a, b = people(1)["x"].to_numpy(), people(2, 50)["x"].to_numpy() * 3
    errors = [np.array([own.std(ddof=1) / np.sqrt(len(own))]) for own in (a, b)]
    _, got = welch(errors[0], np.array([len(a) - 1.0]), errors[1], np.array([len(b) - 1.0]))
    assert got[0] == pytest.approx(stats.ttest_ind(a, b, equal_var=False).df)


def test_without_any_error_the_smaller_sample_tells_the_degrees_of_freedom():
    nothing = np.array([0.0])
    assert welch(nothing, np.array([9.0]), nothing, np.array([4.0]))[1][0] == 4
    assert welch(nothing, np.array([0.0]), nothing, np.array([4.0]))[1][0] == 1


@pytest.mark.parametrize(
    ("verdict", "first", "second", "word"),
    [(1, 0.3, 0.1, "widened"), (-1, 0.1, 0.3, "narrowed"), (-1, -0.3, -0.1, "widened"), (1, -0.1, -0.3, "narrowed"),
     (0, 0.3, 0.1, "none"), (0, 0.1, 0.3, "none"), (1, 0.2, -0.2, "narrowed")],
)  # fmt: skip
def test_a_gap_has_widened_by_its_size_and_only_where_it_differs(verdict, first, second, word):
    nothing = np.zeros(1)
    found = Change(np.array([first - second]), nothing, nothing, nothing, nothing, np.array([verdict]))
    assert gap_words(found, np.array([first]), np.array([second])) == [word]


def test_samples_side_by_side_keep_their_errors_and_share_no_covariance():
    samples = [ks.Sample.from_frame(people(seed), weight="w", psu="psu") for seed in (1, 2, 3)]
    means = [ks.means(sample, "x") for sample in samples]
    both = ks.side_by_side(dict(zip("abc", means, strict=True)))
    assert_allclose(both.value, [one.value[0] for one in means])
    assert_allclose(np.sqrt(np.diag(both.covariance)), [one.se[0] for one in means])
    assert_allclose(both.covariance - np.diag(np.diag(both.covariance)), 0)
    assert list(both.labels["sample"]) == ["a", "b", "c"]
    assert_allclose(both.factor, block_diag(*(one.factor for one in means)))


def test_the_exact_test_has_the_degrees_of_freedom_of_the_psus_and_none_below_of_replicates():
    frame = people()
    sample = ks.Sample.from_frame(frame, weight="w", psu="psu")
    for way in ("exact", "saddlepoint"):
        found, rao = (ks.independence(sample, "y", "sex", statistic=one) for one in (way, "F"))
        assert found.df[1] == pytest.approx(39)
        assert found.p_value == pytest.approx(rao.p_value, rel=1e-2 if way == "saddlepoint" else 1e-5)
        made = ks.replicates(sample, method="jk1")
        found, first = (ks.independence(made, "y", "sex", statistic=one) for one in (way, "chisq"))
        assert np.isinf(found.df[1])
        assert found.p_value == pytest.approx(first.p_value, rel=1e-2 if way == "saddlepoint" else 1e-5)


def test_the_adjusted_wald_statistic_is_the_plain_one_less_its_freedoms():
    frame = people().assign(third=lambda f: np.digitize(f["x"], [-0.5, 0.5]))
    sample = ks.Sample.from_frame(frame, weight="w", psu="psu")
    plain, adjusted = (ks.independence(sample, "third", "sex", statistic=one) for one in ("wald", "adjusted_wald"))
    assert (plain.df, adjusted.df) == ((2, 39), (2, 38))
    assert adjusted.statistic == pytest.approx(plain.statistic * 38 / 39)
    assert adjusted.p_value == pytest.approx(stats.f.sf(adjusted.statistic, 2, 38))


# Keys of scales ―――


@pytest.mark.parametrize("n", [30, 100, 1000])
def test_a_correlation_is_below_chance_beyond_its_threshold_and_not_at_it(n):
    at = np.tanh(-SURELY_REVERSED / np.sqrt(n - 3))
    assert negative_beyond_chance(at - 1e-6, n)
    assert not negative_beyond_chance(at + 1e-6, n)
    assert not negative_beyond_chance(-at, n)


@pytest.mark.parametrize(("rows", "refused"), [(FEW_COMPLETE - 1, False), (FEW_COMPLETE, True)])
def test_an_item_keyed_the_wrong_way_is_refused_from_thirty_complete_rows_on(rows, refused):
    base = np.arange(rows) % 4
    points = np.column_stack([base, base, 3 - base])
    if refused:
        with pytest.raises(ContentError, match="c"):
            refuse_reversed(points, ["a", "b", "c"], "x")
    else:
        refuse_reversed(points, ["a", "b", "c"], "x")
    refuse_reversed(points[:, :2], ["a", "b"], "x")  # two items say nothing of each other
    refuse_reversed(np.column_stack([base, base, base]), ["a", "b", "c"], "x")


def test_a_prorated_score_has_a_class_only_where_the_lowest_and_the_highest_possible_one_share_it():
    """Five items of six: 10 points may be 10 to 15 and prorate to 12, the cut itself; 5 may be 5 to 10, 25 25 to 30."""
    known = ks.instrument("lsns6")
    items = [f"i{k}" for k in range(6)]
    codes = {int(points): answer.code for answer, points in zip(known.codes, known.points[0], strict=True)}
    rows = [[codes[points]] * 5 + [np.nan] for points in (1, 2, 5)]
    made = ks.score_items(pd.DataFrame(rows, columns=items), "lsns6", items=items, prorate=0.2)
    assert_allclose(made["score"].astype(float), [6, 12, 30])
    assert made["class"].isna().tolist() == [False, True, False]
    assert [made["class"].iloc[0], made["class"].iloc[2]] == ["isolated", "not_isolated"]


# Intervals ―――


def limits(method: str, p: float, se: float, n: float = 100.0, df: float = 50.0) -> tuple[float, float]:
    low, high = intervals.interval(
        np.array([p]), np.array([se]), np.array([df]), np.array([n]), kind="proportion", level=0.95, method=method,
        convention="r_survey",
    )  # fmt: skip
    return float(low[0]), float(high[0])


def test_beta_is_certain_without_an_error_and_arcsine_reaches_the_ends():
    assert limits("beta", 0.4, 0.0) == (0.4, 0.4)
    low, high = limits("beta", 0.4, 0.05)
    assert low < 0.4 < high
    low, high = limits("arcsine", 0.9, 0.03)
    assert high == pytest.approx(np.sin(np.arcsin(np.sqrt(0.9)) + stats.t.ppf(0.975, 50) * 0.03 / (2 * 0.3)) ** 2)
    assert limits("arcsine", 0.98, 0.2)[1] == pytest.approx(1.0)
    assert limits("arcsine", 0.02, 0.2)[0] == pytest.approx(0.0)


# Cells ―――


@pytest.mark.parametrize(
    ("value", "n", "text", "flag"),
    [(2.25, 3, "2.3", ""), (np.nan, 3, "‐", "nil"), (2.25, 0, "‐", "nil"), (0.0, 3, "0.0", "")],
)
def test_a_mean_of_nobody_is_a_mark_and_one_of_somebody_a_number(value, n, text, flag):
    one = [np.array([number]) for number in (value, 0.5, np.nan, 3.0)]
    (cell,) = number_cells(*one, n, 1)
    assert (cell.text, cell.flag, cell.count) == (text, flag, n)
    if not flag:
        assert (cell.value, cell.se, cell.low, cell.high) == (value, 0.5, None, 3.0)


def test_a_group_stands_out_by_the_difference_of_its_own_error(tmp_path):
    tab = ks.crosstab(Little().sample(tmp_path), "lonely", by=["sex"])
    one = ks.difference(tab, ("sex", "男性"), ("sex", "女性"))
    frame = tab.frame()
    men, women = (frame[frame["group"] == group]["percent"].to_numpy() for group in ("男性", "女性"))
    assert_allclose(100 * one.value, men - women)
    assert_allclose(one.frame()["t"], one.value / one.se)


@pytest.mark.parametrize(
    ("value", "text", "flag"),
    [(0.23449, "23.4", ""), (0.2345, "23.5", ""), (0.0004, "0.0", "below_unit"), (1.0, "100.0", "")],
)
def test_a_weighted_share_is_rounded_from_its_estimate_and_keeps_its_points(value, text, flag):
    one = [np.array([number]) for number in (value, 0.01, 0.2, np.nan)]
    (cell,) = cells_of_group(*one, np.array([3]), 10, 1, exact=False)
    assert (cell.text, cell.flag, cell.count) == (text, flag, 3)
    assert cell.value == pytest.approx(100 * value)
    assert (cell.se, cell.low, cell.high) == (1.0, 20.0, None)


@pytest.mark.parametrize("rule", ["centre", "average", "certainty", "remove"])
def test_a_stratum_of_one_person_and_a_weight_of_nought_count_in_a_table_as_in_a_mean(rule):
    frame = people(7, 60).assign(stratum=[0] + [1 + k % 4 for k in range(59)], often=lambda own: own["y"].astype(int))
    frame.loc[5, "w"] = 0.0
    sample = ks.Sample.from_frame(frame, weight="w", stratum="stratum", lonely_psu=rule)
    tab = ks.crosstab(sample, "often", by=["sex"])
    shares = tab.frame().query("attribute == 'sex' and answer == '1'")
    wanted = ks.means(sample, "y", by="sex")
    assert_allclose(shares["percent"], 100 * wanted.value)
    assert_allclose(shares["se"], 100 * wanted.se)
    assert_allclose(shares["df"], wanted.degrees_of_freedom)
