"""Published figures of a survey whose answers cannot be had (rates.csv), read and checked."""

from kodoku_survey.survey.rates.published_rates import PublishedRates, planned_of, read_published_rates
from kodoku_survey.survey.rates.rate_rows import PublishedRate, RateGroup

__all__ = ["PublishedRate", "PublishedRates", "RateGroup", "planned_of", "read_published_rates"]
