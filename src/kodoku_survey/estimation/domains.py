"""Numbers in domains: which domain each respondent is in, and the sums an estimate of them is made of.

`by` is a name, a tuple of names (nested: every combination), or a list of either (stacked, one under another).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray, IntArray
from kodoku_survey.design import Categorical, Number, Sample
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, UsageError
from kodoku_survey.estimation.claimed import claims
from kodoku_survey.estimation.estimate import Estimate, EstimateKind
from kodoku_survey.estimation.groups import Banners, Group, banners_of, groups_of
from kodoku_survey.estimation.statistic import Statistic, combine, joined
from kodoku_survey.estimation.tally import Tally, freedom, tally, total_of

By = Banners | None  # a name; a tuple of names nests them; a list stacks names and tuples


@dataclass(frozen=True, eq=False)
class NumberSums:
    """One variable in g domains: sums of 1, y and (y − shift)² with their errors, and the unweighted bases."""

    name: str
    member: IndexArray
    groups: list[Group]
    tallies: tuple[Tally, ...]
    sums: tuple[Statistic, ...]  # none on the basis "unweighted", which needs none
    shift: float = 0.0


def block(sample: Sample, name: str, by: By, *, centred: bool = False) -> NumberSums:
    """Sums by domain of 1, y and the square of y from its mean over everybody, lest squares of large numbers cancel.

    centred : y itself is taken from that mean as well; for what shifts do not change.
    """
    member, groups = domains(sample, by)
    values, inside = numbers(sample, name)
    shift = centre_of(sample, values, inside)
    from_mean = np.where(inside, values - shift, 0.0)
    cell = np.where(inside, member, -1)
    tallies = tuple(
        tally(sample, cell, len(groups), values=y) for y in (None, from_mean if centred else values, from_mean**2)
    )
    sums = () if sample.basis == "unweighted" else tuple(total_of(sample, one) for one in tallies)
    return NumberSums(name, cell, groups, tallies, sums, shift)


def variance_of_mean(
    weighted: FloatArray, first: FloatArray, second: FloatArray, shift: float, n: FloatArray | IntArray
) -> FloatArray:
    """Σ w (y − ȳ)²/Σ w / (n − 1), from Σ w, Σ w y and Σ w (y − shift)²: of a simple random sample with replacement."""
    with np.errstate(all="ignore"):
        return (second / weighted - (first / weighted - shift) ** 2) / (n - 1)


def covariance_in(w: Statistic, x: Statistic, y: Statistic, xy: Statistic, n: FloatArray | IntArray) -> Statistic:
    """n/(n − 1)·Σ w (x − x̄)(y − ȳ)/Σ w from Σ w, Σ w x, Σ w y and Σ w x y; with y = x a variance, as R's svyvar has it."""
    with np.errstate(all="ignore"):
        raised = n / (n - 1)
    return combine(lambda w, x, y, xy: raised * (xy / w - x / w * (y / w)), w, x, y, xy)


def centre_of(sample: Sample, values: FloatArray, has: BoolArray) -> float:
    """The weighted mean over everybody who has the number; 0 where nobody has."""
    mass = float(sample.weight[has].sum())
    return float(sample.weight[has] @ values[has]) / mass if mass else 0.0


def domains(sample: Sample, by: By) -> tuple[IndexArray, list[Group]]:
    """One set of domains that exclude each other: which (n,) each respondent belongs to (−1: none), and their names.

    Raises UsageError for a list of several attributes, which are several sets.
    """
    if by is None:
        return np.zeros(len(sample), dtype=np.intp), [Group("", "", (), "")]
    banners = banners_of(by)
    if len(banners) != 1:
        raise UsageError("estimation.one_set_of_domains", "by", value=", ".join(map(":".join, banners)) or "–")
    return groups_of(sample, banners[0])


def no_number(sample: Sample, name: str) -> DesignError:
    """That a variable is no number, with what a folder or a DataFrame can do about it."""
    of_folder = sample.responses is not None
    return DesignError("estimation.answers_are_no_number" if of_folder else "estimation.not_a_number", value=name)


def numbers(sample: Sample, name: str) -> tuple[FloatArray, BoolArray]:
    """The values (n,) of a number, 0 where there is none, and who has one. Raises DesignError where it is no number."""
    column = sample.column(name)
    if isinstance(column, Categorical) and column.keys and all(isinstance(key, bool | np.bool_) for key in column.keys):
        truth = np.array([float(key) for key in (*column.keys, False)])  # last: code −1
        return truth[column.codes], column.codes >= 0
    if not isinstance(column, Number):
        raise no_number(sample, name)
    return np.nan_to_num(column.values), ~np.isnan(column.values)


def labels_of(blocks: Sequence[NumberSums]) -> pd.DataFrame:
    """A row a number: variable, attribute, group."""
    rows = [(one.name, g.attribute, g.label) for one in blocks for g in one.groups]
    return pd.DataFrame(rows, columns=["variable", "attribute", "group"])


def estimate_of(
    sample: Sample,
    blocks: Sequence[NumberSums],
    found: Sequence[Statistic],
    kind: EstimateKind,
    simple: Sequence[FloatArray],
) -> Estimate:
    """Statistics of blocks as one estimate; where nobody is in the domain, value and error are nan."""
    statistic = joined(found)
    factor, variance = statistic.factor, np.concatenate(simple)
    se = np.where(np.isnan(statistic.value), np.nan, standard_errors(factor))
    return Estimate(
        value=statistic.value,
        se=se,
        kind=kind,
        labels=labels_of(blocks),
        n=np.concatenate([one.tallies[0].counts for one in blocks]).astype(float),
        degrees_of_freedom=np.concatenate([freedom(sample, one.member, len(one.groups)) for one in blocks]),
        basis=sample.basis,
        make_factor=lambda: factor,
        simple=variance,
        population=np.concatenate([one.tallies[0].weighted for one in blocks]),
        claimed=claims(sample),
    )
