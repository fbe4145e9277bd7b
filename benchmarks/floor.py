"""What the machine allows: the same figures the cheapest straightforward way, in plain numpy and nothing else.

No choice of designs, no missing groups, no labels, no validation, no unweighted counts, no care for rare cells: only the
operations the figures need, written for this survey. It shares nothing with the package and is the measure of its speed, and of
its figures. One counting pass a table; PSU totals centred by stratum; contrasts made once a shape; p-values in one call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from survey import ATTRIBUTES, PSUS, QUESTIONS, RAKED, STRATA, Survey


@dataclass(frozen=True)
class Design:
    """PSUs in the order of their strata: first PSU, size and scale √(n/(n−1)) of each stratum."""

    psu: np.ndarray
    of: np.ndarray
    first: np.ndarray
    size: np.ndarray
    scale: np.ndarray
    freedom: int


def design(survey: Survey) -> Design:
    of = np.zeros(PSUS, dtype=np.int64)
    of[survey.psu] = survey.stratum
    size = np.bincount(of, minlength=STRATA)
    scale = np.sqrt(size / (size - 1))[of][:, None]
    return Design(survey.psu.astype(np.int64), of, np.cumsum(size) - size, size[:, None], scale, PSUS - STRATA)


def tables(survey: Survey, d: Design, questions=tuple(QUESTIONS), attributes=tuple(ATTRIBUTES)) -> list[tuple]:
    """(share, se, low, high, F, df, df below, p) of each question by each attribute; shares of groups × answers."""
    contrasts: dict[tuple[int, int], np.ndarray] = {}
    t = stats.t.ppf(0.975, d.freedom)
    base = {name: d.psu * ATTRIBUTES[name] + survey.codes[name] for name in attributes}
    answers = {name: survey.codes[name] + np.int8(1) for name in questions}
    made = []
    for question in questions:
        for attribute in attributes:
            k, g = QUESTIONS[question], ATTRIBUTES[attribute]
            if (k, g) not in contrasts:
                contrasts[k, g] = _interactions(g, k)
            index = base[attribute] * (k + 1) + answers[question]
            held = np.bincount(index, survey.weight, PSUS * g * (k + 1)).reshape(PSUS, g, k + 1)
            total = held[:, :, 1:].reshape(PSUS, g * k)
            of_stratum = np.add.reduceat(total, d.first, axis=0)
            line = (total - (of_stratum / d.size)[d.of]) * d.scale
            cells = of_stratum.sum(axis=0).reshape(g, k)
            persons = cells.sum(axis=1, keepdims=True)
            share = cells / persons
            cube = line.reshape(PSUS, g, k)
            residual = (cube - share * cube.sum(axis=2, keepdims=True)) / persons
            se = np.sqrt(np.einsum("pgk,pgk->gk", residual, residual))
            odds, half = np.log(share / (1 - share)), t * se / (share * (1 - share))
            low, high = 1 / (1 + np.exp(half - odds)), 1 / (1 + np.exp(-half - odds))
            made.append((share, se, low, high, *_rao_scott(cells, line, contrasts[k, g])))
    distance, trace, square = np.array([one[4:] for one in made]).T
    df = trace**2 / square
    p_value = stats.f.sf(distance / trace, df, df * d.freedom)
    return [
        (*one[:4], *test)
        for one, test in zip(made, zip(distance / trace, df, df * d.freedom, p_value, strict=True), strict=True)
    ]


def _rao_scott(cells: np.ndarray, line: np.ndarray, contrast: np.ndarray) -> tuple[float, float, float]:
    """Pearson's distance, tr Δ and tr Δ²."""
    p = cells / cells.sum()
    expected = np.outer(p.sum(axis=1), p.sum(axis=0))
    scaled = contrast / p.ravel()[:, None]
    lean = line @ scaled / cells.sum()
    delta = np.linalg.solve(contrast.T @ scaled, lean.T @ lean)
    return ((p - expected) ** 2 / expected).sum(), np.trace(delta), (delta * delta.T).sum()


def _interactions(g: int, k: int) -> np.ndarray:
    """Products of deviations from the last category: orthogonal to every function of rows alone or columns alone."""
    rows, columns = (np.vstack([np.eye(size - 1), -np.ones(size - 1)]) for size in (g, k))
    return np.kron(rows, columns)


def rake(survey: Survey, tolerance: float = 1e-12) -> np.ndarray:
    """(n,) weights raked to the margins: classic iteration on the cells of the four variables."""
    shape = tuple(ATTRIBUTES[name] for name in RAKED)
    cell = np.zeros(len(survey.weight), dtype=np.int64)
    for name, size in zip(RAKED, shape, strict=True):
        cell = cell * size + survey.codes[name]
    held = np.bincount(cell, survey.weight, int(np.prod(shape))).reshape(shape)
    factor = np.ones(shape)
    for _ in range(500):
        worst = 0.0
        for axis, name in enumerate(RAKED):
            others = tuple(other for other in range(len(shape)) if other != axis)
            change = survey.margins[name] / (held * factor).sum(axis=others)
            factor *= change.reshape([-1 if here == axis else 1 for here in range(len(shape))])
            worst = max(worst, float(np.abs(change - 1).max()))
        if worst < tolerance:
            break
    return survey.weight * factor.ravel()[cell]


def bootstrap(survey: Survey, d: Design, questions: tuple[str, ...], count: int = 500) -> list[tuple]:
    """(share, se) of each question from Rao–Wu replicates kept by PSU."""
    rng = np.random.default_rng(1)
    multiplier = np.zeros((PSUS, count))
    for first, size in zip(d.first, d.size[:, 0], strict=True):
        drawn = rng.multinomial(size - 1, np.full(size, 1 / size), count)
        multiplier[first : first + size] = drawn.T * (size / (size - 1))
    made = []
    for question in questions:
        k = QUESTIONS[question]
        index = d.psu * (k + 1) + (survey.codes[question] + 1)
        total = np.bincount(index, survey.weight, PSUS * (k + 1)).reshape(PSUS, k + 1)[:, 1:]
        each = multiplier.T @ total
        each /= each.sum(axis=1, keepdims=True)
        made.append((total.sum(axis=0) / total.sum(), each.std(axis=0, ddof=1)))
    return made
