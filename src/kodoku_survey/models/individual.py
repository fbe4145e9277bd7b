"""Predictions of single persons, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kodoku_survey.arrays import FloatArray
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.intervals import Limits, interval
from kodoku_survey.estimation.propagation import within_share
from kodoku_survey.models.likelihood import Glm
from kodoku_survey.models.predictions import Fitted


@dataclass(frozen=True, eq=False)
class OnLink:
    """Limits made on the scale of the linear predictor (k,) with its error, and carried through the link."""

    model: Glm
    eta: FloatArray
    se: FloatArray
    df: FloatArray

    def __call__(self, level: float) -> Limits:
        ends = interval(self.eta, self.se, self.df, self.df, kind="coefficient", level=level)
        low, high = (np.asarray(self.model.made.link.inverse(end), dtype=float) for end in ends)
        return low, high


@dataclass(frozen=True, eq=False)
class OnOdds:
    """Limits of probabilities (k,) made on their log odds."""

    value: FloatArray
    se: FloatArray
    df: FloatArray

    def __call__(self, level: float) -> Limits:
        with np.errstate(all="ignore"):
            return within_share(self.value, self.se, self.df, level)


def predicted(fitted: Fitted, frame: pd.DataFrame | None) -> Estimate:
    """The mean answer, or the probability of every category, of each row of a frame (default: of everyone in the model).

    Rows with anything missing are nan. The error is that of the fitted mean, not of a person's own answer.
    """
    model, given, coefficients = fitted.model, fitted.given, fitted.coefficients
    rows = given.frame if frame is None else frame
    x = given.x if frame is None else given.as_if(frame)
    offset = given.offset if frame is None else given.offset_of(frame)
    at, covariance, size = coefficients.value, coefficients.covariance, len(model.categories)
    there = np.isfinite(x).all(axis=1) & np.isfinite(offset)
    value, gradient = np.full((len(x), size), np.nan), np.zeros((len(x), size, len(at)))
    value[there] = model.predict(x[there], offset[there], at)
    gradient[there] = model.gradients(x[there], offset[there], at)
    flat = gradient.reshape(-1, len(at))
    se = np.where(np.repeat(there, size), np.sqrt(np.einsum("kp,pq,kq->k", flat, covariance, flat)), np.nan)
    df = np.full(len(flat), coefficients.degrees_of_freedom[0] if coefficients.basis == "design" else np.inf)
    limits: OnLink | OnOdds
    if isinstance(model, Glm):
        eta = np.where(there, x @ at + offset, np.nan)
        limits = OnLink(model, eta, np.sqrt(np.einsum("kp,pq,kq->k", x, covariance, x)), df)
    else:
        limits = OnOdds(value.ravel(), se, df)
    labels = pd.DataFrame({"row": np.repeat(np.asarray(rows.index), size)})
    if size > 1:
        labels["answer"] = list(model.categories) * len(x)
    return Estimate(
        value=value.ravel(),
        se=se,
        kind="prediction",
        labels=labels,
        n=np.full(len(flat), float(given.rows.sum())),
        degrees_of_freedom=np.full(len(flat), coefficients.degrees_of_freedom[0]),
        basis=coefficients.basis,
        claimed=coefficients.claimed,
        make_factor=lambda: coefficients.factor @ flat.T,
        simple=np.full(len(flat), np.nan),
        method="link" if isinstance(model, Glm) else "logit",
        limits=limits,
    )
