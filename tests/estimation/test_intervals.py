"""Confidence limits of shares: against closed forms, at the edges, and by the name each row says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import kodoku_survey as ks
from kodoku_survey.errors import UsageError
from kodoku_survey.estimation.intervals import METHODS, interval, methods_used

Z = stats.norm.ppf(0.975)


def simple(x: int, n: int, method: str, **options) -> tuple[float, float]:
    """Limits for x of n in a simple random sample with its p(1 − p)/n and the normal quantile."""
    p = x / n
    arrays = np.array([p]), np.array([np.sqrt(p * (1 - p) / n)]), np.array([np.inf]), np.array([float(n)])
    low, high = interval(*arrays, kind="proportion", method=method, **options)
    return float(low[0]), float(high[0])


# Published limits for x of n. Source: Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 15 of 148.
@pytest.mark.parametrize(
    ("x", "n", "method", "low", "high"),
    [
        (81, 263, "mean", 0.2522, 0.3638),
        (81, 263, "wilson", 0.2553, 0.3662),
        (81, 263, "kg", 0.2527, 0.3676),
        (81, 263, "likelihood", 0.2542, 0.3655),
        (15, 148, "mean", 0.0527, 0.1500),
        (15, 148, "wilson", 0.0624, 0.1605),
        (15, 148, "kg", 0.0578, 0.1617),
    ],
)
def test_limits_of_a_simple_random_sample_are_the_published_ones(x, n, method, low, high):
    found = simple(x, n, method, convention="r_survey")
    assert found == pytest.approx((low, high), abs=5.1e-5)


def test_logit_limits_are_the_delta_method_on_the_log_odds():
    p, n = 0.3, 200
    half = Z / np.sqrt(n * p * (1 - p))
    expected = tuple(1 / (1 + np.exp(-(np.log(p / (1 - p)) + sign * half))) for sign in (-1, 1))
    assert simple(60, n, "logit") == pytest.approx(expected, rel=1e-12)


def test_likelihood_limits_are_where_the_deviance_reaches_the_quantile():
    p, n = 15 / 148, 148
    for limit in simple(15, 148, "likelihood"):
        deviance = 2 * n * (p * np.log(p / limit) + (1 - p) * np.log((1 - p) / (1 - limit)))
        assert deviance == pytest.approx(Z**2, rel=1e-9)


def test_arcsine_limits_are_those_of_the_angle():
    centre, half = np.arcsin(np.sqrt(0.3)), Z / (2 * np.sqrt(200))
    expected = tuple(np.sin(centre + sign * half) ** 2 for sign in (-1, 1))
    assert simple(60, 200, "arcsine") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_at_nothing_and_everything_korn_graubard_gives_a_one_sided_limit(method):
    """n* = n there: the upper limit of 0 of n is 1 − (α/2)^(1/n), and no method gives a nan."""
    n = 80
    assert simple(0, n, method) == pytest.approx((0.0, 1 - 0.025 ** (1 / n)), rel=1e-9)
    assert simple(n, n, method) == pytest.approx((0.025 ** (1 / n), 1.0), rel=1e-9)


@pytest.mark.parametrize("events", [1, 9])
@pytest.mark.parametrize("method", sorted(set(METHODS) - {"kg", "beta"}))
def test_below_ten_events_korn_graubard_is_taken_by_itself(method, events):
    assert simple(events, 300, method) == simple(events, 300, "kg")
    assert simple(300 - events, 300, method) == simple(300 - events, 300, "kg")


@pytest.mark.parametrize("method", METHODS)
def test_with_ten_events_the_method_asked_for_is_taken(method):
    assert simple(10, 300, method) == simple(10, 300, method, convention="r_survey")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 30, 5000])
def test_limits_are_never_nan_and_hold_the_share(method, n):
    for x in {0, 1, n // 2, n - 1, n}:
        low, high = simple(x, n, method)
        assert low <= x / n <= high
        if method != "mean":
            assert low >= 0
            assert high <= 1


def test_where_nobody_is_in_the_base_there_are_no_limits():
    empty = np.array([np.nan]), np.array([np.nan]), np.array([0.0]), np.array([0.0])
    assert np.isnan(interval(*empty, kind="proportion")).all()
    assert list(methods_used(empty[0], empty[3], empty[2], kind="proportion")) == [""]


def test_korn_graubard_caps_the_effective_sample_size_at_n():
    """A design better than simple random sampling does not narrow the exact limits; R's beta is not capped."""
    p, n = np.array([0.2]), np.array([100.0])
    se = np.sqrt(0.2 * 0.8 / 400)  # as if 400
    given = p, np.array([se]), np.array([1e9]), n
    capped = interval(*given, kind="proportion", method="kg")
    assert [float(v[0]) for v in capped] == pytest.approx(simple(20, 100, "kg"), rel=1e-6)
    free = interval(*given, kind="proportion", method="beta")
    assert free[1] - free[0] < 0.6 * (capped[1] - capped[0])


def test_korn_graubard_takes_the_few_degrees_of_freedom_into_the_sample_size():
    """n* = (t of n − 1 / t of the design)² p(1 − p)/se². Source: Korn & Graubard (1998), eq. 1."""
    p, n, df = 0.1, 400, 12
    se = np.sqrt(2 * p * (1 - p) / n)
    size = p * (1 - p) / se**2 * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2
    expected = (
        stats.beta.ppf(0.025, p * size, size * (1 - p) + 1),
        stats.beta.ppf(0.975, p * size + 1, size * (1 - p)),
    )
    found = interval(*(np.array([float(v)]) for v in (p, se, df, n)), kind="proportion", method="kg")
    assert [float(v[0]) for v in found] == pytest.approx(expected, rel=1e-10)


SAMPLE = ks.Sample.from_frame(
    pd.DataFrame({"w": 1.0, "q": ["a"] * 180 + ["b"] * 115 + ["c"] * 5, "y": np.arange(300.0)}).assign(
        q=lambda f: pd.Categorical(f["q"], categories=list("abcd"))
    ),
    weight="w",
)


def test_every_row_says_by_which_method_its_interval_is_made():
    frame = ks.proportions(SAMPLE, "q").frame()
    assert list(frame["interval"]) == ["logit", "logit", "kg", "kg"]
    assert list(ks.crosstab(SAMPLE, "q", interval="wilson").frame()["interval"]) == ["wilson", "wilson", "kg", "kg"]
    assert list(ks.means(SAMPLE, "y").frame()["interval"]) == ["t"]
    assert list(ks.means(SAMPLE.on("unweighted"), "y").frame()["interval"]) == ["normal"]
    assert list(ks.quantiles(SAMPLE, "y", [0.5]).frame()["interval"]) == ["woodruff_mean"]


def test_means_and_totals_take_t_and_in_the_convention_of_r_the_normal_quantile():
    mean = ks.means(SAMPLE, "y")
    for options, quantile in (({}, stats.t.ppf(0.975, 299)), ({"convention": "r_survey"}, Z)):
        low, high = mean.interval(**options)
        assert high[0] - mean.value[0] == pytest.approx(quantile * mean.se[0], rel=1e-12)
        assert mean.value[0] - low[0] == pytest.approx(quantile * mean.se[0], rel=1e-12)


def test_in_the_convention_of_r_the_method_stays_where_it_fails():
    found = ks.proportions(SAMPLE, "q")
    low, high = found.interval(convention="r_survey")
    assert np.isnan(low[3])
    assert np.isnan(high[3])
    assert list(found.interval_methods(convention="r_survey")) == ["logit"] * 4


@pytest.mark.parametrize(("option", "value"), [("method", "lodgit"), ("convention", "stata")])
def test_an_unknown_option_is_refused_with_those_there_are(option, value):
    with pytest.raises(UsageError) as refused:
        ks.proportions(SAMPLE, "q").interval(**{option: value})
    assert refused.value.key == "estimation.unknown_option"
    assert value in refused.value.text("en")
    with pytest.raises(UsageError):
        ks.crosstab(SAMPLE, "q", interval="lodgit")
