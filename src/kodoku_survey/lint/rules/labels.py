"""Columns of words: none left out, each spelled one way, free text apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kodoku_survey.lint.attached import Attached, is_code_table
from kodoku_survey.lint.gridded import Grid, GridColumn
from kodoku_survey.lint.registry import NotApplicable, Offence, rule

_DITTO = re.compile(r"[〃″]|同上|〃|ditto|\"", re.IGNORECASE)
_OTHER = re.compile(r"(その他|other)\s*[（(:：].+", re.IGNORECASE)
_REMARKS = re.compile(r"flag|note|remark|annotation|注|備考|記号|url|reason|comment", re.IGNORECASE)
MANY_OTHERS = 3  # texts after その他 from which on the column holds free text
MANY_ANSWERS = 60  # different texts up to which a column is one of answers


def _labels(grid: Grid) -> list[GridColumn]:
    """The columns that name the rows: words, or codes, left of the first figures."""
    found: list[GridColumn] = []
    for column in grid.columns:
        if column.numeric and not column.coded and not re.search("年|year", column.head, re.IGNORECASE):
            break
        if column.cells:
            found.append(column)
    if not found:
        raise NotApplicable
    return found


@rule("L2-02")
def no_label_left_out(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No blank, 〃 or 同上 for a label that was said above."""
    for column in _labels(grid):
        for line, cell in column.cells.items():
            if _DITTO.fullmatch(cell.text.strip()):
                yield Offence(grid.at(line, column.number), cell.text)
        if not _REMARKS.search(column.head):
            yield from (Offence(grid.at(line, column.number)) for line in column.blanks)


@rule("1-6")
def no_item_left_out(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """As before, and a name over every column."""
    for column in grid.columns:
        if column.cells and not column.head.strip():
            yield Offence(grid.at(column.area.top, column.number))
    yield from no_label_left_out(grid, attached)


@rule("L2-04")
def answers_spelled_one_way(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No label in two spellings: of another width, with other blanks, in capitals."""
    judged = False
    for column in grid.columns:
        spelled: dict[str, dict[str, int]] = {}
        for line, cell in column.cells.items():
            if isinstance(cell.value, str) and not column.numeric:
                own = re.sub(r"[\s・･]", "", unicodedata.normalize("NFKC", cell.value)).casefold()
                spelled.setdefault(own, {}).setdefault(cell.value, line)
        if not 0 < len(spelled) <= MANY_ANSWERS:
            continue
        judged = True
        for ways in spelled.values():
            for text, line in list(ways.items())[1:]:
                yield Offence(grid.at(line, column.number), text)
    if not judged:
        raise NotApplicable


@rule("L2-05")
def free_text_apart(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No column of answers in which その他 carries what respondents wrote."""
    if is_code_table(grid) or all(column.numeric for column in grid.columns):
        raise NotApplicable
    for column in grid.columns:
        others = dict.fromkeys(cell.text for cell in column.cells.values() if _OTHER.fullmatch(cell.text.strip()))
        if len(others) >= MANY_OTHERS:
            line = next(line for line, cell in column.cells.items() if cell.text in others)
            yield Offence(grid.at(line, column.number), column.head)
