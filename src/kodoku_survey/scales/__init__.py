"""What stands behind a score: reliability, factor models, item bias, invariance, counting indices, response quality."""

from kodoku_survey.scales.alkire_foster import CountingIndex, counting_index
from kodoku_survey.scales.invariance import Invariance, invariance
from kodoku_survey.scales.item_bias import ItemBiases, item_bias
from kodoku_survey.scales.reliability import reliability
from kodoku_survey.scales.response_quality import ResponseQuality, response_quality
from kodoku_survey.scales.scale import Reliability

__all__ = [
    "CountingIndex",
    "Invariance",
    "ItemBiases",
    "Reliability",
    "ResponseQuality",
    "counting_index",
    "invariance",
    "item_bias",
    "reliability",
    "response_quality",
]
