"""Whether the figures of a sample have an error to be shown: not those of people nobody drew by chance, unless asked for."""

from __future__ import annotations

from kodoku_survey.design import Sample
from kodoku_survey.errors import DesignError


def claims(sample: Sample) -> bool:
    """What the folder of the respondents says ([design] sample, model), or who made the sample of a table of her own."""
    if sample.found is None:
        return True
    from kodoku_survey.survey.settings.claimed_errors import error_claimed  # an analyst's DataFrame needs no folder

    return error_claimed(sample.found, sample.basis)


def differences_claimed(sample: Sample) -> bool:
    """Whether differences in the sample may be tested: not of people nobody drew by chance, nor under a model alone."""
    if sample.found is None:
        return True
    from kodoku_survey.survey.settings.claimed_errors import differences_tested

    return differences_tested(sample.found, sample.basis)


def to_be_tested(sample: Sample) -> None:
    """Raises DesignError, with the remedy, for a test asked of people nobody drew by chance."""
    if not differences_claimed(sample):
        raise DesignError("estimation.nobody_drawn")
