"""What may be printed: tables as named parts, marks, precision flags, sentences."""

from kodoku_survey.tables.comparison import Comparison, compare
from kodoku_survey.tables.make import make_report, make_table
from kodoku_survey.tables.report import Report
from kodoku_survey.tables.sides import Measured, Published
from kodoku_survey.tables.studies.adjusting import adjust_to_reference
from kodoku_survey.tables.studies.benchmark import Benchmark
from kodoku_survey.tables.studies.benchmarking import benchmark
from kodoku_survey.tables.studies.published_composing import read_rates
from kodoku_survey.tables.studies.reference_adjusted import ReferenceAdjusted
from kodoku_survey.tables.summary_table import SummaryTable, summary_table
from kodoku_survey.tables.table import Cell, Row, Table

__all__ = [
    "Benchmark",
    "Cell",
    "Comparison",
    "Measured",
    "Published",
    "ReferenceAdjusted",
    "Report",
    "Row",
    "SummaryTable",
    "Table",
    "adjust_to_reference",
    "benchmark",
    "compare",
    "make_report",
    "make_table",
    "read_rates",
    "summary_table",
]
