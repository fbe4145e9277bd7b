"""Differential item functioning: whether people alike in what is measured answer an item differently by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import chi2_tail
from kodoku_survey.design.stages import covariance_of, standard_errors
from kodoku_survey.errors import DesignError, DidYouMean, expected
from kodoku_survey.estimation.claimed import to_be_tested
from kodoku_survey.estimation.domains import domains
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.framed import Framed
from kodoku_survey.estimation.hypotheses import mixtures
from kodoku_survey.estimation.hypotheses.independence import Test
from kodoku_survey.estimation.propagation import LimitsOf, symmetric
from kodoku_survey.estimation.tally import as_simple_random, freedom
from kodoku_survey.models.matched_logit import Kinds, Model
from kodoku_survey.scales.moments import Items, complete_rows, domains_of_at_least, item_values, number_of
from kodoku_survey.vocabulary import Basis

Match = Literal["total", "rest", "external"]
MATCHES: tuple[Match, ...] = ("total", "rest", "external")


@dataclass(frozen=True, eq=False)
class ItemBias:
    """One item under one way of matching.

    uniform, nonuniform, total : likelihood-ratio tests of group, of group × match, of both. mcfadden, nagelkerke : rise of R²
    by both. change : percent the match's coefficient moves when group enters. beta, naive : (g − 1,) log odds of a higher
    answer against the first group, and their model-based standard errors.
    """

    item: str
    match: Match
    n: int
    uniform: Test
    nonuniform: Test
    total: Test
    mcfadden: float
    nagelkerke: float
    change: float
    beta: FloatArray
    naive: FloatArray
    factor: FloatArray


@dataclass(frozen=True, eq=False, repr=False)
class ItemBiases(Framed):
    """Every item under every way of matching.

    coefficients : log odds of a higher answer in each further group against the first, people of equal match compared.
    """

    by: str
    groups: tuple[str, ...]
    tests: tuple[ItemBias, ...]
    coefficients: Estimate

    def frame(self) -> pd.DataFrame:
        """item, match, n; statistic and p of each test; mcfadden, nagelkerke, size, change.

        size : of the rise of Nagelkerke's R²: < .035 negligible, < .070 moderate, else large (Jodoin & Gierl 2001).
        """
        rows = []
        for one in self.tests:
            told = [x for test in (one.uniform, one.nonuniform, one.total) for x in (test.statistic, test.p_value)]
            size = "negligible" if one.nagelkerke < 0.035 else "moderate" if one.nagelkerke < 0.07 else "large"
            rows.append((one.item, one.match, one.n, *told, one.mcfadden, one.nagelkerke, size, one.change))
        names = "item match n uniform uniform_p nonuniform nonuniform_p total total_p mcfadden nagelkerke size change"
        return pd.DataFrame(rows, columns=names.split())


def item_bias(
    sample: Sample,
    items: Items,
    *,
    by: str,
    match: Match | Sequence[Match] | None = None,
    anchor: str | None = None,
    reversed: Sequence[str] = (),
    codes: tuple[float, float] | None = None,
) -> ItemBiases:
    """Test each item by ordered logit on a match (M1), then the groups of `by` (M2), then their products (M3).

    items, reversed, codes : as of `reliability`. match : what makes people alike: the "total" of the items, the "rest" of them,
        or an "external" `anchor`, a number outside the scale; several, or None for all there are. Of few items the scale is no
        fair match for itself: one biased item makes the others look biased the other way (docs/scales.md).
    On the basis "design" the weighted likelihood with Rao–Scott tests (Lumley & Scott 2014); on "unweighted" χ².

    Raises DesignError: no anchor for "external", an anchor that is an item, a group missing, an item without a maximum.
    Source: Zumbo (1999); Choi, Gibbons & Crane (2011), J. Stat. Softw. 39(8).

    >>> found = ks.item_bias(own, ["a", "b", "c"], by="sex", anchor="hours")
    >>> found.frame()["item"].unique().tolist()
    ['a', 'b', 'c']
    """
    expected(sample, Sample)
    to_be_tested(sample)
    use = as_simple_random(sample)
    names, values = item_values(use, items, reversed=reversed, codes=codes)
    chosen = _matches(match, anchor, names)
    outside = number_of(use, anchor) if anchor else np.zeros(len(use))
    member, groups = domains(use, by)
    if use.within is not None:
        member = np.where(use.within, member, -1)
    member, labels = domains_of_at_least(np.where(complete_rows(values) & (use.weight > 0), member, -1), groups, 2)
    whole = member >= 0
    found = []
    for place, name in enumerate(names):
        own = values[:, place]
        for kind in chosen:
            rows = whole & np.isfinite(outside) if kind == "external" else whole
            with_match = {"external": outside, "total": values.sum(axis=1), "rest": values.sum(axis=1) - own}[kind]
            if (held := len(np.unique(member[rows]))) < max(len(labels), 2):
                raise DesignError("estimation.groups_to_compare", by, count=held)
            kinds = Kinds.of(use, rows, own[rows], member[rows], len(labels) - 1, with_match[rows])
            found.append(_one(kinds, sample.basis, name, kind, len(labels) - 1))
    df = float(freedom(use, np.where(whole, 0, -1), 1)[0])
    return ItemBiases(by, labels, tuple(found), _coefficients(found, labels, df, sample.basis))


def _coefficients(found: Sequence[ItemBias], labels: Sequence[str], df_of_all: float, basis: Basis) -> Estimate:
    """The coefficient of every group but the first on M2, for each item and match."""
    told = [(one.item, one.match, label) for one in found for label in labels[1:]]
    factor = np.concatenate([one.factor for one in found], axis=1)
    value, se = np.concatenate([one.beta for one in found]), standard_errors(factor)
    df = np.full(len(told), df_of_all)
    return Estimate(
        value=value,
        se=se,
        kind="coefficient",
        labels=pd.DataFrame(told, columns=["item", "match", "group"]),
        n=np.repeat([float(one.n) for one in found], len(labels) - 1),
        degrees_of_freedom=df,
        basis=basis,
        claimed=True,
        make_factor=lambda: factor,
        simple=np.concatenate([one.naive for one in found]) ** 2,
        limits=LimitsOf(symmetric, value, se, df),
    )


def _matches(match: Match | Sequence[Match] | None, anchor: str | None, items: Sequence[str]) -> tuple[Match, ...]:
    chosen = (match,) if isinstance(match, str) else tuple(match or MATCHES[: 3 if anchor else 2])
    for one in chosen:
        if one not in MATCHES:
            hint, known = DidYouMean(one, MATCHES), ", ".join(MATCHES)
            raise DesignError("estimation.unknown_option", "match", value=one, hint=hint, known=known)
    if "external" in chosen and anchor is None:
        raise DesignError("estimation.no_anchor")
    if anchor in items:
        raise DesignError("estimation.anchor_within", value=anchor)
    return chosen


def _one(kinds: Kinds, basis: Basis, item: str, kind: Match, g: int) -> ItemBias:
    null, first, second, third = (Model(kinds, width, f"{item} ({kind})") for width in (0, 1, 1 + g, 1 + 2 * g))
    df = float(freedom(kinds.sample, np.where(kinds.rows, 0, -1), 1)[0])
    groups, products = np.arange(1, 1 + g), np.arange(1 + g, 1 + 2 * g)

    def test(small: Model, big: Model, at: IndexArray) -> Test:
        chisq = 2 * (big.log_likelihood - small.log_likelihood)
        if basis == "unweighted":
            return Test(chisq, (float(len(at)), np.inf), float(chi2_tail(chisq, len(at))))
        factor = big.factor[:, at]
        effects = np.linalg.eigvals(np.linalg.solve(big.inverse[np.ix_(at, at)], covariance_of(factor))).real
        return Test(chisq, (float(len(at)), df), mixtures.saddlepoint(chisq, effects, df))

    n = len(kinds.kind)
    return ItemBias(
        item=item,
        match=kind,
        n=n,
        uniform=test(first, second, groups),
        nonuniform=test(second, third, products),
        total=test(first, third, np.concatenate([groups, products])),
        mcfadden=(third.log_likelihood - first.log_likelihood) / -null.log_likelihood,
        nagelkerke=_nagelkerke(third, null, n) - _nagelkerke(first, null, n),
        change=100 * abs(second.at[0] - first.at[0]) / abs(first.at[0]),
        beta=second.at[groups],
        naive=np.sqrt(np.diag(second.inverse)[groups]),
        factor=second.factor[:, groups],
    )


def _nagelkerke(fit: Model, null: Model, n: int) -> float:
    top = 1 - np.exp(2 * (null.log_likelihood - fit.log_likelihood) / n)
    return float(top / (1 - np.exp(2 * null.log_likelihood / n)))
