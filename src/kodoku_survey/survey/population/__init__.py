"""Tables of population → rows of margins.csv."""

from kodoku_survey.survey.population.categories import margins_of_table, prefecture_code
from kodoku_survey.survey.population.estat import EstatTable, estat_margins, read_estat

__all__ = ["EstatTable", "estat_margins", "margins_of_table", "prefecture_code", "read_estat"]
