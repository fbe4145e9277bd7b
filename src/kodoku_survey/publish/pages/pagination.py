"""The units of a document measured, parted into pieces, and set on their pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from kodoku_survey.publish.charts.charts import pictures
from kodoku_survey.publish.charts.svg import as_svg
from kodoku_survey.publish.pages.blocks import Block
from kodoku_survey.publish.typesetting.filling import DENSE, LOOSE, ROW, TIGHT, WIDE, Piece, distance, padding, paged
from kodoku_survey.tables import Table

FIRST, LAST = 6, 4  # lines of a table that stay with its figure, and that stay together at its end
LONG_TABLE = 12  # lines of a table from which it may run on over a page


def fill(units: Sequence[Block], tables: Mapping[str, Table], places: Sequence[float]) -> None:
    """Settle which units share a page and how far apart their lines are, in the blocks themselves.

    places : where each unit begins when all are set one under another, and where the last ends.
    """
    pieces: list[Piece] = []
    owner: list[int] = []
    for number, (unit, (at, after)) in enumerate(zip(units, pairwise(places), strict=True)):
        for piece in _pieces(unit, tables, after - at, number):
            pieces.append(piece)
            owner.append(number)
    pages = paged(pieces)
    on: dict[int, list[float]] = {}
    for page in pages:
        for number in dict.fromkeys(owner[page.first : page.last]):
            on.setdefault(number, []).append(page.ratio)
        first = owner[page.first]
        if page.first and owner[page.first - 1] != first:
            units[first]["turn"] = True
    for number, ratios in on.items():
        for block in units[number]["blocks"]:
            block["scale"] = distance(ratios[0])
            block["pad"] = padding(ratios[0] if len(ratios) == 1 else 0.0)
            block["whole"] = len(ratios) == 1


def _pieces(unit: Block, tables: Mapping[str, Table], height: float, number: int) -> Iterator[Piece]:
    """A unit as a whole, or its figure and the lines of its table."""
    wide, tight = (_room(unit, tables, scale) for scale in (LOOSE, DENSE))
    grid = next((block for block in unit["blocks"] if block["kind"] == "table"), None)
    lines = len(grid["rows"]) if grid else 0
    up, down, step = 2 * (WIDE - ROW), 2 * (ROW - TIGHT), grid["size"] + 2 * ROW if grid else 0.0
    whole = Piece(height, wide + up * lines, down * lines - tight, wide, -tight, unit["begins"], unit["leads"])
    if grid is None or lines <= LONG_TABLE:
        yield whole
        return
    head = _head(grid, step)
    notes = 5.0 + 11.3 * len(grid["notes"]) if grid["notes"] else 0.0
    line = Piece(step, up, down, table=number + 1, head=head)
    body, end = lines - FIRST - LAST, LAST * step + notes
    first = height - body * step - end
    yield replace(
        whole, height=first, grows=wide + up * FIRST, shrinks=down * FIRST - tight, table=number + 1, leads=False
    )
    for _ in range(body):
        yield line
    yield replace(line, height=end, grows=up * LAST, shrinks=down * LAST)


def _head(grid: Block, step: float) -> float:
    """What a table repeats on a new page: its heads, level or upright, and the name of a group."""
    letters = max((len(line) for head in grid["head"] for line in head), default=1)
    return (letters * 8.6 + 4.0 if grid["upright"] else max(map(len, grid["head"])) * step) + step


def _room(unit: Block, tables: Mapping[str, Table], scale: float) -> float:
    """Points by which the charts of a unit are taller with their lines so far apart."""
    charts = [block for block in unit["blocks"] if block["kind"] == "chart"]
    return sum(pictures(tables[one["table"]], scale=scale)[one["part"]].height - one["height"] for one in charts)


def draw(units: Sequence[Block], tables: Mapping[str, Table], folder: Path) -> None:
    """Write the charts of the blocks, each as its page wants it, and tell the blocks where."""
    charts = [block for unit in units for block in unit["blocks"] if block["kind"] == "chart"]
    for number, block in enumerate(charts):
        block["path"] = f"{number}.svg"
        picture = pictures(tables[block["table"]], scale=block["scale"])[block["part"]]
        (folder / block["path"]).write_text(as_svg(picture), encoding="utf-8")


def listed(content: Block) -> list[tuple[str, str]]:
    """Figures, and tables that have none, by the key they are found by, in order; the keys are given to the blocks."""
    found: list[tuple[str, str]] = []
    for block in (block for unit in content["units"] for block in unit["blocks"]):
        if block["kind"] == "chart" or (block["kind"] == "table" and not block["quiet"]):
            block["key"] = f"listed-{len(found)}"
            found.append((block["key"], block["caption"]))
    return found
