"""The file as a whole and what goes with it: its kind, code table, layout over the years, definitions, method, encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kodoku_survey.lint.attached import CODE, DEFINITIONS, ENCODING, LAYOUT_SHEET, UPDATES, Attached, is_code_table
from kodoku_survey.lint.gridded import Grid, GridColumn
from kodoku_survey.lint.registry import NotApplicable, Offence, Untold, rule
from kodoku_survey.lint.rules.number_columns import figures_of

KINDS_2026 = ("xlsx", "csv", "xml", "ods", "json")
KINDS_2020 = (*KINDS_2026, "xls", "xlsm", "tsv")
# Codes that a standard explains: areas, times, corporations.
_STANDARD = re.compile(
    r"(地域|団体|都道府県|市区?町村|自治体|時間軸|法人|郵便|国)_?(名_?)?コード|(^|_)(area|time|iso|jis|country|post)_?code",
    re.IGNORECASE,
)
_PHYSICAL = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*")


@rule("L1-01")
def a_kind_of_data(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """An .xlsx, .csv, .xml, .ods or .json file."""
    return _kind(grid, KINDS_2026)


@rule("1-1")
def excel_or_csv(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """An Excel or CSV file, .xml or .ods."""
    return _kind(grid, KINDS_2020)


def _kind(grid: Grid, allowed: tuple[str, ...]) -> Iterator[Offence]:
    kind = grid.file.suffix.lower().lstrip(".")
    if kind not in allowed:
        yield Offence("", grid.file.suffix or grid.file.name)


def _holds_codes(column: GridColumn) -> bool:
    """Whether a column has codes of the file's own making: answers as numbers too, standard codes of areas and times not."""
    if CODE.search(column.head):
        return not _STANDARD.search(column.head)
    return column.answers


@rule("L3-02")
def code_table_attached(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """Where there are columns of codes, a table that says what the codes mean."""
    coded = [column for column in grid.columns if column.cells and _holds_codes(column)]
    if not coded or is_code_table(grid):
        raise NotApplicable
    if not attached.code_tables:
        yield Offence(grid.at(coded[0].area.named, coded[0].number), coded[0].head, "no_code_table")


@rule("L3-07")
def the_layout_of_before(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """The headings of the release before, in its order, or a word on what changed."""
    figures_of(grid)
    heads = [column.head for column in grid.columns]
    before = [one for one in attached.before if one.name == grid.name] or list(attached.before[:1])
    told = attached.says(LAYOUT_SHEET)
    if not before and not told:
        raise Untold
    if before and not told:
        for column in before[0].columns:
            if column.head not in heads:
                yield Offence("", column.head, "gone_since")
        earlier = [column.head for column in before[0].columns]
        for head in heads:
            if head not in earlier:
                yield Offence(
                    grid.at(grid.columns[0].area.named, grid.columns[heads.index(head)].number), head, "new_since"
                )


@rule("L3-08")
def definitions_attached(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """Definitions and method, update history and (of a CSV) the encoding told; names of columns in letters and digits."""
    figures_of(grid)
    area = grid.table
    assert area is not None
    for column in grid.columns:
        if column.head and not _PHYSICAL.fullmatch(column.head):
            yield Offence(grid.at(area.named, column.number), column.head, "name_not_alphanumeric")
    wanted = {"no_definition": DEFINITIONS, "no_updates": UPDATES}
    if grid.kind == "csv":
        wanted["no_encoding"] = ENCODING
    for reason, said in wanted.items():
        if not attached.says(said):
            yield Offence("", reason=reason)
