"""Matrices of +1 and −1 with orthogonal rows, which balance half-samples."""

from __future__ import annotations

import numpy as np

from kodoku_survey.arrays import FloatArray


def hadamard(least: int) -> FloatArray:
    """A Hadamard matrix of order 2^k or 2^k·(q + 1), q a prime 4m + 3 (Paley 1933), at least `least`; first row of ones."""
    cores = (1, 12, 20, 24, 44, 60, 68, 72, 84, 104, 108)
    order, core = min((c * 2**k, c) for c in cores for k in range(25) if c * 2**k >= least)
    matrix: FloatArray = np.ones((1, 1)) if core == 1 else _paley(core - 1)
    for _ in range((order // core).bit_length() - 1):
        matrix = np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), matrix)  # Sylvester's doubling
    return matrix


def _paley(q: int) -> FloatArray:
    squares = np.zeros(q)
    squares[np.unique(np.arange(1, q) ** 2 % q)] = 1
    character = np.where(np.arange(q) == 0, 0, 2 * squares - 1)
    core = character[(np.arange(q)[:, None] - np.arange(q)) % q]
    skew = np.zeros((q + 1, q + 1))
    skew[0, 1:], skew[1:, 0], skew[1:, 1:] = 1, -1, core
    matrix = skew + np.eye(q + 1)
    return matrix * matrix[0]  # first row all ones
