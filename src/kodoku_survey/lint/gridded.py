"""A file of figures as grids of cells, whatever it was written as, and where on a grid the table stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from kodoku_survey.lint.grid_cells import Extent, GridCell, Spot, is_figure, is_symbol, letters
from kodoku_survey.lint.table_extent import table_extent


@dataclass(frozen=True, eq=False)
class Grid:
    """One sheet, or a CSV file. declared : ranges marked up as tables. fields : how many there are on each line of a CSV.

    broken : lines on which a field holds a line break. encoding, mark : of a CSV, and whether it begins with a BOM.
    objects : what lies over the cells, kind and place.
    """

    file: Path
    name: str
    cells: Mapping[Spot, GridCell]
    merged: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    objects: tuple[tuple[str, str], ...] = ()
    declared: tuple[Extent, ...] = ()
    fields: tuple[int, ...] = ()
    broken: tuple[int, ...] = ()
    encoding: str = ""
    mark: bool = False
    kind: str = "xlsx"

    @cached_property
    def lines(self) -> dict[int, list[int]]:
        """The columns that hold something, by line."""
        found: dict[int, list[int]] = {}
        for line, column in self.cells:
            found.setdefault(line, []).append(column)
        return {line: sorted(found[line]) for line in sorted(found)}

    @cached_property
    def table(self) -> Extent | None:
        """Where the table stands: as marked up, or as its figures tell."""
        found = self.declared[0] if self.declared else table_extent(self.cells, self.lines)
        if found is None or not self.fields or not found.heads:
            return found
        # What stands beyond the last heading of a CSV is the rest of a field that lacks its quotation marks.
        return replace(found, right=max(found.left, min(found.right, self.fields[found.named - 1])))

    @cached_property
    def columns(self) -> tuple[GridColumn, ...]:
        """The columns of the table, from the left."""
        area = self.table
        if area is None:
            return ()
        held: dict[int, dict[int, GridCell]] = {column: {} for column in range(area.left, area.right + 1)}
        for (line, column), cell in self.cells.items():
            if area.first <= line <= area.bottom and column in held:
                held[column][line] = cell
        return tuple(
            GridColumn(column, self.head(column), dict(sorted(cells.items())), area) for column, cells in held.items()
        )

    def head(self, column: int) -> str:
        """The heading of a column, of several lines joined from above ("男_総数"); "" where it has none."""
        area = self.table
        if area is None:
            return ""
        told = [self._named(line, column, area) for line in range(area.top, area.first)]
        return "_".join(dict.fromkeys(text for text in told if text))

    def _named(self, line: int, column: int, area: Extent) -> str:
        """What a line of headings says of a column: its own cell, or on the upper lines the one that spans it."""
        if (line, column) in self.cells:
            return self.cells[line, column].text
        if line == area.named or (area.named, column) not in self.cells:
            return ""
        before = [one for one in self.lines.get(line, ()) if one < column]
        return self.cells[line, before[-1]].text if before and (area.named, before[-1]) in self.cells else ""

    @property
    def outside(self) -> Iterator[tuple[Spot, GridCell]]:
        """Cells beside, above or below the table; of a CSV those on other lines."""
        area = self.table
        if area is None:
            return
        for spot, cell in self.cells.items():
            if not area.holds(spot) and not (self.fields and area.top <= spot[0] <= area.bottom):
                yield spot, cell

    def at(self, line: int, column: int) -> str:
        """A cell's address as one reads it: B3 of a sheet, line and column of a CSV."""
        return f"{letters(column)}{line}"


@dataclass(frozen=True, eq=False)
class GridColumn:
    """A column of a table: its heading and the cells below it that hold something, by line."""

    number: int
    head: str
    cells: Mapping[int, GridCell]
    area: Extent = field(repr=False)

    @cached_property
    def numeric(self) -> bool:
        """Whether it is a column of figures: half of what it holds are numbers, decorated ones and missing marks included."""
        if not self.cells:
            return False
        figures = sum(is_figure(cell.value) for cell in self.cells.values())
        return figures > 0 and 2 * figures >= sum(not is_symbol(cell.text) for cell in self.cells.values())

    @cached_property
    def coded(self) -> bool:
        """Whether its numbers are names of things: codes, keys, places on the globe, answers as numbers."""
        return bool(CODE_HEAD.search(self.head)) or self.answers

    @cached_property
    def answers(self) -> bool:
        """Whether it holds answers of persons as numbers: a question or 性別 over small whole numbers."""
        small = all(_SMALL.fullmatch(cell.text) for cell in self.cells.values())
        return bool(self.cells) and small and ANSWER_HEAD.fullmatch(self.head.strip()) is not None

    @property
    def blanks(self) -> tuple[int, ...]:
        """Lines of the table on which it holds nothing."""
        return tuple(line for line in range(self.area.first, self.area.bottom + 1) if line not in self.cells)


CODE_HEAD = re.compile(
    r"(^|[_\W])(codes?|id|no|key|symbol)($|[_\W])|sheet|コード|符号|番号|記号|シート|緯度|経度|latitude|longitude",
    re.IGNORECASE,
)
ANSWER_HEAD = re.compile(r"(q|問|設問|f|s|sc)\s*[0-9０-９]+([_\-(（].*)?|sex|gender|性別?", re.IGNORECASE)
_SMALL = re.compile(r"\d{1,2}")
