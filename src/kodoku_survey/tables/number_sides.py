"""Means and medians as each side of a comparison has them, group by group; and what keeps two numbers from being compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kodoku_survey.arrays import BoolArray, FloatArray
from kodoku_survey.crosstabs import CrossTab, cell_means
from kodoku_survey.crosstabs.cell_quantiles import cell_quantiles
from kodoku_survey.design import Sample
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.estimation.domains import numbers
from kodoku_survey.estimation.statistic import quotient
from kodoku_survey.estimation.tally import as_simple_random, tally, total_of
from kodoku_survey.survey.codebook import Variable
from kodoku_survey.survey.conditions import TRUE, truth
from kodoku_survey.survey.plan import PlannedStatistic
from kodoku_survey.survey.sharing import Refusal, Shared
from kodoku_survey.tables.sides import Asked, Measured, SharedCell, Side

ONLY_COLUMN = 0  # the code of the only column of a table of means or medians


@dataclass(frozen=True, eq=False)
class Moment:
    """A mean or a median on one basis, in its own unit, with its standard error and degrees of freedom.

    line : what covaries with another: on the basis "unweighted" each respondent's part (n,), on "design" the column of the
    centred factor; nan where it is not known.
    """

    value: float
    se: float
    df: float
    line: FloatArray


@dataclass(frozen=True, eq=False)
class MeasuredNumber:
    """The number of one group of one side: of n respondents, unweighted and, where the side has weights, weighted."""

    n: int
    plain: Moment
    weighted: Moment | None = None


def numbers_of(side: Side, asked: Asked, statistic: PlannedStatistic) -> dict[SharedCell, MeasuredNumber]:
    """Every group of a table of means or medians that a side has anybody in; of published figures none is at hand."""
    if not isinstance(side, Measured):
        return {}
    base = None if asked.base is None else truth(asked.base, side.responses.given) == TRUE
    by = [names for _, names, _ in asked.banners]
    samples = [one for one in (side.unweighted, side.design) if one is not None]
    made = cell_means if statistic == "mean" else cell_quantiles
    tabs = [made(sample, asked.question, by=by, base=base) for sample in samples]
    told = [_moments(sample, tab, base, statistic) for sample, tab in zip(samples, tabs, strict=True)]
    turned = {":".join(names): (attribute, codes) for attribute, names, codes in asked.banners}
    found = {}
    for g, group in enumerate(tabs[0].groups):
        attribute, codes = turned.get(group.attribute, ("", ()))
        keys = tuple(code.get(key, -1) for code, key in zip(codes, group.keys, strict=True))
        printed = side.released is None or side.released.prints(
            asked.question, asked.base, statistic, group.attribute, group.keys, ONLY_COLUMN
        )
        if tabs[0].n[g] > 0 and -1 not in keys and printed:
            found[attribute, keys, ONLY_COLUMN] = MeasuredNumber(int(tabs[0].n[g]), *(each(g) for each in told))
    return found


def _moments(
    sample: Sample, tab: CrossTab, base: BoolArray | None, statistic: PlannedStatistic
) -> Callable[[int], Moment]:
    """What gives the number of a group on the sample's basis."""
    values, has = numbers(sample, tab.question)
    inside = has if base is None else has & base
    inside = inside if sample.within is None else inside & sample.within
    value, se, df = tab.value[:, 0], tab.se[:, 0], tab.estimate.degrees_of_freedom
    factor = tab.estimate.factor if statistic == "mean" and sample.basis == "design" else None

    def of(g: int) -> Moment:
        if factor is not None:
            return Moment(float(value[g]), float(se[g]), float(df[g]), factor[:, g])
        rows = _rows(sample, tab, g, inside)
        given = values if statistic == "mean" else (values <= value[g]).astype(float)
        line = _by_person(given, rows) if sample.basis == "unweighted" else _by_unit(sample, given, rows)
        with np.errstate(all="ignore"):
            line = line * (se[g] / standard_errors(line[:, None])[0])
        return Moment(float(value[g]), float(se[g]), float(df[g]), line)

    return of


def _rows(sample: Sample, tab: CrossTab, g: int, inside: BoolArray) -> BoolArray:
    """(n,) who is in a group."""
    group, member = tab.groups[g], inside.copy()
    for name, key in zip(group.attribute.split(":") if group.attribute else (), group.keys, strict=True):
        column = sample.categorical(name)
        member &= column.codes == column.keys.index(key)
    return member


def _by_person(given: FloatArray, rows: BoolArray) -> FloatArray:
    """(n,) what each respondent adds to a mean, but for the scale; of a median: to the share at or below it.

    Two medians covary as these shares do (Woodruff 1952), each scaled to its own error.
    """
    return np.where(rows, given - given[rows].mean(), 0.0)


def _by_unit(sample: Sample, given: FloatArray, rows: BoolArray) -> FloatArray:
    """(R,) the same by the design: the column of the centred factor of the weighted mean in a group."""
    use, cell = as_simple_random(sample), np.where(rows, 0, -1)
    mean = quotient(total_of(use, tally(use, cell, 1, values=given)), total_of(use, tally(use, cell, 1)))
    return mean.factor[:, 0]


def unlike(shared: Shared, name: str) -> Refusal | None:
    """Why a number both surveys have is not the same number: another kind, unit or range; None where it is.

    The age of both populations may have other bounds: the comparison is restricted to the ages both cover.
    """
    found = shared.find(name)
    if isinstance(found, Refusal):
        return found
    one, other = shared.ours.variables[name], shared.theirs.variables[found]
    label = shared.first.variables[name].label
    if one.kind != "number" or other.kind != "number":
        return Refusal(name, label, "kind")
    if one.unit != other.unit:
        return Refusal(name, label, "unit", {"first": one.unit or "‐", "second": other.unit or "‐"})
    ages = [survey.settings.population.age for survey in (shared.first, shared.second)]
    of_population = all(age is not None and age.of == v.name for age, v in zip(ages, (one, other), strict=True))
    if one.places != other.places or (_bounds(one) != _bounds(other) and not of_population):
        return Refusal(name, label, "bounds", {"first": _range(one), "second": _range(other)})
    return None


def _bounds(variable: Variable) -> tuple[float | None, float | None]:
    return variable.minimum, variable.maximum


def _range(variable: Variable) -> str:
    """The bounds as a reader takes them in, with a step smaller than 1."""
    low, high = ("" if bound is None else f"{bound:g}" for bound in _bounds(variable))
    return f"{low}～{high}" + (f" ({10.0**-variable.places:g})" if variable.places else "")
