"""A file of figures as grids of cells, whatever it was written as, and where on a grid the table stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Spot = tuple[int, int]  # line and column, counted from 1
WIDE_ENOUGH = 0.6  # of the widest line: what the line of headings must fill
FORMATTED = frozenset({"bold", "italic", "strike", "colour", "fill"})


@dataclass(frozen=True)
class GridCell:
    """One cell that holds something: a number or a text; how it is formatted; whether a formula makes it."""

    value: str | float
    formula: bool = False
    looks: frozenset[str] = frozenset()
    hides_zero: bool = False

    @property
    def text(self) -> str:
        """As text; a whole number without a point."""
        value = self.value
        if isinstance(value, str):
            return value
        return str(int(value)) if value == int(value) else repr(value)


@dataclass(frozen=True)
class Extent:
    """A rectangle of a grid: lines and columns, both ends included; the first line has the headings."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, spot: Spot) -> bool:
        """Whether a cell lies within."""
        return self.top <= spot[0] <= self.bottom and self.left <= spot[1] <= self.right


@dataclass(frozen=True, eq=False)
class Grid:
    """One sheet, or a CSV file. declared : ranges marked up as tables. unequal : lines with another number of fields.

    broken : lines on which a field holds a line break. encoding, mark : of a CSV, and whether it begins with a BOM.
    """

    file: Path
    name: str
    cells: Mapping[Spot, GridCell]
    merged: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    declared: tuple[Extent, ...] = ()
    unequal: tuple[int, ...] = ()
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
        """Where the table stands: as marked up, or from the first line wide enough to be headings to the next blank line."""
        if self.declared:
            return self.declared[0]
        if not self.lines:
            return None
        if self.kind == "csv":
            return Extent(1, 1, max(self.lines), max(max(columns) for columns in self.lines.values()))
        widest = max(len(columns) for columns in self.lines.values())
        top = next(line for line, columns in self.lines.items() if len(columns) >= max(WIDE_ENOUGH * widest, 1))
        bottom = top
        while bottom + 1 in self.lines:
            bottom += 1
        own = [column for line in range(top, bottom + 1) for column in self.lines[line]]
        return Extent(top, min(own), bottom, max(own))

    @cached_property
    def columns(self) -> tuple[GridColumn, ...]:
        """The columns of the table, from the left."""
        area = self.table
        if area is None:
            return ()
        held: dict[int, dict[int, GridCell]] = {column: {} for column in range(area.left, area.right + 1)}
        for (line, column), cell in self.cells.items():
            if area.top < line <= area.bottom and column in held:
                held[column][line] = cell
        return tuple(
            GridColumn(column, self.head(column), dict(sorted(cells.items())), area) for column, cells in held.items()
        )

    def head(self, column: int) -> str:
        """The heading of a column, "" where it has none."""
        cell = None if self.table is None else self.cells.get((self.table.top, column))
        return "" if cell is None else cell.text

    @property
    def outside(self) -> Iterator[tuple[Spot, GridCell]]:
        """Cells beside, above or below the table."""
        area = self.table
        return ((spot, cell) for spot, cell in self.cells.items() if area is not None and not area.holds(spot))

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
        """Whether its numbers are names of things: codes, numbers of tables or questions, keys."""
        return bool(CODE_HEAD.search(self.head))

    @property
    def blanks(self) -> tuple[int, ...]:
        """Lines of the table on which it holds nothing."""
        return tuple(line for line in range(self.area.top + 1, self.area.bottom + 1) if line not in self.cells)


CODE_HEAD = re.compile(r"(^|[_\W])(codes?|id|no|key|symbol)($|[_\W])|sheet|コード|符号|番号|記号|シート", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# A number with what people put beside one: a sign, a unit, thousands, a note.
DECORATED = re.compile(
    r"[▲△+\-−－¥￥$]?\s*([0-9０-９]{1,3}([,，][0-9０-９]{3})+|[0-9０-９]+)([.．][0-9０-９]+)?"
    r"\s*(千|百万|億)?([%％‰人円件点歳台回倍]|世帯|[*＊†‡#pr]{1,3})?\s*([（(].{1,6}[)）])?"
)
SYMBOLS = re.compile(r"[^\w\s]{1,3}|[xX]|[nN]/?[aA]|…|－|―|ー|‐|秘匿?|\*{1,3}")


def is_number(value: str | float) -> bool:
    """Whether a program reads it as a number."""
    return not isinstance(value, str) or _NUMBER.fullmatch(value) is not None


def is_figure(value: str | float) -> bool:
    """Whether a person reads it as a number: 12, 4.8%, ▲1.2, 1,234, 12(注)."""
    return is_number(value) or DECORATED.fullmatch(str(value).strip()) is not None


def is_symbol(text: str) -> bool:
    """Whether it stands where a figure is missing: -, …, X, ***."""
    return SYMBOLS.fullmatch(text.strip()) is not None


def letters(column: int) -> str:
    """A column's letters: 1 → A, 28 → AB."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
