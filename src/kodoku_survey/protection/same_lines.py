"""Printed lines of the same few persons: a reader takes them for one, whatever they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kodoku_survey.protection.building import FEW, Building
from kodoku_survey.protection.grids import CellGrid, Line
from kodoku_survey.protection.sets import Members, size


def same_lines(made: Building, grids: Sequence[CellGrid]) -> None:
    """Their bases are one unknown, and their cells of one question."""
    held: dict[Members, list[tuple[CellGrid, Line]]] = defaultdict(list)
    for grid in grids:
        for line in grid.lines:
            if 0 < size(line.members) < FEW:
                held[line.members].append((grid, line))
    for several in held.values():
        first: dict[str, int] = {}
        for grid, line in several:
            made.equal(first.setdefault("", made.base(line)), made.base(line))
            for column in grid.columns:
                cell = made.cell(line, column, grid.question)
                made.equal(first.setdefault(f"{grid.question} {column.code}", cell), cell)
