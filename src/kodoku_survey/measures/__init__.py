"""Answers → what they mean: scores, classes, rules, flags and crossings, each a definition of the folder."""

from kodoku_survey.measures.evaluate import score

__all__ = ["score"]
