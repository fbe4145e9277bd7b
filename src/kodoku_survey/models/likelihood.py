"""What a regression needs of a family: the weighted fit, each person's score, the information, predictions and their slopes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from kodoku_survey.arrays import FloatArray, IndexArray
from kodoku_survey.errors import DesignError
from kodoku_survey.models.separation import check_determined

LEAST_POSITIVE = float(np.nextafter(0, 1))  # of a gamma's answer


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
        """Names (p,) of the parameters."""
        ...

    def places(self, columns: IndexArray, width: int) -> IndexArray:
        """Which parameters belong to some columns of x, of which there are `width`."""
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

    def gradients(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        """(n, m, p) ∂prediction/∂parameter of each person."""
        ...


@dataclass(frozen=True)
class Glm:
    """A generalised linear model, fitted by statsmodels.

    canonical : the link is the family's own, so that the slope of the mean is its variance. Otherwise scores carry
        (∂μ/∂η)/V(μ), and the information is the expected one, as R's svyglm takes it.
    ratios : e to the power of a coefficient is a ratio (of odds, rates, means, hazards).
    """

    name: str
    family: str  # of statsmodels.api.families
    link: str = ""  # of its links; "": the canonical one
    intercept: bool = True
    categories: tuple[str, ...] = ("",)
    least: float = -np.inf  # of an answer
    most: float = np.inf
    ratios: bool = True

    @property
    def canonical(self) -> bool:
        """Whether the link is the family's own, so that observed and expected information agree."""
        return not self.link

    @cached_property
    def made(self) -> Any:
        """The family as statsmodels has it; imported when a model is fitted, for statsmodels takes its time."""
        import statsmodels.api as sm

        kind = getattr(sm.families, self.family)
        return kind() if self.canonical else kind(link=getattr(sm.families.links, self.link)())

    def parameters(self, columns: list[str]) -> list[str]:
        return columns

    def places(self, columns: IndexArray, width: int) -> IndexArray:  # noqa: ARG002
        return columns

    def fit(
        self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, start: FloatArray | None = None
    ) -> FloatArray:
        import statsmodels.api as sm

        wrong = ~((y >= self.least) & (y <= self.most))
        if wrong.any():
            raise DesignError("estimation.bad_response", self.name, count=int(wrong.sum()), value=f"{y[wrong][0]:g}")
        # Weights of mean 1: statsmodels stops at an absolute change of the deviance.
        scaled = weight / weight.mean()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of perfect separation: it is an error below
            found = sm.GLM(y, x, family=self.made, var_weights=scaled, offset=offset).fit(
                start_params=start, tol=1e-13, maxiter=100
            )
        at = np.asarray(found.params, dtype=float)
        if not np.isfinite(at).all():
            raise DesignError("estimation.not_fitted", self.name)
        check_determined(self.information(y, x, scaled, offset, at), x, scaled, self.name)
        return at

    def deviance(self, y: FloatArray, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> float:
        return float(self.made.deviance(y, self.predict(x, offset, at)[:, 0], var_weights=weight))

    def scores(self, y: FloatArray, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        mean = self.predict(x, offset, at)[:, 0]
        gap = y - mean
        if not self.canonical:
            gap = gap * self._slope(x, offset, at) / self.made.variance(mean)
        return x * gap[:, None]

    def information(
        self,
        y: FloatArray,  # noqa: ARG002
        x: FloatArray,
        weight: FloatArray,
        offset: FloatArray,
        at: FloatArray,
    ) -> FloatArray:
        each = self._slope(x, offset, at)
        if not self.canonical:
            each = each**2 / self.made.variance(self.predict(x, offset, at)[:, 0])
        return (x * (weight * each)[:, None]).T @ x

    def predict(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        return np.asarray(self.made.link.inverse(x @ at + offset), dtype=float)[:, None]

    def slopes(self, x: FloatArray, weight: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        return ((weight * self._slope(x, offset, at)) @ x)[None, :]

    def gradients(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        return (x * self._slope(x, offset, at)[:, None])[:, None, :]

    def _slope(self, x: FloatArray, offset: FloatArray, at: FloatArray) -> FloatArray:
        """dμ/dη (n,), which for a canonical link is the variance function."""
        return np.asarray(self.made.link.inverse_deriv(x @ at + offset), dtype=float)


FAMILIES: dict[str, Glm] = {
    "linear": Glm("linear", "Gaussian"),
    "logistic": Glm("logistic", "Binomial", least=0, most=1),
    "poisson": Glm("poisson", "Poisson", least=0),
    "probit": Glm("probit", "Binomial", "Probit", least=0, most=1, ratios=False),
    "cloglog": Glm("cloglog", "Binomial", "CLogLog", least=0, most=1),
    "gamma": Glm("gamma", "Gamma", "Log", least=LEAST_POSITIVE),
}
