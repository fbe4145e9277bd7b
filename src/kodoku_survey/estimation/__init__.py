"""Estimates with their error: totals, means, proportions, ratios, cross-tabs, differences and tests."""

from kodoku_survey.estimation.comparisons import Test, difference, higher, independence, official_z
from kodoku_survey.estimation.crosstab import CrossTab, Group, crosstab, crosstabs
from kodoku_survey.estimation.estimate import Estimate
from kodoku_survey.estimation.summaries import means, proportions, ratio, totals

__all__ = [
    "CrossTab",
    "Estimate",
    "Group",
    "Test",
    "crosstab",
    "crosstabs",
    "difference",
    "higher",
    "independence",
    "means",
    "official_z",
    "proportions",
    "ratio",
    "totals",
]
