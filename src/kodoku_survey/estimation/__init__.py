"""Estimates with their error: totals, means, proportions, ratios, quantiles, cross-tabs, differences, tests, regression."""

from kodoku_survey.estimation.batch import crosstabs
from kodoku_survey.estimation.comparisons import difference, higher, official_z
from kodoku_survey.estimation.contrasts import contrast, side_by_side
from kodoku_survey.estimation.crosstab import CrossTab, Group, crosstab
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.independence import Test, independence
from kodoku_survey.estimation.location import rank_test, t_test
from kodoku_survey.estimation.publication import CrossTabs
from kodoku_survey.estimation.quantiles import quantiles
from kodoku_survey.estimation.summaries import correlations, means, proportions, ratio, totals, variances

__all__ = [
    "CrossTab",
    "CrossTabs",
    "Estimate",
    "Group",
    "Test",
    "contrast",
    "correlations",
    "crosstab",
    "crosstabs",
    "difference",
    "higher",
    "independence",
    "means",
    "official_z",
    "proportions",
    "quantiles",
    "rank_test",
    "ratio",
    "side_by_side",
    "t_test",
    "totals",
    "variances",
]
