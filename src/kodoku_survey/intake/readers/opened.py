"""What a reader makes of a file: its headings, and the columns somebody wants, each text kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kodoku_survey.arrays import IntArray, TextArray
from kodoku_survey.errors import DefinitionError, FileError
from kodoku_survey.intake.headings import Headings, headings
from kodoku_survey.survey.layouts import FileLayout

Wanted = Callable[[Headings], Iterable[int]]


@dataclass(frozen=True, eq=False)
class Opened:
    """Columns by position (categorical text), the line of the file each row stands on, the encoding it was opened with.

    labels : what the file itself calls the codes of a column, by position, where it says so.
    """

    headings: Headings
    columns: Mapping[int, pd.Categorical]
    lines: IntArray
    encoding: str
    labels: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def everything(heads: Headings) -> Iterable[int]:
    """Every column."""
    return range(len(heads))


def kept_once(texts: TextArray) -> pd.Categorical:
    """A column of text with each distinct text kept once."""
    index, distinct = pd.factorize(texts)
    return pd.Categorical.from_codes(index, categories=pd.Index(distinct, dtype=object))


def of_rows(
    name: str, layout: FileLayout, rows: Sequence[Sequence[str]], lines: Sequence[int], encoding: str, wanted: Wanted
) -> Opened:
    """Rows of text as columns: the headings from the line the layout says, all above it titles.

    Raises FileError for a row that is wider or narrower than the headings, and for a file without the heading line.
    """
    start = next((k for k, line in enumerate(lines) if line >= layout.heading), len(rows))
    above, body = rows[start : start + layout.header_rows], rows[start + layout.header_rows :]
    if not above:
        raise FileError("intake.empty_file", name)
    if len(above) < layout.name_row:
        raise DefinitionError("intake.few_headings", name, found=len(above), wanted=layout.name_row)
    numbers = lines[start + layout.header_rows :]
    width = len(above[layout.name_row - 1])
    for row, line in zip((*above, *body), lines[start:], strict=True):
        if len(row) != width:
            raise FileError("intake.row_width", f"{name}:{line}", found=len(row), wanted=width)
    again = [line for row, line in zip(body, numbers, strict=True) if list(row) == list(above[layout.name_row - 1])]
    if again and sum(bool(cell.strip()) for cell in above[layout.name_row - 1]) > 1:
        raise FileError("intake.several_headings", f"{name}:{again[0]}", count=len(again))
    heads = headings(above, layout)
    taken = list(dict.fromkeys(wanted(heads)))
    columns = {}
    for position in taken:
        texts = np.empty(len(body), dtype=object)
        texts[:] = [row[position] for row in body]
        columns[position] = kept_once(texts)
    return Opened(heads, columns, np.asarray(numbers, dtype=np.int64), encoding)
