"""`by` means one thing everywhere: a list stacks attributes, a tuple nests them; and estimates of completions are pooled."""

from __future__ import annotations

import numpy as np
import pytest
from designs import clustered, persons

import kodoku_survey as ks
from kodoku_survey.errors import DesignError, UsageError

FRAME = persons(9)
SAMPLE = clustered(FRAME)
ESTIMATORS = {
    "means": lambda s, by: ks.means(s, "y", by=by),
    "totals": lambda s, by: ks.totals(s, "y", by=by),
    "ratio": lambda s, by: ks.ratio(s, "y", "score", by=by),
    "variances": lambda s, by: ks.variances(s, "y", by=by),
    "correlations": lambda s, by: ks.correlations(s, ["y", "score"], by=by),
    "covariances": lambda s, by: ks.covariances(s, ["y", "score"], by=by),
    "quantiles": lambda s, by: ks.quantiles(s, "y", [0.5], by=by),
    "proportions": lambda s, by: ks.proportions(s, "answer", by=by),
    "prevalence": lambda s, by: ks.prevalence(s, "answer", yes=1, by=by).estimate,
    "crosstab": lambda s, by: ks.crosstab(s, "answer", by=by, total="").estimate,
    "cell_means": lambda s, by: ks.cell_means(s, "y", by=by, total="").estimate,
}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_list_stacks_and_a_tuple_nests(name):
    found = ESTIMATORS[name]
    stacked, nested = found(SAMPLE, ["sex", "age"]), found(SAMPLE, ("sex", "age"))
    assert list(dict.fromkeys(stacked.labels["attribute"])) == ["sex", "age"]
    assert set(nested.labels["attribute"]) == {"sex:age"}
    alone = [found(SAMPLE, one) for one in ("sex", "age")]
    np.testing.assert_allclose(stacked.value, np.concatenate([one.value for one in alone]), rtol=1e-12)
    np.testing.assert_allclose(stacked.se, np.concatenate([one.se for one in alone]), rtol=1e-9)
    np.testing.assert_allclose(found(SAMPLE, [("sex", "age")]).value, nested.value, rtol=1e-12)


def test_stacked_groups_have_the_covariance_between_them():
    """The overall mean is the same mixture by either attribute, so the mixtures' difference has no error."""
    found = ks.totals(SAMPLE, "y", by=["sex", "age"])
    gap = ks.contrast(
        found, {"gap": {"sex:female": 1, "sex:male": 1, "age:middle": -1, "age:old": -1, "age:young": -1}}
    )
    assert gap.se[0] < 1e-9 * found.se[0]


def test_limits_of_stacked_quantiles_are_those_of_each():
    stacked = ks.quantiles(SAMPLE, "y", by=["sex", "age"]).interval(0.9)
    alone = [ks.quantiles(SAMPLE, "y", by=name).interval(0.9) for name in ("sex", "age")]
    for side in (0, 1):
        np.testing.assert_allclose(stacked[side], np.concatenate([one[side] for one in alone]))


def test_where_one_set_of_domains_is_needed_a_list_of_several_is_refused():
    with pytest.raises(UsageError) as refused:
        ks.reliability(SAMPLE, ["y", "score"], by=["sex", "age"])
    assert refused.value.key == "estimation.one_set_of_domains"


def test_pooling_estimates_that_do_not_differ_changes_nothing_but_the_degrees_of_freedom():
    """Barnard and Rubin have (ν + 1)/(ν + 3)·ν where nothing is missing."""
    one = ks.means(SAMPLE, "y", by="sex")
    pooled = ks.pool([one, one, one])
    np.testing.assert_allclose(pooled.se, one.se, rtol=1e-12)
    complete = one.degrees_of_freedom
    np.testing.assert_allclose(pooled.degrees_of_freedom, (complete + 1) / (complete + 3) * complete)
    np.testing.assert_allclose(pooled.frame()["missing_information"], 0, atol=1e-12)


def test_pooled_shares_keep_within_0_and_1_and_cross_tabs_pool():
    filled = [FRAME.assign(answer=FRAME["answer"].where(np.arange(len(FRAME)) % 9 > 0, k)) for k in (1, 4)]
    pooled = ks.pool([ks.crosstab(clustered(frame), "answer") for frame in filled])
    low, high = pooled.interval()
    assert len(pooled) == 4
    assert ((low >= 0) & (low < pooled.value) & (pooled.value < high) & (high <= 1)).all()


def test_what_cannot_be_pooled_is_refused():
    one = ks.means(SAMPLE, "y", by="sex")
    with pytest.raises(UsageError) as refused:
        ks.pool([one])
    assert refused.value.key == "estimation.few_completions"
    with pytest.raises(DesignError) as refused:
        ks.pool([one, ks.means(SAMPLE, "y", by="age")])
    assert refused.value.key == "estimation.other_numbers"
    with pytest.raises(UsageError) as refused:
        ks.pool([1.0, 2.0])  # type: ignore[list-item]
    assert refused.value.key == "estimation.no_estimate"


def test_the_variance_is_the_covariance_with_itself_and_correlations_follow():
    found = ks.covariances(SAMPLE, ["y", "score"], by="sex")
    variances = ks.variances(SAMPLE, ["y", "score"], by="sex")
    np.testing.assert_allclose(found.value[:2], variances.value[:2], rtol=1e-12)
    np.testing.assert_allclose(found.se[:2], variances.se[:2], rtol=1e-10)
    correlation = ks.correlations(SAMPLE, ["y", "score"], by="sex").value
    np.testing.assert_allclose(found.value[2:4] / np.sqrt(found.value[:2] * found.value[4:]), correlation, rtol=1e-12)
