"""Rehearsal returns for any folder: invented answers in the folder's own layouts, seeded, with the slips they can hold."""

from kodoku_survey.synthetic.destination import place
from kodoku_survey.synthetic.rehearsal import Rehearsal, rehearse

__all__ = ["Rehearsal", "place", "rehearse"]
