"""Shares of answers within groups: their errors, and the covariance of all cells, from totals by unit and cell.

K answers by L groups. A centred factor A (R, K·L) of the cells' totals N has their covariance in its Gram matrix G = A'A, so that
the share p = N_k / N_+ of a group has the variance (e_k − p 1)' G (e_k − p 1) / N_+² over the group's own block of G.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodoku_survey.design import Replicates
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.estimation.statistic import Statistic, quotient

DIGITS_KEPT = 1e-6  # a variance this much smaller than its terms has lost half its digits: it is taken the long way


@dataclass(frozen=True, eq=False)
class Shares:
    """One column by one attribute: value, se (K, L) within groups; of the table, shares p (K, L) and their covariance (KL, KL)."""

    value: FloatArray
    se: FloatArray
    p: FloatArray
    covariance: FloatArray


def linearised(weighted: FloatArray, line: FloatArray) -> Shares:
    """From totals (K, L) and their centred factor (R, K·L)."""
    answers, groups = weighted.shape
    gram = line.T @ line
    blocks = np.einsum("klml->lkm", gram.reshape(answers, groups, answers, groups))
    along = blocks.sum(axis=2).T
    base, own = weighted.sum(axis=0), np.einsum("lkk->kl", blocks)
    value = weighted / base
    variance = own - 2 * value * along + value**2 * along.sum(axis=0)
    terms = own + value**2 * own.sum(axis=0)
    line = line.reshape(-1, answers, groups)
    for k, g in np.argwhere(variance < DIGITS_KEPT * terms):
        residual = line[:, k, g] - value[k, g] * line[:, :, g].sum(axis=1)
        variance[k, g] = residual @ residual
    p = (weighted / base.sum()).ravel()
    with_total = gram.sum(axis=0)
    across = np.outer(p, with_total)
    covariance = (gram - across - across.T + with_total.sum() * np.outer(p, p)) / base.sum() ** 2
    return Shares(value, np.sqrt(variance) / base, p.reshape(weighted.shape), covariance)


def replicated(weighted: FloatArray, line: FloatArray, replicates: Replicates) -> Shares:
    """From totals (K, L) and the same under every replicate (R, K·L)."""
    cells = Statistic(weighted, line.reshape(-1, *weighted.shape), replicates)
    base = Statistic(weighted.sum(axis=0, keepdims=True), cells.lines.sum(axis=1, keepdims=True), replicates)
    total = Statistic(weighted.sum(keepdims=True), cells.lines.sum(axis=(1, 2), keepdims=True), replicates)
    within, p = quotient(cells, base), quotient(cells, total)
    se = np.sqrt((within.factor**2).sum(axis=0)).reshape(weighted.shape)
    return Shares(within.value, np.where(np.isnan(within.value), np.nan, se), p.value, p.factor.T @ p.factor)


def simple(counts: FloatArray, size: int) -> Shares:
    """From counts (K, L) of respondents to be treated as a simple random sample of `size` persons.

    Errors as in the published table of sampling errors: p(1 − p)/n, not n − 1.
    """
    base, total = counts.sum(axis=0), counts.sum()
    value, p = counts / base, counts / total
    flat = p.ravel()
    covariance = size / (size - 1) * (np.diag(flat) - np.outer(flat, flat)) / total
    return Shares(value, np.sqrt(value * (1 - value) / base), p, covariance)
