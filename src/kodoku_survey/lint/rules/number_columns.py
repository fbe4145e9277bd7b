"""Columns of figures: numbers and nothing else, symbols defined, units told, nothing and nought apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kodoku_survey.lint.attached import BLANKS, Attached
from kodoku_survey.lint.grid_cells import GridCell, is_mistake, is_number, is_symbol
from kodoku_survey.lint.gridded import Grid, GridColumn
from kodoku_survey.lint.registry import NotApplicable, Offence, rule

ALLOWED_SYMBOLS = ("X", "***")  # 秘匿, and no figure: the rules of 2020, 1-13
LONGEST_FLAG = 12  # characters above which a remark explains itself
_FLAG = re.compile(r"flag|note|remark|annotation|注記|備考|記号|秘匿", re.IGNORECASE)
_REMARK = re.compile(r"備考|remark|note(?!_?code)", re.IGNORECASE)  # what is written there explains itself
_UNIT_COLUMN = re.compile(r"unit|単位", re.IGNORECASE)
_UNITS = (
    r"[%％‰]|パーセント|[千百万]?人|[千百万億]*円|件|世帯|歳|点|箇所|か所|カ所|戸|台|回|年|月|日|時間|分|秒|校|社|店|組|床|本|冊|枚|倍"
    r"|ポイント|指数|人/.{1,4}|[km]{0,2}m[2²]?|㎢|㎡|平方.{2,6}|ha|kg|t|トン|kl|mm|℃|度|per ?cent|persons?|n|.{1,8}=100|years?"
)
_UNIT = re.compile(
    rf"[%％‰]|パーセント|percent|per cent|単位|unit|[（(\[_]\s*({_UNITS})\s*([)）\]]|$)|者数|人数|件数|世帯数|戸数|回数|日数|円$"
    r"|円[)）]|count|number of|persons",
    re.IGNORECASE,
)
_UNIT_ALONE = re.compile(rf"[（(\[]?\s*({_UNITS})([、，,・]\s*({_UNITS}))*\s*[)）\]]?", re.IGNORECASE)


def figures_of(grid: Grid) -> list[GridColumn]:
    """The columns of figures that are no codes. Raises NotApplicable where there is none."""
    found = [column for column in grid.columns if column.numeric and not column.coded]
    if not found:
        raise NotApplicable
    return found


def _number_spoilt(grid: Grid, cell: GridCell) -> str:
    """Why a cell among figures is no number though it has digits; "" for a number, a symbol, a word."""
    if is_mistake(cell.text):
        return "mistake"
    if not isinstance(cell.value, str):
        return ""
    if is_number(cell.value):
        return "" if grid.kind == "csv" else "number_as_text"
    return "number_with_text" if any(c.isdigit() for c in cell.text) else ""


@rule("L2-01")
def numbers_are_numbers(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No sign, unit, comma or note with a number, no number kept as text; a cell without digits is a symbol."""
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            if reason := _number_spoilt(grid, cell):
                yield Offence(grid.at(line, column.number), cell.text, reason)


@rule("1-3")
def numbers_without_words(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """As before, and no word in a column of figures: 不詳, 該当なし."""
    yield from numbers_are_numbers(grid, attached)
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            if _is_word(cell):
                yield Offence(grid.at(line, column.number), cell.text, "word_among_figures")


def _is_word(cell: GridCell) -> bool:
    """Whether it is text without a digit, and no symbol."""
    told = isinstance(cell.value, str) and not any(c.isdigit() for c in cell.text)
    return told and not is_symbol(cell.text) and not is_mistake(cell.text)


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
    flags = [column for column in grid.columns if _FLAG.search(column.head)]
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            if any(line in flag.cells and not is_symbol(flag.cells[line].text) for flag in flags):
                continue  # told beside it
            symbol = not is_number(cell.value) and (is_symbol(cell.text) or _is_word(cell))
            if symbol and cell.text not in attached.defined and f"「{cell.text}」" not in told:
                yield Offence(grid.at(line, column.number), cell.text, "symbol_not_defined")
    for column in grid.columns:
        if _FLAG.search(column.head) and not column.numeric:
            for text in dict.fromkeys(cell.text for cell in column.cells.values()):
                remark = len(text) > LONGEST_FLAG or (_REMARK.search(column.head) and not is_symbol(text))
                if not remark and text not in attached.defined and f"「{text}」" not in told:
                    yield Offence(grid.at(min(column.cells), column.number), text, "symbol_not_defined")


@rule("L3-04", "1-9")
def units_told(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """A unit in a column of its own, in the heading, above the table, or in the description of the column."""
    figures = figures_of(grid)
    if any(_UNIT_COLUMN.search(column.head) and column.cells for column in grid.columns):
        return
    if any(_UNIT_COLUMN.search(cell.text) or _UNIT_ALONE.fullmatch(cell.text.strip()) for _, cell in grid.outside):
        return
    area = grid.table
    assert area is not None
    for column in figures:
        if _is_year(column) or _UNIT.search(column.head) or _UNIT.search(attached.titles.get(column.head, "")):
            continue
        yield Offence(grid.at(area.named, column.number), column.head)


def _is_year(column: GridColumn) -> bool:
    """Whether its numbers are years, or numbers of lines: they have no unit. A figure under 「2019年」 has one."""
    if not re.search(r"年(?!齢)|year|wave|time|date|row$|緯度|経度|latitude|longitude", column.head, re.IGNORECASE):
        return False
    values = [float(cell.value) for cell in column.cells.values() if is_number(cell.value)]
    return not re.search("年", column.head) or all(1868 <= value <= 2200 or value > 9_999_999 for value in values)


@rule("L1-09")
def nothing_and_nought_apart(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No nought shown as a blank, and no blank among figures without a word on what it means."""
    for column in figures_of(grid):
        for line, cell in column.cells.items():
            if cell.hides_zero and cell.value == 0:
                yield Offence(grid.at(line, column.number), "0", "nought_hidden")
    if attached.says(BLANKS):
        return
    flags = [column for column in grid.columns if _FLAG.search(column.head)]
    for column in figures_of(grid):
        for line in [line for line in column.blanks if not any(line in flag.cells for flag in flags)][:1]:
            yield Offence(grid.at(line, column.number), reason="blank_figure")
