"""Answers → what they mean: definitions of a folder, and instruments of the literature on anyone's items."""

from kodoku_survey.measures.evaluate import score
from kodoku_survey.measures.instruments import Instrument, instrument, instruments
from kodoku_survey.measures.items import score_items

__all__ = ["Instrument", "instrument", "instruments", "score", "score_items"]
