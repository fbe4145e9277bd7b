"""Where on a sheet the table stands, told from its figures: headings above them, titles, units and notes around it left out.

People write a title and a unit above a table, name its columns on two or three lines and put notes below. The first line whose
columns of figures hold figures is the first datum; the lines of words above it are headings; what stands alone is a title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from kodoku_survey.lint.grid_cells import Extent, GridCell, Spot, is_figure, is_number, is_symbol

WIDE_ENOUGH = 0.6  # of the widest line: what a line of headings of a table of words must fill
MOST_HEADS = 6  # lines of headings above which the lines are data
_TITLE = re.compile(
    r"\s*[（(【〔\[]?\s*(第\s*[0-9０-９一二三四五六七八九十]|表\s*[0-9０-９]|図|付表|統計表|Table)", re.IGNORECASE
)
# What stands at the side above a table: a unit, a date, a source, a number of the table.
_BESIDE = re.compile(
    r"\s*[（(【〔\[]?\s*(単位|unit|出典|資料|source|注|※|.{0,12}現在|(明治|大正|昭和|平成|令和|[0-9０-９]{4}).{0,14}[年月日度]分?|第.{1,6}表)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\s*[（(〔\[「]?\s*(注|※|＊|\*|資料|出典|出所|備考|参考|利用上|note|source|[0-9０-９]{1,2}\s*[)）．.、]|[①-⑳])",
    re.IGNORECASE,
)
_LONG = 14  # characters of a lone text from which on it is a sentence and no label
_MOMENT = re.compile(r"((18|19|20|21)\d{2}|(明治|大正|昭和|平成|令和|[MTSHR])\s*[0-9０-９元]+)(\.0)?(年度?)?|\d{1,2}月")
_CODES = re.compile(r"コード|符号|^(code|id|no\.?|番号)$|_code$", re.IGNORECASE)

Occupied = Mapping[int, Sequence[int]]


def table_extent(cells: Mapping[Spot, GridCell], lines: Occupied) -> Extent | None:
    """The rectangle of the first table; None on a blank sheet. lines : the columns that hold something, by line."""
    if not lines:
        return None
    widest = max(len(columns) for columns in lines.values())
    figures = _columns_of_figures(cells, lines, widest)
    first = _first_datum(cells, lines, figures, widest)
    if first is None:
        top = next(line for line, columns in lines.items() if len(columns) >= max(WIDE_ENOUGH * widest, 1))
        last = top
    else:
        top, last = _headings(cells, lines, figures, first)
    bottom = max(last, top, first or 0)
    while bottom + 1 in lines and not (bottom >= (first or 0) and _heads_another(cells, lines, figures, bottom + 1)):
        bottom += 1
    while bottom > max(last + 1, first or 0) and _is_note(cells, lines, bottom, widest):
        bottom -= 1
    own = [column for line in range(top, bottom + 1) for column in lines.get(line, ())]
    return Extent(top, min(own), bottom, max(own), max(last - top + 1, 0))


def _columns_of_figures(cells: Mapping[Spot, GridCell], lines: Occupied, widest: int) -> frozenset[int]:
    """Columns with a figure for two words, of the lines wide enough."""
    held: dict[int, list[int]] = {}
    for line, columns in lines.items():
        if 2 * len(columns) >= widest:
            for column in columns:
                cell = cells[line, column]
                count = held.setdefault(column, [0, 0])
                if is_figure(cell.value):
                    count[0] += 1
                elif not is_symbol(cell.text):
                    count[1] += 1
    found = frozenset(column for column, (figure, word) in held.items() if figure and 3 * figure >= figure + word)
    coded = {column for column in found if _is_coded(cells, lines, column)}
    return found - coded


def _is_coded(cells: Mapping[Spot, GridCell], lines: Occupied, column: int) -> bool:
    first = next(cells[line, column] for line in lines if (line, column) in cells)
    return isinstance(first.value, str) and bool(_CODES.search(first.text))


def _first_datum(cells: Mapping[Spot, GridCell], lines: Occupied, figures: frozenset[int], widest: int) -> int | None:
    """The first wide line on which most columns of figures that hold something hold a figure; years across are names."""
    for line, columns in lines.items():
        own = [cells[line, column] for column in columns if column in figures]
        if not own or 2 * len(columns) < widest:
            continue
        data = sum(is_figure(cell.value) or is_symbol(cell.text) for cell in own)
        if 2 * data > len(own) and any(is_figure(cell.value) for cell in own) and not _are_names(own):
            return line
    return None


def _are_names(own: Sequence[GridCell]) -> bool:
    """Whether the figures of a line are years, months or numbers in a row: names of columns."""
    told = [cell for cell in own if is_figure(cell.value)]
    if len(told) >= 2 and all(_MOMENT.fullmatch(cell.text.strip()) for cell in told):
        return True
    if len(own) < 4 or not all(is_number(cell.value) for cell in own):
        return False
    numbers = [float(cell.value) for cell in own]
    return all(after - before == 1 for before, after in pairwise(numbers))


def _headings(cells: Mapping[Spot, GridCell], lines: Occupied, figures: frozenset[int], first: int) -> tuple[int, int]:
    """First and last line of headings above the first datum; the last lies before the first where there are none."""
    last = first - 1
    while last > 0 and not _names_columns(cells, lines, figures, last):
        if last in lines and _is_alone(cells, lines, last) and last - 1 not in lines:
            return first, first - 1
        last -= 1
    if last == 0:
        return first, first - 1
    top = last
    while top > 1 and last - top < MOST_HEADS - 1 and _names_columns(cells, lines, figures, top - 1):
        top -= 1
    return top, last


def _names_columns(cells: Mapping[Spot, GridCell], lines: Occupied, figures: frozenset[int], line: int) -> bool:
    """Whether a line has words, or years, over columns of figures, and is no title, unit or date."""
    if line not in lines or _is_alone(cells, lines, line):
        return False
    own = [cells[line, column] for column in lines[line] if column in figures]
    words = [cell for cell in own if not is_figure(cell.value) and not is_symbol(cell.text)]
    return bool(own) and (2 * len(words) > len(own) or _are_names(own))


def _heads_another(cells: Mapping[Spot, GridCell], lines: Occupied, figures: frozenset[int], line: int) -> bool:
    """Whether a line below data names the columns of another table: different words over two columns of figures or more."""
    own = [cells[line, column] for column in lines[line] if column in figures]
    words = all(not is_figure(cell.value) and not is_symbol(cell.text) for cell in own)
    return len(own) >= 2 and words and len({cell.text for cell in own}) == len(own)


def _is_alone(cells: Mapping[Spot, GridCell], lines: Occupied, line: int) -> bool:
    """Whether what stands on a line is a title, a unit, a date: text beside or above a table, not a name in it."""
    columns = lines[line]
    texts = [cells[line, column].text for column in columns]
    leftmost = min(min(own) for own in lines.values())
    if len(columns) == 1:
        return columns[0] <= leftmost or bool(_BESIDE.match(texts[0]) or _TITLE.match(texts[0]))
    if len(columns) > 3 or _MOMENT.fullmatch(texts[1].strip()):
        return False
    return all(_BESIDE.match(text) for text in texts[1:]) or bool(_TITLE.match(texts[0]) and columns[0] <= leftmost)


def _is_note(cells: Mapping[Spot, GridCell], lines: Occupied, line: int, widest: int) -> bool:
    """Whether a line below the data is a note or a source."""
    columns = lines[line]
    cell = cells[line, columns[0]]
    if isinstance(cell.value, float) or (2 * len(columns) >= max(widest, 3) and len(columns) > 1):
        return False
    if _NOTE.match(cell.text):
        return True
    return len(columns) == 1 and widest > 2 and (len(cell.text) >= _LONG or cell.text.endswith(("。", "．")))
