"""What an Excel file has beside values: objects, merged and hidden cells, formulas, formats that carry meaning."""

from __future__ import annotations

from collections.abc import Iterator

from kodoku_survey.lint.attached import Attached
from kodoku_survey.lint.grid_cells import FORMATTED
from kodoku_survey.lint.gridded import Grid
from kodoku_survey.lint.registry import NotApplicable, Offence, Untold, rule


def _excel(grid: Grid) -> Grid:
    """A sheet whose formats, merged and hidden cells and objects were read: of an old .xls its values alone are."""
    if grid.kind == "csv":
        raise NotApplicable
    if grid.kind == "xls":
        raise Untold
    return grid


@rule("L1-10", "1-8")
def no_objects(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No drawing, picture, text box, chart or comment."""
    return (Offence(place, reason=kind) for kind, place in _excel(grid).objects)


@rule("L1-11")
def no_meaning_by_format(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No cell of a column in bold, colour or the like where most of its others are not."""
    if grid.kind == "ods":
        raise Untold  # fonts and colours of an OpenDocument file are not read
    for column in _excel(grid).columns:
        for look in sorted(FORMATTED):
            own = [line for line, cell in column.cells.items() if look in cell.looks]
            if 0 < len(own) < len(column.cells) / 2:
                yield Offence(grid.at(own[0], column.number), column.cells[own[0]].text)
                break


@rule("L1-12", "1-4")
def nothing_merged(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No merged cells."""
    return (Offence(place) for place in _excel(grid).merged)


@rule("L1-13")
def nothing_hidden(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No sheet, line or column hidden or grouped away."""
    return (Offence(place) for place in _excel(grid).hidden)


@rule("L2-06", "1-7")
def values_not_formulas(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No cell that a formula makes."""
    for (line, column), cell in _excel(grid).cells.items():
        if cell.formula:
            yield Offence(grid.at(line, column), cell.text)
