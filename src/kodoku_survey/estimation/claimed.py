"""Whether the figures of a sample have an error to be shown: not those of people nobody drew by chance, unless asked for."""

from __future__ import annotations

from kodoku_survey.design import Sample


def claims(sample: Sample) -> bool:
    """What the folder of the respondents says ([design] sample, model); an analyst's own DataFrame is what she says it is."""
    if sample.responses is None:
        return True
    from kodoku_survey.survey.settings.claimed_errors import error_claimed  # an analyst's DataFrame needs no folder

    return error_claimed(sample.responses.survey.settings.design, sample.basis)
