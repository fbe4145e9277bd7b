"""Whether the figures of a sample have an error to be shown: not those of people nobody drew by chance, unless asked for."""

from __future__ import annotations

from kodoku_survey.design import Sample
from kodoku_survey.survey.settings.claimed_errors import error_claimed


def claims(sample: Sample) -> bool:
    """What the folder of the respondents says ([design] sample, model); an analyst's own DataFrame is what she says it is."""
    return sample.responses is None or error_claimed(sample.responses.survey.settings.design, sample.basis)
