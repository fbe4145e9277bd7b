"""Several attributes without their crossing: raking to the reference's margins, and the decomposition of Oaxaca and Blinder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.benchmark.composed import Composed
from kodoku_survey.benchmark.decomposed_parts import residuals
from kodoku_survey.benchmark.standardisation import Parts, Pieces, Shifted, Standardised, assembled
from kodoku_survey.design.auxiliary import Auxiliary, Calibration
from kodoku_survey.design.calibration import solve
from kodoku_survey.errors import DesignError


def dummies(columns: list[IndexArray], sizes: list[int]) -> FloatArray:
    """(n, Σ sizes) 0/1 of several attributes side by side, each whole: a row adds up to the number of attributes."""
    return np.hstack(
        [(column[:, None] == np.arange(size)).astype(float) for column, size in zip(columns, sizes, strict=True)]
    )


def raked(first: Composed, reference: Composed, x: FloatArray, z: FloatArray, names: tuple[str, ...]) -> Standardised:
    """As `standardised`, over the margins of several attributes: x (n, p) of the first, z (m, p) of the reference.

    The first's weights are raked to the reference's estimated margins, and its error is that of the residuals, with the
    error of the margins themselves through β. Source: Deville, Särndal & Sautory (1993), J. Amer. Statist. Assoc. 88;
    Oaxaca (1973), Int. Econ. Rev. 14; Blinder (1973), J. Human Resources 8; Jann (2008), Stata J. 8, for the errors.
    Raises DesignError for a category of the reference nobody of the first is in, or no convergence.
    """
    x, z = x * first.inside[:, None], z * reference.inside[:, None]
    return assembled(first, reference, raked_pieces(first, reference, x, z, names), *_blinder(first, reference, x, z))


def raked_pieces(first: Composed, reference: Composed, x: FloatArray, z: FloatArray, names: tuple[str, ...]) -> Pieces:
    """The means over each other's margins. Raises DesignError, as `raked`."""
    x, z = x * first.inside[:, None], z * reference.inside[:, None]
    means = (reference.sample.weight @ z) / reference.total
    own = (first.sample.weight @ x) / first.total
    for have, want, survey in ((own, means, "A"), (means, own, "B")):
        lacking = [name for name, a, b in zip(names, have, want, strict=True) if b > 0 and a <= 0]
        if lacking:
            raise DesignError("benchmark.empty_cell", "--standardize", value="、".join(lacking[:8]), survey=survey)
    there, of_there = _raked(first, x, means, names)
    back, of_back = _raked(reference, z, own, names)
    beta, gamma = _slopes(there, x, there.sample.weight), _slopes(back, z, back.sample.weight)
    from_margins = (z @ beta - means @ beta) * reference.inside[:, None] / reference.total
    of_ours = (x @ gamma - own @ gamma) * first.inside[:, None] / first.total
    inside = reference.sample.weight * reference.inside
    return Pieces(
        Shifted(there.mean, of_there, from_margins, there.sample.weight),
        Shifted(reference.mean, first.nothing, reference.of_mean, inside),
        Shifted(back.mean, of_ours, of_back, back.sample.weight),
    )


def _raked(side: Composed, x: FloatArray, means: FloatArray, names: tuple[str, ...]) -> tuple[Composed, FloatArray]:
    """A side with its weights raked to means (p,) of x, their sum kept; and each one's part (n, k) in the raked means.

    The parts are residuals on x, taken to the weights that entered, so that what these were calibrated to before counts too.
    """
    rows, index = np.unique(x, axis=0, return_inverse=True)
    index = index.ravel().astype(np.intp)
    weight = side.sample.weight * side.inside
    auxiliary = Auxiliary(rows, index, names)
    g = solve(rows, auxiliary.mass(weight), means * side.total, distance="raking", names=names)[index]
    made = replace(side, sample=replace(side.sample, weight=weight * g, calibration=None))
    return made, g[:, None] * residuals(Calibration(auxiliary, weight, weight * g, "raking"), made.of_mean)


def _slopes(side: Composed, x: FloatArray, weight: FloatArray) -> FloatArray:
    """(p, k) of the regression of the answers on x, weighted."""
    return np.linalg.pinv(x.T @ (weight[:, None] * x), rcond=1e-12, hermitian=True) @ (x.T @ (weight[:, None] * side.y))


def _blinder(first: Composed, reference: Composed, x: FloatArray, z: FloatArray) -> tuple[Parts, Parts]:
    """Explained (x̄ − z̄)'β₂ and unexplained x̄'(β₁ − β₂), the reference's coefficients being those without a difference."""
    w, v = first.sample.weight * first.inside, reference.sample.weight * reference.inside
    beta1, beta2 = _slopes(first, x, w), _slopes(reference, z, v)
    mean1, mean2 = (w @ x) / first.total, (v @ z) / reference.total
    of_beta1, of_beta2 = (_inverse(held, u) for held, u in ((x, w), (z, v)))
    inside1, inside2 = first.inside[:, None] / first.total, reference.inside[:, None] / reference.total
    apart = mean1 - mean2
    explained = (
        apart @ beta2,
        ((x - mean1) @ beta2) * inside1,
        -((z - mean2) @ beta2) * inside2 + _dot(z @ (of_beta2 @ apart), reference.y - z @ beta2),
    )
    unexplained = (
        mean1 @ (beta1 - beta2),
        ((x - mean1) @ (beta1 - beta2)) * inside1 + _dot(x @ (of_beta1 @ mean1), first.y - x @ beta1),
        -_dot(z @ (of_beta2 @ mean1), reference.y - z @ beta2),
    )
    return explained, unexplained


def _inverse(x: FloatArray, weight: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.pinv(x.T @ (weight[:, None] * x), rcond=1e-12, hermitian=True), dtype=float)


def _dot(leverage: FloatArray, residual: FloatArray) -> FloatArray:
    """(n, k) parts of c'β from each respondent's x'(X'WX)⁻c (n,) and residuals (n, k)."""
    return leverage[:, None] * residual
