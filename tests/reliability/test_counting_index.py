"""The counting index (Alkire–Foster): its identities, its properties, its errors by two ways, what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kodoku_survey as ks
from kodoku_survey.errors import DesignError

NAMES = ["contact", "support", "participation"]


def deprived(n=500, seed=1, columns=NAMES, missing=0.0):
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=n)
    psu = rng.integers(0, 30, n)
    g = (trait[:, None] * 0.8 + rng.normal(size=(n, len(columns))) > rng.uniform(0, 1.2, len(columns))).astype(float)
    g[rng.random(g.shape) < missing] = np.nan
    made = pd.DataFrame(g, columns=columns)
    return made.assign(stratum=psu % 6, psu=psu, weight=rng.uniform(0.5, 2, n), region=rng.choice(list("pqrs"), n))


def designed(frame):
    return ks.Sample.from_frame(frame, weight="weight", stratum="stratum", psu="psu")


def named(estimate, name, group=""):
    rows = (estimate.labels["statistic"] == name) & (estimate.labels["group"] == group)
    return estimate.value[rows.to_numpy()][0]


def test_six_people_are_counted_as_by_hand():
    g = pd.DataFrame([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0]], columns=NAMES, dtype=float)
    made = ks.counting_index(ks.Sample.from_frame(g.assign(w=1.0), weight="w"), NAMES, cutoff=2)
    assert named(made.estimate, "H") == pytest.approx(2 / 6)
    assert named(made.estimate, "A") == pytest.approx((1 + 2 / 3) / 2)
    assert named(made.estimate, "M0") == pytest.approx(5 / 18)
    np.testing.assert_allclose(made.censored.value, [2 / 6, 2 / 6, 1 / 6])
    np.testing.assert_allclose(made.uncensored.value, [3 / 6, 2 / 6, 2 / 6])
    np.testing.assert_allclose(made.contributions.value, [0.4, 0.4, 0.2])


weights = st.lists(st.integers(1, 5), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), weights=weights, data=st.data())
def test_identities_hold_for_any_weights_and_cut_off(seed, weights, data):
    cutoff = data.draw(st.integers(1, sum(weights)))
    frame = deprived(120, seed)
    sample = designed(frame)
    made = ks.counting_index(sample, NAMES, cutoff=cutoff, weights=weights, by="region")
    whole = ks.counting_index(sample, NAMES, cutoff=cutoff, weights=weights)
    h, a, m0 = (named(whole.estimate, name) for name in ("H", "A", "M0"))
    share = np.array(weights) / sum(weights)
    assert m0 == pytest.approx(share @ whole.censored.value, abs=1e-12)
    if h == 0:
        assert np.isnan(a)
        return
    assert m0 == pytest.approx(h * a, rel=1e-12)
    assert whole.contributions.value.sum() == pytest.approx(1)
    assert cutoff / sum(weights) - 1e-12 <= a <= 1 + 1e-12
    # M0 of everybody is that of the regions by their share of people; so are the regions' shares of it.
    people = frame.groupby("region")["weight"].sum()
    of_regions = made.estimate.value[2::3]
    assert m0 == pytest.approx((people / people.sum()) @ of_regions, rel=1e-10)
    np.testing.assert_allclose(made.decomposition.value, people / people.sum() * of_regions / m0, rtol=1e-9)
    assert made.decomposition.value.sum() == pytest.approx(1)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_lowest_cut_off_is_the_union_the_highest_the_intersection_and_h_never_rises_between(seed):
    frame = deprived(150, seed)
    sample, weight = designed(frame), frame["weight"]
    made = ks.counting_index(sample, NAMES, cutoff=1)
    any_, all_ = frame[NAMES].any(axis=1), frame[NAMES].all(axis=1)
    assert named(made.estimate, "H") == pytest.approx((weight * any_).sum() / weight.sum())
    assert named(made.at(3).estimate, "H") == pytest.approx((weight * all_).sum() / weight.sum())
    assert named(made.at(3).estimate, "M0") == pytest.approx(named(made.at(3).estimate, "H"))
    np.testing.assert_allclose(made.uncensored.value, made.censored.value)
    table = made.sensitivity()
    for name in ("H", "M0"):
        assert (np.diff(table.loc[table["statistic"] == name, "value"]) <= 1e-12).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), times=st.integers(2, 7), order=st.permutations(range(3)))
def test_nothing_depends_on_the_unit_of_the_weights_or_the_order_of_indicators_or_rows(seed, times, order):
    frame = deprived(120, seed)
    one = ks.counting_index(designed(frame), NAMES, cutoff=2, weights=[1, 2, 1])
    shuffled = designed(frame.sample(frac=1, random_state=seed))
    names, scaled = [NAMES[i] for i in order], [[1, 2, 1][i] * times for i in order]
    other = ks.counting_index(shuffled, names, cutoff=2 * times, weights=scaled)
    np.testing.assert_allclose(other.estimate.value, one.estimate.value, rtol=1e-10)
    np.testing.assert_allclose(other.estimate.se, one.estimate.se, rtol=1e-8, atol=1e-12)


def test_weights_are_whole_numbers_so_a_third_twice_is_two_thirds():
    """As floats 1/3 + 1/3 + 1/3 may miss 1; as whole numbers every count meets its cut-off."""
    names = [f"g{j}" for j in range(10)]
    frame = pd.DataFrame(np.tril(np.ones((10, 10))), columns=names).assign(w=1.0)
    made = ks.counting_index(ks.Sample.from_frame(frame, weight="w"), names, cutoff=3)
    for k in range(1, 11):
        assert named(made.at(k).estimate, "H") == pytest.approx((11 - k) / 10)


def test_a_cut_off_may_be_a_share_of_the_weights():
    sample = designed(deprived(100))
    for share, count in (("1/3", 1), ("2/3", 2), ("1", 3), (Fraction(1, 2), 2)):
        assert ks.counting_index(sample, NAMES, cutoff=share).cutoff == count


def test_h_and_headcounts_are_means_and_a_and_contributions_ratios_of_them():
    frame = deprived(400).assign(
        h=lambda f: (f[NAMES].sum(axis=1) >= 2).astype(float), c=lambda f: f["h"] * f[NAMES].sum(axis=1) / 3
    )
    frame["of_contact"] = frame["h"] * frame["contact"]
    sample = designed(frame)
    made = ks.counting_index(sample, NAMES, cutoff=2)
    wanted = ks.means(sample, ["h", "c", "of_contact"])
    np.testing.assert_allclose(made.estimate.se[[0, 2]], wanted.se[:2], rtol=1e-10)
    assert made.censored.se[0] == pytest.approx(wanted.se[2])
    ratio = ks.ratio(sample, "c", "h")
    assert (made.estimate.value[1], made.estimate.se[1]) == (pytest.approx(ratio.value[0]), pytest.approx(ratio.se[0]))


def test_errors_by_replicates_are_near_and_after_calibration_too():
    sample = designed(deprived(600))
    raked = ks.calibrate(sample, {"region": dict.fromkeys("pqrs", 250.0)})
    for one in (sample, raked):
        linear, jackknife = (ks.counting_index(s, NAMES, cutoff=2, by="region") for s in (one, ks.replicates(one)))
        for name in ("estimate", "censored", "contributions", "decomposition"):
            # Of a region's few poor a jackknife and a derivative agree less well than of everybody.
            np.testing.assert_allclose(getattr(jackknife, name).se, getattr(linear, name).se, rtol=0.15, atol=1e-10)


def test_a_raked_share_has_no_error():
    frame = deprived(600)
    raked = ks.calibrate(designed(frame), {"contact": {0.0: 700.0, 1.0: 300.0}})
    made = ks.counting_index(raked, NAMES, cutoff=1)
    assert made.uncensored.value[0] == pytest.approx(0.3)
    assert made.uncensored.se[0] == pytest.approx(0, abs=1e-10)


def test_groups_are_compared_with_their_covariance():
    made = ks.counting_index(designed(deprived(600)), NAMES, cutoff=2, by="region")
    gap = ks.contrast(made.estimate, {"gap": {"M0:p": 1, "M0:q": -1}})
    assert gap.value[0] == pytest.approx(named(made.estimate, "M0", "p") - named(made.estimate, "M0", "q"))
    assert gap.se[0] > 0


def test_patterns_are_all_of_them_and_add_to_one():
    made = ks.counting_index(designed(deprived(500)), NAMES, cutoff=1)
    assert len(made.pattern_shares) == 8
    assert made.pattern_shares.value.sum() == pytest.approx(1)
    alone = made.pattern_shares.labels[NAMES].to_numpy(int).sum(axis=1) == 0
    assert made.pattern_shares.value[alone][0] == pytest.approx(1 - named(made.estimate, "H"))


def test_many_indicators_keep_only_the_patterns_somebody_shows():
    names = [f"g{j}" for j in range(9)]
    made = ks.counting_index(designed(deprived(300, columns=names)), names, cutoff=4)
    assert len(made.patterns) < 2**9
    assert made.pattern_shares.value.sum() == pytest.approx(1)


def test_the_undetermined_are_left_out_counted_and_bounded():
    frame = deprived(800, missing=0.1)
    made = ks.counting_index(designed(frame), NAMES, cutoff=2)
    assert made.undetermined[0] == frame[NAMES].isna().any(axis=1).sum()
    assert made.base.n[0] + made.undetermined[0] == 800
    bounds = made.bounds().set_index("statistic")
    assert (bounds["low"] < bounds["high"]).all()
    for end, filled in (("low", 0.0), ("high", 1.0)):
        whole = ks.counting_index(designed(frame.fillna(dict.fromkeys(NAMES, filled))), NAMES, cutoff=2)
        for name in ("H", "M0"):
            assert bounds.loc[name, end] == pytest.approx(named(whole.estimate, name))


def test_the_order_of_regions_is_compared_over_cut_offs_and_weights():
    made = ks.counting_index(designed(deprived(900)), NAMES, cutoff=2, by="region")
    table = made.agreement({"contact twice": (2, 1, 1)})
    assert table["tau"].between(-1, 1).all()
    same = ks.counting_index(designed(deprived(900)), NAMES, cutoff=2, weights=[2, 2, 2], by="region")
    first = same.agreement({"again": (1, 1, 1)})
    pair = first[(first["cutoff"] == 4) & (first["other_setting"] == "again") & (first["other_cutoff"] == 2)]
    assert pair["tau"].tolist() == [1.0]


def test_the_order_of_regions_is_compared_over_thresholds_too():
    frame = deprived(900).assign(strict=lambda f: f["contact"] * f["support"])
    made, other = (
        ks.counting_index(designed(frame), names, cutoff=1, by="region")
        for names in (NAMES, ["strict", "support", "participation"])
    )
    table = made.agreement(thresholds={"strict": other})
    assert set(table["other_setting"]) == {"own", "strict"}
    assert len(table) == 6 * 5 / 2
    with pytest.raises(DesignError) as fault:
        made.agreement(thresholds={"strict": ks.counting_index(designed(frame), NAMES, cutoff=1)})
    assert fault.value.key == "estimation.other_domains"


def test_codes_of_a_survey_say_what_deprived_means_and_nonanswers_are_undetermined(national_sample):
    made = ks.counting_index(national_sample, {"q18": 2, "q19": 2, "q20": 2}, cutoff=1)
    shares = ks.crosstab(national_sample, "q18", nonanswer="out")
    frame = national_sample.responses.frame()
    blank = (frame[["q18", "q19", "q20"]] == 99).any(axis=1)
    assert made.undetermined[0] == blank.sum()
    assert made.uncensored.value[0] == pytest.approx(shares.value[0, shares.keys.index(2)], abs=0.01)


def test_truth_values_are_taken_as_they_are_and_three_valued():
    frame = deprived(200)
    truth = frame.assign(**{name: frame[name].astype("boolean") for name in NAMES})
    truth.loc[0, "contact"] = pd.NA
    made = ks.counting_index(designed(truth), NAMES, cutoff=1)
    assert made.undetermined[0] == 1


def test_few_deprived_have_korn_and_graubard_s_interval():
    frame = deprived(300)
    frame["support"] = 0.0
    made = ks.counting_index(designed(frame), NAMES, cutoff=3)
    low, high = made.estimate.interval()
    assert (low[0], made.estimate.value[0]) == (0, 0)
    assert 0 < high[0] < 0.03
    assert np.isnan(made.estimate.value[1])
    assert np.isnan(made.estimate.se[1])


@pytest.mark.parametrize(
    ("indicators", "options", "key"),
    [
        (["contact", "weight"], {}, "not_an_indicator"),
        (["contact", "region"], {}, "not_an_indicator"),
        ({"contact": 1, "region": "z"}, {}, "unknown_code"),
        (NAMES, {"weights": [1, 1]}, "bad_weights"),
        (NAMES, {"weights": [1, 1, 0.5]}, "bad_weights"),
        (NAMES, {"weights": [1, 1, 0]}, "bad_weights"),
        (NAMES, {"cutoff": 4}, "bad_cutoff"),
        (NAMES, {"cutoff": 0}, "bad_cutoff"),
        (NAMES, {"cutoff": "4/3"}, "bad_cutoff"),
        (NAMES, {"cutoff": "two"}, "bad_cutoff"),
        (NAMES, {"cutoff": 2 / 3}, "bad_cutoff"),
    ],
)
def test_what_is_no_index_is_refused(indicators, options, key):
    with pytest.raises(DesignError) as fault:
        ks.counting_index(designed(deprived(60)), indicators, **{"cutoff": 1, **options})
    assert fault.value.key == f"estimation.{key}"
    assert fault.value.text("ja") != fault.value.text("en")


def test_the_order_of_two_domains_says_nothing():
    frame = deprived(60).assign(region=lambda f: f["region"].where(f["region"] == "p", "q"))
    with pytest.raises(DesignError) as fault:
        ks.counting_index(designed(frame), NAMES, cutoff=1, by="region").agreement()
    assert fault.value.key == "estimation.few_domains"
