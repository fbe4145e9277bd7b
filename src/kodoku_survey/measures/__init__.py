"""Answers → what they mean: definitions of a folder, and instruments of the literature on anyone's items."""

from kodoku_survey.measures.evaluate import score
from kodoku_survey.measures.scoring import score_items
from kodoku_survey.survey.instruments import Instrument, instrument, instruments

__all__ = ["Instrument", "instrument", "instruments", "score", "score_items"]
