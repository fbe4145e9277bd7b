"""Regression with the design's covariance: means, rates, answers in order or without; terms tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from kodoku_survey.arrays import BoolArray, FloatArray, IndexArray
from kodoku_survey.design import Sample
from kodoku_survey.design.distributions import f_tail
from kodoku_survey.design.stages import standard_errors
from kodoku_survey.errors import DesignError, DidYouMean, UsageError, expected
from kodoku_survey.estimation.claimed import claims, to_be_tested
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.hypotheses import mixtures
from kodoku_survey.estimation.hypotheses.independence import Test
from kodoku_survey.estimation.intervals import check_option
from kodoku_survey.estimation.tally import as_simple_random, freedom
from kodoku_survey.media import Result
from kodoku_survey.models.fitting import ANSWERS, Family, deviance_of, factor_of, fitted, likelihood_of
from kodoku_survey.models.formulas import Modelled, modelled
from kodoku_survey.models.individual import predicted
from kodoku_survey.models.likelihood import FAMILIES, Likelihood
from kodoku_survey.models.predictions import Effect, Fitted, marginal
from kodoku_survey.models.reading import readable, shown

CoefficientScale = Literal["coefficient", "ratio"]
TermStatistic = Literal["wald", "working_wald", "likelihood_ratio"]
TERM_STATISTICS = ("wald", "working_wald", "likelihood_ratio")


@dataclass(frozen=True, eq=False, repr=False)
class Regression(Result):
    """A fitted model. coefficients : an Estimate with t of degf + 1 − p degrees of freedom; thresholds of an ordered one last.

    naive : (p, p) the inverse information, as if weights were counts of mean 1. deviance : of the same fit.

    >>> model = ks.regression(own, "hours ~ sex + age")
    >>> dict(zip(model.frame()["term"], model.frame()["value"].round(3)))
    {'Intercept': 8.751, 'sex[T.m]': 1.188, 'age': -0.011}
    """

    formula: str
    family: Family
    coefficients: Estimate
    naive: FloatArray
    deviance: float
    _asked: Sample  # as it was given, on its basis
    _sample: Sample
    _model: Likelihood
    _data: Modelled

    def __reduce__(self) -> tuple[Any, ...]:
        # patsy's designs cannot be pickled: the model is fitted again, to the same numbers.
        return _fitted_again, (self._asked, self.formula, self.family, self._data.shift)

    @property
    def sample(self) -> Sample:
        """The sample as it was given, on its basis."""
        return self._asked

    @property
    def ratios(self) -> bool:
        """Whether e to the power of a coefficient is a ratio: of odds, rates, means or hazards."""
        return self.family not in ("linear", "probit")

    def frame(self, level: float = 0.95, *, scale: CoefficientScale = "coefficient") -> pd.DataFrame:
        """term, value, se, low, high, df, t, p. scale "ratio": value, low, high as odds or rate ratios, e to their power.

        Raises UsageError for the ratios of a probit model, which has none.
        """
        check_option("scale", scale, ("coefficient", "ratio"))
        if scale == "ratio" and self.family == "probit":
            raise UsageError("estimation.no_ratio", "scale", value=self.family)
        table = self.coefficients.frame(level)[["term", "value", "se", "low", "high", "df", "t", "p"]]
        if scale == "ratio":
            shown = ["value", "low", "high"]
            table[shown] = np.exp(table[shown])
            return table.drop(columns="se").rename(columns={"value": "ratio"})
        return table

    def test(self, term: str, *, statistic: TermStatistic = "wald") -> Test:
        """Test that every coefficient of a term (as the formula names it; several joined by " + ") is nothing.

        "wald" by the design's covariance, F; the two working tests with Rao–Scott weights, by saddlepoint.
        Source: Lumley & Scott (2014), Scand. J. Statist. 41. Raises DesignError for a term the model has not.
        """
        check_option("statistic", statistic, TERM_STATISTICS)
        to_be_tested(self._asked)
        places = self._places(term)
        beta = self.coefficients.value[places]
        design = self.coefficients.covariance[np.ix_(places, places)]
        df, count = float(self.coefficients.degrees_of_freedom[0]), float(len(places))
        if statistic == "wald":
            f = float(beta @ np.linalg.solve(design, beta)) / count
            return Test(f, (count, df), float(f_tail(f, count, df)))
        working = self.naive[np.ix_(places, places)]
        if statistic == "working_wald":
            chisq = float(beta @ np.linalg.solve(working, beta))
        else:
            named = {name for one in term.split(" + ") for name in self._data.columns_of(one.strip())}
            kept = [k for k, name in enumerate(self._data.columns) if name not in named]
            rest = self._data.only(np.array(kept, dtype=np.intp))
            chisq = deviance_of(self._model, rest, fitted(self._model, rest)) - self.deviance
        effects = np.linalg.eigvals(np.linalg.solve(working, design)).real
        return Test(chisq, (count, df), mixtures.saddlepoint(chisq, effects, df))

    def margins(
        self,
        variable: str,
        *,
        at: Sequence[Any] | None = None,
        effect: Effect | None = None,
        fixed: Mapping[str, Any] | None = None,
    ) -> Estimate:
        """What a variable does to the answer, on average over everybody: predictions, their differences, or the slope.

        effect : "prediction" the mean were all of each answer of `variable`, or at each value of `at`; "difference" that less
            the first one's; "slope" (average marginal effect) of a number, everybody at their own value, or at each of `at`.
            Default: the slope of a number without `at`, otherwise predictions.
        fixed : variable → a value everybody is given.

        Of answers, the probability of every category. Any other comparison of them is a `contrast`.
        Raises DesignError for a variable the formula does not name, UsageError for the slope of answers.
        """
        fitted = Fitted(self._sample, self._model, self._data, self.coefficients)
        return marginal(fitted, variable, at, effect, fixed or {})

    def predict(self, frame: pd.DataFrame | None = None) -> Estimate:
        """The fitted mean, or the probability of every category, of each row of a frame, with its interval.

        frame : the variables of the formula (and of the offset); of a survey, answers by their labels. Default: everyone the
            model is about. Rows with anything missing are nan. The error is that of the mean, not of a person's own answer.

        Limits are made on the scale of the linear predictor (of categories: the log odds), so that they stay within range.
        Raises DesignError for a variable that is missing, or an answer the model does not know.
        """
        return predicted(Fitted(self._sample, self._model, self._data, self.coefficients), frame)

    @property
    def plotted(self) -> BoolArray:
        """(p,) which coefficients a forest plot shows: all but intercepts and thresholds."""
        if self.family == "ordered":
            return np.arange(len(self.coefficients)) < self._data.x.shape[1]
        return np.array([not term.endswith("Intercept") for term in self.coefficients.labels["term"]])

    def _places(self, term: str) -> IndexArray:
        known = {shown(name): places for name, places in self._data.terms().items() if places}
        term = shown(readable(term, list(map(str, self._data.frame.columns))))
        for one in term.split(" + "):
            if one.strip() not in known:
                hint = DidYouMean(one, tuple(known))
                raise DesignError("estimation.no_term", self.formula, value=one, hint=hint)
        columns = np.array([place for one in term.split(" + ") for place in known[one.strip()]], dtype=np.intp)
        return self._model.places(columns, self._data.x.shape[1])

    @property
    def dropped(self) -> tuple[str, ...]:
        """Levels of factors that nobody in the model has, as name=level: they have no coefficient."""
        return self._data.dropped


def regression(sample: Sample, formula: str, *, family: Family = "linear", offset: str | None = None) -> Regression:
    """A model with the design's covariance; rows with anything missing are outside, as a domain.

    formula : as patsy (statsmodels) reads it, e.g. "ucla ~ age + C(sex)"; a survey's answers go by labels, 無回答 is missing.
    offset : an expression added to the linear predictor, e.g. "log(months)"; rows where it is not a number are outside.
    family : "linear"; of 0 and 1 (or the last category of the answer against the rest) "logistic", "probit", "cloglog"
        (complementary log-log); "poisson"; "gamma" with a log link; "ordered" the ordered logit of answers in order, a slope
        above 0 meaning later ones; "multinomial" each answer against the first.
    Raises DesignError: unknown variable, a singular model (names the columns), no convergence; UsageError: unknown family.
    Source: Binder (1983), Int. Statist. Rev. 51.

    >>> model = ks.regression(own, "hours ~ sex + age")
    >>> model.margins("sex").value.round(3).tolist()
    [8.224, 9.412]
    """
    expected(sample, Sample)
    check_option("family", family, (*FAMILIES, *ANSWERS))
    use = as_simple_random(sample)
    given = modelled(use, formula, offset=offset, answer=ANSWERS.get(family, "number"))
    if family in ("linear", "poisson", "gamma") and set(given.levels) - {"False", "True"}:
        raise DesignError("estimation.answers_as_numbers", formula, value=family, known=", ".join(given.levels[:6]))
    model = likelihood_of(family, given)
    at = fitted(model, given)
    scaled = given.weight / given.weight.mean()
    naive = np.asarray(np.linalg.inv(model.information(given.y, given.x, scaled, given.offset, at)), dtype=float)
    factor = factor_of(use, model, given, at, naive / given.weight.mean())
    names = [shown(name) for name in model.parameters(list(given.columns))]
    df = float(freedom(use, np.where(given.rows, 0, -1), 1)[0]) + 1 - given.x.shape[1] - (not model.intercept)
    estimate = Estimate(
        value=at,
        se=standard_errors(factor),
        kind="coefficient",
        labels=pd.DataFrame({"term": names}),
        n=np.full(len(at), float(given.rows.sum())),
        degrees_of_freedom=np.full(len(at), df),
        basis=sample.basis,
        claimed=claims(sample),
        make_factor=lambda: factor,
        simple=np.diag(naive),
    )
    return Regression(formula, family, estimate, naive, deviance_of(model, given, at), sample, use, model, given)


def _fitted_again(sample: Sample, formula: str, family: Family, offset: str | None) -> Regression:
    return regression(sample, formula, family=family, offset=offset)
