"""R's own rules where this project has others, emulated: with one of them in the place of ours, the values are R's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from kodoku_survey.design import Auxiliary, Calibration
from kodoku_survey.design.trimmed_calibration import TrimmedCalibration

SWEEPS = 10  # over the margins: of rake() by default, and of its residuals whatever was asked for


def as_if_held(calibration: Calibration, after: np.ndarray) -> Calibration:
    """R's rule after trimming: residuals of y·w/w₀ about the margins, times the calibrated weights w₀."""
    ratio = after / calibration.weight
    rows = calibration.auxiliary.rows[calibration.auxiliary.index]
    own = Auxiliary(rows / ratio[:, None], np.arange(len(after)), calibration.auxiliary.names)
    return TrimmedCalibration(
        auxiliary=own, base=calibration.base, weight=after, origin=calibration, cut=ratio != 1,
        held=calibration.mass * ratio, slopes=calibration.inverse_of(calibration.mass) @ rows.T,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class SweptCalibration(Calibration):
    """Weights whose residuals are taken margin by margin, ten times over, as R's rake() has them.

    margins : (m, c) 0/1 of each margin. ratios : (m,) of each, its weights in the last sweep over the final ones. The
    auxiliary matrix is the identity, so that what is taken off is a number a row.
    """

    margins: tuple[np.ndarray, ...] = ()
    ratios: tuple[np.ndarray, ...] = ()

    def coefficients(self, totals: np.ndarray) -> np.ndarray:
        persons = np.bincount(self.auxiliary.index, minlength=len(totals)).astype(float)[:, None]
        taken = np.zeros_like(totals)
        for _ in range(SWEEPS):
            for held, ratio in zip(self.margins, self.ratios, strict=True):
                left = (totals - persons * taken) / ratio[:, None]
                taken += ratio[:, None] * (held @ ((held.T @ left) / (held.T @ persons)))
        return taken


def raked_unfinished(auxiliary: Auxiliary, base: np.ndarray, totals: np.ndarray, theirs: np.ndarray) -> Calibration:
    """R's rake(design, margins) by its default, which stops after some sweep: the one after which the weights are R's.

    Where the script stops is of the version (a change of less than 1 in every cell in 4.1, the sixth sweep of `syn`; here the
    eighth). Raises AssertionError where none of ten sweeps gives R's weights.
    """
    names = [name.split("=")[0] for name in auxiliary.names]
    blocks = [np.array([own == name for own in names]) for name in dict.fromkeys(names)]
    margins = tuple(auxiliary.rows[:, block] for block in blocks)
    mass = np.bincount(auxiliary.index, base, minlength=len(auxiliary.rows))
    factor = np.ones(len(mass))
    for _ in range(SWEEPS):
        after = []
        for held, block in zip(margins, blocks, strict=True):
            factor = factor * (held @ (totals[block] / (held.T @ (mass * factor))))
            after.append(factor)
        if np.abs(base * factor[auxiliary.index] / theirs - 1).max() < 1e-12:
            break
    else:
        raise AssertionError("no sweep gives R's weights")
    own = Auxiliary(np.eye(len(mass)), auxiliary.index, tuple(map(str, range(len(mass)))))
    return SweptCalibration(
        own, base, base * factor[auxiliary.index], residuals="unweighted",
        margins=margins, ratios=tuple(one / factor for one in after),
    )  # fmt: skip


def profile_limits(
    y: np.ndarray, weight: np.ndarray, error_of: Callable[[float], float], df: float, level: float = 0.95
) -> tuple[float, float]:
    """R's svyciprop(method = "likelihood"): a spline through the signed root of the deviance of a quasi-binomial fit.

    y (n,) 0 or 1 with weights as svyglm scales them, by their mean over everybody, those with a missing answer included.
    error_of : the design's error of the mean of y − p, for the fitted p, which is not quite the share.
    As `svyglm`, `confint.svyglm` and the profile of MASS have it.
    """
    b, before = _irls(y, weight)
    size, p, n = weight.sum(), _expit(b), len(y)
    share = weight @ y / size
    robust = error_of(p) / (p * (1 - p))
    # Pearson's residuals are scaled by the mean over those with an answer, the fit by that over everybody.
    residuals = (share * (1 - p) ** 2 + (1 - share) * p**2) / (p * (1 - p)) - (share - p) ** 2 / (p * (1 - p))
    dispersion = weight.mean() * residuals * n / (n - 1)
    naive = 1 / np.sqrt(size * before * (1 - before))
    alpha = stats.norm.cdf(stats.t.ppf((1 - level) / 2, df) * robust / naive) / 2
    largest = -stats.t.ppf(alpha / 2, n - 1)  # √F: scipy.stats.f.isf is not exact so far out

    def deviance(at: float) -> float:
        return float(2 * size * (share * np.logaddexp(0, -at) + (1 - share) * np.logaddexp(0, at)))

    points = {b: 0.0}
    for sign in (-1, 1):
        step, z = 0, 0.0
        while (step := step + 1) < 10 and abs(z) < largest:
            at = b + sign * step * (largest / 5) * robust
            z = sign * np.sqrt(max(deviance(at) - deviance(b), 0.0) / dispersion)
            points[at] = z
    x, z = np.array(sorted(points.items())).T
    dense = np.linspace(x[0], x[-1], 3 * len(x))
    cut = stats.norm.ppf(2 * alpha)
    low, high = np.interp([cut, -cut], _spline(x, z, dense), dense)
    return float(_expit(low)), float(_expit(high))


def _irls(y: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """glm()'s intercept, and the share of the iteration before, which its information is of."""
    mean = (weight * y + 0.5) / (weight + 1)
    eta, old = np.log(mean / (1 - mean)), np.inf
    while True:
        working = weight * mean * (1 - mean)
        b = float(working @ (eta + (y - mean) / (mean * (1 - mean))) / working.sum())
        before, eta, mean = mean, np.full(len(y), b), np.full(len(y), _expit(b))
        deviance = -2 * float(weight @ np.log(np.where(y == 1, mean, 1 - mean)))
        if abs(deviance - old) / (abs(deviance) + 0.1) < 1e-8:
            return b, float(before[0])
        old = deviance


def _expit(z: float) -> float:
    return 1 / (1 + np.exp(-z))


def _spline(x: np.ndarray, y: np.ndarray, at: np.ndarray) -> np.ndarray:
    """R's spline(): cubic, its third derivatives at the ends those of the cubics through the four points there."""
    d = np.diff(x)
    jump = np.diff(np.diff(y) / d)
    n = len(x)
    matrix, right = np.zeros((n, n)), np.zeros(n)
    for i in range(1, n - 1):
        matrix[i, i - 1 : i + 2] = d[i - 1], 2 * (d[i - 1] + d[i]), d[i]
    right[1:-1] = jump
    matrix[0, :2] = -d[0], d[0]
    matrix[-1, -2:] = d[-1], -d[-1]
    if n > 3:
        right[0] = (jump[1] / (x[3] - x[1]) - jump[0] / (x[2] - x[0])) * d[0] ** 2 / (x[3] - x[0])
        right[-1] = -(jump[-1] / (x[-1] - x[-3]) - jump[-2] / (x[-2] - x[-4])) * d[-1] ** 2 / (x[-1] - x[-4])
    s = np.linalg.solve(matrix, right)
    place = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    own, step = at - x[place], d[place]
    first = (np.diff(y) / d)[place] - step * (s[place + 1] + 2 * s[place])
    return y[place] + own * (first + own * (3 * s[place] + own * (s[place + 1] - s[place]) / step))
