"""Reading definitions: a place in a file, values by their types and limits, files as tables."""

from kodoku_survey.survey.reading.places import Place, shown
from kodoku_survey.survey.reading.record import entries, entries_of, is_record, read, record, records, unique
from kodoku_survey.survey.reading.sources import read_csv, read_toml

__all__ = [
    "Place", "entries", "entries_of", "is_record", "read", "read_csv", "read_toml", "record", "records", "shown", "unique",
]  # fmt: skip
