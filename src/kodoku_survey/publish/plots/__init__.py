"""The picture of every result: the report's own charts, and those only a notebook asks for."""

from kodoku_survey.publish.plots import of_accounts as of_accounts
from kodoku_survey.publish.plots import of_estimates as of_estimates
from kodoku_survey.publish.plots import of_people as of_people
from kodoku_survey.publish.plots import of_tables as of_tables
from kodoku_survey.publish.plots.style import plot_style

__all__ = ["plot_style"]
