"""Definitions of derived variables (measures.toml): a kind a file, registered here. No threshold in code.

Every kind takes label, number, question, section, source, order_as_question, order_as_group, scale, outside_scale, label_by,
subject, restates, hidden_as_group, nonanswer (code of undetermined / 無回答, default the file's) and nonanswer_label (default
無回答 / No answer). [[composite]] stands for several definitions of these kinds (composite.py).
"""

from collections.abc import Mapping
from types import MappingProxyType

from kodoku_survey.survey.definitions.choices import Choice, Flags, Rule
from kodoku_survey.survey.definitions.classes import Band, Classes
from kodoku_survey.survey.definitions.cross import Cross
from kodoku_survey.survey.definitions.described import Definition, Described, Meaning, Translation
from kodoku_survey.survey.definitions.items import Item, Points
from kodoku_survey.survey.definitions.score import Score
from kodoku_survey.survey.missing import Missing

# The name of a kind in measures.toml → what it is read into. A further kind is a file of its own and a line here.
KINDS: Mapping[str, type[Definition]] = MappingProxyType(
    {"score": Score, "classes": Classes, "rule": Rule, "flags": Flags, "cross": Cross}
)

__all__ = [
    "KINDS", "Band", "Choice", "Classes", "Cross", "Definition", "Described", "Flags", "Item", "Meaning", "Missing", "Points",
    "Rule", "Score", "Translation",
]  # fmt: skip
