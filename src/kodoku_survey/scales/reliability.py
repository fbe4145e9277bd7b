"""How reliable the sum of some items is: the door, where items are read, turned and refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.domains import By, domains
from kodoku_survey.estimation.propagation import Base
from kodoku_survey.estimation.tally import as_simple_random, freedom
from kodoku_survey.measures.scoring import negative_beyond_chance
from kodoku_survey.scales import coefficients
from kodoku_survey.scales.moments import ItemMissing, Items, complete_rows, domains_of_at_least, item_values, moments
from kodoku_survey.scales.scale import AlphaInterval, Reliability

INTERVALS = ("log", "feldt", "bonett")
FEWEST = 3  # complete rows a domain needs for a covariance with an error


def reliability(
    sample: Sample,
    items: Items,
    *,
    by: By = None,
    reversed: Sequence[str] = (),
    codes: tuple[float, float] | None = None,
    missing: ItemMissing = "complete",
    interval: AlphaInterval | None = None,
    direction: Literal["tested", "declared"] = "tested",
) -> Reliability:
    """Reliability of the sum of some items, in each domain of `by`.

    items : numbers, or answers whose codes are numbers, no answer being missing; or the name of a score of the survey's folder,
        whose items and points are taken. reversed : items to turn; then codes = (lowest, highest) answer.
    missing : "complete" rows, or "pairwise" covariances. direction : "tested" refuses an item that runs against the rest;
        "declared" takes the key on trust.
    interval : of alpha: "log" with t of the design (its default), "feldt" (the default on the basis "unweighted") or "bonett",
        which both know no design.

    Domains of fewer than three complete rows are left out.

    Raises
    ------
    DesignError
        Fewer than two items, an item everybody answers alike, a negative item–rest correlation (by item), no complete row.

    >>> round(float(ks.reliability(sample, "ucla_score").alpha.value[0]), 3)
    0.702
    """
    expected(sample, Sample)
    for option, value, known in (("interval", interval, INTERVALS), ("missing", missing, ("complete", "pairwise"))):
        if value is not None and value not in known:
            hint = DidYouMean(value, known)
            raise DesignError("estimation.unknown_option", option, value=value, hint=hint, known=", ".join(known))
    use = as_simple_random(sample)
    names, values = item_values(use, items, reversed=reversed, codes=codes)
    member, groups = domains(use, by)
    if use.within is not None:
        member = np.where(use.within, member, -1)
    _check(values, member, names, tested=direction == "tested", reversed=reversed)
    whole, labels = domains_of_at_least(np.where(complete_rows(values), member, -1), groups, FEWEST)
    kept = np.array([group.label in labels for group in groups])
    member = np.where((member >= 0) & kept[member], kept.cumsum()[member] - 1, -1)
    found = moments(use, values, member, len(labels), missing=missing)
    base = Base(
        groups=labels,
        n=np.array([one.n for one in found], dtype=float),
        degrees_of_freedom=freedom(use, member if missing == "pairwise" else whole, len(labels)),
        basis=sample.basis,
        claimed=claims(sample),
    )
    chosen = interval or ("feldt" if sample.basis == "unweighted" else "log")
    return Reliability(names, base, tuple(found), chosen, missing, use, values, member)


def _check(
    values: FloatArray, member: IndexArray, items: Sequence[str], *, tested: bool, reversed: Sequence[str]
) -> None:
    """Items of the complete rows vary, and none runs against the rest: alpha alone does not catch one wrong key."""
    complete = values[complete_rows(values) & (member >= 0)]
    if len(complete) < FEWEST:
        raise DesignError("estimation.no_complete_rows", ", ".join(items), count=len(complete))
    for place, name in enumerate(items):
        if np.ptp(complete[:, place]) == 0:
            raise DesignError("estimation.constant_item", name)
    if not tested:
        return
    s = np.cov(complete.T)
    rest = coefficients.item_rest(s)
    worst = int(np.argmin(rest))
    if negative_beyond_chance(float(rest[worst]), len(complete)):
        key = "item_reversed" if items[worst] in reversed else "item_against"
        raise DesignError(f"estimation.{key}", items[worst], r=f"{rest[worst]:.2f}")
    # People who agree to everything make every item–rest correlation positive even when half the items are unturned; then the
    # first component still parts the items in two, and the two parts' sums have a negative covariance.
    component = np.linalg.eigh(coefficients.correlation(s))[1][:, -1]
    other = component < 0
    other = other if 2 * other.sum() < len(items) or (2 * other.sum() == len(items) and not other[0]) else ~other
    if s[np.ix_(other, ~other)].sum() < 0:
        raise DesignError(
            "estimation.items_opposed", ", ".join(name for name, own in zip(items, other, strict=True) if own)
        )
