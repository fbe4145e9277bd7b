"""What may be printed: tables as named parts, marks, precision flags, sentences."""

from kodoku_survey.tables.make import make_report, make_table
from kodoku_survey.tables.report import Report
from kodoku_survey.tables.table import Cell, Row, Table

__all__ = ["Cell", "Report", "Row", "Table", "make_report", "make_table"]
