"""The functions that check the rules, by what they look at; importing this registers them all."""

from kodoku_survey.lint.rules import (
    documents,
    formats,
    labels,
    number_columns,
    single_cells,
    table_place,
    time_and_area,
)

__all__ = ["documents", "formats", "labels", "number_columns", "single_cells", "table_place", "time_and_area"]
