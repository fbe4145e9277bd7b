"""Panels: multiple answers of many groups, a column an option, a bar a group, so that the eye runs down the groups."""

from __future__ import annotations

from collections.abc import Sequence

from kodoku_survey.publish.charts.canvas import LABEL, label_room, placed, rows_with_base, stub
from kodoku_survey.publish.charts.metrics import lines, widest_part, width
from kodoku_survey.publish.charts.palette import LINES
from kodoku_survey.publish.charts.picture import INK, RULE, SMALLEST, WIDTH, Box, Label, Mark, Picture, Stroke, stacked
from kodoku_survey.tables import Row, Table

BAR = 8.0
SHADE = "#6b9ac8"
HEAD_LINES, MOST_STOREYS = 6, 3  # of the head of a panel; of panels one below another
USUAL_FIGURE = width("00.0", SMALLEST)
NARROWEST = 38.0  # points of a panel: a bar and its figure
WIDEST_PANEL = 100.0  # up to which a panel is as wide as the longest word over it


def draw_panels(table: Table, rows: Sequence[Row], scale: float = 1.0) -> Picture:
    """The chart of some lines of a table; options that do not fit beside one another run on below."""
    room = label_room(rows_with_base(table), 0.26 * WIDTH)
    whole, least = WIDTH - room - 6, NARROWEST - USUAL_FIGURE + _figure_room(table)
    needs = [min(max(least, widest_part(label, SMALLEST) + 4), max(least, WIDEST_PANEL)) for label in table.header]
    if len(_filled(needs, whole)) > MOST_STOREYS:  # of many long labels the beginnings: the table has them whole
        needs = [least for _ in needs]
    storeys = _evenly(needs, whole)
    spare = min((whole - sum(needs[k] for k in some)) / len(some) for some in storeys)
    top = max([cell.value or 0.0 for row in table.rows for cell in row.cells] + [1.0])
    unit = (min(needs) + spare - _figure_room(table) - 5) / top
    wide = [need + spare for need in needs]
    return stacked([_storey(table, rows, some, room, wide, unit, scale) for some in storeys], 8.0)


def _evenly(needs: Sequence[float], room: float) -> list[list[int]]:
    """Options as they stand beside one another, in as few storeys as may be, of like width."""
    fewest = len(_filled(needs, room))
    low, high = max(needs), room
    while high - low > 1.0:  # the narrowest storeys that need no further one
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(needs, middle)) <= fewest else (middle, high)
    return _filled(needs, high)


def _filled(needs: Sequence[float], room: float) -> list[list[int]]:
    storeys: list[list[int]] = []
    taken = 0.0
    for option, need in enumerate(needs):
        if not storeys or taken + need > room:
            storeys.append([])
            taken = 0.0
        storeys[-1].append(option)
        taken += need
    return storeys


def _storey(
    table: Table, rows: Sequence[Row], options: Sequence[int], room: float, wide: Sequence[float], unit: float,
    scale: float,
) -> Picture:  # fmt: skip
    """Panels beside one another. wide : of each option; unit : points a per cent, the same in every panel."""
    heads = [_shortened(*_head(table.header[k], wide[k] - 3), wide[k] - 3) for k in options]
    size = min(size for _, size in heads)
    taken = max(len(head) for head, _ in heads) * 1.18 * LABEL + 4
    down = placed(table, rows, room, 0.92 * scale)
    marks: list[Mark] = stub(down.lines, room)
    left = room + 6
    for k, (head, _) in zip(options, heads, strict=True):
        marks.append(Stroke(left, 0, left, down.height, RULE))
        silent = table.codes[k] == table.nonanswer
        for line in down.lines:
            cell = line.row.cells[k]
            long = unit * (cell.value or 0.0)
            if long:
                edge, hatch = ("#8a94a0", LINES) if silent else ("", "")
                marks.append(Box(left, line.middle - BAR / 2, long, BAR, "#ffffff" if silent else SHADE, edge, hatch))
            marks.append(Label(left + long + 2, line.middle, cell.text, SMALLEST))
        first = -taken + 3 + 1.18 * LABEL * (max(len(h) for h, _ in heads) - len(head) + 0.5)
        marks += [Label(left, first + 1.18 * LABEL * i, text, size, INK) for i, text in enumerate(head)]
        left += wide[k]
    return Picture(WIDTH, down.height + 4, tuple(marks), down.reach).lowered(taken)


def _shortened(head: list[str], size: float, room: float) -> tuple[list[str], float]:
    """A head of six lines at the most: its whole wording stands in the table."""
    if len(head) <= HEAD_LINES:
        return head, size
    last = head[HEAD_LINES - 1]
    while last and width(last + "…", size) > room:
        last = last[:-1]
    return [*head[: HEAD_LINES - 1], last + "…"], size


def _figure_room(table: Table) -> float:
    """Points the figures behind the bars need: of per cent the usual, of persons and figures with letters what they take."""
    texts = [cell.text for row in table.rows for cell in row.cells if len(cell.text) > len("100.0")]
    return max([USUAL_FIGURE, *(width(text, SMALLEST) + 3 for text in texts)])


def _head(label: str, room: float) -> tuple[list[str], float]:
    """The label of an option in lines over its panel; a word too long for it is set smaller, or parted at last."""
    size = LABEL
    if widest_part(label, size) > room:
        size = SMALLEST
    made = []
    for line in lines(label, room, size):
        while width(line, size) > room and len(line) > 1:
            fits = max(k for k in range(1, len(line)) if k == 1 or width(line[:k], size) <= room)
            made.append(line[:fits])
            line = line[fits:]
        made.append(line)
    return made, size
