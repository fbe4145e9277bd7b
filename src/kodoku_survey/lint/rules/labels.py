"""Columns of words: none left out, each spelled one way, free text apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from kodoku_survey.lint.attached import Attached, is_code_table
from kodoku_survey.lint.gridded import Grid, GridColumn
from kodoku_survey.lint.registry import NotApplicable, Offence, rule

_DITTO = re.compile(r"[〃″]|同上|〃|ditto|\"", re.IGNORECASE)
_OTHER = re.compile(r"(その他|other)\s*[（(:：].+", re.IGNORECASE)
_REMARKS = re.compile(
    r"flag|note|remark|annotation|注|備考|記号|url|reason|comment|説明|内容|メモ|補足|方書|(?<!表)番号|電話|fax|mail|メール|曜日|時間|理由",
    re.IGNORECASE,
)
_YEAR = re.compile(r"年(度|次|月|月日)?$|year|wave|time|date", re.IGNORECASE)
# Columns that sort lines into groups: what is blank in one was said above, also beside a key of the lines.
_GROUPING = re.compile(
    r"都道府県|市区?町村|地域|区分|分類|項目|性別|男女|年齢|年代|産業|職業|業種|種別|group|category|class|region|area|sex|age",
    re.IGNORECASE,
)
MANY_OTHERS = 3  # texts after その他 from which on the column holds free text
MANY_ANSWERS = 60  # different texts up to which a column is one of answers


def _labels(grid: Grid) -> list[GridColumn]:
    """The columns that name the rows: words, or codes, left of the first figures."""
    found: list[GridColumn] = []
    for column in grid.columns:
        if column.numeric and not column.coded and not _YEAR.search(column.head):
            break
        if column.cells:
            found.append(column)
    if not found:
        raise NotApplicable
    return found


@rule("L2-02")
def no_label_left_out(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No blank, 〃 or 同上 for a label that was said above. A blank answer or attribute is missing, not left out (L1-09)."""
    labels = _labels(grid)
    for column in labels:
        for line, cell in column.cells.items():
            if _DITTO.fullmatch(cell.text.strip()):
                yield Offence(grid.at(line, column.number), cell.text, "left_out")
        if _said_above(column, labels):
            yield from (Offence(grid.at(line, column.number), reason="left_out") for line in column.blanks)


def _said_above(column: GridColumn, labels: Sequence[GridColumn]) -> bool:
    """Whether the blanks of a column stand for what was said above: it sorts the lines, and they are not persons or records."""
    if not column.blanks or column.numeric or _REMARKS.search(column.head):
        return False
    first = labels[0]
    if column is first:
        return _in_blocks(column) or _tell_apart(labels)
    keyed = not first.blanks and len({cell.text for cell in first.cells.values()}) == len(first.cells)
    if keyed and (first.coded or len(first.cells) > 2):
        return bool(_GROUPING.search(column.head)) and _in_blocks(column)
    return _tell_apart(labels)


def _in_blocks(column: GridColumn) -> bool:
    """Whether a value is said once and blanks follow it: no two lines running hold the same, the first holds one."""
    if column.area.first not in column.cells or 3 * len(column.blanks) < len(column.cells):
        return False
    return all(
        line + 1 not in column.cells or column.cells[line + 1].text != cell.text for line, cell in column.cells.items()
    )


def _tell_apart(labels: Sequence[GridColumn]) -> bool:
    """Whether the labels, blanks filled from above, name every line once: a table of groups, not a file of persons."""
    area = labels[0].area
    told: list[str] = [""] * len(labels)
    seen: set[tuple[str, ...]] = set()
    for line in range(area.first, area.bottom + 1):
        told = [column.cells[line].text if line in column.cells else told[k] for k, column in enumerate(labels)]
        if tuple(told) in seen:
            return False
        seen.add(tuple(told))
    return True


@rule("1-6")
def no_item_left_out(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """As before, and a name over every column."""
    for column in grid.columns:
        if column.cells and not column.head.strip():
            yield Offence(grid.at(column.area.named, column.number), reason="no_heading")
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
