"""One factor in several groups by maximum likelihood: which parameters groups share is a 0/1 matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.estimation.statistic import COMPLEX_STEP

Level = Literal["configural", "metric", "scalar", "strict"]
LEVELS: tuple[Level, ...] = ("configural", "metric", "scalar", "strict")


@dataclass(frozen=True, eq=False)
class FactorPattern:
    """The model's parameters by group, full = spread @ free + fixed, of g groups and k items.

    full (g, 3k + 2): loadings λ, item variances θ, intercepts ν, the factor's variance φ and mean κ.
    names : (p,) which of these each free parameter is.
    """

    groups: int
    items: int
    spread: FloatArray
    fixed: FloatArray
    names: tuple[str, ...]

    def places(self, name: str) -> list[int]:
        return [place for place, own in enumerate(self.names) if own == name]

    def full(self, free: Any) -> Any:
        """Free parameters (…, q) → all parameters (…, G, 3 items + 2)."""
        return (free @ self.spread.T + self.fixed).reshape(*free.shape[:-1], self.groups, 3 * self.items + 2)

    @property
    def degrees_of_freedom(self) -> int:
        """Means and covariances, less the parameters that are free."""
        k = self.items
        return self.groups * (k + k * (k + 1) // 2) - self.spread.shape[1]


def plan(groups: int, items: int, level: Level, free: Sequence[int] = ()) -> FactorPattern:
    """Parameters shared at a level of invariance: metric λ, scalar λ and ν, strict λ, ν and θ.

    The first group's factor has variance 1 and mean 0; others' are free once λ, and ν, are shared. free : items whose
    parameters are never shared (partial invariance).
    """
    rank = LEVELS.index(level)
    names: list[str] = []
    slot = np.full((groups, 3 * items + 2), -1)
    fixed = np.zeros(slot.shape)
    for first, name, shared in ((0, "loading", 1), (items, "variance", 3), (2 * items, "intercept", 2)):
        for item in range(items):
            for g in range(groups):
                if g and rank >= shared and item not in free:
                    slot[g, first + item] = slot[0, first + item]
                else:
                    slot[g, first + item] = len(names)
                    names.append(name)
    for place, name, shared, anchor in ((3 * items, "factor variance", 1, 1.0), (3 * items + 1, "factor mean", 2, 0.0)):
        for g in range(groups):
            if g and rank >= shared:
                slot[g, place] = len(names)
                names.append(name)
            else:
                fixed[g, place] = anchor
    spread = (slot.reshape(-1, 1) == np.arange(len(names))).astype(float)
    return FactorPattern(groups, items, spread, fixed.ravel(), tuple(names))


def implied(full: Any, k: int) -> tuple[Any, Any]:
    """Means (…, k) and covariances (…, k, k) the parameters (…, 3k + 2) imply."""
    lam, theta, nu, phi, kappa = (
        full[..., :k],
        full[..., k : 2 * k],
        full[..., 2 * k : 3 * k],
        full[..., -2],
        full[..., -1],
    )
    sigma = phi[..., None, None] * lam[..., :, None] * lam[..., None, :] + theta[..., :, None] * np.eye(k)
    return nu + lam * kappa[..., None], sigma


def discrepancy(plan: FactorPattern, free: FloatArray, mean: FloatArray, s: FloatArray, share: FloatArray) -> float:
    """F = Σ_g share_g (log|Σ| + tr(S Σ⁻¹) + (x̄ − μ)'Σ⁻¹(x̄ − μ) − log|S| − k); inf where Σ is not positive definite.

    Source: Jöreskog (1971), Psychometrika 36; n·F is the likelihood-ratio χ².
    """
    mu, sigma = implied(plan.full(free), plan.items)
    if (plan.full(free)[:, plan.items : 2 * plan.items] <= 0).any() or (np.linalg.eigvalsh(sigma) <= 0).any():
        return np.inf
    inverse, gap = np.linalg.inv(sigma), mean - mu
    logs = np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(s)[1]
    each = logs + (s * inverse).sum((-2, -1)) + np.einsum("gi,gij,gj->g", gap, inverse, gap) - plan.items
    return float(share @ each)


def gradient(plan: FactorPattern, free: Any, mean: Any, s: Any, share: FloatArray | None = None) -> Any:
    """(…, p) derivative of F in the free parameters; mean (…, g, k), s (…, g, k, k)."""
    k, full = plan.items, plan.full(free)
    lam, phi, kappa = full[..., :k], full[..., -2], full[..., -1]
    mu, sigma = implied(full, k)
    inverse, gap = np.linalg.inv(sigma), mean - mu
    about = s + gap[..., :, None] * gap[..., None, :]
    of_sigma = inverse @ (sigma - about) @ inverse
    of_mu = -2 * (inverse @ gap[..., None])[..., 0]
    pull = (of_sigma @ lam[..., None])[..., 0]
    parts = [
        2 * phi[..., None] * pull + kappa[..., None] * of_mu,
        np.diagonal(of_sigma, axis1=-2, axis2=-1),
        of_mu,
        (lam * pull).sum(-1)[..., None],
        (lam * of_mu).sum(-1)[..., None],
    ]
    lead = np.broadcast_shapes(*(part.shape[:-1] for part in parts))
    each = np.concatenate([np.broadcast_to(part, (*lead, part.shape[-1])) for part in parts], axis=-1)
    if share is not None:
        each = each * share[:, None]
    return each.reshape(*each.shape[:-2], -1) @ plan.spread


def fitted(
    plan: FactorPattern,
    mean: FloatArray,
    s: FloatArray,
    start: FloatArray | None = None,
    share: FloatArray | None = None,
) -> FloatArray:
    """The free parameters (p,) of least F by Newton steps, halved, on the absolute eigenvalues of the Hessian.

    nan where there is no minimum inside: an item's own variance runs to nothing (Heywood), or S is not positive definite.
    """
    share = np.ones(plan.groups) if share is None else share
    nothing = np.full(plan.spread.shape[1], np.nan)
    if not np.isfinite(s).all() or (np.linalg.eigvalsh(s) <= 0).any():
        return nothing
    free = starting(plan, mean, s) if start is None else start
    value = discrepancy(plan, free, mean, s, share)
    for _ in range(200):
        slope = gradient(plan, free, mean, s, share)
        moved = free + 1j * COMPLEX_STEP * np.eye(len(free))
        hessian = np.imag(gradient(plan, moved, mean, s, share)) / COMPLEX_STEP
        values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
        turned = vectors.T @ slope
        step = vectors @ (turned / np.maximum(np.abs(values), 1e-12 * np.abs(values).max()))
        if (left := float(slope @ step)) < 1e-20:  # twice what F can still fall: free of any unit
            break
        for _halving in range(40):
            lower = discrepancy(plan, free - step, mean, s, share)
            if lower <= value + 1e-14 * (1 + abs(value)):
                break
            step = step / 2
        else:
            break
        free, value = free - step, lower
    own = plan.full(free)[:, plan.items : 2 * plan.items]
    proper = (own > 1e-6 * np.diagonal(s, axis1=1, axis2=2)).all()
    return free if proper and left < 1e-12 else nothing


def starting(plan: FactorPattern, mean: FloatArray, s: FloatArray) -> FloatArray:
    """The first principal factor of each group, averaged over those that share a parameter."""
    k = plan.items
    full = np.zeros((plan.groups, 3 * k + 2))
    for g in range(plan.groups):
        values, vectors = np.linalg.eigh(s[g])
        lam = vectors[:, -1] * np.sqrt(values[-1]) * (1.0 if vectors[:, -1].sum() >= 0 else -1.0) * 0.8
        full[g] = np.concatenate([lam, np.maximum(np.diag(s[g]) - lam**2, 0.2 * np.diag(s[g])), mean[g], [1.0, 0.0]])
    shared = plan.spread.sum(axis=0)
    return (full.ravel() @ plan.spread) / shared
