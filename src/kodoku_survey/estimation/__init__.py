"""Estimates with their error: totals, means, proportions, ratios, quantiles, cross-tabs, differences, tests, regression."""

from kodoku_survey.estimation.batch import crosstabs
from kodoku_survey.estimation.cell_means import cell_means
from kodoku_survey.estimation.comparisons import difference, official_z
from kodoku_survey.estimation.composite import CountingIndex, counting_index
from kodoku_survey.estimation.contrasts import contrast, side_by_side
from kodoku_survey.estimation.crosstab import CrossTab, Group, crosstab
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.independence import Test, independence
from kodoku_survey.estimation.invariance import Invariance, invariance
from kodoku_survey.estimation.item_bias import ItemBiases, item_bias
from kodoku_survey.estimation.location import rank_test, t_test
from kodoku_survey.estimation.official import official
from kodoku_survey.estimation.pairwise import Pairwise, pairwise
from kodoku_survey.estimation.prevalence import Prevalence, prevalence
from kodoku_survey.estimation.publication import CrossTabs
from kodoku_survey.estimation.quantiles import quantiles
from kodoku_survey.estimation.reliability import reliability
from kodoku_survey.estimation.response_quality import ResponseQuality, response_quality
from kodoku_survey.estimation.scale import Reliability
from kodoku_survey.estimation.summaries import correlations, means, proportions, ratio, totals, variances
from kodoku_survey.estimation.waves import wave_difference

__all__ = [
    "CountingIndex",
    "CrossTab",
    "CrossTabs",
    "Estimate",
    "Group",
    "Invariance",
    "ItemBiases",
    "Pairwise",
    "Prevalence",
    "Reliability",
    "ResponseQuality",
    "Test",
    "cell_means",
    "contrast",
    "correlations",
    "counting_index",
    "crosstab",
    "crosstabs",
    "difference",
    "independence",
    "invariance",
    "item_bias",
    "means",
    "official",
    "official_z",
    "pairwise",
    "prevalence",
    "proportions",
    "quantiles",
    "rank_test",
    "ratio",
    "reliability",
    "response_quality",
    "side_by_side",
    "t_test",
    "totals",
    "variances",
    "wave_difference",
]
