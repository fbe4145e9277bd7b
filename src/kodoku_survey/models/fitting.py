"""A family fitted to respondents, and the factor of its covariance: by linearisation, or fitted again in every replicate."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kodoku_survey.arrays import FloatArray
from kodoku_survey.design import Sample
from kodoku_survey.design.replicate_weights import Replicates
from kodoku_survey.errors import DesignError
from kodoku_survey.estimation.tally import tally, total_of
from kodoku_survey.models.formulas import LeftSide, Modelled
from kodoku_survey.models.likelihood import FAMILIES, Likelihood
from kodoku_survey.models.multinomial import Multinomial
from kodoku_survey.models.ordered import OrderedLogit

Family = Literal["linear", "logistic", "probit", "cloglog", "poisson", "gamma", "ordered", "multinomial"]
ANSWERS: dict[str, LeftSide] = {"ordered": "ordered", "multinomial": "nominal"}


def likelihood_of(family: Family, given: Modelled) -> Likelihood:
    """The family by its name, with the answers it is about."""
    if family == "multinomial":
        return Multinomial(given.categories)
    return OrderedLogit(given.categories) if family == "ordered" else FAMILIES[family]


def fitted(model: Likelihood, given: Modelled) -> FloatArray:
    """The parameter (p,) of the model. Raises DesignError where there is none."""
    return model.fit(given.y, given.x, given.weight, given.offset)


def deviance_of(model: Likelihood, given: Modelled, at: FloatArray) -> float:
    """The deviance at a parameter, as if weights were counts of mean 1."""
    return model.deviance(given.y, given.x, given.weight / given.weight.mean(), given.offset, at)


def factor_of(sample: Sample, model: Likelihood, given: Modelled, at: FloatArray, bread: FloatArray) -> FloatArray:
    """(R, p): the scores' totals through the bread, or the coefficients fitted again under every replicate."""
    if sample.replicates is not None:
        return sample.replicates.factor(_replicated(sample.replicates, model, given, at), at)
    scores = model.scores(given.y, given.x, given.offset, at)
    cell, lines = np.where(given.rows, 0, -1), []
    for k in range(scores.shape[1]):
        score = np.zeros(len(sample))
        score[given.rows] = scores[:, k]
        lines.append(total_of(sample, tally(sample, cell, 1, values=score)).factor[:, 0])
    return np.stack(lines, axis=1) @ bread


def _replicated(replicates: Replicates, model: Likelihood, given: Modelled, at: FloatArray) -> FloatArray:
    """The coefficients (R, p) under every replicate; nan where a replicate has no fit, as of any other statistic.

    Raises DesignError where more than one in twenty has none: their spread would say little.
    """
    each = np.full((len(replicates), len(at)), np.nan)
    for r, weight in enumerate(replicates.weights()):
        w = weight[given.rows]
        held = w > 0
        try:
            each[r] = model.fit(given.y[held], given.x[held], w[held], given.offset[held], at)
        except DesignError:
            continue
    lost = int(np.isnan(each[:, 0]).sum())
    if lost > len(each) / 20:
        raise DesignError("estimation.replicates_lost", model.name, lost=lost, count=len(each))
    return each
