"""One question by some attributes, alone or hundreds in a pass; comparisons of groups and of waves."""

from kodoku_survey.crosstabs.batch import crosstabs
from kodoku_survey.crosstabs.between_waves import wave_difference
from kodoku_survey.crosstabs.cell_means import cell_means
from kodoku_survey.crosstabs.cell_quantiles import cell_quantiles
from kodoku_survey.crosstabs.comparisons import difference, official_z
from kodoku_survey.crosstabs.crosstab import CrossTab, crosstab
from kodoku_survey.crosstabs.official import official
from kodoku_survey.crosstabs.pairwise import Pairwise, pairwise
from kodoku_survey.crosstabs.publication import CrossTabs

__all__ = [
    "CrossTab",
    "CrossTabs",
    "Pairwise",
    "cell_means",
    "cell_quantiles",
    "crosstab",
    "crosstabs",
    "difference",
    "official",
    "official_z",
    "pairwise",
    "wave_difference",
]
