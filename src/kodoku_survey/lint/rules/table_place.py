"""Where the table stands: one a sheet, whole, from the first line on, every column with a heading of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kodoku_survey.lint.attached import Attached
from kodoku_survey.lint.gridded import Extent, Grid, is_figure, is_number
from kodoku_survey.lint.registry import NotApplicable, Offence, rule

_NO_NAME = re.compile(r"(unnamed|column|列|field|var)[\s:_]*\d*|\d+", re.IGNORECASE)


def _table(grid: Grid) -> Extent:
    if grid.table is None:
        raise NotApplicable
    return grid.table


def _further_blocks(grid: Grid) -> Iterator[tuple[int, bool]]:
    """Lines below the table where rows as wide as its own begin again, and whether with headings of their own."""
    area = _table(grid)
    if grid.declared:
        return
    needed = max(2, 0.6 * (area.right - area.left + 1))
    before = area.bottom
    for line, columns in grid.lines.items():
        if line <= area.bottom:
            continue
        if line > before + 1 and len(columns) >= needed:
            words = all(not is_figure(grid.cells[line, column].value) for column in columns)
            below = grid.lines.get(line + 1, ())
            yield line, words and any(is_figure(grid.cells[line + 1, column].value) for column in below)
        before = line


@rule("L1-02", "2-2")
def one_table_a_sheet(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No second table below (with headings of its own), beside (after a blank column), or marked up as one."""
    area = _table(grid)
    for extent in grid.declared[1:]:
        yield Offence(grid.at(extent.top, extent.left), grid.cells[extent.top, extent.left].text)
    for line, headed in _further_blocks(grid):
        if headed:
            yield Offence(grid.at(line, grid.lines[line][0]), grid.cells[line, grid.lines[line][0]].text)
    for column in grid.columns:
        if not column.head and not column.cells and area.left < column.number < area.right:
            after = grid.columns[column.number - area.left + 1]
            if after.head and any(after.head == one.head for one in grid.columns[: column.number - area.left]):
                yield Offence(grid.at(area.top, after.number), after.head)


@rule("L1-03", "2-1")
def no_divided_table(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No blank line or column within a table, nor a part of it further down."""
    area = _table(grid)
    for line, headed in _further_blocks(grid):
        if not headed:
            yield Offence(grid.at(line, grid.lines[line][0]), grid.cells[line, grid.lines[line][0]].text)
    for line in range(area.top + 1, area.bottom):
        if line not in grid.lines:
            yield Offence(grid.at(line, area.left))
    for column in grid.columns:
        if not column.head and not column.cells:
            yield Offence(grid.at(area.top, column.number))


@rule("L1-04")
def nothing_outside_the_table(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No title, note or source beside the table."""
    _table(grid)
    for (line, column), cell in grid.outside:
        yield Offence(grid.at(line, column), cell.text)


@rule("L1-05")
def every_column_has_a_heading(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """A heading over every column that holds something."""
    area = _table(grid)
    for column in grid.columns:
        if not column.head.strip() and column.cells:
            yield Offence(grid.at(area.top, column.number))


@rule("L2-03")
def headings_in_one_line_each_once(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No heading twice, none that says nothing, no second line of headings."""
    area = _table(grid)
    seen: set[str] = set()
    for column in grid.columns:
        if column.head and (column.head in seen or _NO_NAME.fullmatch(column.head)):
            yield Offence(grid.at(area.top, column.number), column.head)
        seen.add(column.head)
    second = [column for column in grid.columns if area.top + 1 in column.cells]
    words = [column for column in second if column.numeric and not is_figure(column.cells[area.top + 1].value)]
    numbers = any(is_number(column.cells[area.top + 1].value) for column in second)
    if len(words) >= 2 and not numbers:
        yield Offence(grid.at(area.top + 1, words[0].number), words[0].cells[area.top + 1].text)


@rule("L3-01")
def headings_in_the_first_line(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """The headings in line 1, the first datum in line 2."""
    area = _table(grid)
    if area.top > 1:
        first = min(grid.cells)
        yield Offence(grid.at(*first), grid.cells[first].text)
    elif area.left > 1:
        yield Offence(grid.at(area.top, area.left), grid.head(area.left))
