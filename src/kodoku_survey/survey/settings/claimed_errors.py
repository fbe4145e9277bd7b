"""Whether figures of a survey have an error anybody may claim, by how its respondents were found and what was asked for."""

from __future__ import annotations

from kodoku_survey.survey.settings.settings import DesignSettings
from kodoku_survey.vocabulary import Basis


def error_claimed(design: DesignSettings, basis: Basis) -> bool:
    """Of people drawn by chance; of a census with an fpc, what nonresponse adds as if by chance; else under a model asked for."""
    if design.model is not None:
        return basis == ("unweighted" if design.model == "srs" else "design")
    return differences_tested(design, basis)


def differences_tested(design: DesignSettings, basis: Basis) -> bool:
    """Whether differences are tested and told in sentences: never under a model alone."""
    if design.sample == "census":
        return basis == "design" and bool(design.fpc)
    return design.sample == "probability"
