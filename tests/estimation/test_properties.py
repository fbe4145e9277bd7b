"""What must hold for any sample: invariances and identities, each under its name."""

from __future__ import annotations

import numpy as np
import pandas as pd
from designs import clustered, frames
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kodoku_survey as ks

often = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def same(a: ks.Estimate, b: ks.Estimate, **tolerance: float) -> None:
    given_ = {"rtol": 1e-9, "atol": 1e-11} | tolerance
    np.testing.assert_allclose(a.value, b.value, **given_)
    np.testing.assert_allclose(a.se, b.se, **given_)


def several(sample: ks.Sample) -> list[ks.Estimate]:
    """An estimate of every kind."""
    return [
        ks.crosstab(sample, "answer", by=["sex", ("sex", "age")]).estimate,
        ks.crosstab(sample, "answer", by=["sex"], share="column").estimate,
        ks.means(sample, "y", by="age"),
        ks.ratio(sample, "y", "score", by="sex"),
        ks.variances(sample, "y"),
        ks.correlations(sample, ["y", "score"]),
        ks.cell_means(sample, "y", by=["sex"], question="answer").estimate,
        ks.regression(sample, "y ~ sex + age").coefficients,
    ]


@often
@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, random):
    order = list(range(len(frame)))
    random.shuffle(order)
    for a, b in zip(several(clustered(frame)), several(clustered(frame.iloc[order])), strict=True):
        same(a, b)


@often
@given(frames(), st.floats(1e-3, 1e3))
def test_the_scale_of_weights_matters_to_totals_only(frame, scale):
    scaled = clustered(frame.assign(weight=frame["weight"] * scale))
    for a, b in zip(several(clustered(frame)), several(scaled), strict=True):
        same(a, b, rtol=1e-8, atol=1e-9)
    a, b = (ks.totals(s, "y", by="sex") for s in (clustered(frame), scaled))
    np.testing.assert_allclose(b.value, scale * a.value, rtol=1e-10)
    np.testing.assert_allclose(b.se, scale * a.se, rtol=1e-9)


@often
@given(frames())
def test_the_names_of_strata_and_psus_do_not_matter(frame):
    named = frame.assign(stratum="s" + (9 - frame["stratum"]).astype(str), psu="p" + (7 * frame["psu"]).astype(str))
    for a, b in zip(several(clustered(frame)), several(clustered(named)), strict=True):
        same(a, b)


@often
@given(frames())
def test_the_names_of_answers_matter_to_their_order_only(frame):
    other = frame.assign(answer=frame["answer"].cat.rename_categories({1: "d", 2: "c", 3: "b", 4: "a"}))
    other["answer"] = other["answer"].cat.reorder_categories(list("abcd"))
    a, b = (ks.crosstab(clustered(f), "answer", by=["sex"]) for f in (frame, other))
    np.testing.assert_allclose(a.value, b.value[:, ::-1], rtol=1e-12)
    np.testing.assert_allclose(a.se, b.se[:, ::-1], rtol=1e-10, atol=1e-13)


@often
@given(frames())
def test_without_psus_every_person_is_one(frame):
    alone = ks.Sample.from_frame(frame, weight="weight", stratum="stratum")
    numbered = ks.Sample.from_frame(
        frame.assign(id=np.arange(len(frame))), weight="weight", stratum="stratum", psu="id"
    )
    for a, b in zip(several(alone), several(numbered), strict=True):
        same(a, b)


@often
@given(frames())
def test_persons_split_in_two_of_half_the_weight_change_counts_only(frame):
    halves = pd.concat([frame, frame]).assign(weight=lambda f: f["weight"] / 2)
    for a, b in zip(several(clustered(frame)), several(clustered(halves)), strict=True):
        if a.kind == "variance":  # n/(n − 1) counts persons
            continue
        same(a, b)
        if a.kind != "correlation":
            np.testing.assert_allclose(b.n, 2 * a.n)


@often
@given(frames())
def test_a_record_without_weight_changes_counts_only(frame):
    more = pd.concat([frame, frame.iloc[:5].assign(weight=0.0, y=1e6)])
    for a, b in zip(several(clustered(frame)), several(clustered(more)), strict=True):
        if a.kind != "variance":
            same(a, b, rtol=1e-7, atol=1e-8)


@often
@given(frames())
def test_a_domain_mean_is_a_ratio_is_a_regression_is_a_contrast_of_totals(frame):
    inside = (frame["sex"] == "male").astype(float)
    sample = clustered(frame.assign(inside=inside, outside=1 - inside, product=frame["y"] * inside))
    mean = ks.means(ks.domain(sample, "sex == 'male'"), "y")
    by = ks.means(sample, "y", by="sex")
    ratio = ks.ratio(sample, "product", "inside")
    fitted = ks.regression(sample, "y ~ 0 + inside + outside").coefficients
    totals = ks.totals(sample, ["product", "inside"])
    divided = ks.contrast(totals, {"mean": lambda v: v["product"] / v["inside"]})
    for value, se in ((by.value[1], by.se[1]), (ratio.value[0], ratio.se[0]), (fitted.value[0], fitted.se[0]),
                      (divided.value[0], divided.se[0])):  # fmt: skip
        np.testing.assert_allclose([value, se], [mean.value[0], mean.se[0]], rtol=1e-8, atol=1e-12)


@often
@given(frames())
def test_shares_of_a_group_add_up_to_one_and_their_covariances_to_nothing(frame):
    tab = ks.crosstab(clustered(frame), "answer", by=["sex", "age"])
    np.testing.assert_allclose(tab.value.sum(axis=1), 1, rtol=1e-12)
    covariance = tab.estimate.covariance.reshape(-1, *tab.shape)
    np.testing.assert_allclose(covariance.sum(axis=2), 0, atol=1e-12)


@often
@given(frames())
def test_shares_of_columns_and_of_everybody_add_up_to_one(frame):
    sample = clustered(frame)
    column = ks.crosstab(sample, "answer", by=["age"], share="column", total="")
    whole = ks.crosstab(sample, "answer", by=["age"], share="total", total="")
    given_ = column.counts.sum(axis=0) > 0  # of an answer nobody gave there are no shares
    np.testing.assert_allclose(column.value.sum(axis=0)[given_], 1, rtol=1e-12)
    assert np.isnan(column.value[:, ~given_]).all()
    np.testing.assert_allclose(whole.value.sum(), 1, rtol=1e-12)
    np.testing.assert_allclose(whole.estimate.covariance.sum(axis=0), 0, atol=1e-12)


@often
@given(frames())
def test_a_column_share_is_the_row_share_of_the_table_turned(frame):
    sample = clustered(frame)
    column = ks.crosstab(sample, "answer", by=["age"], share="column", total="")
    turned = ks.crosstab(sample, "age", by=["answer"], total="")
    np.testing.assert_allclose(column.value.T, turned.value, rtol=1e-12)
    np.testing.assert_allclose(column.se.T, turned.se, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(column.estimate.degrees_of_freedom.reshape(column.shape).T,
                                  turned.estimate.degrees_of_freedom.reshape(turned.shape))  # fmt: skip


@often
@given(frames())
def test_a_nested_banner_is_the_banner_of_the_crossed_variable(frame):
    crossed = frame.assign(cross=frame["sex"] + " " + frame["age"].map({"middle": "a", "old": "b", "young": "c"}))
    nested = ks.crosstab(clustered(frame), "answer", by=[("sex", "age")], total="")
    single = ks.crosstab(clustered(crossed), "answer", by=["cross"], total="")
    there = nested.n > 0
    np.testing.assert_allclose(nested.value[there], single.value, rtol=1e-12)
    np.testing.assert_allclose(nested.se[there], single.se, rtol=1e-12, atol=1e-13)


@often
@given(frames())
def test_answers_put_together_are_answers_merged(frame):
    merged = frame.assign(answer=pd.Categorical(frame["score"].replace(3, 2), categories=[1, 2, 4]))
    netted = ks.crosstab(
        clustered(frame), "answer", by=["sex"], nets={"2 or 3": [2, 3], "sex": {"all": ["male", "female"]}}
    )
    single = ks.crosstab(clustered(merged), "answer", by=["sex"])
    place, at = netted.answers.index("2 or 3"), single.keys.index(2)
    np.testing.assert_allclose(netted.value[:3, place], single.value[:, at], rtol=1e-12)
    np.testing.assert_allclose(netted.se[:3, place], single.se[:, at], rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(netted.value[3], netted.value[0], rtol=1e-12)  # all groups together are everybody
    np.testing.assert_allclose(netted.se[3], netted.se[0], rtol=1e-9, atol=1e-13)


@often
@given(frames(), st.sampled_from(["logit", "kg", "beta", "wilson", "arcsine", "likelihood", "mean"]))
def test_a_share_and_its_complement_have_one_error_and_mirrored_limits(frame, method):
    sample = clustered(
        frame.assign(two=pd.Categorical(np.where(frame["score"] > 2, "yes", "no"), categories=["yes", "no"]))
    )
    found = ks.crosstab(sample, "two", by=["sex"]).estimate
    low, high = (limits.reshape(-1, 2) for limits in found.interval(0.95, method))
    np.testing.assert_allclose(found.se.reshape(-1, 2)[:, 0], found.se.reshape(-1, 2)[:, 1], rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(low[:, 0], 1 - high[:, 1], rtol=1e-7, atol=1e-9)


@often
@given(frames())
def test_one_stratum_is_no_stratum(frame):
    one = ks.Sample.from_frame(frame.assign(only=1), weight="weight", stratum="only")
    none = ks.Sample.from_frame(frame, weight="weight")
    for a, b in zip(several(one), several(none), strict=True):
        same(a, b)


@often
@given(frames())
def test_equal_weights_of_persons_are_no_weights(frame):
    """Shares and means as on the basis "unweighted", whose errors are the published p(1 − p)/n and s²/n."""
    equal = ks.Sample.from_frame(frame.assign(weight=2.5), weight="weight")
    n = len(frame)
    weighted, plain = (ks.proportions(s, "answer") for s in (equal, equal.on("unweighted")))
    np.testing.assert_allclose(weighted.value, plain.value, rtol=1e-12)
    np.testing.assert_allclose(weighted.se, plain.se * np.sqrt(n / (n - 1)), rtol=1e-10)
    weighted, plain = (ks.means(s, "y") for s in (equal, equal.on("unweighted")))
    np.testing.assert_allclose([plain.value[0], plain.se[0]], [frame["y"].mean(), frame["y"].sem()], rtol=1e-10)
    same(weighted, plain, rtol=1e-9)
    np.testing.assert_allclose(weighted.deff, 1, rtol=1e-9)


@often
@given(frames())
def test_the_unweighted_basis_has_the_covariance_of_simple_random_sampling(frame):
    plain = clustered(frame).on("unweighted")
    tab = ks.crosstab(plain, "answer", by=["sex"])
    p = tab.value[0]
    np.testing.assert_allclose(
        tab.estimate.covariance[: len(p), : len(p)], (np.diag(p) - np.outer(p, p)) / len(frame), atol=1e-12
    )
    a = len(p)
    np.testing.assert_allclose(tab.estimate.covariance[a : 2 * a, 2 * a :], 0, atol=1e-12)  # groups are independent


def margins_of(frame: pd.DataFrame) -> dict[str, dict]:
    weight = frame["weight"] * np.where(frame["sex"] == "male", 1.3, 0.8)
    factor = 1000 / weight.sum()
    return {name: (factor * weight.groupby(frame[name]).sum()).to_dict() for name in ("sex", "age")}


@often
@given(frames())
def test_what_the_weights_were_calibrated_to_has_no_error(frame):
    raked = ks.calibrate(clustered(frame), margins_of(frame), method="raking")
    for name in ("sex", "age"):
        found = ks.totals(raked, name)
        np.testing.assert_allclose(found.value, list(margins_of(frame)[name].values()), rtol=1e-9)
        assert (found.se < 1e-8 * found.value).all()


@often
@given(frames())
def test_the_order_of_margins_does_not_matter_to_raking(frame):
    margins = margins_of(frame)
    a, b = (ks.calibrate(clustered(frame), dict(given)) for given in (margins.items(), reversed(margins.items())))
    np.testing.assert_allclose(a.weight, b.weight, rtol=1e-9)
    for one, other in zip(several(a), several(b), strict=True):
        same(one, other, rtol=1e-6, atol=1e-8)


@often
@given(frames())
def test_jackknife_errors_of_totals_are_the_linearised_ones(frame):
    sample = clustered(frame)
    same(ks.totals(sample, "y", by="sex"), ks.totals(ks.replicates(sample, method="jkn"), "y", by="sex"))


@often
@given(frames())
def test_the_middle_of_the_distribution_is_the_share_of_one_half(frame):
    """The median is a value below or at which half the weight lies, and less than half below it."""
    median = ks.quantiles(clustered(frame), "y", [0.5]).value[0]
    share = frame["weight"] / frame["weight"].sum()
    assert share[frame["y"] <= median].sum() >= 0.5 - 1e-12
    assert share[frame["y"] < median].sum() <= 0.5 + 1e-12
