"""Average marginal predictions of a fitted model, their differences, and average slopes of a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, DidYouMean, UsageError
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.intervals import check_option
from kodoku_survey.estimation.statistic import quotient
from kodoku_survey.estimation.tally import tally, total_of
from kodoku_survey.models.formulas import Modelled
from kodoku_survey.models.likelihood import Likelihood

Effect = Literal["prediction", "slope", "difference"]
EFFECTS = ("prediction", "slope", "difference")
SLOPE_STEP = 1e-5  # of a slope, in standard deviations: the error of a central difference is its square


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model with what it was fitted to."""

    sample: Sample
    model: Likelihood
    given: Modelled
    coefficients: Estimate


@dataclass(frozen=True, eq=False)
class Term:
    """A group's label, and the mean prediction it is made of: Σ coefficient · prediction at x (m, q)."""

    group: str
    parts: tuple[tuple[float, FloatArray], ...]


def marginal(
    fitted: Fitted, variable: str, at: Sequence[Any] | None, effect: Effect | None, fixed: Mapping[str, Any]
) -> Estimate:
    """What `Regression.margins` gives; the error takes both the coefficients' and the sample's.

    Source: Graubard & Korn (1999), Biometrics 55; slopes as Stata's margins, dydx() and R's marginaleffects have them.
    Raises DesignError for a variable the model has not, UsageError for a slope of answers.
    """
    given = fitted.given
    for name in (variable, *fixed):
        _check(given, name)
    number = given.counts(variable)
    chosen = effect or ("slope" if number and at is None else "prediction")
    check_option("effect", chosen, EFFECTS)
    if chosen == "slope" and not number:
        raise UsageError("estimation.no_slope", variable)
    frame = given.frame
    for name, value in fixed.items():
        frame = _all_of(frame, name, value)
    if chosen == "slope":
        terms = _slopes(given, frame, variable, at)
    else:
        terms = _levels(given, frame, variable, at, difference=chosen == "difference")
    return _estimate(fitted, variable, terms)


def _check(given: Modelled, name: str) -> None:
    known = tuple(map(str, given.frame.columns))
    if name not in known:
        raise DesignError("design.no_variable", value=name, hint=DidYouMean(name, known))
    known = given.variables()
    if name not in known:  # nobody's prediction would change with it
        raise DesignError("estimation.no_term", value=name, hint=DidYouMean(name, known))


def _all_of(frame: pd.DataFrame, name: str, value: Any) -> pd.DataFrame:
    """Everybody with one value of a variable. Raises DesignError for an answer it has not."""
    column = frame[name]
    if isinstance(column.dtype, pd.CategoricalDtype) and value not in column.cat.categories:
        known = tuple(map(str, column.cat.categories))
        hint = DidYouMean(str(value), known)
        raise DesignError("estimation.no_answer", name=name, value=value, hint=hint, known=", ".join(known))
    everybody = pd.Series([value] * len(frame), index=frame.index)
    categories = isinstance(column.dtype, pd.CategoricalDtype) or not pd.api.types.is_numeric_dtype(column)
    return frame.assign(**{name: everybody.astype(column.dtype) if categories else everybody})


def _levels(
    given: Modelled, frame: pd.DataFrame, variable: str, at: Sequence[Any] | None, *, difference: bool
) -> list[Term]:
    values = list(_present(given.frame[variable]) if at is None else at)
    designs = [given.as_if(_all_of(frame, variable, value)) for value in values]
    if not difference:
        return [Term(_shown(value), ((1.0, x),)) for value, x in zip(values, designs, strict=True)]
    first = designs[0]
    return [
        Term(f"{_shown(value)} − {_shown(values[0])}", ((1.0, x), (-1.0, first)))
        for value, x in zip(values[1:], designs[1:], strict=True)
    ]


def _slopes(given: Modelled, frame: pd.DataFrame, variable: str, at: Sequence[Any] | None) -> list[Term]:
    own = frame[variable].to_numpy(dtype=float)
    step = SLOPE_STEP * (float(np.std(own)) or 1.0)
    terms = []
    for value in [None] if at is None else list(at):
        centre = own if value is None else np.full(len(own), float(value))
        ends = [given.as_if(frame.assign(**{variable: centre + move})) for move in (step, -step)]
        terms.append(
            Term("" if value is None else _shown(value), tuple(zip((0.5 / step, -0.5 / step), ends, strict=True)))
        )
    return terms


def _estimate(fitted: Fitted, variable: str, terms: Sequence[Term]) -> Estimate:
    found = [_average(fitted, term) for term in terms]
    factor = np.concatenate([lines for _, lines in found], axis=1)
    categories, coefficients = fitted.model.categories, fitted.coefficients
    labels = pd.DataFrame({"variable": variable, "group": np.repeat([term.group for term in terms], len(categories))})
    if len(categories) > 1:
        labels["answer"] = list(categories) * len(terms)
    return Estimate(
        value=np.concatenate([value for value, _ in found]),
        se=standard_errors(factor),
        kind="margin",
        labels=labels,
        n=np.full(len(labels), float(fitted.given.rows.sum())),
        degrees_of_freedom=np.full(len(labels), coefficients.degrees_of_freedom[0]),
        basis=coefficients.basis,
        claimed=coefficients.claimed,
        make_factor=lambda: factor,
        simple=np.full(len(labels), np.nan),
    )


def _average(fitted: Fitted, term: Term) -> tuple[FloatArray, FloatArray]:
    """The mean (m,) over everybody, and its factor (R, m): of the mean with the model as it is, and of the model."""
    sample, given, at = fitted.sample, fitted.given, fitted.coefficients.value
    predicted = np.zeros((len(given.y), len(fitted.model.categories)))
    slopes = np.zeros((len(fitted.model.categories), len(at)))
    for coefficient, x in term.parts:
        predicted += coefficient * fitted.model.predict(x, given.offset, at)
        slopes += coefficient * fitted.model.slopes(x, given.weight, given.offset, at) / given.weight.sum()
    cell = np.where(given.rows, 0, -1)
    base = total_of(sample, tally(sample, cell, 1))
    values, factors = [], []
    for column, slope in zip(predicted.T, slopes, strict=True):
        of_all = np.zeros(len(sample))
        of_all[given.rows] = column
        mean = quotient(total_of(sample, tally(sample, cell, 1, values=of_all)), base)
        values.append(mean.value[0])
        factors.append(mean.factor[:, 0] + fitted.coefficients.factor @ slope)
    return np.array(values), np.stack(factors, axis=1)


def _present(column: pd.Series) -> list[object]:
    present = set(column.dropna().unique())
    known = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else sorted(present)
    return [level for level in known if level in present]


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, (float, np.floating)) else str(value)
