"""Average marginal predictions of a fitted model, by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.statistic import quotient
from kodoku_survey.estimation.tally import tally, total_of
from kodoku_survey.models.formulas import Modelled
from kodoku_survey.models.likelihood import Likelihood


def average_predictions(
    sample: Sample, model: Likelihood, given: Modelled, coefficients: Estimate, variable: str
) -> Estimate:
    """The mean prediction over everybody, were all of each answer of `variable`.

    The error takes both the coefficients' and the sample's. Source: Graubard & Korn (1999), Biometrics 55.
    Raises DesignError for a variable the model has not.
    """
    known = tuple(map(str, given.frame.columns))
    if variable not in known:
        raise DesignError("design.no_variable", value=variable, hint=DidYouMean(variable, known))
    known = given.variables()
    if variable not in known:  # nobody's prediction would change with it
        raise DesignError("estimation.no_term", value=variable, hint=DidYouMean(variable, known))
    levels = _levels(given.frame[variable])
    values, factors = [], []
    for level in levels:
        everybody = pd.Series([level] * len(given.frame), index=given.frame.index)
        x = given.as_if(given.frame.assign(**{variable: everybody.astype(given.frame[variable].dtype)}))
        value, factor = _averages(sample, model, given, coefficients, x)
        values.append(value)
        factors.append(factor)
    factor = np.concatenate(factors, axis=1)
    groups, size = list(map(str, levels)), len(model.categories)
    labels = pd.DataFrame({"variable": variable, "group": np.repeat(groups, size)})
    if size > 1:
        labels["answer"] = list(model.categories) * len(groups)
    return Estimate(
        value=np.concatenate(values),
        se=np.sqrt((factor**2).sum(axis=0)),
        kind="margin",
        labels=labels,
        n=np.full(len(labels), float(given.rows.sum())),
        degrees_of_freedom=np.full(len(labels), coefficients.degrees_of_freedom[0]),
        basis=coefficients.basis,
        make_factor=lambda: factor,
        simple=np.full(len(labels), np.nan),
    )


def _averages(
    sample: Sample, model: Likelihood, given: Modelled, coefficients: Estimate, x: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Means (m,) of the predictions at x, and their factor (R, m)."""
    cell = np.where(given.rows, 0, -1)
    base = total_of(sample, tally(sample, cell, 1))
    predicted = model.predict(x, given.offset, coefficients.value)
    slopes = model.slopes(x, given.weight, given.offset, coefficients.value) / given.weight.sum()
    values, factors = [], []
    for column, slope in zip(predicted.T, slopes, strict=True):
        of_all = np.zeros(len(sample))
        of_all[given.rows] = column
        mean = quotient(total_of(sample, tally(sample, cell, 1, values=of_all)), base)
        values.append(mean.value[0])
        factors.append(mean.factor[:, 0] + coefficients.factor @ slope)
    return np.array(values), np.stack(factors, axis=1)


def _levels(column: pd.Series) -> list[object]:
    present = set(column.dropna().unique())
    known = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else sorted(present)
    return [level for level in known if level in present]
