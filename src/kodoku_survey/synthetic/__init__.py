"""Synthetic surveys: sample data made by a seeded generator from published figures. They describe nobody."""

from kodoku_survey.synthetic.sample import make_sample

__all__ = ["make_sample"]
