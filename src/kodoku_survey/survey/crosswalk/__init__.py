"""Which questions and codes of two surveys are the same: said by somebody, drafted, and what follows for both surveys."""

from kodoku_survey.survey.crosswalk.crosswalk import (
    CROSSWALK,
    CodePair,
    CommonCode,
    Crosswalk,
    Harmonised,
    SameQuestion,
    definition_of,
    read_crosswalk,
)

__all__ = [
    "CROSSWALK",
    "CodePair",
    "CommonCode",
    "Crosswalk",
    "Harmonised",
    "SameQuestion",
    "definition_of",
    "read_crosswalk",
]
