"""The picture of every result: the report's own charts, and those only a notebook asks for."""

from kodoku_survey.publish.plots import of_tables as of_tables
