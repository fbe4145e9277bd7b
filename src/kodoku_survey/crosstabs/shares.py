"""Shares of answers within groups: their errors, and the covariance of all cells, from totals by unit and cell.

Tables come by the stack, q of K answers by L groups. A centred factor A (R, K·L) of a table's totals N has their covariance in
its Gram matrix G = A'A, so that the share p = N_k / N_+ of a group has the variance (e_k − p 1)' G (e_k − p 1) / N_+² over the
group's own block of G: the factor itself is read once, and need not be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Replicates, Stage
from kodoku_survey.estimation.statistic import Statistic, quotient

DIGITS_KEPT = 1e-6  # a variance this much smaller than its terms has lost these digits: it is taken the long way
ROUNDING = 1e-12  # and one this much smaller is nothing but rounding


@dataclass(frozen=True, eq=False)
class Shares:
    """value, se (q, K, L) within groups; of the whole table, shares p (q, K, L) and the covariance (q, KL, KL) of N / N_++."""

    value: FloatArray
    se: FloatArray
    p: FloatArray
    covariance: FloatArray


def linearised(weighted: FloatArray, gram: FloatArray, line_of: Callable[[int], FloatArray] | None) -> Shares:
    """From totals (q, K, L) and their covariances G (q, KL, KL); `line_of` gives the centred factor (R, KL) of one table again.

    Without it, a variance lost in rounding is none. N_++ is not held fixed in the covariance of the whole table's shares.
    """
    q, answers, groups = weighted.shape
    blocks = np.einsum("qklml->qlkm", gram.reshape(q, answers, groups, answers, groups))
    own, along = np.einsum("qlkk->qkl", blocks), blocks.sum(axis=3).swapaxes(1, 2)
    base, total = weighted.sum(axis=1, keepdims=True), weighted.sum(axis=(1, 2), keepdims=True)
    value = weighted / base
    variance = own - 2 * value * along + value**2 * along.sum(axis=1, keepdims=True)
    terms = own + value**2 * own.sum(axis=1, keepdims=True)
    if line_of is None:
        variance[variance < ROUNDING * terms] = 0.0
        return Shares(value, np.sqrt(variance) / base, weighted / total, gram / total**2)
    for place, k, g in np.argwhere((variance < DIGITS_KEPT * terms) & (value < 1)):
        line = line_of(place).reshape(-1, answers, groups)[:, :, g]
        residual = line[:, k] - value[place, k, g] * line.sum(axis=1)
        variance[place, k, g] = residual @ residual
    return Shares(value, np.sqrt(variance) / base, weighted / total, gram / total**2)


def gram_of_persons(squares: FloatArray, by_group: FloatArray, stage: Stage) -> FloatArray:
    """G (m, m) of totals of cells where every unit is one person, who is in one cell, or nobody.

    squares : (m,) Σ s w² with s = above·n/(n − 1)·(1 − f) of each person's group. by_group : (g, m) Σ w of each group.
    Σ s (t − t̄)(t − t̄)' = diag(Σ s w²) − Σ_g s/n · t_g t_g': no total by person is made.
    """
    scale = np.zeros(len(stage.count))
    scale[stage.group] = stage.inflation[:, 0] ** 2
    return np.diag(squares) - by_group.T @ ((scale / stage.count)[:, None] * by_group)


def replicated(weighted: FloatArray, lines: Sequence[FloatArray], replicates: Replicates) -> Shares:
    """From totals (q, K, L) and q times the same under every replicate (R, K, L)."""
    shape = weighted.shape[1:]
    value, se, p, covariance = [], [], [], []
    for own, line in zip(weighted, lines, strict=True):
        cells = Statistic(own, line, replicates)
        base = Statistic(own.sum(axis=0, keepdims=True), cells.lines.sum(axis=1, keepdims=True), replicates)
        total = Statistic(own.sum(keepdims=True), cells.lines.sum(axis=(1, 2), keepdims=True), replicates)
        within, whole = quotient(cells, base), quotient(cells, total)
        value.append(within.value)
        se.append(np.sqrt((within.factor**2).sum(axis=0)).reshape(shape) + 0 * within.value)  # no base, no error
        p.append(whole.value)
        covariance.append(whole.factor.T @ whole.factor)
    return Shares(np.stack(value), np.stack(se), np.stack(p), np.stack(covariance))


def simple(counts: FloatArray, size: int) -> Shares:
    """From counts (q, K, L) of respondents taken as a simple random sample of `size` persons.

    Errors as in the published table of sampling errors: p(1 − p)/n, not n − 1.
    """
    base, total = counts.sum(axis=1, keepdims=True), counts.sum(axis=(1, 2), keepdims=True)
    value, p = counts / base, counts / total
    flat = p.reshape(len(p), -1, 1)
    spread = flat * np.eye(flat.shape[1]) - flat * flat.swapaxes(1, 2)
    return Shares(value, np.sqrt(value * (1 - value) / base), p, size / (size - 1) * spread / total)
