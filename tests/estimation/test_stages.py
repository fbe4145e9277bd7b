"""Variance of totals under every kind of selection, against the textbook's formula written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks

RNG = np.random.default_rng(12)


def variance(frame: pd.DataFrame, **design) -> float:
    return float(ks.totals(ks.Sample.from_frame(frame, **design), "y").se[0] ** 2)


def test_simple_random_sampling_without_replacement():
    """N²(1 − f)s²/n."""
    frame = pd.DataFrame({"y": RNG.normal(50, 9, 25), "N": 400})
    expected = 400**2 * (1 - 25 / 400) * frame["y"].var() / 25
    assert variance(frame, fpc="N") == pytest.approx(expected, rel=1e-12)


def test_the_share_drawn_is_as_good_as_the_population_count():
    frame = pd.DataFrame({"y": RNG.normal(50, 9, 25), "N": 400, "f": 25 / 400})
    assert variance(frame, fpc="N") == pytest.approx(variance(frame, fpc="f"), rel=1e-12)


def test_with_replacement_there_is_no_correction():
    frame = pd.DataFrame({"y": RNG.normal(50, 9, 25), "w": 16.0})
    assert variance(frame, weight="w") == pytest.approx(400**2 * frame["y"].var() / 25, rel=1e-12)


def test_strata_add_up():
    """Σ N_h²(1 − f_h)s_h²/n_h."""
    frame = pd.DataFrame({"h": np.repeat([1, 2, 3], [6, 9, 5]), "y": RNG.normal(50, 9, 20)})
    size = {1: 60, 2: 500, 3: 20}
    frame["N"] = frame["h"].map(size)
    expected = sum(size[h] ** 2 * (1 - len(y) / size[h]) * y.var() / len(y) for h, y in frame.groupby("h")["y"])
    assert variance(frame, stratum="h", fpc="N") == pytest.approx(expected, rel=1e-12)


def test_clusters_count_by_their_totals():
    """N²(1 − f)s_t²/n of the cluster totals."""
    frame = pd.DataFrame({"c": np.repeat(np.arange(8), 5), "y": RNG.normal(50, 9, 40), "N": 30})
    totals = frame.groupby("c")["y"].sum()
    expected = 30**2 * (1 - 8 / 30) * totals.var() / 8
    assert variance(frame, psu="c", fpc="N") == pytest.approx(expected, rel=1e-12)


def two_stages() -> pd.DataFrame:
    sizes = [3, 4, 6]  # persons answered of a place
    frame = pd.DataFrame({"place": np.repeat([0, 1, 2], sizes), "person": np.arange(13), "y": RNG.normal(50, 9, 13)})
    return frame.assign(N=10, M=frame["place"].map({0: 40, 1: 25, 2: 60}))


def test_two_stages_have_the_variance_between_and_within():
    """N²(1 − f)s_t²/n + N/n Σ M²(1 − f₂)s²/m. Source: Cochran (1977), Sampling Techniques, eq. 11.22."""
    frame = two_stages()
    estimated, within = [], 0.0
    for _, place in frame.groupby("place"):
        m, size = len(place), place["M"].iloc[0]
        estimated.append(size * place["y"].mean())
        within += size**2 * (1 - m / size) * place["y"].var() / m
    expected = 10**2 * (1 - 3 / 10) * np.var(estimated, ddof=1) / 3 + 10 / 3 * within
    assert variance(frame, psu=["place", "person"], fpc=["N", "M"]) == pytest.approx(expected, rel=1e-12)


def test_places_drawn_with_replacement_leave_nothing_to_the_second_stage():
    frame = two_stages()
    w = 10 / 3 * frame["M"] / frame.groupby("place")["y"].transform("size")
    one, two = (variance(frame.assign(w=w), weight="w", psu=psu) for psu in ("place", ["place", "person"]))
    assert one == pytest.approx(two, rel=1e-12)


def test_all_places_drawn_leave_only_the_second_stage():
    """Every place is then a stratum."""
    frame = two_stages().assign(N=3)
    census = variance(frame, psu=["place", "person"], fpc=["N", "M"])
    strata = variance(frame, stratum="place", fpc="M")
    assert census == pytest.approx(strata, rel=1e-12)


def test_three_stages_nest():
    """A third stage taken whole (M of M) adds nothing to two."""
    frame = two_stages()
    third = frame.assign(item=0, one=1)
    two = variance(frame, psu=["place", "person"], fpc=["N", "M"])
    three = variance(third, psu=["place", "person", "item"], fpc=["N", "M", "one"])
    assert three == pytest.approx(two, rel=1e-12)


def test_a_census_has_no_error():
    frame = pd.DataFrame({"y": RNG.normal(50, 9, 25), "N": 25})
    assert variance(frame, fpc="N") == pytest.approx(0, abs=1e-9)
