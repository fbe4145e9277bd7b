"""Shares of answers within groups, of an answer's givers, of everybody, or plain counts: values with their error.

Cells come as totals N (K, L) of K answers by L groups; `sums` (A, K) adds them up to the A answers shown: an answer alone, a net
of several, or the "yes" of a tick. Whatever a share is of is a sum of the same cells, so its error needs nothing else.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np

from kodoku_survey.arrays import AnyArray, FloatArray
from kodoku_survey.design import Stage
from kodoku_survey.design.stages import covariance_of, standard_errors
from kodoku_survey.estimation.statistic import Statistic, quotient

ShareOf = Literal["row", "column", "total", "count"]
SHARES_OF = ("row", "column", "total", "count")
BaseOf = ShareOf | Literal["cell"]
NOTHING_BUT_ROUNDING = 1e-12  # a variance this much smaller than its terms is nothing but rounding
MOSTLY_CANCELLED = 1e-5  # a variance this much smaller than its terms has lost digits in their difference


def shown(cells: AnyArray, sums: FloatArray | None) -> AnyArray:
    """(…, A, L) the answers shown, of cells (…, K, L)."""
    return cells if sums is None else sums @ cells


def base_of(cells: AnyArray, sums: FloatArray | None, share: BaseOf) -> AnyArray:
    """(…, 1 or A, 1 or L) what each cell is a share of, in weights or heads: its group, its answer's givers, everybody.

    "cell" : itself, whom a mean in it is of.
    """
    if share == "cell":
        return shown(cells, sums)
    if share == "row":
        return _over_answers(cells)
    if share == "column":
        return shown(cells, sums).sum(axis=-1, keepdims=True)
    return cells.sum(axis=(-2, -1), keepdims=True)


def _over_answers(cells: AnyArray) -> AnyArray:
    """(…, 1, L): as a product, which is much faster than a sum along a short axis."""
    *lead, answers, groups = cells.shape
    added = cells.reshape(-1, answers * groups) @ _adding(answers, groups)
    return added.reshape(*lead, 1, groups)


@cache
def _adding(answers: int, groups: int) -> FloatArray:
    return np.tile(np.eye(groups), (answers, 1))


def share_of(cells: Statistic, sums: FloatArray | None, share: ShareOf) -> Statistic:
    """The shares (…, A, L), or counts, with their lines."""
    top = Statistic(shown(cells.value, sums), shown(cells.lines, sums), cells.replicates)
    if share == "count":
        return top
    whole = Statistic(base_of(cells.value, sums, share), base_of(cells.lines, sums, share), cells.replicates)
    return quotient(top, whole)


def errors_of(cells: Statistic, sums: FloatArray | None, share: ShareOf) -> FloatArray:
    """(…, A, L) standard errors of the shares; nan where nobody is in the base."""
    if share == "count" or cells.replicates is not None:
        shares = share_of(cells, sums, share)
        factor = shares.factor
        return standard_errors(factor).reshape(shares.value.shape) + 0 * shares.value
    base = base_of(cells.value, sums, share)
    lines = shown(cells.lines, sums) - shown(cells.value, sums) / base * base_of(cells.lines, sums, share)
    return np.asarray(standard_errors(lines) / base)


def errors_from(gram: FloatArray, cells: Statistic) -> FloatArray:
    """(K, L) standard errors of shares of groups, as `errors_of` of "row", from F'F (KL, KL) of the totals, made already.

    Where the terms of a variance nearly cancel (almost everybody of a group answered alike) it is taken from the lines.
    """
    answers, groups = cells.value.shape
    base = cells.value.sum(axis=0)
    p = cells.value / base
    by_group = np.einsum("klml->lkm", gram.reshape(answers, groups, answers, groups))
    with_group = by_group.sum(axis=2)  # of each answer's total with that of its group
    own = np.einsum("lkk->kl", by_group)
    variance = own - 2 * p * with_group.T + p**2 * with_group.sum(axis=1)
    # A total known exactly, as of a margin met, is itself a sum of terms that cancel: their sizes are what counts.
    lost = variance < MOSTLY_CANCELLED * (own + p**2 * np.abs(by_group).sum(axis=(1, 2)))
    if lost.any():
        _, group = np.nonzero(lost)
        lines = cells.lines[:, lost] - p[lost] * cells.lines.sum(axis=1)[:, group]
        variance[lost] = np.einsum("rc,rc->c", lines, lines)
    return np.asarray(np.sqrt(variance) / base)


def errors_of_persons(
    gram: FloatArray, squares: FloatArray, weighted: FloatArray, sums: FloatArray | None, share: ShareOf
) -> FloatArray:
    """(A, L) standard errors from the covariance G (KL, KL) of the totals (K, L), where units are persons.

    squares : (KL,) the first term of G. The share p = T'N / B'N has the variance d'Gd / (B'N)², d = T − p B.
    """
    answers, groups = weighted.shape
    kept = np.eye(answers) if sums is None else sums
    top = np.einsum("ak,lm->alkm", kept, np.eye(groups))
    if share == "count":
        base, slope = np.ones((1, 1)), top
    else:
        base = base_of(weighted, sums, share)
        value = (shown(weighted, sums) / base)[:, :, None, None]
        of = {"row": np.eye(groups)[None, :, None, :], "column": kept[:, None, :, None], "total": np.ones((1, 1, 1, 1))}
        slope = top - value * of[share]
    slope = slope.reshape(-1, weighted.size)
    variance = ((slope @ gram) * slope).sum(axis=1)
    variance[variance < NOTHING_BUT_ROUNDING * (slope**2 @ squares)] = 0.0
    return np.sqrt(variance).reshape(len(kept), groups) / base


def gram_of_persons(squares: FloatArray, by_group: FloatArray, stage: Stage) -> FloatArray:
    """G (m, m) of totals of cells where every unit is one person, who is in one cell, or nobody.

    squares : (m,) Σ s w² with s = above·n/(n − 1)·(1 − f) of each person's group. by_group : (g, m) Σ w of each group.
    Σ s (t − t̄)(t − t̄)' = diag(Σ s w²) − Σ_g s/n · t_g t_g': no total by person is made.
    """
    scale = np.zeros(len(stage.count))
    scale[stage.group] = stage.inflation[:, 0] ** 2
    return np.diag(squares) - by_group.T @ ((scale / stage.count)[:, None] * by_group)


def covariance_of_all(cells: Statistic) -> FloatArray:
    """(KL, KL) of the shares of everybody N / N_++, of replicates."""
    return covariance_of(share_of(cells, None, "total").factor)
