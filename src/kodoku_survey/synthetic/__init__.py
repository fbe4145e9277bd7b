"""Synthetic surveys: data files made by a seeded generator from published figures. They describe nobody."""

from kodoku_survey.synthetic.sample import Synthesis, make_sample, synthesize

__all__ = ["Synthesis", "make_sample", "synthesize"]
