"""Where the table stands: one a sheet, whole, from the first line on, every column with a heading of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kodoku_survey.lint.attached import Attached
from kodoku_survey.lint.grid_cells import Extent, is_figure
from kodoku_survey.lint.gridded import Grid, GridColumn
from kodoku_survey.lint.registry import NotApplicable, Offence, rule

_NO_NAME = re.compile(r"(unnamed|column|列|field|var)[\s:_]*\d*|\d{1,3}", re.IGNORECASE)


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
        headed = len(columns) >= min(needed, 4) and _is_headed(grid, line)
        if headed and before >= line - 1 and line != area.bottom + 1:
            headed = False
        if headed or (line > before + 1 and len(columns) >= needed):
            yield line, headed
        before = line


def _is_headed(grid: Grid, line: int) -> bool:
    """Whether a line of words stands over a line with figures, within the next two."""
    if any(is_figure(grid.cells[line, column].value) for column in grid.lines[line]):
        return False
    return any(
        is_figure(grid.cells[below, column].value)
        for below in (line + 1, line + 2)
        for column in grid.lines.get(below, ())
    )


def _beside(grid: Grid) -> Iterator[GridColumn]:
    """The first columns of tables that stand to the right of the first one, after a blank column."""
    for blank, after in zip(grid.columns, grid.columns[1:], strict=False):
        if blank.head or blank.cells or not after.cells:
            continue
        left = [column for column in grid.columns if column.number < blank.number]
        right = [column for column in grid.columns if column.number > blank.number]
        again = any(one.head and one.head == other.head for one in left for other in right)
        own_labels = not after.numeric and any(column.numeric for column in right) and any(one.numeric for one in left)
        if again or own_labels:
            yield after


@rule("L1-02", "2-2")
def one_table_a_sheet(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No second table below (with headings of its own), beside (after a blank column), or marked up as one."""
    area = _table(grid)
    for extent in grid.declared[1:]:
        yield Offence(grid.at(extent.top, extent.left), grid.cells[extent.top, extent.left].text)
    for line, headed in _further_blocks(grid):
        if headed:
            yield Offence(grid.at(line, grid.lines[line][0]), grid.cells[line, grid.lines[line][0]].text)
    yield from (Offence(grid.at(area.top, column.number), column.head) for column in _beside(grid))


@rule("L1-03", "2-1")
def no_divided_table(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No blank line or column within a table, nor a part of it further down."""
    area = _table(grid)
    for line, headed in _further_blocks(grid):
        if not headed:
            yield Offence(grid.at(line, grid.lines[line][0]), grid.cells[line, grid.lines[line][0]].text)
    for line in range(area.top + 1, area.bottom):
        if line not in grid.lines:
            yield Offence(grid.at(line, area.left), reason="blank_line")
    for column in grid.columns:
        if not column.head and not column.cells:
            yield Offence(grid.at(area.top, column.number), reason="blank_column")


@rule("L1-04")
def nothing_outside_the_table(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No title, unit, note or source beside the table."""
    _table(grid)
    again = {line for line, _ in _further_blocks(grid)}
    started = min(again, default=None)
    for (line, column), cell in grid.outside:
        if started is None or line < started:  # a second table is told as such
            yield Offence(grid.at(line, column), cell.text)


@rule("L1-05")
def every_column_has_a_heading(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """A heading over every column that holds something."""
    area = _table(grid)
    if not area.heads:
        yield Offence(grid.at(area.top, area.left), reason="no_heading_line")
        return
    for column in grid.columns:
        if not column.head.strip() and column.cells:
            yield Offence(grid.at(area.named, column.number), reason="no_heading")


@rule("L2-03")
def headings_in_one_line_each_once(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No heading twice, none that says nothing, no second line of headings."""
    area = _table(grid)
    if not area.heads:
        yield Offence(grid.at(area.top, area.left), reason="no_heading_line")
    if area.heads > 1:
        place = grid.at(area.top + 1, min(grid.lines[area.top + 1]))
        yield Offence(place, grid.cells[area.top + 1, min(grid.lines[area.top + 1])].text, "second_heading")
    seen: set[str] = set()
    for column in grid.columns:
        own = grid.cells.get((area.named, column.number)) if area.heads else None
        if own is not None and (own.text in seen or _NO_NAME.fullmatch(own.text)):
            yield Offence(
                grid.at(area.named, column.number), own.text, "heading_twice" if own.text in seen else "no_name"
            )
        seen.add("" if own is None else own.text)


@rule("L3-01")
def headings_in_the_first_line(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """The headings in line 1, the first datum in line 2."""
    area = _table(grid)
    if area.top > 1:
        first = min(grid.cells)
        yield Offence(grid.at(*first), grid.cells[first].text)
    elif area.left > 1:
        yield Offence(grid.at(area.top, area.left), grid.head(area.left))
    if not area.heads:
        yield Offence(grid.at(area.top, area.left), reason="no_heading_line")
    elif area.heads > 1:
        yield Offence(grid.at(area.top + 1, area.left), reason="second_heading")
