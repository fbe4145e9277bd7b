"""The published figures beside the project's own tables, cell by cell, as both are printed.

Nothing here knows how the respondents were made: a figure names a table of the plan (`tables.csv`), and its rows and
columns are found in that table by their printed wording (`wordings.csv` for wordings that differ).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from kodoku_survey.survey.folder import Survey
from kodoku_survey.tables import Report, Table
from kodoku_survey.tables.rounding import half_up
from kodoku_survey.tables.table import Row
from reproduce.published import FiguresError, even, facts_of

COLUMNS = ("figure", "row", "answer", "published", "printed", "published_n", "n", "usable", "exact", "note")


def reproduction(report: Report) -> pd.DataFrame:
    """Every published cell and topline with what the report prints in its place: COLUMNS; `exact` compares text and base.

    Raises FiguresError for a figure, row or column the report does not print.
    """
    survey = report.survey
    cells = [*_figures(report), *_returns(report), *_toplines(report)]
    found = pd.DataFrame(cells, columns=list(COLUMNS))
    if found.empty:
        raise FiguresError(f"{survey.folder.name}: there are no published figures to compare with.")
    return found


def _read(survey: Survey, name: str) -> pd.DataFrame:
    return pd.read_csv(facts_of(survey) / name, dtype=str, keep_default_na=False)


def _figures(report: Report) -> Iterator[tuple[object, ...]]:
    survey = report.survey
    figures, plan = _read(survey, "figures.csv"), _read(survey, "tables.csv")
    wordings = {even(old): even(new) for old, new in _read(survey, "wordings.csv").itertuples(index=False)}
    where = {(r["figure"], r["row_variable"], r["measure"], r["answer"]): r for r in plan.to_dict("records")}
    tables = {table.id: table for table in report.tables}
    for cell in figures[figures["figure"] != "response"].to_dict("records"):
        named = cell["figure"], cell["row_variable"], cell["measure"]
        # One answer of a figure may stand in a table of its own.
        place = where.get((*named, cell["measure_category"])) or where[(*named, "")]
        table = tables[place["table"]]
        row = _row(survey, table, place["axes"].split("|"), cell["row_category"], wordings)
        column = _column(survey, table, cell["measure_category"], wordings)
        yield _compared(cell, row, column)


def _compared(cell: Mapping[str, str], row: Row, column: int) -> tuple[object, ...]:
    # A column nobody is in is not printed at all: the same as 「‐」 in every row.
    printed = row.cells[column].text if column >= 0 else "‐"
    published = "‐" if cell["mark"] in ("nil", "by_definition_blank") else cell["percent"]
    n = int(cell["n"]) if cell["n"] else None
    exact = printed == published and (n is None or n == row.n)
    return (
        cell["figure"],
        cell["row_category"],
        cell["measure_category"],
        published,
        printed,
        n,
        row.n,
        cell["usable"] == "yes",
        exact,
        cell["note"],
    )


def _row(survey: Survey, table: Table, axes: Sequence[str], label: str, wordings: Mapping[str, str]) -> Row:
    """The row of a published label: by its wording among the groups of the axes, or the total."""
    own = even(label)
    wanted = {own, own.removesuffix("/全体"), own.replace("/", "")}
    wanted |= {wordings[text] for text in wanted if text in wordings}
    for row in table.rows:
        if row.axis in axes and row.axis and wanted & _wordings(survey, row):
            return row
    total = next((row for row in table.rows if row.axis == "" and row.wave in (None, _latest(table))), None)
    if total is None or (own != "全体" and axes != [""]):
        raise FiguresError(f"tables.toml [{table.id}]: the published '{label}' is printed nowhere in this table.")
    return total


def _wordings(survey: Survey, row: Row) -> set[str]:
    """A row's label as printed, and in full as the codebook has it."""
    full = {code.code: code.label for code in survey.variables[row.axis].codes}.get(row.keys[-1], "")
    return {even(row.group), even(full)}


def _latest(table: Table) -> int | None:
    return max((row.wave for row in table.rows if row.wave is not None), default=None)


def _column(survey: Survey, table: Table, label: str, wordings: Mapping[str, str]) -> int:
    """The column of a published label, by its wording as printed or in full; −1 for a 無回答 that nobody gave."""
    full = {code.code: code.label for code in survey.variables[table.question].codes}
    wanted = {even(label), wordings.get(even(label), even(label))}
    for position, (text, code) in enumerate(zip(table.header, table.codes, strict=True)):
        if wanted & {even(text), even(full.get(code, ""))}:
            return position
    if even(label) == "無回答":
        return -1
    raise FiguresError(f"tables.toml [{table.id}]: the published '{label}' is printed nowhere in this table.")


def _returns(report: Report) -> Iterator[tuple[object, ...]]:
    """Shares of the modes among all returns: those kept, and those that answer attributes only."""
    figures = _read(report.survey, "figures.csv")
    ledger = report.responses.ledger
    counted = {entry.mode: entry.kept + entry.excluded.get("attributes_only", 0) for entry in ledger.entries}
    total = sum(counted.values())
    for cell in figures[figures["figure"] == "response"].to_dict("records"):
        printed = half_up(100 * counted[cell["measure_category"]] / total, 1)
        exact = printed == cell["percent"] and total == int(cell["n"])
        yield (
            "response",
            cell["row_category"],
            cell["measure_category"],
            cell["percent"],
            printed,
            int(cell["n"]),
            total,
            True,
            exact,
            cell["note"],
        )


def _toplines(report: Report) -> Iterator[tuple[object, ...]]:
    """Every option of every question, in the tables 問n of the plan."""
    tables = {table.id: table for table in report.tables}
    for line in _read(report.survey, "toplines.csv").to_dict("records"):
        table = tables[f"問{line['question']}"]
        row = table.rows[0]
        code = line["code"]
        column = table.codes.index(int(code)) if code else _column(report.survey, table, line["label"], {})
        printed = row.cells[column].text if column >= 0 else "‐"
        n = int(line["n"])
        exact = printed == line["percent"] and row.n == n
        yield (f"問{line['question']}", "全体", line["label"], line["percent"], printed, n, row.n, True, exact, "")
