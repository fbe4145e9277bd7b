"""Any statistic with its error: totals, means, proportions, ratios, quantiles, contrasts, tests."""

from kodoku_survey.estimation.contrasts import contrast, side_by_side
from kodoku_survey.estimation.covariances import covariances, degrees_of_freedom
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.groups import Group
from kodoku_survey.estimation.hypotheses.independence import Test, independence
from kodoku_survey.estimation.hypotheses.location import rank_test, t_test
from kodoku_survey.estimation.pooling import Pooled, pool
from kodoku_survey.estimation.prevalence import Prevalence, prevalence
from kodoku_survey.estimation.quantiles import quantiles
from kodoku_survey.estimation.summaries import correlations, means, proportions, ratio, totals, variances

__all__ = [
    "Estimate",
    "Group",
    "Pooled",
    "Prevalence",
    "Test",
    "contrast",
    "correlations",
    "covariances",
    "degrees_of_freedom",
    "independence",
    "means",
    "pool",
    "prevalence",
    "proportions",
    "quantiles",
    "rank_test",
    "ratio",
    "side_by_side",
    "t_test",
    "totals",
    "variances",
]
