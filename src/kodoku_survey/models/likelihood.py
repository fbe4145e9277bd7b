"""What a regression needs of a family: the weighted fit, each person's score, the information, predictions and their slopes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import statsmodels.api as sm

from kodoku_survey.arrays import FloatArray
from kodoku_survey.errors import DesignError
from kodoku_survey.models.separation import check_determined


class Likelihood(Protocol):
    """A family of models. y (n,), x (n, q), weight (n,), offset (n,), parameter (p,)."""

    @property
    def name(self) -> str: ...

    @property
    def intercept(self) -> bool:
        """Whether x has one."""
        ...

    @property
    def categories(self) -> tuple[str, ...]:
        """(m,) what is predicted; ("",) for a mean."""
        ...

    def parameters(self, columns: list[str]) -> list[str]:
        """Names (p,) of the parameters, those of the columns of x first."""
        ...

    def fit(
        self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, start: FloatArray | None = None
    ) -> FloatArray:
        """The parameter that solves Σ w score = 0. Raises DesignError where there is none."""
        ...

    def deviance(self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> float:
        """Twice the distance of the log-likelihood from that of a perfect fit (for ordered answers: from certainty)."""
        ...

    def scores(self, y: FloatArray, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        """(n, p) of each person, without the weight."""
        ...

    def information(
        self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray
    ) -> FloatArray:
        """(p, p) Σ w of −∂score/∂parameter."""
        ...

    def predict(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        """(n, m) the mean of the answer, or the probabilities of its m categories."""
        ...

    def slopes(self, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        """(m, p) Σ w ∂prediction/∂parameter."""
        ...


@dataclass(frozen=True)
class Glm:
    """A generalised linear model with its canonical link, fitted by statsmodels."""

    name: str
    make: Callable[[], Any]
    intercept: bool = True
    categories: tuple[str, ...] = ("",)
    least: float = -np.inf  # of an answer
    most: float = np.inf

    def parameters(self, columns: list[str]) -> list[str]:
        return columns

    def fit(
        self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, start: FloatArray | None = None
    ) -> FloatArray:
        wrong = ~((y >= self.least) & (y <= self.most))
        if wrong.any():
            raise DesignError("estimation.bad_response", self.name, count=int(wrong.sum()), value=f"{y[wrong][0]:g}")
        # Weights of mean 1: statsmodels stops at an absolute change of the deviance.
        scaled = weight / weight.mean()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of perfect separation: it is an error below
            found = sm.GLM(y, x, family=self.make(), var_weights=scaled, offset=offset).fit(
                start_params=start, tol=1e-13, maxiter=100
            )
        at = np.asarray(found.params, dtype=float)
        if not np.isfinite(at).all():
            raise DesignError("estimation.not_fitted", self.name)
        check_determined(self.information(y, x, scaled, offset, at), x, scaled, self.name)
        return at

    def deviance(self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> float:
        return float(self.make().deviance(y, self.predict(x, offset, at)[:, 0], var_weights=weight))

    def scores(self, y: FloatArray, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        return x * (y - self.predict(x, offset, at)[:, 0])[:, None]

    def information(
        self,
        y: FloatArray,  # noqa: ARG002
        x: FloatArray,
        weight: FloatArray,
        offset: FloatArray,
        at: FloatArray,
    ) -> FloatArray:
        return (x * (weight * self._slope(x, offset, at))[:, None]).T @ x

    def predict(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        return np.asarray(self.make().link.inverse(x @ at + offset), dtype=float)[:, None]

    def slopes(self, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        return ((weight * self._slope(x, offset, at)) @ x)[None, :]

    def _slope(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        """dμ/dη, which for a canonical link is the variance function."""
        return np.asarray(self.make().link.inverse_deriv(x @ at + offset), dtype=float)


FAMILIES: dict[str, Glm] = {
    "linear": Glm("linear", sm.families.Gaussian),
    "logistic": Glm("logistic", sm.families.Binomial, least=0, most=1),
    "poisson": Glm("poisson", sm.families.Poisson, least=0),
}
