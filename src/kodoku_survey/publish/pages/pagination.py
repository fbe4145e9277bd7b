"""The blocks of a document measured, bound into pieces that are never parted, and set on their pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

from kodoku_survey.publish.charts.charts import breaks_of, charted
from kodoku_survey.publish.charts.metrics import chunks
from kodoku_survey.publish.charts.parting import BETWEEN
from kodoku_survey.publish.charts.svg import as_svg
from kodoku_survey.publish.pages.blocks import Block
from kodoku_survey.publish.pages.table_pieces import part_of_table, table_pieces
from kodoku_survey.publish.typesetting.filling import DENSE, LOOSE, Page, Piece, distance, padding, paged
from kodoku_survey.tables import Table

HEADED, APART = (
    {1: 28.0, 2: 20.0, 3: 17.0},
    10.0,
)  # points above a head, and between other blocks, as report.typ has them
CONTENTS_ROOM = 692.0  # points of a page of contents, whose lines end where they will
LIST_GAP, LEAST_GAP, MOST_GAP = 4.4, 2.4, 9.0  # points between the entries of a list: usual, least, most
MOST_TRIES, CLOSE = 5, 1.0  # at a page's ratio; points by which it may miss its height


@dataclass(frozen=True)
class BlockLines:
    """BlockLines of a block, by its place in the flow: of a figure or table some, of anything else all."""

    block: int
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class BoundPiece:
    """A piece, and the lines it is made of."""

    piece: Piece
    lines: tuple[BlockLines, ...]

    def joined(self, other: BoundPiece) -> BoundPiece:
        """This piece and the next as one."""
        one, two = self.piece, other.piece
        sums = {name: getattr(one, name) + getattr(two, name) for name in ("height", "grows", "shrinks")}
        return BoundPiece(replace(one, **sums, leads=two.leads), (*self.lines, *other.lines))


def fill(flow: Sequence[Block], tables: Mapping[str, Table], places: Sequence[float]) -> list[Block]:
    """The blocks as they are set on pages: figures parted where they run on, lines as far apart as their page wants them.

    places : where each block begins when all are set one under another, and where the last ends.
    """
    bound: list[BoundPiece] = []
    for number, (block, (at, after)) in enumerate(zip(flow, pairwise(places), strict=True)):
        found = list(_pieces(block, tables, after - at, number, _below(flow[number + 1 : number + 2])))
        before = flow[number - 1] if number else None
        if before is not None and (
            before["kind"] == "heading" or (before["kind"], block["kind"]) == ("chart", "table")
        ):
            bound[-1], found = bound[-1].joined(found[0]), found[1:]
        bound += found
    pages = [_settled(page, flow, bound, tables) for page in paged([one.piece for one in bound])]
    made = [block for page in pages for block in _on_page(flow, bound, page)]
    for number, parts in groupby(made, key=lambda block: block.get("part_of", -1)):
        if number >= 0:
            _numbered(list(parts))
    return made


def _below(following: Sequence[Block]) -> float:
    """The distance from a table to what follows it."""
    return HEADED.get(following[0].get("level", 0), APART) if following else 0.0


def _pieces(
    block: Block, tables: Mapping[str, Table], height: float, number: int, below: float
) -> Iterator[BoundPiece]:
    """A block as a whole, or the lines of a figure or a table."""
    if block["kind"] == "chart":
        yield from _of_chart(tables[block["table"]], height, number)
    elif block["kind"] == "table":
        for first, last, piece in table_pieces(block, height, below):
            yield BoundPiece(piece, (BlockLines(number, first, last),))
    else:
        begins, leads = block.get("begins", False), block["kind"] == "sentence"
        yield BoundPiece(Piece(height, begins=begins, leads=leads), (BlockLines(number),))


def _of_chart(table: Table, height: float, number: int) -> Iterator[BoundPiece]:
    """A chart by the places where it may be parted; what is not its lines stands over and under every part."""
    usual, loose, dense = (charted(table, scale) for scale in (1.0, LOOSE, DENSE))
    around = height - (usual.reach[-1] - usual.reach[0])
    costs = breaks_of(table)
    for first, last in pairwise((0, *costs, len(usual.reach) - 1)):
        own, grown, shrunk = (one.reach[last] - one.reach[first] for one in (usual, loose, dense))
        again = 0.0  # of an attribute that is parted the name is repeated
        if costs.get(first, BETWEEN) > BETWEEN:
            again = max(
                0.0, charted(table, 1.0, first, last).height - usual.height + (usual.reach[-1] - usual.reach[0]) - own
            )
        head = around + again if first else 0.0
        piece = Piece(own, grown - own, own - shrunk, parting=costs.get(first, 0.0), head=head)
        yield BoundPiece(piece if first else replace(piece, height=own + around), (BlockLines(number, first, last),))


def _settled(page: Page, flow: Sequence[Block], bound: Sequence[BoundPiece], tables: Mapping[str, Table]) -> Page:
    """The page with the ratio at which it is as tall as was meant: a chart does not grow as evenly as its distances do."""
    pieces = bound[page.first : page.last]
    charts = [one for piece in pieces for one in piece.lines if flow[one.block]["kind"] == "chart"]
    if not charts or not 0 < page.ratio < 1:
        return page
    grown = {scale: _reached(charts, flow, tables, scale) for scale in (1.0, LOOSE)}
    others = sum(one.piece.grows for one in pieces) - (grown[LOOSE] - grown[1.0])
    wanted = page.ratio * (others + grown[LOOSE] - grown[1.0])
    low, high, at = (0.0, 0.0), (1.0, others + grown[LOOSE] - grown[1.0]), page.ratio
    for _ in range(MOST_TRIES):
        found = others * at + _reached(charts, flow, tables, distance(at)) - grown[1.0]
        if abs(found - wanted) < CLOSE:
            break
        low, high = ((at, found), high) if found < wanted else (low, (at, found))
        at = low[0] + (high[0] - low[0]) * (wanted - low[1]) / (high[1] - low[1])
    return replace(page, ratio=at)


def _reached(charts: Sequence[BlockLines], flow: Sequence[Block], tables: Mapping[str, Table], scale: float) -> float:
    """How tall the lines of some charts are at a scale."""
    reaches = [(charted(tables[flow[one.block]["table"]], scale).reach, one) for one in charts]
    return sum(reach[one.last] - reach[one.first] for reach, one in reaches)


def _on_page(flow: Sequence[Block], bound: Sequence[BoundPiece], page: Page) -> Iterator[Block]:
    """The blocks of a page, of figures and tables the lines that stand on it."""
    turn = page.first > 0
    pieces = bound[page.first : page.last]
    for number, parts in groupby((lines for one in pieces for lines in one.lines), key=lambda lines: lines.block):
        lines, block = list(parts), flow[number]
        first, last = lines[0].first, lines[-1].last
        own: Block = {"turn": turn}
        if block["kind"] == "table":
            own |= part_of_table(block, first, last, padding(page.ratio))
        elif block["kind"] == "chart":
            own |= {"first": first, "last": last, "scale": distance(page.ratio), "part_of": number}
        yield {**block, **own} if first == 0 else {**block, **own, "key": ""}
        turn = False


def _numbered(parts: Sequence[Block]) -> None:
    """The parts of a figure that runs on say which they are."""
    for k, block in enumerate(parts, start=1):
        if len(parts) > 1:
            block["caption"] += block["several"].format(part=k, parts=len(parts))
            block["parts"] = chunks(block["caption"])


def draw(flow: Sequence[Block], tables: Mapping[str, Table], folder: Path) -> None:
    """Write the charts of the blocks, each as its page wants it, and tell the blocks where."""
    charts = [block for block in flow if block["kind"] == "chart"]
    for number, block in enumerate(charts):
        block["path"] = f"{number}.svg"
        made = charted(tables[block["table"]], block["scale"], block["first"], block["last"])
        (folder / block["path"]).write_text(as_svg(made), encoding="utf-8")


def listed(flow: Sequence[Block]) -> list[tuple[str, str]]:
    """Figures, and tables that have none, by the key they are found by, in order; the keys are given to the blocks."""
    found: list[tuple[str, str]] = []
    for block in flow:
        if block.get("table") and not block.get("quiet"):
            block["key"] = f"listed-{len(found)}"
            found.append((block["key"], block["caption"]))
    return found


def list_gap(height: float, entries: int) -> float:
    """Points between the entries of the list of figures, so that no page of the contents holds the last few alone.

    height : of contents and list with the usual gap.
    """
    if not entries:
        return LIST_GAP
    full = height / CONTENTS_ROOM
    least = (height - entries * (LIST_GAP - LEAST_GAP)) / CONTENTS_ROOM
    pages = max(1, int(full)) if least <= max(1, int(full)) else int(full) + 1
    return min(max(LIST_GAP + (pages * CONTENTS_ROOM - height) / entries, LEAST_GAP), MOST_GAP)
