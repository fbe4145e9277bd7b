"""data/tables.csv: every cell of every table, a line each. Numbers or blanks, marks in a column of their own.

Rules: 行政データにおける機械可読性に関するルール (2026), 統計表における機械判読可能なデータの表記方法の統一ルール (2020).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kodoku_survey.survey.folder import Survey
from kodoku_survey.tables import Report, Row, Table
from kodoku_survey.tables.plain import TOTAL, plain
from kodoku_survey.tables.words import Said, words_of

TIDY_FIELDS = (
    "survey_year", "time_code", "area_code", "area", "table_id", "question", "attribute", "group_code", "group",
    "answer_code", "answer", "percent", "standard_error", "interval_low", "interval_high", "unit", "design_effect",
    "degrees_of_freedom", "count", "n_unweighted", "n_weighted", "flag", "basis",
)  # fmt: skip
OF_NUMBERS = ("statistic", "value")  # fields of a plan that has means or medians
WHOLE_NUMBERS = ("survey_year", "answer_code", "count", "n_unweighted")
WITHOUT_FIGURE = ("not_asked", "excluded", "suppressed")


def tidy(report: Report) -> pd.DataFrame:
    """Every cell of every table as one long frame with the columns of TIDY_FIELDS."""
    frame = pd.DataFrame(
        [record for table in report.tables for record in _records(table, report.survey)],
        columns=[*TIDY_FIELDS, *OF_NUMBERS],
    ).astype(dict.fromkeys(WHOLE_NUMBERS, "Int64"))
    # A plan of shares alone, as most are, has no columns for other figures.
    return frame if (frame["statistic"] != "share").any() else frame[list(TIDY_FIELDS)]


def group_of(table: Table, row: Row, said: Said) -> str:
    """What a line is of. On the page a line of a series is called by its year, which has a column of its own in files."""
    if row.wave is None:
        return row.group
    own = (one.group for one in table.rows if one.wave is None and (one.axis, one.keys) == (row.axis, row.keys))
    return next(own, said["total"])


def time_code(year: int) -> str:
    """e-Stat's code of a calendar year: ten digits, the year first."""
    return f"{year:04d}000000"


def unit_of(table: Table, survey: Survey) -> str:
    """What the figures of a table are in: per cent, or the unit of the question."""
    said = words_of(survey)
    if table.statistic == "share":
        return said["unit_share"]
    variable = survey.variables.get(table.question)
    return (variable.unit if variable is not None else "") or said["unit_own"]


def _records(table: Table, survey: Survey) -> Iterator[tuple[object, ...]]:
    identity, said = survey.settings.identity, words_of(survey)
    unit, share = plain(unit_of(table, survey)), table.statistic == "share"
    for row in table.rows:
        year = row.wave or identity.wave
        for code, answer, cell in zip(table.codes, table.header, row.cells, strict=True):
            figure = None if cell.flag in WITHOUT_FIGURE else cell.value
            yield (
                year,
                time_code(year),
                identity.area_code,
                identity.area,
                plain(table.id),
                table.question,
                row.axis or TOTAL,
                ":".join(map(str, row.keys)) or TOTAL,
                plain(group_of(table, row, said)),
                code,
                plain(answer),
                figure if share else None,
                cell.se,
                cell.low,
                cell.high,
                unit,
                cell.deff,
                cell.df,
                cell.count,
                row.n,
                row.weighted_n,
                cell.flag or row.flag,
                (table.model or table.basis) if year == identity.wave else "published",
                table.statistic,
                None if share else figure,
            )
