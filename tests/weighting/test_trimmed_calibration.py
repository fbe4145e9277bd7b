"""Trimming after a calibration: nothing cut changes nothing; what is cut is linearised, as the derivative of the chain."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.weighting.calibrating import met


def schools(n: int = 120, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.uniform(50, 900, n)
    return pd.DataFrame(
        {
            "kind": rng.choice(["a", "b", "c"], n),
            "before": size + rng.normal(0, 60, n),
            "y": size + rng.normal(0, 40, n),
            "w": rng.uniform(5, 20, n),
            "psu": np.repeat(np.arange(n // 4), 4),
        }
    )


def calibrated(method: str = "linear", frame: pd.DataFrame | None = None) -> ks.Sample:
    frame = schools() if frame is None else frame
    sample = ks.Sample.from_frame(frame, weight="w", psu="psu")
    kinds = frame.groupby("kind")["w"].sum() * [1.2, 0.8, 1.3]
    return ks.calibrate(sample, {"kind": kinds, "before": 1.1 * float(frame["w"] @ frame["before"])}, method=method)


@pytest.mark.parametrize("domain", [False, True])
def test_where_nothing_is_cut_the_calibration_stays(domain):
    sample = calibrated()
    before = ks.means(sample, "y").se
    given = ks.domain(sample, sample.frame["kind"] != "c") if domain else sample
    cut = ks.trim(given, multiple_of_median=8.0)
    assert cut.calibration is sample.calibration
    np.testing.assert_array_equal(ks.means(cut, "y").se, ks.means(given, "y").se)
    assert ks.totals(cut, "before").se[0] < 1e-6 * before[0] or domain


def linear_form(sample: ks.Sample, y: np.ndarray) -> np.ndarray:
    """w (y − r'β), whose spread over PSUs is the variance of Σ w y."""
    c = sample.calibration
    sums = np.bincount(c.auxiliary.index, c.mass * y, minlength=len(c.auxiliary.rows))
    return sample.weight * (y - c.auxiliary.rows[c.auxiliary.index] @ c.coefficients(sums[:, None])[:, 0])


@pytest.mark.parametrize("redistribute", ["proportional", "equal"])
@pytest.mark.parametrize("domain", [False, True])
def test_the_linear_form_is_the_derivative_of_the_chain(redistribute, domain):
    """By how much a total moves with every person's number of copies, limits and who stands at them fixed."""
    whole = calibrated()
    inside = (whole.frame["kind"] != "c").to_numpy() if domain else np.ones(len(whole), dtype=bool)
    sample = ks.domain(whole, inside) if domain else whole
    cut = ks.trim(sample, bounds=(6.0, 22.0), redistribute=redistribute)
    stands = cut.calibration.cut
    assert stands[inside].sum() > 5
    assert not stands[~inside].any()
    y, origin = np.where(inside, whole.frame["y"], 0.0), whole.calibration
    totals = origin.auxiliary.total(origin.weight)

    def total(copies: np.ndarray) -> float:
        w = met(origin.auxiliary, totals, origin.base * copies, "linear", None)
        fixed, free = copies * np.where(stands, cut.weight, 0.0), inside & ~stands
        left = w[inside].sum() - fixed.sum()
        if redistribute == "proportional":
            moved = w * left / w[free].sum()
        else:
            moved = w + copies * (left - w[free].sum()) / copies[free].sum()
        return float(np.where(free, moved, fixed) @ y)

    assert total(np.ones(len(y))) == pytest.approx(float(cut.weight @ y), rel=1e-10)
    slopes = []
    for k in range(len(y)):
        step = np.zeros(len(y))
        step[k] = 1e-4
        slopes.append((total(1 + step) - total(1 - step)) / 2e-4)
    np.testing.assert_allclose(linear_form(cut, y), slopes, rtol=1e-5, atol=1e-4 * np.abs(slopes).max())


@pytest.mark.parametrize("method", ["raking", "linear"])
@pytest.mark.parametrize("redistribute", ["proportional", "equal"])
def test_the_linear_form_agrees_with_the_jackknife_of_the_chain(method, redistribute):
    """Where the calibration was dropped, the standard error was several times the jackknife's."""
    sample = calibrated(method, schools(400, seed=8))
    cut = ks.trim(sample, bounds=(5.0, 24.0), redistribute=redistribute)
    dropped = ks.Sample.from_frame(sample.frame.assign(w=cut.weight), weight="w", psu="psu")
    for estimator in (ks.means, ks.totals):
        jackknife = float(estimator(ks.replicates(cut, method="jk1"), "y").se[0])
        assert float(estimator(cut, "y").se[0]) == pytest.approx(jackknife, rel=0.12)
        assert float(estimator(dropped, "y").se[0]) > 2 * jackknife


def test_trimmed_weights_may_be_trimmed_again_and_calibrated_again():
    sample = calibrated("raking")
    once = ks.trim(sample, bounds=(6.0, 24.0))
    twice = ks.trim(once, bounds=(6.5, 22.0))
    assert twice.calibration.origin is sample.calibration
    assert (twice.calibration.cut >= once.calibration.cut).all()
    again = ks.trim(once, bounds=(4.0, 30.0), recalibrate=True)
    assert ks.totals(again, "before").se[0] < 1e-6 * ks.totals(again, "before").value[0]
    assert again.weight @ sample.frame["before"] == pytest.approx(sample.weight @ sample.frame["before"], rel=1e-9)
