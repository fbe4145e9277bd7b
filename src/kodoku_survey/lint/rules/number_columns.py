"""Columns of figures: numbers and nothing else, symbols defined, units told, nothing and nought apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kodoku_survey.lint.attached import BLANKS, Attached
from kodoku_survey.lint.gridded import Grid, GridColumn, is_number, is_symbol
from kodoku_survey.lint.registry import NotApplicable, Offence, rule

ALLOWED_SYMBOLS = ("X", "***")  # 秘匿, and no figure: the rules of 2020, 1-13
_FLAG = re.compile(r"flag|note|remark|annotation|注記|備考|記号|秘匿", re.IGNORECASE)
_UNIT_COLUMN = re.compile(r"unit|単位", re.IGNORECASE)
_UNIT = re.compile(
    r"[%％]|percent|per cent|率|割合|単位|unit|[（(\[].{1,8}[)）\]]|者数|人数|件数|世帯数|円|人$|点$|歳$"
    r"|count|number|persons",
    re.IGNORECASE,
)


def figures_of(grid: Grid) -> list[GridColumn]:
    """The columns of figures that are no codes. Raises NotApplicable where there is none."""
    found = [column for column in grid.columns if column.numeric and not column.coded]
    if not found:
        raise NotApplicable
    return found


@rule("L2-01", "1-3")
def numbers_are_numbers(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No sign, unit, comma or note with a number, no number kept as text; a cell without digits is a symbol."""
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            as_text = isinstance(cell.value, str) and grid.kind != "csv" and is_number(cell.value)
            digits = any(c.isdigit() for c in cell.text)
            if as_text or (digits and not is_number(cell.value)):
                yield Offence(grid.at(line, column.number), cell.text)


@rule("1-13")
def symbols_of_the_rule(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """In a column of figures no symbol but X (秘匿) and *** (no figure)."""
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            if not is_number(cell.value) and is_symbol(cell.text) and cell.text not in ALLOWED_SYMBOLS:
                yield Offence(grid.at(line, column.number), cell.text)


@rule("L3-03")
def symbols_defined(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """Every symbol in a column of figures, and every value of a column of flags, is explained."""
    told = attached.words
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            symbol = not is_number(cell.value) and is_symbol(cell.text)
            if symbol and cell.text not in attached.defined and f"「{cell.text}」" not in told:
                yield Offence(grid.at(line, column.number), cell.text)
    for column in grid.columns:
        if _FLAG.search(column.head) and not column.numeric:
            for text in dict.fromkeys(cell.text for cell in column.cells.values()):
                if text not in attached.defined and f"「{text}」" not in told:
                    yield Offence(grid.at(min(column.cells), column.number), text)


@rule("L3-04", "1-9")
def units_told(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """A unit in a column of its own, in the heading, above the table, or in the description of the column."""
    figures = figures_of(grid)
    if any(_UNIT_COLUMN.search(column.head) and column.cells for column in grid.columns):
        return
    if any(_UNIT_COLUMN.search(cell.text) for _, cell in grid.outside):
        return
    area = grid.table
    assert area is not None
    for column in figures:
        if _is_year(column) or _UNIT.search(column.head) or _UNIT.search(attached.titles.get(column.head, "")):
            continue
        yield Offence(grid.at(area.top, column.number), column.head)


def _is_year(column: GridColumn) -> bool:
    return re.search(r"年|year|wave|time|date|row$", column.head, re.IGNORECASE) is not None


@rule("L1-09")
def nothing_and_nought_apart(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No nought shown as a blank, and no blank among figures without a word on what it means."""
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            if cell.hides_zero and cell.value == 0:
                yield Offence(grid.at(line, column.number), "0")
    if any(_FLAG.search(column.head) for column in grid.columns) or attached.says(BLANKS):
        return
    for column in figures_of(grid):
        for line in column.blanks[:1]:
            yield Offence(grid.at(line, column.number))
