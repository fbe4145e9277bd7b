"""The files by which data/tables.csv is understood: the code table (符号表) and the index of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import pandas as pd

from kodoku_survey.publish.charts.drawing import stems_of
from kodoku_survey.publish.sheets.table_places import anchor, names_of, scope_of
from kodoku_survey.publish.sheets.tidy import time_code, unit_of
from kodoku_survey.survey.plan import PlannedStatistic
from kodoku_survey.tables import Report
from kodoku_survey.tables.marks import MARKS, explained
from kodoku_survey.tables.plain import TOTAL, plain
from kodoku_survey.tables.sentences.statement import Role, StatementKind
from kodoku_survey.tables.words import Said, words_of
from kodoku_survey.vocabulary import ErrorModel

NONE = "none"
# Columns of tables.csv and sentences.csv whose codes are words of the software.
CODED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "basis": ("unweighted", "design", "published", *get_args(ErrorModel)),
    "statistic": get_args(PlannedStatistic),
    "kind": get_args(StatementKind),
    "origin": ("made", "replaced"),
    "test": ("pooled_z", "design_t", NONE),
    "role": get_args(Role),
}
CODE_FIELDS = ("variable", "question_number", "variable_label", "kind", "code", "label", "short_label")
INDEX_FIELDS = (
    "table_id", "section_id", "section_title", "title", "scope", "survey_year", "time_code", "area_code", "area",
    "question", "question_label", "attribute", "statistic", "unit", "basis", "n_unweighted", "sheet", "chart", "page",
    "first_row", "last_row",
)  # fmt: skip


def codes(report: Report) -> pd.DataFrame:
    """The code table: variable, label, code, label and short label of each answer; then the columns that are codes."""
    rows: list[tuple[str, ...]] = [
        (
            variable.name,
            plain(variable.number) or NONE,
            plain(variable.label),
            variable.kind,
            str(code.code),
            plain(code.label),
            plain(code.text),
        )
        for variable in report.responses.variables.values()
        for code in variable.codes
    ]
    said = words_of(report.survey)
    base = report.survey.settings.publication.reference_base
    for column, entries in _columns(said, base).items():
        heading = said[f"field_{column}"]
        rows += [(column, NONE, plain(heading), "column", code, plain(label), plain(label)) for code, label in entries]
    return pd.DataFrame(rows, columns=list(CODE_FIELDS))


def _columns(said: Said, base: int) -> Mapping[str, list[tuple[str, str]]]:
    """The columns that hold codes, and what each of these means; a blank flag has none."""
    return {
        "flag": [(flag, explained(flag, said, reference_base=base)) for flag in MARKS],
        **{column: [(key, said[f"code_{column}_{key}"]) for key in keys] for column, keys in CODED_COLUMNS.items()},
        "attribute": [(TOTAL, said["total"])],
        "group_code": [(TOTAL, said["total"])],
    }


def tables_index(report: Report) -> pd.DataFrame:
    """tables_index.csv: each table's title, scope, unit, and where it stands: sheet, chart, anchor, rows of tables.csv."""
    identity, names, stems = report.survey.settings.identity, names_of(report), stems_of(report.tables)
    titles = {section.id: section.title for section in report.sections}
    rows, first = [], 2  # row 1 has the headings
    for table in report.tables:
        cells = sum(len(row.cells) for row in table.rows)
        variable = report.responses.variables.get(table.question)
        axes = list(dict.fromkeys(row.axis for row in table.rows if row.axis))
        rows.append(
            (
                plain(table.id), table.section, plain(titles.get(table.section, "")) or NONE, plain(table.title),
                scope_of(table, report), identity.wave, time_code(identity.wave), identity.area_code, identity.area,
                table.question, plain(variable.label if variable is not None else table.question),
                " ".join(axes) or TOTAL, table.statistic, plain(unit_of(table, report.survey)), table.model or table.basis,
                table.rows[0].n if table.rows else None,
                names[table.id], f"charts/{stems[table.id]}.svg" if table.id in stems else NONE,
                f"report.html#{anchor(table.id)}", first, first + cells - 1,
            )
        )  # fmt: skip
        first += cells
    frame = pd.DataFrame(rows, columns=list(INDEX_FIELDS))
    return frame.astype(dict.fromkeys(("n_unweighted", "first_row", "last_row"), "Int64"))
