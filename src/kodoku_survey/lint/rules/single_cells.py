"""What stands in one cell: one datum, in characters every system has, without blanks for layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kodoku_survey.lint.attached import Attached
from kodoku_survey.lint.gridded import Grid
from kodoku_survey.lint.registry import NotApplicable, Offence, rule
from kodoku_survey.tables.plain import of_one_platform

_SENTENCE = re.compile(r".*[。.!?！？]\s*[」）)]?", re.DOTALL)  # one datum, however many commas it has
_WITH_PART = re.compile(r"[0-9０-９][0-9０-９.,]*\s*[（(][0-9０-９.,]+[%％]?[)）]")
_LISTED = re.compile(r"[^,\s][^,]*(,\s*[^,]+){2,}|\S+\s*[;；]\s*\S+.*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_LAYOUT = re.compile(r"^\s|\s$|\u3000|\s{2,}|[\r\n]")
_ADDRESS = re.compile(r"住所|所在地|address", re.IGNORECASE)
_READ_OTHERWISE = re.compile("[\u301c\uff5e\u2016\u2225\u2212\uff0d\u00a2\u00a3\u00ac]")  # on the way from Shift_JIS
_MOST = 2  # separators from which on a cell holds a list


def _cells(grid: Grid) -> Iterator[tuple[str, str, str]]:
    """Address, text and heading of every text of the table, headings included."""
    area = grid.table
    if area is None:
        raise NotApplicable
    for (line, column), cell in grid.cells.items():
        if area.holds((line, column)) and isinstance(cell.value, str):
            yield grid.at(line, column), cell.value, grid.head(column)


def _texts(grid: Grid) -> Iterator[tuple[str, str]]:
    """Address and text of every text of the sheet: a title or a note has characters as well."""
    if grid.table is None:
        raise NotApplicable
    for (line, column), cell in grid.cells.items():
        if isinstance(cell.value, str):
            yield grid.at(line, column), cell.value


def _breaking(grid: Grid, breaks: Callable[[str], bool]) -> Iterator[Offence]:
    for place, text, _ in _cells(grid):
        if breaks(text):
            yield Offence(place, text)


def _several(text: str) -> bool:
    """Whether it is several data at once: lines, 12（34）, a list by commas."""
    kept = text.strip()
    if len([line for line in kept.splitlines() if line.strip()]) > 1 or _WITH_PART.fullmatch(kept):
        return True
    listed = _LISTED.fullmatch(_THOUSANDS.sub("", kept)) is not None
    return (listed or kept.count("、") >= _MOST) and not _SENTENCE.fullmatch(kept)


@rule("1-2")
def one_datum_a_cell(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No lines, no number with another in brackets, no list."""
    return _breaking(grid, _several)


@rule("L1-07")
def one_datum_a_cell_without_dots(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """As before, and no list by middle dots."""
    return _breaking(grid, lambda text: _several(text) or (text.count("・") >= _MOST and not _SENTENCE.fullmatch(text)))


@rule("L1-06", "1-5")
def no_blanks_for_layout(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No blank before, after or twice within a text, no full-width one, no line break; addresses may have them."""
    for place, text, head in _cells(grid):
        if _LAYOUT.search(text) and not _ADDRESS.search(head):
            yield Offence(place, text)


@rule("L1-08", "1-10")
def no_character_of_one_platform(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No ①, Ⅳ, ㎡, ㈱; in Shift_JIS none that systems turn into different characters either (～, －, ∥)."""
    for place, text in _texts(grid):
        found = of_one_platform(text)
        if grid.encoding == "cp932":
            found += "".join(_READ_OTHERWISE.findall(text))
        if found:
            yield Offence(place, text)


@rule("L1-14")
def one_record_a_line(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No line break within a field of a CSV."""
    if grid.kind != "csv":
        raise NotApplicable
    return (Offence(str(line)) for line in grid.broken)


@rule("L1-15")
def commas_in_quotation_marks(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """As many fields on every line of a CSV as there are headings."""
    if grid.kind != "csv":
        raise NotApplicable
    area = grid.table
    if area is None:
        raise NotApplicable
    wanted = grid.fields[area.named - 1]
    for line in range(area.top, area.bottom + 1):
        if line in grid.lines and grid.fields[line - 1] != wanted:
            yield Offence(str(line), f"{grid.fields[line - 1]} ({wanted})", "fields")
