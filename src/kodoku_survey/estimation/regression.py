"""Regression with the design's covariance: linear, logistic, Poisson; terms tested; average marginal predictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm
from patsy import DesignInfo, EvalEnvironment, PatsyError, build_design_matrices, dmatrices
from scipy import stats

from kodoku_survey.design import Sample
from kodoku_survey.design.auxiliary import FloatArray
from kodoku_survey.errors import DesignError, DidYouMean
from kodoku_survey.estimation import mixtures
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.independence import Test
from kodoku_survey.estimation.statistic import Statistic
from kodoku_survey.estimation.tally import as_simple_random, freedom, tally, total_of

Family = Literal["linear", "logistic", "poisson"]
FAMILIES: dict[str, Callable[[], Any]] = {
    "linear": sm.families.Gaussian,
    "logistic": sm.families.Binomial,
    "poisson": sm.families.Poisson,
}


@dataclass(frozen=True, eq=False)
class Regression:
    """A fitted model. coefficients : an Estimate with t of degf + 1 − p degrees of freedom.

    naive : (p, p) the inverse information, as if weights were counts of mean 1. deviance : of the same fit.
    """

    formula: str
    family: Family
    coefficients: Estimate
    naive: FloatArray
    deviance: float
    _sample: Sample
    _rows: np.ndarray
    _y: FloatArray
    _x: FloatArray
    _offset: FloatArray
    _info: DesignInfo
    _frame: pd.DataFrame

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """term, value, se, low, high, t, p, df."""
        table = self.coefficients.frame(level)[["term", "value", "se", "low", "high", "df"]]
        t = table["value"] / table["se"]
        return table.assign(t=t, p=2 * stats.t.sf(np.abs(t), np.maximum(table["df"], 1)))

    def test(self, term: str, *, statistic: Literal["wald", "working_wald", "likelihood_ratio"] = "wald") -> Test:
        """Test that every coefficient of a term (as the formula names it; several joined by " + ") is nothing.

        "wald" by the design's covariance, F; the two working tests with Rao–Scott weights, by saddlepoint.
        Source: Lumley & Scott (2014), Scand. J. Statist. 41. Raises DesignError for a term the model has not.
        """
        known = self._info.term_name_slices
        places = np.concatenate([self._places(one.strip(), tuple(known)) for one in term.split(" + ")])
        beta = self.coefficients.value[places]
        design = self.coefficients.covariance[np.ix_(places, places)]
        df, count = float(self.coefficients.degrees_of_freedom[0]), float(len(places))
        if statistic == "wald":
            f = float(beta @ np.linalg.solve(design, beta)) / count
            return Test(f, (count, df), float(stats.f.sf(f, count, df)))
        working = self.naive[np.ix_(places, places)]
        if statistic == "working_wald":
            chisq = float(beta @ np.linalg.solve(working, beta))
        else:
            rest = np.setdiff1d(np.arange(self._x.shape[1]), places)
            chisq = _fit(self._y, self._x[:, rest], self._weights, self.family, self._offset).deviance - self.deviance
        effects = np.linalg.eigvals(np.linalg.solve(working, design)).real
        return Test(chisq, (count, df), mixtures.saddlepoint(chisq, effects, df))

    def margins(self, variable: str) -> Estimate:
        """Average marginal predictions: the mean prediction over everybody, were all of each answer of `variable`.

        The error takes both the coefficients' and the sample's. Source: Graubard & Korn (1999), Biometrics 55.
        """
        frame, sample = self._frame, self._sample
        if variable not in frame:
            hint = DidYouMean(variable, tuple(map(str, frame.columns)))
            raise DesignError("design.no_variable", value=variable, hint=hint)
        column = frame[variable]
        present = set(column.dropna().unique())
        known = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else sorted(present)
        levels = [level for level in known if level in present]
        base = total_of(sample, tally(sample, np.where(self._rows, 0, -1), 1))
        values, factors = [], []
        for level in levels:
            everybody = pd.Series([level] * len(frame), index=frame.index).astype(column.dtype)
            as_if = frame.assign(**{variable: everybody})
            x = np.asarray(build_design_matrices([self._info], as_if)[0])
            eta = x @ self.coefficients.value + self._offset
            mean = _inverse_link(self.family, eta)
            prediction = np.zeros(len(sample))
            prediction[self._rows] = mean
            top = total_of(sample, tally(sample, np.where(self._rows, 0, -1), 1, values=prediction))
            value = float(top.value[0] / base.value[0])
            slope = (self._weights * _slope(self.family, eta)) @ x / self._weights.sum()
            own = Statistic(np.array([value]), _shared(top, base, value), top.replicates).factor
            values.append(value)
            factors.append(own[:, 0] + self.coefficients.factor @ slope)
        factor = np.stack(factors, axis=1)
        return Estimate(
            value=np.array(values),
            se=np.sqrt((factor**2).sum(axis=0)),
            kind="margin",
            labels=pd.DataFrame({"variable": variable, "group": list(map(str, levels))}),
            n=np.full(len(values), float(self._rows.sum())),
            degrees_of_freedom=np.full(len(values), self.coefficients.degrees_of_freedom[0]),
            basis=self.coefficients.basis,
            make_factor=lambda: factor,
            simple=np.full(len(values), np.nan),
        )

    @property
    def _weights(self) -> FloatArray:
        return self._sample.weight[self._rows]

    def _places(self, term: str, known: tuple[str, ...]) -> np.ndarray:
        if term not in known:
            raise DesignError("estimation.no_term", self.formula, value=term, hint=DidYouMean(term, known))
        return np.arange(self._x.shape[1])[self._info.term_name_slices[term]]

    def __repr__(self) -> str:
        head = f"<Regression {self.formula}, {self.family}, basis {self.coefficients.basis}>"
        return f"{head}\n{self.frame().to_string(index=False)}"

    def _repr_html_(self) -> str:
        return self.frame().style.hide(axis="index").format(precision=4).to_html()


def _shared(top: Statistic, base: Statistic, value: float) -> FloatArray:
    if top.replicates is not None:
        return top.lines / base.lines
    return (top.lines - value * base.lines) / base.value


def regression(sample: Sample, formula: str, *, family: Family = "linear", offset: str | None = None) -> Regression:
    """A generalised linear model with the design's covariance; rows with anything missing are outside, as a domain.

    formula : as patsy (statsmodels) reads it, e.g. "ucla ~ age + C(sex)". offset : an expression added to the linear predictor.
    Raises DesignError: unknown variable, family, a singular model (names the columns), no convergence.
    Source: Binder (1983), Int. Statist. Rev. 51.
    """
    if family not in FAMILIES:
        known = tuple(FAMILIES)
        raise DesignError(
            "estimation.unknown_option", "family", value=family, hint=DidYouMean(family, known), known=", ".join(known)
        )
    use = as_simple_random(sample)
    frame = (use.frame if use.frame is not None else use.responses.frame()).reset_index(drop=True)  # type: ignore[union-attr]
    try:
        response, predictors = dmatrices(formula, frame, EvalEnvironment([]), return_type="dataframe")
    except PatsyError as fault:
        raise DesignError("estimation.bad_formula", formula, value=str(fault).splitlines()[0]) from fault
    rows = np.zeros(len(frame), dtype=bool)
    rows[predictors.index] = True
    rows &= use.weight > 0
    if use.within is not None:
        rows &= use.within
    info = predictors.design_info
    y = response.iloc[:, -1].loc[rows[response.index]].to_numpy(float)
    x = predictors.loc[rows[predictors.index]].to_numpy(float)
    shift = frame.loc[rows].eval(offset).to_numpy(float) if offset else np.zeros(len(y))
    _check_rank(x, list(predictors.columns), formula)
    weights = use.weight[rows]
    fit = _fit(y, x, weights, family, shift)
    beta = np.asarray(fit.params)
    naive = np.linalg.inv((x * (weights / weights.mean() * _slope(family, x @ beta + shift))[:, None]).T @ x)
    factor = _factor(use, rows, y, x, beta, family, shift, naive / weights.mean())
    df = float(freedom(use, np.where(rows, 0, -1), 1)[0]) + 1 - x.shape[1]
    estimate = Estimate(
        value=beta,
        se=np.sqrt((factor**2).sum(axis=0)),
        kind="coefficient",
        labels=pd.DataFrame({"term": list(predictors.columns)}),
        n=np.full(len(beta), float(rows.sum())),
        degrees_of_freedom=np.full(len(beta), df),
        basis=sample.basis,
        make_factor=lambda: factor,
        simple=np.diag(naive),
    )
    kept = frame.loc[rows]
    return Regression(formula, family, estimate, naive, float(fit.deviance), use, rows, y, x, shift, info, kept)


def _check_rank(x: FloatArray, names: list[str], formula: str) -> None:
    kept: list[int] = []
    for k in range(x.shape[1]):
        if np.linalg.matrix_rank(x[:, [*kept, k]] / np.maximum(np.abs(x[:, [*kept, k]]).max(axis=0), 1e-300)) > len(
            kept
        ):
            kept.append(k)
    if len(kept) < x.shape[1]:
        raise DesignError(
            "estimation.singular", formula, value=", ".join(n for k, n in enumerate(names) if k not in kept)
        )


def _fit(
    y: FloatArray, x: FloatArray, weights: FloatArray, family: str, offset: FloatArray, start: FloatArray | None = None
) -> Any:
    model = sm.GLM(y, x, family=FAMILIES[family](), var_weights=weights / weights.mean(), offset=offset)
    fit = model.fit(start_params=start, tol=1e-13, maxiter=100)
    if not np.isfinite(fit.params).all() or np.abs(fit.params).max(initial=0) > 1e8:
        raise DesignError("estimation.not_fitted", family)
    return fit


def _factor(
    sample: Sample, rows: np.ndarray, y: FloatArray, x: FloatArray, beta: FloatArray, family: str, offset: FloatArray,
    bread: FloatArray,
) -> FloatArray:  # fmt: skip
    """(R, p): the scores' totals through the bread, or the coefficients refitted under every replicate."""
    if sample.replicates is not None:
        each = np.full((len(sample.replicates), len(beta)), np.nan)
        for r, weight in enumerate(sample.replicates.weights()):
            w = weight[rows]
            held = w > 0
            each[r] = _fit(y[held], x[held], w[held], family, offset[held], start=beta).params
        return sample.replicates.factor(each, beta)
    residual = y - _inverse_link(family, x @ beta + offset)
    cell, lines = np.where(rows, 0, -1), []
    for k in range(x.shape[1]):
        score = np.zeros(len(sample))
        score[rows] = x[:, k] * residual
        lines.append(total_of(sample, tally(sample, cell, 1, values=score)).factor[:, 0])
    return np.stack(lines, axis=1) @ bread


def _inverse_link(family: str, eta: FloatArray) -> FloatArray:
    return np.asarray(FAMILIES[family]().link.inverse(eta), dtype=float)


def _slope(family: str, eta: FloatArray) -> FloatArray:
    """dμ/dη, which for these links is the variance function."""
    return np.asarray(FAMILIES[family]().link.inverse_deriv(eta), dtype=float)
